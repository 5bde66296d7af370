"""What is known already before a visit, so that only changes are asked: the last visit, the register, the departments."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sangesan.exchange.about_people import RowsAbout, rows_about
from sangesan.exchange.contracts import load_contracts
from sangesan.registry.models import Condition, Living, Membership, Person
from sangesan.visits.income import Line, SelfPaid, income_period
from sangesan.visits.models import Visit
from sangesan.visits.queries import lines_of

YEARLY, MEDICAL, SCHOOLING = "household_income", "medical_settlement", "education_cost"
# The departments know sums of groups only; each goes to the item that is most often meant by it.
ITEM_OF_COLUMN = {
    "wage": "wage_work",
    "business": "business_other",
    "business_cost": "cost_other",
    "property": "property_other",
    "transfer": "transfer_other",
}
CAN_WORK = {"普通劳动力", "技能劳动力"}


@dataclass(frozen=True)
class Prefill:
    """Amounts in fen. visit: the last one with an income, if any; sources: where income and living come from, to be
    shown beside them.
    """

    visit: Visit | None = None
    income: dict[str, Line] = field(default_factory=dict)
    self_paid: tuple[SelfPaid, ...] = ()
    claims_fen: int = 0
    debts_fen: int = 0
    people: int | None = None
    labour: int | None = None
    house_grade: str = ""
    water_source: str = ""
    place: str = ""
    sources: tuple[str, ...] = ()


def reported(people: Collection[int]) -> list[RowsAbout]:
    """What departments reported of these people that a form can begin with: read once for many households."""
    feeds = [code for code in (YEARLY, MEDICAL, SCHOOLING) if code in load_contracts().feeds]
    return rows_about(people=people, feeds=feeds) if feeds and people else []


def prefill(household_id: int, day: date, *, found: Sequence[RowsAbout] | None = None) -> Prefill:
    """What the form of a visit on `day` begins with. The caller checked the reach; people counted are those present.

    found: what `reported` gave for these people and others, where several households are asked at once.
    """
    last = Visit.objects.filter(household=household_id, people__gt=0).order_by("-visited_on", "-id").first()
    living = Living.objects.filter(household=household_id, valid_to=None).order_by("-valid_from").first()
    members = Membership.objects.filter(household=household_id, valid_to=None).values("person")
    present = Person.objects.filter(pk__in=members, died_on=None, left_on=None)
    can_work = Condition.objects.filter(person__in=present, valid_to=None, labour__in=CAN_WORK).count()
    people = present.count()
    made: dict[str, Any] = {"people": people or None, "labour": can_work if people else None}
    if living is not None:
        made["house_grade"] = living.house_grade
    if last is None:
        numbers = list(present.values_list("pk", flat=True))
        return Prefill(**made, **_known(reported(numbers) if found is None else _narrowed(found, numbers), day))
    made |= {"house_grade": last.house_grade or made.get("house_grade", ""), "water_source": last.water_source}
    return Prefill(
        **made,
        visit=last,
        income={line.item: line for line in lines_of(last)},
        self_paid=tuple(SelfPaid(c["what"], c["fen"], c["vouchers"]) for c in last.self_paid),
        claims_fen=last.claims_fen,
        debts_fen=last.debts_fen,
        place=last.place,
        sources=(f"{last.visited_on.isoformat()} 入户登记",),
    )


def _narrowed(found: Iterable[RowsAbout], people: Collection[int]) -> list[RowsAbout]:
    wanted = pa.array(list(people), pa.int64())
    parts = [replace(one, rows=one.rows.filter(pc.is_in(one.rows["person_no"].cast(pa.int64()), wanted))) for one in found]
    return [one for one in parts if one.rows.num_rows]


def _known(found: Collection[RowsAbout], day: date) -> dict[str, Any]:
    """From what the departments reported: income of the newest year, costs of the 12 months before `day`.

    The yearly feed's sum of costs stands in only where no single cost is known: it counts the same bills, a year late.
    """
    rows = _newest_year(part for part in found if part.feed.code == YEARLY)
    sums = {name: sum(row.get(name) or 0 for row in rows) for name in [*ITEM_OF_COLUMN, "claims", "necessary_cost"]}
    lines = [Line(item, sums[column]) for column, item in ITEM_OF_COLUMN.items() if sums[column] > 0]
    paid, sources = _costs(found, *income_period(day))
    if not paid and sums["necessary_cost"] > 0:
        paid = [SelfPaid("部门掌握的合规自付", sums["necessary_cost"])]
    return {
        "income": {line.item: line for line in lines},
        "self_paid": tuple(paid),
        "claims_fen": sums["claims"],
        "sources": (*(f"{year} 年农户收支监测" for year in {row["year"] for row in rows}), *sources),
    }


def _costs(found: Iterable[RowsAbout], begins: date, ends: date) -> tuple[list[SelfPaid], list[str]]:
    """Settlements and school costs within the period, each summed, and where they come from.

    School costs carry no day: the month of their delivery says when. What was paid back is a negative row and counts.
    """
    medical, schooling, years = 0, 0, set()
    for part in found:
        for row in part.rows.to_pylist():
            if part.feed.code == MEDICAL and row["settled_on"] and begins <= row["settled_on"] <= ends:
                medical += row["self_paid"] or 0
            elif part.feed.code == SCHOOLING and begins <= part.delivery.period <= ends:
                schooling += row["self_paid"] or 0
                years.add(row["school_year"])
    period, studied = f"{begins}至{ends}", "、".join(sorted(filter(None, years)))
    known = [
        (medical, f"医疗自付（部门数据，{period}）", f"{period}医保结算明细"),
        (schooling, f"非义务教育自付（部门数据，{studied}学年）", f"{studied}学年非义务教育自付费用"),
    ]
    costs = [(SelfPaid(what, fen), source) for fen, what, source in known if fen > 0]
    return [cost for cost, _source in costs], [source for _cost, source in costs]


def _newest_year(found: Iterable[RowsAbout]) -> list[dict[str, Any]]:
    """Of each person the row delivered last, of the newest year only."""
    by_key: dict[tuple[int, int], dict[str, Any]] = {}
    for part in found:
        for row in part.rows.to_pylist():
            if row.get("year") is not None:
                by_key[row["year"], row["person_no"]] = row
    newest = max((year for year, _person in by_key), default=None)
    return [row for (year, _person), row in by_key.items() if year == newest]
