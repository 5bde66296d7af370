"""Receiving submissions: kept byte for byte, numbered as they arrive, answered the same however often they come."""

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction

from sangesan.accounts.acting import acting
from sangesan.field import blobs
from sangesan.field.attached import Attached
from sangesan.field.conflicts import last_change
from sangesan.field.forms import Form, read_form
from sangesan.field.models import Conflict, Device, Submission, Variant
from sangesan.field.sealed_fields import BODY, seal, seal_values
from sangesan.field.taking import ForPerson, Taken, prepare_all, take
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household

LARGEST_BODY = 512 * 1024  # bytes of JSON; a full visit has some ten thousand
BROKEN = Refusal("系统没能处理这份表，原样留存了", place="表", remedy="不用重填：管理员会看到并处理；其他的表照常上报")
log = logging.getLogger("sangesan.field")


class OtherBytes(Refusal):
    """The id is taken by other bytes; both are kept."""


@dataclass
class FilesMissing(Exception):  # noqa: N818  not an error of the form: the phone sends its files first
    """Files that the form names are not complete here; nothing was acknowledged."""

    lacking: list[str]


@dataclass(frozen=True)
class _Read:
    """A body as far as it could be read: a form with its files, or the reason why not."""

    form: Form | None = None
    attached: Attached = field(default_factory=Attached)
    why_not: Refusal | None = None


def receive(*, device: Device, key: UUID, raw: bytes, now: datetime, today: date) -> Submission:
    """Takes a submission in, or says again what it said before.

    Whatever comes out of it is committed when this returns. Raises FilesMissing (nothing kept), OtherBytes (both kept),
    Refusal for bytes that can be no submission at all (nothing kept). A form that is not in order is kept as refused.
    """
    if len(raw) > LARGEST_BODY:
        raise Refusal("这份表太大", place="表", remedy="请减少文字；照片另外上传")
    digest = hashlib.sha256(raw).hexdigest()
    known = Submission.objects.filter(key=key).first()
    if known is not None:
        return _again(known, device, digest, raw, now)
    read = _read(device, raw)
    try:
        with transaction.atomic():
            return _keep(device, key, digest, raw, read, now=now, today=today)
    except IntegrityError:
        known = Submission.objects.filter(key=key).first()  # the same came in twice at one moment
        if known is None:
            raise
        return _again(known, device, digest, raw, now)


def _again(known: Submission, device: Device, digest: str, raw: bytes, now: datetime) -> Submission:
    if known.digest == digest:
        return known
    Variant.objects.get_or_create(
        submission=known, digest=digest, defaults={"device": device, "body": seal(BODY, raw), "received_at": now}
    )
    raise OtherBytes(
        "这个编号的表已经收过，内容不同", place="表", remedy="两份都已留存；手机会给这一份新的编号再报一次"
    )


def _read(device: Device, raw: bytes) -> _Read:
    """Reads the form and its files before the transaction; raises FilesMissing."""
    try:
        form = read_form(raw)
    except Refusal as why_not:
        return _Read(why_not=why_not)
    lacking = blobs.lacking(device, form.files)
    if lacking:
        raise FilesMissing(lacking)
    try:
        return _Read(form, prepare_all(device, form))
    except Refusal as why_not:
        return _Read(form, why_not=why_not)


def _keep(device: Device, key: UUID, digest: str, raw: bytes, read: _Read, *, now: datetime, today: date) -> Submission:
    """The row first (its unique key stops a second at the same moment), then what the form does, in a savepoint."""
    form = read.form
    row = Submission.objects.create(
        key=key, device=device, digest=digest, body=seal(BODY, raw), state=Submission.State.TAKEN,
        household=form.household if form else None, kind=form.kind if form else "", replaces=form.replaces if form else None,
        received_at=now, changed_at=now,
    )  # fmt: skip
    with acting(device.post, "field.sync", on=f"submission:{row.number}") as act:
        taken, why_not = _taken(device, row, read, now=now, today=today)
        if why_not is not None:
            row.state, row.broken = Submission.State.REFUSED, why_not is BROKEN
            row.message, row.place, row.remedy = why_not.message[:300], why_not.place[:120], why_not.remedy[:300]
        else:
            row.entry, row.visit, row.versions = taken.entry, taken.visit, taken.versions
            _keep_conflicts(row, taken.for_person, now)
            _used(device, form)
            if row.replaces:
                Submission.objects.filter(key=row.replaces, device=device).update(mended_by=key, changed_at=now)
        row.save()
        act.detail = {"state": row.state, "kind": row.kind, "household": row.household, "device": device.pk}
    return row


def _taken(device: Device, row: Submission, read: _Read, *, now: datetime, today: date) -> tuple[Taken, Refusal | None]:
    """What the form became, or why it is set aside: then its savepoint leaves nothing of it."""
    if read.why_not is not None or read.form is None:
        return Taken(), read.why_not or BROKEN
    try:
        with transaction.atomic():
            return take(device=device, form=read.form, attached=read.attached, key=row.key, now=now, today=today), None
    except Refusal as why_not:
        return Taken(), why_not
    except DatabaseError:
        raise  # not the form's fault: the phone tries again
    except Exception as error:  # noqa: BLE001  one form that the system fails over must not hold up all others
        log.error("submission %s set aside: %s", row.number, type(error).__name__)  # noqa: TRY400  the text may name people
        return Taken(), BROKEN


def _keep_conflicts(row: Submission, for_person: list[ForPerson], now: datetime) -> None:
    if not for_person:
        return
    row.state = Submission.State.CONFLICT
    home = Household.objects.get(pk=row.household or 0)
    for one in for_person:
        by, at = (one.theirs_by, one.theirs_at) if one.theirs_by else last_change(home.pk, one.field)
        Conflict.objects.create(
            submission=row, household=home, field=one.field, theirs_by=by, theirs_at=at, mine_by=row.device.post.title,
            made_at=now, values=seal_values({"base": one.base, "theirs": one.theirs, "mine": one.mine}),
        )  # fmt: skip


def _used(device: Device, form: Form | None) -> None:
    """Files that now lie with their record need not lie here too; a refused form's stay for the one that mends it."""
    if form is not None and form.files:
        device.blobs.filter(sha256__in=form.files).delete()
