"""What is known already before a visit, so that only changes are asked: the last visit, the register, the departments."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sangesan.exchange.about_people import RowsAbout, rows_about
from sangesan.exchange.contracts import load_contracts
from sangesan.registry.models import Condition, Living, Membership, Person
from sangesan.visits.income import Line, SelfPaid
from sangesan.visits.models import Visit
from sangesan.visits.queries import lines_of

FEED = "household_income"
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


def prefill(household_id: int) -> Prefill:
    """What the form begins with. The caller checked the reach; the register's people are those present."""
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
        return Prefill(**made, **_reported(list(present.values_list("pk", flat=True))))
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


def _reported(people: list[int]) -> dict[str, Any]:
    """The newest year that the department's yearly income feed has for these people, summed."""
    if FEED not in load_contracts().feeds or not people:
        return {}
    rows = _newest_year(rows_about(people=people, feeds=[FEED]))
    if not rows:
        return {}
    sums = {name: sum(row.get(name) or 0 for row in rows) for name in [*ITEM_OF_COLUMN, "claims", "necessary_cost"]}
    lines = [Line(item, sums[column]) for column, item in ITEM_OF_COLUMN.items() if sums[column] > 0]
    paid = (SelfPaid("部门掌握的合规自付", sums["necessary_cost"]),) if sums["necessary_cost"] > 0 else ()
    return {
        "income": {line.item: line for line in lines},
        "self_paid": paid,
        "claims_fen": sums["claims"],
        "sources": (f"{rows[0]['year']} 年农户收支监测",),
    }


def _newest_year(found: Iterable[RowsAbout]) -> list[dict[str, Any]]:
    """Of each person the row delivered last, of the newest year only."""
    by_key: dict[tuple[int, int], dict[str, Any]] = {}
    for part in found:
        for row in part.rows.to_pylist():
            if row.get("year") is not None:
                by_key[row["year"], row["person_no"]] = row
    newest = max((year for year, _person in by_key), default=None)
    return [row for (year, _person), row in by_key.items() if year == newest]
