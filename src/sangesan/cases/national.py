"""The national system beside ours: its columns for export, its list for import, and where the two differ (录系不符).

No official column list was found: the names are those of a third party's copy of the collection form (S43c). Whoever
has the real template changes COLUMNS; nothing else depends on the words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.cases.effects import category_title
from sangesan.cases.models import Case, NationalList, NationalRow
from sangesan.cases.permissions import visible_cases
from sangesan.cases.states import ENDED, State
from sangesan.exchange.reading.container import open_tables
from sangesan.kernel.dates import parse_date
from sangesan.kernel.identity_number import is_sound, parse
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import tree
from sangesan.registry.domain import MULTIPLE
from sangesan.registry.models import Household, Membership, Standing
from sangesan.registry.sealed_fields import IDENTITY

# heading -> other words under which it is met
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "户编号": ("家庭编号", "国家系统编号", "户编码", "系统编号"),
    "户主姓名": ("户主", "姓名"),
    "户主证件号码": ("证件号码", "身份证号", "户主身份证号"),
    "行政村": ("村", "村名", "所在村"),
    "家庭人口数": ("人口数", "家庭人口", "人数"),
    "监测对象类别": ("监测类别", "类别", "对象类别", "户类型"),
    "致贫返贫风险": ("风险类型", "返贫风险", "风险1"),
    "识别时间": ("纳入时间", "纳入日期", "监测对象识别时间"),
    "风险消除时间": ("消除时间", "消除日期", "风险是否消除时间"),
}
NEEDED = ("户编号", "户主姓名")
EXPORT_HEADINGS = [*COLUMNS, "审定文号", "帮扶责任人", "本系统户编号"]
DIFFERENCES = {
    "not_there": "本系统已审定，国家系统清单中没有",
    "not_here": "国家系统中有，本系统没有办理",
    "category": "类别不同",
    "risks": "风险类型不同",
    "enrolled_on": "识别时间不同",
    "eliminated_on": "消除时间不同",
    "size": "人口数不同",
    "number": "编号不同",
}


@dataclass(frozen=True)
class Difference:
    """One place where the two systems say different things about a household."""

    kind: str
    household: Household | None
    head_name: str
    ours: str
    theirs: str
    row_no: int | None

    @property
    def title(self) -> str:
        return DIFFERENCES[self.kind]


def export_rows(*, post: Post, states: Sequence[State], reason: str) -> list[list[str]]:
    """Cases for the national system in its columns, identity numbers included: an act that the audit keeps."""
    with acting(post, "cases.reconcile", on="list:national_export", reason=reason) as act:
        cases = visible_cases(post).filter(state__in=states).select_related("household", "helper", "helper__user")
        rows = list(_exported(list(cases.order_by("village", "id"))))
        act.detail = {"rows": len(rows), "states": [str(s) for s in states]}
    return rows


def _exported(cases: Sequence[Case]) -> Iterator[list[str]]:
    heads = _heads([c.household_id for c in cases])
    for c in cases:
        yield [
            c.national_number,
            c.household.head_name,
            heads.get(c.household_id, ""),
            tree().full_name(c.village),
            str(c.household.size),
            category_title(c),
            MULTIPLE.join(RISK_TYPES.get(r, r) for r in c.risks),
            c.enrolled_on.isoformat() if c.enrolled_on else "",
            c.eliminated_on.isoformat() if c.eliminated_on else "",
            c.decision_number,
            f"{c.helper.user.name} {c.helper.title}" if c.helper and c.helper.user else "",
            c.household.code,
        ]


def _heads(households: Sequence[int]) -> dict[int, str]:
    keys = Keyring.load(settings.HOME)
    rows = Membership.objects.filter(household__in=households, relation="户主", valid_to=None).select_related("person")
    return {
        m.household_id: keys.open(IDENTITY, bytes(m.person.identity_sealed)).decode()
        for m in rows
        if m.person.identity_sealed
    }


def take_list(*, post: Post, data: bytes, filename: str, now: datetime) -> NationalList:
    """Takes in the national system's list whole or not at all; numbers go to the cases that waited for them.

    A household is found by its national number, our code or the head's identity number. Raises Refusal naming sheet,
    row and column.
    """
    read = list(_read(data, filename))
    with acting(post, "cases.take_list", on="list:national_import", reason=filename[:100]) as act:
        known = _Known()
        made = NationalList.objects.create(
            taken_at=now, file_name=filename[:200], rows=len(read), matched=0, post_title=post.title
        )
        rows = [_row(made, known, number, cells) for number, cells in read]
        NationalRow.objects.bulk_create(rows, batch_size=500)
        made.matched = sum(1 for row in rows if row.household_id)
        made.save(update_fields=["matched"])
        filled = _fill_numbers(rows)
        act.detail = {"rows": len(rows), "matched": made.matched, "numbers": filled}
    return made


def _fill_numbers(rows: Sequence[NationalRow]) -> int:
    """The numbers that cases at the entry waited for, so that nobody types them; how many were filled in."""
    numbers = {row.household_id: row.number for row in rows if row.household_id and row.number}
    waiting = list(Case.objects.filter(household__in=numbers, national_number="").exclude(state__in=ENDED))
    waiting = [case for case in waiting if case.enrolled_on is not None]
    for case in waiting:
        case.national_number = numbers[case.household_id]
        case.row_version += 1
    Case.objects.bulk_update(waiting, ["national_number", "row_version"], batch_size=200)
    standings = list(Standing.objects.filter(household__in=[c.household_id for c in waiting], valid_to=None))
    for standing in standings:
        standing.national_number = numbers[standing.household_id]
    Standing.objects.bulk_update(standings, ["national_number"], batch_size=200)
    return len(waiting)


class _Known:
    """How households are found: by the number the national system gave, our code, or the head's identity number."""

    def __init__(self) -> None:
        self.keys = Keyring.load(settings.HOME)
        held = Standing.objects.filter(valid_to=None).exclude(national_number="")
        self.numbers = dict(held.values_list("national_number", "household_id"))
        self.codes: dict[str, int] = {}

    def find(self, number: str, identity: str) -> int | None:
        """The household's id; None where nothing fits."""
        found = self.numbers.get(number)
        if found is None and number:
            found = Household.objects.filter(code=number).values_list("pk", flat=True).first()
        if found is None and is_sound(identity):
            index = self.keys.index(IDENTITY, parse(identity).text)
            rows = Membership.objects.filter(valid_to=None, person__identity_index=index)
            found = rows.values_list("household_id", flat=True).first()
        return found


