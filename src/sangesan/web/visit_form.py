"""The in-home check's form: what is posted as answers, and what the fields show at first and after a refusal."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from sangesan.files.pictures import LARGEST
from sangesan.kernel.dates import parse_date
from sangesan.kernel.money import format_yuan, parse_fen
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import MOST_RISKS
from sangesan.registry.queries import HouseholdPage
from sangesan.visits.actions import MOST_PHOTOS
from sangesan.visits.domain import TESTS, Answers
from sangesan.visits.income import Line, SelfPaid, catalogue
from sangesan.visits.prefilling import Prefill

PNG_URL = "data:image/png;base64,"
SAFE = {"yes": True, "no": False}
PAID_ROWS = 3
CHECKERS = 3


@dataclass(frozen=True)
class ItemField:
    """One income item's fields as shown. yuan: text; counted: ticked."""

    code: str
    title: str
    yuan: str
    counted: bool
    note: str


@dataclass(frozen=True)
class GroupFields:
    """A foldable group. cost: its items are subtracted; open: something is filled."""

    code: str
    title: str
    cost: bool
    items: list[ItemField]

    @property
    def open(self) -> bool:
        return any(item.yuan for item in self.items)


def answers_of(given: QueryDict, page: HouseholdPage) -> Answers:
    """The posted form as answers; raises Refusal naming the field that cannot be read."""
    seen = [m.person.pk for m in page.members if given.get(f"member-{m.person.pk}") == "seen"]
    away = [m.person.pk for m in page.members if given.get(f"member-{m.person.pk}") == "away"]
    signer = given.get("signed_by", "")
    return Answers(
        purposes=tuple(given.getlist("purposes")),
        visited_on=_date(given.get("visited_on", "")),
        began_at=_time(given.get("began_at", "")),
        place=given.get("place", "").strip()[:120],
        checker_names=tuple(name for name in (n.strip()[:30] for n in given.getlist("checker")) if name),
        members_seen=tuple(seen),
        members_away=tuple(away),
        members_note=given.get("members_note", ""),
        tests={test: SAFE.get(given.get(f"test-{test}", "")) for test in TESTS},
        tests_notes={test: given.get(f"test-{test}-note", "") for test in TESTS},
        income=tuple(_lines(given)),
        self_paid=tuple(_self_paid(given)),
        claims_fen=_fen(given.get("claims", ""), "理赔收入") or 0,
        debts_fen=_fen(given.get("debts", ""), "负债") or 0,
        people=_count(given.get("people", ""), "家庭人口"),
        labour=_count(given.get("labour", ""), "劳动力人数"),
        house_grade=given.get("house_grade", ""),
        water_source=given.get("water_source", ""),
        risks=tuple(risk for risk in (given.get(f"risk-{n}", "") for n in range(1, MOST_RISKS + 1)) if risk),
        conclusion=given.get("conclusion", ""),
        reason=given.get("reason", ""),
        household_opinion=given.get("household_opinion", ""),
        signed_how=given.get("signed_how", ""),
        signed_by=int(signer) if signer.isdecimal() and len(signer) < 10 else None,
        signed_by_name=given.get("signed_by_name", "")[:60],
        entered_for=given.get("entered_for", ""),
    )


