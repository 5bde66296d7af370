"""Holding the checks against what was gathered: the same parsed expressions as rules, compiled to DuckDB's SQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from sangesan.checks.reading import Check
from sangesan.checks.subjects import Gathered, Look, Subject
from sangesan.checks.vocabulary import CheckFact, Grain
from sangesan.facts.functions import Value
from sangesan.facts.model import UNITS
from sangesan.facts.moment import Moment
from sangesan.facts.rendering import to_sql
from sangesan.screening.explaining import filled, shown_value

ARROW = {"truth": pa.bool_(), "text": pa.string()}
PLACE = "place_in_list"


@dataclass(frozen=True)
class Hit:
    """A subject of which a check holds. values: of the facts that the check names."""

    check: Check
    subject: Subject
    values: dict[str, Value]


def lacking(check: Check, look: Look) -> list[str]:
    """Parameters of the check that the county has no value for on the day; with one of them it waits."""
    return [code for code in check.parameters if look.book.value(code, look.as_of) is None]


def hold(checks: Sequence[Check], gathered: Gathered, look: Look) -> Iterator[Hit]:
    """The hits of checks of one grain, by check and in the order of the subjects. What is unknown never hits."""
    if not checks or not gathered.subjects:
        return
    with duckdb.connect() as con:
        con.register("subjects", _table(checks[0].grain, gathered.facts))
        for check in checks:
            condition = to_sql(Moment(look.as_of, look.book).filled(check.when, set(check.parameters)))
            asked = f"SELECT {PLACE} FROM subjects WHERE {condition} ORDER BY {PLACE}"  # noqa: S608  a parsed tree's SQL
            for (place,) in con.execute(asked).fetchall():
                facts = gathered.facts[place]
                yield Hit(check, gathered.subjects[place], {code: facts.get(code) for code in check.facts})


def _table(grain: Grain, facts: Sequence[Mapping[str, Value]]) -> pa.Table:
    columns: dict[str, Any] = {PLACE: pa.array(range(len(facts)), pa.int64())}
    for code, fact in grain.facts.items():
        columns[code] = pa.array([row.get(code) for row in facts], ARROW.get(fact.unit, pa.int64()))
    return pa.table(columns)


def sentence(check: Check, values: Mapping[str, Any], look: Look) -> str:
    """The check's sentence with the values of its facts and parameters."""
    shown = {code: fact_words(check.grain.facts[code], value) for code, value in values.items()}
    return filled(check.sentence, shown, check.parameters, as_of=look.as_of, parameters=look.book)


def fact_words(fact: CheckFact, value: Any) -> str:
    """A fact's value as people read it."""
    if fact.word and value is not None:
        return f"{value}{fact.word}"
    return shown_value(value, fact.unit, UNITS)


def by_grain(checks: Iterable[Check]) -> dict[str, list[Check]]:
    """Checks by the grain they are about, in their order."""
    found: dict[str, list[Check]] = {}
    for check in checks:
        found.setdefault(check.grain.code, []).append(check)
    return found
