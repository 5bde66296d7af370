"""The poster of a village: its public address as a QR code, what can be reported, whom to call."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.documents.poster import Poster as Sheet
from sangesan.documents.poster import render_posters
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county, tree
from sangesan.registry.permissions import WHOLE_COUNTY
from sangesan.self_reports.domain import PLAIN_RISKS, clean_phone
from sangesan.self_reports.models import Poster
from sangesan.self_reports.policy import public_phones

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that one misreads when typing it from paper
TOKEN_LENGTH = 8
SIZES = ("A3", "A4")
STEPS = ("手机扫二维码", "填六项，也可录音", "凭受理号查进度")
PROMISES = ("不收费", "不影响现有待遇", "可以替家人、邻居申报")
UNSET = "网址未设置，勿张贴"
DEMONSTRATION = "演示系统：请勿用于真实申报"


def village_of(token: str) -> str:
    """The village of a poster's address; raises Refusal where there is none (withdrawn, mistyped)."""
    row = Poster.objects.filter(token=token).first()
    if row is None or row.village not in tree().names:
        raise Refusal("没有这个村的申报页", remedy="可能是地址打错了，请从下面选您的村")
    return row.village


def office_phone(village: str) -> str:
    """The village office's public phone; "" where none is known."""
    return Poster.objects.filter(village=village).values_list("phone", flat=True).first() or ""


def villages_of(post: Post) -> list[str]:
    """The villages and communities whose posters a post may print."""
    places = tree()
    own = [code for code, level in places.levels.items() if level in {"village", "community"}]
    if require(post, "self_reports.poster").role in WHOLE_COUNTY:
        return own
    return [code for code in own if post.division in {code, places.town_of(code)}]


def posters_of(villages: Sequence[str], *, now: datetime) -> dict[str, Poster]:
    """The address of each village, made where there is none yet; by village, in the given order."""
    known = {row.village: row for row in Poster.objects.filter(village__in=villages)}
    lacking = [Poster(token=_token(), village=code, made_at=now) for code in villages if code not in known]
    Poster.objects.bulk_create(lacking, ignore_conflicts=True)
    if lacking:
        known = {row.village: row for row in Poster.objects.filter(village__in=villages)}
    return {code: known[code] for code in villages}


def is_reachable(address: str) -> bool:
    """Whether other people's phones could open an address at all: one of this machine only they cannot."""
    host = urlsplit(address).hostname or ""
    if host in {"", "localhost"} or host.endswith(".localhost"):
        return False
    try:
        number = ip_address(host)
    except ValueError:
        return True
    return not (number.is_loopback or number.is_unspecified)


def print_posters(
    *, post: Post, place: str, size: str, address: str, proper: bool = True, today: date, now: datetime
) -> tuple[bytes, str]:
    """(PDF, file name) of a village's poster, or of all of a town's, one a page. address: of this system, with its /;
    proper: it is the public one as configured; where not, each sheet says that it must not be put up.

    Raises Refusal for another size, NotAllowed outside the post's reach.
    """
    if size not in SIZES:
        raise Refusal(f"没有“{size}”这种纸", place="海报", remedy=f"可选 {'、'.join(SIZES)}")
    places, mine = tree(), villages_of(post)
    wanted = [code for code in mine if place in {code, places.town_of(code)}]
    if not wanted:
        raise NotAllowed("没有这个村（镇），或不在您的管理范围内", remedy="请从申报海报页进入")
    with acting(post, "self_reports.poster", on=f"division:{place}") as act:
        rows = posters_of(wanted, now=now)
        act.detail = {"villages": len(wanted), "size": size}
    phones, home = public_phones(today), county()
    sheets = [
        Sheet(
            village=places.full_name(code),
            county=home.name,
            address=f"{address}report/{row.token}/",
            steps=STEPS,
            reasons=tuple(PLAIN_RISKS.values()),
            phones=((row.phone, "本村"), *((number, title) for number, title in phones.items())),
            promises=PROMISES,
            note=DEMONSTRATION if home.is_demonstration else "",
            warning="" if proper else UNSET,
        )
        for code, row in rows.items()
    ]
    return render_posters(sheets, size), f"自主申报海报（{places.full_name(place)}）{size}.pdf"


def set_phone(*, post: Post, village: str, phone: str, now: datetime) -> Poster:
    """The village office's phone as it stands on the poster and on the pages. Raises Refusal, NotAllowed."""
    if village not in villages_of(post):
        raise NotAllowed("没有这个村，或不在您的管理范围内", remedy="请从申报海报页进入")
    digits = clean_phone(phone)
    if digits and not (digits.isdecimal() and 5 <= len(digits) <= 12):
        raise Refusal("不像电话号码", place="村办公电话", remedy="请填座机（带区号）或村里公开的手机号")
    with acting(post, "self_reports.poster", on=f"division:{village}", reason="村办公电话"):
        row = posters_of([village], now=now)[village]
        row.phone = digits
        row.save(update_fields=["phone"])
    return row


def _token() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))
