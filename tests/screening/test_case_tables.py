"""Every rule against its table of situations, all in one run of the real engine."""

from functools import lru_cache

import pytest

from sangesan.facts.household import sources_of
from sangesan.facts.moment import Moment
from sangesan.facts.planning import closure
from sangesan.facts.reading import load_facts
from sangesan.facts.records import read_records
from sangesan.screening.engine import screen
from sangesan.screening.one_household import screen_household
from sangesan.screening.reading import load_exclusions, load_rules
from screening.case_tables import Case, Tables
from screening.county import AS_OF, connect, parameters

TABLES = Tables.read()


@lru_cache(maxsize=1)
def hit_subjects() -> set[tuple[str, object]]:
    """(rule, household number or division) of every hit; exclusions run as rules, so that each case counts."""
    con = connect(**TABLES.county())
    result = screen(con, as_of=AS_OF, rules=[*load_rules(), *load_exclusions()], parameters=parameters())
    return {(h["rule"], h["household_no"] or h["division"]) for h in result.hits.to_pylist()}


def test_every_rule_and_exclusion_has_a_table() -> None:
    assert {case.rule for case in TABLES.cases} == {r.code for r in (*load_rules(), *load_exclusions())}


@pytest.mark.parametrize("case", TABLES.cases, ids=lambda case: f"{case.rule}-{case.name}")
def test_case(case: Case) -> None:
    subjects = [case.number, case.village, case.town]
    assert any((case.rule, subject) in hit_subjects() for subject in subjects) is case.expected


def test_one_household_evaluation_agrees_with_every_case() -> None:
    con, book, moment = connect(**TABLES.county()), load_facts(), Moment(AS_OF, parameters())
    rules = [r for r in (*load_rules(), *load_exclusions()) if r.grain != "division"]
    sources = sources_of(closure([f for r in rules for f in r.facts], book))
    for case in TABLES.cases:
        records = read_records(con, case.number, sources=sources, as_of=AS_OF)
        assert records is not None
        hits = screen_household(records, rules=rules, moment=moment, book=book)
        found = {(hit.rule, hit.household_no) for hit in hits}
        assert found == {(r, s) for r, s in hit_subjects() if s == case.number}
