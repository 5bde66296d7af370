"""The compiled engine, the one-household evaluation and a slow independent twin: the same hits on random counties."""

from datetime import date

import pytest

from sangesan.facts.household import sources_of
from sangesan.facts.moment import Moment
from sangesan.facts.planning import closure
from sangesan.facts.reading import load_facts
from sangesan.facts.records import read_records
from sangesan.kernel.digest import digest_bytes
from sangesan.policy.parameters import ParameterBook, ParameterValue, load_parameters
from sangesan.screening.engine import ScreeningResult, screen
from sangesan.screening.one_household import screen_household
from sangesan.screening.reading import load_rules
from screening.county import connect
from screening.oracle import Twin
from screening.random_county import draw_county

DAYS = [date(2022, 9, 13), date(2022, 3, 31), date(2022, 1, 1), date(2021, 12, 31), date(2022, 2, 28)]
SEEDS = range(40)


def book(seed: int) -> ParameterBook:
    """Parameters that move with the seed, so that what-if values are compared too."""
    changed = {
        "monitoring_line": 250_000 + seed * 20_000,
        "new_case_months": 1 + seed % 3,
        "near_line_percent": 110 + seed,
    }
    shipped = load_parameters()
    return shipped.with_values(
        ParameterValue(code, value, shipped.parameter(code).unit, date(2021, 1, 1), None, "default")
        for code, value in changed.items()
    )


def run(seed: int) -> tuple[ScreeningResult, Twin, dict[str, object], ParameterBook, date]:
    as_of = DAYS[seed % len(DAYS)]
    county, parameters = draw_county(seed, as_of), book(seed)
    result = screen(connect(**county), as_of=as_of, rules=load_rules(), parameters=parameters)
    values = {
        code: int(v.value) for code in parameters.codes() if (v := parameters.value(code, as_of)) and v.unit != "text"
    }
    return result, Twin(county, as_of, values), county, parameters, as_of


@pytest.mark.parametrize("seed", SEEDS)
def test_engine_equals_the_twin(seed: int) -> None:
    result, twin, *_ = run(seed)
    expected = twin.hits()
    found = [
        (h["rule"], h["household_no"], h["person_no"], h["division"], h["measure"]) for h in result.hits.to_pylist()
    ]
    assert found == expected
    lines = "".join("|".join("" if part is None else str(part) for part in hit) + "\n" for hit in expected)
    assert result.digest == digest_bytes(lines.encode())


def test_the_random_counties_hit_every_rule_that_runs() -> None:
    hit = {h for seed in SEEDS for h in run(seed)[0].hits["rule"].to_pylist()}
    assert hit == {rule.code for rule in load_rules()}


@pytest.mark.parametrize("seed", range(3))
def test_one_household_equals_the_county(seed: int) -> None:
    result, _, county, parameters, as_of = run(seed)
    con, facts = connect(**county), load_facts()
    rules = load_rules()
    sources = sources_of(closure([f for r in rules for f in r.facts], facts))
    for home in county["households"]:
        records = read_records(con, home["household_no"], sources=sources, as_of=as_of)
        assert records is not None
        one = screen_household(records, rules=rules, moment=Moment(as_of, parameters), book=facts)
        expected = [h for h in result.hits.to_pylist() if h["household_no"] == home["household_no"]]
        assert [(h.rule, h.person_no, h.measure, h.operands) for h in one] == [
            (h["rule"], h["person_no"], h["measure"], h["operands"]) for h in expected
        ]
