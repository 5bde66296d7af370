"""What measures say of households: how many, whether they answer the risks, since when none develops."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sangesan.assistance.catalogue import catalogue
from sangesan.assistance.domain import mismatch
from sangesan.assistance.models import Measure
from sangesan.assistance.situation import risk_codes
from sangesan.checks.subjects import Look
from sangesan.facts.functions import Value
from sangesan.policy.risks import RISK_TYPES

HOLLOW = "check_hollow_items"
STOPPED, LANDED, PERSON = Measure.State.STOPPED, Measure.State.LANDED, Measure.Source.PERSON


@dataclass
class Plan:
    """The measures of one household: (state, group, item, landed_on, ended_on, stopped_on, source)."""

    rows: list[tuple[str, str, str, date | None, date | None, date | None, str]] = field(default_factory=list)

    @property
    def current(self) -> list[tuple[str, str]]:
        """(group, item) of what is planned or landed."""
        return [(group, item) for state, group, item, *_ in self.rows if state != STOPPED]

    @property
    def landed(self) -> int:
        return sum(1 for row in self.rows if row[0] == LANDED)

    @property
    def by_hand(self) -> int:
        """Landed measures that a person wrote down."""
        return sum(1 for row in self.rows if row[0] == LANDED and row[6] == PERSON)

    def landed_by(self, day: date) -> int:
        """Landed on or before a day, also what was stopped later."""
        return sum(1 for row in self.rows if row[3] is not None and row[3] <= day)


def plans() -> Mapping[int, Plan]:
    """By household: its measures. One query for the county."""
    found: dict[int, Plan] = defaultdict(Plan)
    fields = ("state", "group", "item", "landed_on", "ended_on", "stopped_on", "source")
    for household, *row in Measure.objects.order_by("id").values_list("household_id", *fields):
        found[household].rows.append(tuple(row))
    return found


def measure_facts(
    plan: Plan, *, risks: Sequence[str], labour: int | None, enrolled_on: date | None, look: Look
) -> dict[str, Value]:
    """The facts of a household's measures, as facts.yaml names them."""
    hollow = look.words(HOLLOW)
    current = plan.current
    can_work = None if labour is None else labour > 0
    codes = risk_codes(list(risks))
    unanswered = mismatch(codes, {group for group, _ in current}, catalogue(), can_work=can_work)
    return {
        "landed_measures": plan.landed,
        "current_measures": len(current),
        "substantial_measures": sum(1 for _, item in current if not item.startswith(hollow)),
        "unanswered_risks": len(unanswered),
        "unanswered_words": "、".join(RISK_TYPES.get(one.risk, one.risk) for one in unanswered) or None,
        "without_development_months": _months_without(plan, enrolled_on, look.as_of),
    }


def _months_without(plan: Plan, enrolled_on: date | None, as_of: date) -> int | None:
    """Whole months since the last development measure ended, or since enrolment where there was none; 0 while one runs."""
    if enrolled_on is None:
        return None
    developing = {code for code, group in catalogue().groups.items() if group.development}
    since = enrolled_on
    for state, group, _item, landed_on, ended_on, stopped_on, _source in plan.rows:
        if group not in developing or landed_on is None:
            continue
        end = stopped_on if state == STOPPED else ended_on
        if end is None or end >= as_of:
            return 0
        since = max(since, end)
    return whole_months(since, as_of)


def whole_months(start: date, end: date) -> int:
    """Full months from one day to another, none below 0."""
    return max((end.year - start.year) * 12 + end.month - start.month - (end.day < start.day), 0)


def group_titles(codes: Collection[str]) -> str:
    """Titles of groups of measures."""
    return "、".join(group.title for code, group in catalogue().groups.items() if code in codes)