def _row(source: NationalList, known: _Known, number: int, cells: Mapping[str, str]) -> NationalRow:
    def day(column: str) -> date | None:
        return parse_date(cells[column]) if cells.get(column) else None

    place = f"{source.file_name} 第{number}行"
    try:
        enrolled, eliminated = day("识别时间"), day("风险消除时间")
    except Refusal as refusal:
        raise refusal.at(place) from None
    size = cells.get("家庭人口数", "")
    if size and not size.isdecimal():
        raise Refusal(f"人口数“{size}”不是整数", place=place, remedy="请核对这一格")
    household = known.find(cells.get("户编号", ""), cells.get("户主证件号码", ""))
    risks = [r for r in re.split(r"[；;、,，]", cells.get("致贫返贫风险", "")) if r]
    return NationalRow(
        source=source, household_id=household, row_no=number, number=cells.get("户编号", "")[:40],
        head_name=cells["户主姓名"][:60], village_name=cells.get("行政村", "")[:80], size=int(size) if size else None,
        category=cells.get("监测对象类别", "")[:20], risks=risks, enrolled_on=enrolled, eliminated_on=eliminated,
    )  # fmt: skip


def _read(data: bytes, filename: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, cells by our heading) of the first sheet that has the headings; raises Refusal."""
    for sheet in open_tables(data, filename).sheets:
        for at, row in enumerate(sheet.head):
            places = _places([str(cell or "") for cell in row])
            if not set(NEEDED) <= set(places):
                continue
            body = sheet.body(at + 1, list(places.values()), len(row))
            texts = {h: body.columns[p].as_text().to_pylist() for h, p in places.items()}
            for n, number in enumerate(body.rows.tolist()):
                cells = {h: (column[n] or "").strip() for h, column in texts.items()}
                if cells["户主姓名"]:
                    yield int(number), cells
            return
    raise Refusal(
        "没有找到国家系统清单的列名", place=filename, remedy=f"首行应有“{'”“'.join(NEEDED)}”等列；请用国家系统导出的原表"
    )


def _places(headings: Sequence[str]) -> dict[str, int]:
    plain = [re.sub(r"[\s*（(].*$", "", h.strip()) for h in headings]
    found: dict[str, int] = {}
    for name, others in COLUMNS.items():
        for n, heading in enumerate(plain):
            if heading in {name, *others} and n not in found.values():
                found[name] = n
                break
    return found


def differences(post: Post) -> tuple[NationalList | None, list[Difference]]:
    """Where the newest list and ours differ, for the households that the post may see; both directions."""
    newest = NationalList.objects.filter(pk=NationalList.objects.aggregate(m=Max("pk"))["m"] or 0).first()
    if newest is None:
        return None, []
    ours = {
        c.household_id: c
        for c in visible_cases(post).filter(enrolled_on__isnull=False).exclude(state__in=ENDED).select_related("household")
    }
    found: list[Difference] = []
    seen: set[int] = set()
    whole = post.role == Post.Role.COUNTY
    for row in newest.lines.select_related("household").order_by("row_no"):
        case = ours.get(row.household_id or 0)
        if case is None:
            if whole:
                place = f"{row.village_name} {row.number}".strip()
                found.append(Difference("not_here", row.household, row.head_name, "", place, row.row_no))
            continue
        seen.add(case.household_id)
        found += _compared(case, row)
    found += [
        Difference("not_there", c.household, c.household.head_name, f"{c.enrolled_on} {category_title(c)}", "", None)
        for household, c in ours.items()
        if household not in seen
    ]
    return newest, found


def _compared(case: Case, row: NationalRow) -> Iterator[Difference]:
    pairs: list[tuple[str, Any, Any]] = [
        ("category", category_title(case), row.category or category_title(case)),
        ("risks", MULTIPLE.join(RISK_TYPES.get(r, r) for r in case.risks), MULTIPLE.join(row.risks)),
        ("enrolled_on", case.enrolled_on, row.enrolled_on or case.enrolled_on),
        ("eliminated_on", case.eliminated_on or "", row.eliminated_on or ""),
        ("size", case.household.size, row.size if row.size is not None else case.household.size),
        ("number", case.national_number, row.number or case.national_number),
    ]
    for kind, here, there in pairs:
        if here != there and not (kind == "risks" and not row.risks):
            yield Difference(kind, case.household, case.household.head_name, str(here), str(there), row.row_no)


def decided_not_entered(post: Post, today: date, days: int) -> int:
    """Cases decided more than some days ago and not yet known to the national system."""
    rows = visible_cases(post).filter(enrolled_on__isnull=False, national_number="").exclude(state__in=ENDED)
    return sum(1 for on in rows.values_list("enrolled_on", flat=True) if on and (today - on).days > days)