def signature_of(given: QueryDict) -> bytes | None:
    """The drawn signature's picture; None where there is none. Raises Refusal for anything else."""
    url = given.get("signature", "")
    if not url:
        return None
    try:
        return base64.b64decode(url.removeprefix(PNG_URL), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("签名传坏了", place="签字", remedy="请重签一次") from None


def files_of(files: MultiValueDict[str, Any], name: str) -> list[bytes]:
    """The contents of the files chosen in a field; raises Refusal before reading where they are too many or too large."""
    chosen = files.getlist(name)
    if len(chosen) > MOST_PHOTOS:
        raise Refusal(f"照片超过 {MOST_PHOTOS} 张", place="照片", remedy="请挑最能说明情况的几张")
    for number, one in enumerate(chosen, start=1):
        if one.size > LARGEST:
            raise Refusal("超过 20 MB", place=f"第{number}个文件", remedy="请把手机相机或扫描的分辨率调低")
    return [one.read() for one in chosen]


def list_of(request: HttpRequest, remedy: str) -> tuple[bytes, str]:
    """Content and name of the list chosen in the field "file"; raises Refusal with the remedy where none was."""
    chosen = request.FILES.get("file")
    if chosen is None or isinstance(chosen, list):
        raise Refusal("没有选择文件", place="导入", remedy=remedy)
    (data,) = files_of(request.FILES, "file")
    return data, chosen.name or ""


def income_fields(given: Mapping[str, str], known: Prefill) -> list[GroupFields]:
    """Groups with their items: as typed where something was posted, else as known before."""
    book, groups = catalogue(), []
    for code, group in book.groups.items():
        fields = [_item_field(given, known, item.code) for item in book.of_group(code)]
        groups.append(GroupFields(code, group.title, group.sign < 0, fields))
    return groups


def paid_fields(given: QueryDict, known: Prefill) -> list[dict[str, Any]]:
    """Rows of necessary self-paid costs: as typed, else as known, with empty ones to fill."""
    if given:
        whats, yuans, seen = given.getlist("paid-what"), given.getlist("paid-yuan"), given.getlist("paid-vouchers")
        rows = [
            {"what": what, "yuan": yuan, "vouchers": str(number) in seen}
            for number, (what, yuan) in enumerate(zip(whats, yuans, strict=False))
        ]
    else:
        rows = [{"what": c.what, "yuan": plain_yuan(c.fen), "vouchers": c.vouchers} for c in known.self_paid]
    empty: dict[str, Any] = {"what": "", "yuan": "", "vouchers": False}
    return [*rows, *[dict(empty) for _ in range(PAID_ROWS - len(rows))]]


def first_values(known: Prefill, *, today: date, checker: str) -> dict[str, str]:
    """What the plain fields show before anything is typed."""
    return {
        "visited_on": today.isoformat(),
        "checker-1": checker,
        "place": known.place,
        "people": "" if known.people is None else str(known.people),
        "labour": "" if known.labour is None else str(known.labour),
        "house_grade": known.house_grade,
        "water_source": known.water_source,
        "claims": plain_yuan(known.claims_fen) if known.claims_fen else "",
        "debts": plain_yuan(known.debts_fen) if known.debts_fen else "",
    }


def typed_values(given: QueryDict) -> dict[str, str]:
    """What was typed, by field; the checkers by their number."""
    names = given.getlist("checker")
    return {key: given.get(key, "") for key in given} | {f"checker-{n}": name for n, name in enumerate(names, start=1)}


def plain_yuan(fen: int) -> str:
    """Yuan as one types it: no separators, no needless decimals."""
    return format_yuan(fen).replace(",", "").removesuffix(".00")


def _item_field(given: Mapping[str, str], known: Prefill, code: str) -> ItemField:
    item, line = catalogue().items[code], known.income.get(code)
    if given:
        counted = bool(given.get(f"counted-{code}"))
        return ItemField(code, item.title, given.get(f"income-{code}", ""), counted, given.get(f"note-{code}", ""))
    if line is None:
        return ItemField(code, item.title, "", item.counted, "")
    return ItemField(code, item.title, plain_yuan(line.fen), line.counted, line.note)


def _lines(given: QueryDict) -> list[Line]:
    lines = []
    for code, item in catalogue().items.items():
        fen = _fen(given.get(f"income-{code}", ""), item.title)
        if fen is not None:
            lines.append(
                Line(code, fen, bool(given.get(f"counted-{code}")), given.get(f"note-{code}", "").strip()[:120])
            )
    return lines


def _self_paid(given: QueryDict) -> list[SelfPaid]:
    rows, seen = [], given.getlist("paid-vouchers")
    pairs = zip(given.getlist("paid-what"), given.getlist("paid-yuan"), strict=False)
    for number, (what, yuan) in enumerate(pairs):
        fen = _fen(yuan, f"自付支出“{what}”")
        if fen is None and what.strip():
            raise Refusal(f"“{what.strip()}”没有填金额", place="自付支出", remedy="请填金额（元），或清空这一行")
        if fen is not None:
            rows.append(SelfPaid(what.strip()[:60], fen, str(number) in seen))
    return rows


def _fen(text: str, place: str) -> int | None:
    if not text.strip():
        return None
    try:
        return parse_fen(text)
    except Refusal as refusal:
        raise refusal.at(place) from None


def _count(text: str, place: str) -> int | None:
    words = text.strip()
    if not words:
        return None
    if not words.isdecimal() or len(words) > 3:
        raise Refusal(f"“{words}”不是人数", place=place, remedy="请填整数")
    return int(words)


def _date(text: str) -> date:
    try:
        return parse_date(text)
    except Refusal as refusal:
        raise refusal.at("入户日期") from None


def _time(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise Refusal(f"时间“{text}”认不出", place="开始时间", remedy="请写成 09:30 的样子") from None
