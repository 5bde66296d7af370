"""One-time links for adults away working: made by the village, opened without an account, signed by finger."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from sangesan.accounts.acting import Act as Entry
from sangesan.accounts.acting import write
from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.cases.dossiers import dossiers
from sangesan.cases.filling import filled, grant
from sangesan.cases.models import Authorisation, Case, Invitation
from sangesan.files.attaching import attach
from sangesan.files.models import StoredFile
from sangesan.kernel.masking import mask_name
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.registry.sealed_fields import IDENTITY

DAYS_VALID = 7
MOST_FAILURES = 5
STALE = "链接已经失效"
ASK_AGAIN = "已经签过的不用再签；还没签的请联系村里重新发一个"


@dataclass(frozen=True)
class Invited:
    """What the page without account shows: nothing that says more than the household already told the person."""

    household: str
    person: str
    expires_at: datetime


def invite(*, post: Post, case_id: int, version: int, person_id: int, today: date, now: datetime) -> tuple[Invitation, str]:
    """A link's token for one adult; only its digest is kept, so it is shown this once. An older link ends."""
    with filled(post, case_id, version) as (case, entry):
        (dossier,) = dossiers([case], today)
        if person_id not in dossier.adults:
            raise Refusal("只有成年成员需要授权", place="外出成员链接", remedy="请选择一名成年成员")
        if person_id in dossier.authorised:
            raise Refusal("这名成员已经授权", place="外出成员链接", remedy="不用再发链接")
        Invitation.objects.filter(case=case, person=person_id, used_at=None).update(expires_at=now)
        token = secrets.token_urlsafe(24)
        made = Invitation.objects.create(
            case=case, round=case.round, person_id=person_id, token_digest=_digest(token), made_at=now,
            expires_at=now + timedelta(days=DAYS_VALID), post_title=post.title,
        )  # fmt: skip
        entry.detail = {"invited": person_id}
    return made, token


def invited(token: str, now: datetime) -> Invited:
    """Whom a link is for; raises Refusal for one that does not exist, was used or has expired (without saying which)."""
    row = _open(token, now)
    return Invited(mask_name(row.case.household.head_name), mask_name(row.person.name), row.expires_at)


def sign_by_link(
    *, token: str, name: str, last_four: str, signature: bytes, today: date, now: datetime
) -> Authorisation:
    """The adult signs: name and the number's last four must be theirs; after five wrong tries the link ends."""
    row = _open(token, now)
    if not _is_the_person(row, name, last_four):
        Invitation.objects.filter(pk=row.pk).update(failures=F("failures") + 1)
        raise Refusal("姓名或身份证后四位不对", place="本人核对", remedy="请填本人姓名和身份证后四位；五次不对链接失效")
    if not signature:
        raise Refusal("还没有签名", place="签名", remedy="请用手指在框内签上自己的名字")
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=row.case_id)
        taken = Invitation.objects.filter(pk=row.pk, used_at=None).update(used_at=now)
        if not taken or case.round != row.round:
            raise Refusal(STALE, remedy=ASK_AGAIN)
        entry = Entry(post=system_post(), tag="cases:case:fill", on=f"case:{case.pk}", reason="外出成员链接签名")
        granted = grant(case, [row.person_id], way="link", on=today, today=today, now=now, who="本人（链接）", entry=entry)
        attach(
            signature, name="签名.png", subject=f"authorisation:{granted[0].pk}", role="signature",
            kind=StoredFile.Kind.SIGNATURE, added_by=entry.post.pk, now=now,
        )  # fmt: skip
        Case.objects.filter(pk=case.pk).update(row_version=F("row_version") + 1)
        write(entry)
    return granted[0]


def _open(token: str, now: datetime) -> Invitation:
    rows = Invitation.objects.select_related("case", "case__household", "person")
    row = rows.filter(token_digest=_digest(token), used_at=None, expires_at__gt=now, failures__lt=MOST_FAILURES).first()
    if row is None:
        raise Refusal(STALE, remedy=ASK_AGAIN)
    return row


def _is_the_person(row: Invitation, name: str, last_four: str) -> bool:
    if row.person.identity_sealed is None:
        return False
    number = Keyring.load(settings.HOME).open(IDENTITY, bytes(row.person.identity_sealed)).decode()
    same_name = secrets.compare_digest(name.strip().encode(), row.person.name.encode())
    return same_name and secrets.compare_digest(last_four.strip().upper().encode(), number[-4:].encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
