"""The same rules for one household, at once and without a query: for a record that has just come in."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.facts.evaluation import evaluate
from sangesan.facts.functions import Value
from sangesan.facts.household import HouseholdFacts, lazy
from sangesan.facts.model import FactBook
from sangesan.facts.moment import Moment
from sangesan.facts.records import HouseholdRecords
from sangesan.facts.subjects import DEAD, LIVING
from sangesan.facts.syntax import names_in
from sangesan.screening.rules import Rule


@dataclass(frozen=True, order=True)
class Hit:
    """One hit, with the columns that the county run's table has."""

    rule: str
    household_no: int
    person_no: int | None
    measure: int | None
    operands: str


def screen_household(records: HouseholdRecords, *, rules: Sequence[Rule], moment: Moment, book: FactBook) -> list[Hit]:
    """The hits of person and household rules on one household, in the county run's order.

    rules: those that run on the day (see `waiting.split`); division rules are passed over: they hit no household.
    """
    facts = HouseholdFacts(records, book, moment)
    if not facts.with_state(LIVING):
        return []
    own = [rule for rule in rules if rule.grain != "division"]
    return [hit for rule in own for hit in _hits(rule, facts)]


def _hits(rule: Rule, facts: HouseholdFacts) -> Iterator[Hit]:
    if rule.grain == "household":
        subjects: list[int | None] = [None]
    else:
        subjects = list(facts.with_state(DEAD if rule.subjects == "deceased" else LIVING))
    for person in subjects:
        hit = _hit(rule, facts, person)
        if hit is not None:
            yield hit


def _hit(rule: Rule, facts: HouseholdFacts, person: int | None) -> Hit | None:
    def value(code: str) -> Value:
        return facts.household(code) if person is None else facts.person(code, person)

    when = facts.moment.filled(rule.when, set(rule.parameters) & set(names_in(rule.when)))
    if evaluate(when, lazy(value)) is not True:
        return None
    measure = value(rule.measure)
    return Hit(
        rule=rule.code,
        household_no=facts.records.household["household_no"],
        person_no=person,
        measure=_whole(measure),
        operands=canonical({code: value(code) for code in rule.shown}),
    )


def canonical(values: dict[str, Value]) -> str:
    """Canonical JSON of fact values: keys sorted, no spaces, whole numbers."""
    plain = {code: v if isinstance(v, bool) else _whole(v) for code, v in values.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def _whole(value: Value) -> int | None:
    """A fact's figure; rules' facts are whole numbers and truths (checked when they are read)."""
    if value is None:
        return None
    if isinstance(value, str | date):
        raise TypeError(value)
    return int(value)
