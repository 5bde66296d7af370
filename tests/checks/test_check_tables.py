"""Every check against its table, by the compiled SQL and by the plain evaluation of the same tree."""

from __future__ import annotations

from datetime import date

import pytest

from checks.check_tables import Situation, situations
from sangesan.checks.engine import hold, sentence
from sangesan.checks.reading import load_checks
from sangesan.checks.subjects import Gathered, Look, Subject
from sangesan.facts.evaluation import evaluate
from sangesan.policy.parameters import load_parameters

LOOK = Look(date(2022, 9, 13), load_parameters())
SITUATIONS = situations()


def test_every_check_has_a_table_with_both_answers() -> None:
    found: dict[str, set[bool]] = {}
    for one in SITUATIONS:
        found.setdefault(one.check.code, set()).add(one.expected)
    assert found == {code: {True, False} for code in load_checks()}


@pytest.mark.parametrize("one", SITUATIONS, ids=lambda one: f"{one.check.code}-{one.name}")
def test_situation(one: Situation) -> None:
    gathered = Gathered([Subject("x:1", "county:1")], [one.facts])
    hits = list(hold([one.check], gathered, LOOK))
    assert bool(hits) is one.expected
    parameters = {code: LOOK.book.value(code, LOOK.as_of).value for code in one.check.parameters}
    assert (
        evaluate(one.check.when, dict.fromkeys(one.check.grain.facts) | one.facts | parameters) is True
    ) is one.expected
    if one.sentence:
        assert sentence(one.check, hits[0].values, LOOK) == one.sentence
