"""What a run does to a flag, as a table and as a property; when two sets of facts are the same; precision with its floor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.checks.domain import (
    CONFIRMED,
    REFUTED,
    Effect,
    Known,
    Precision,
    check_verdict,
    effect,
    facts_digest,
)
from sangesan.kernel.refusal import Refusal

TABLE = [
    # found, known, refuted before -> effect
    (None, None, (), None),
    (None, Known("", "a"), (), Effect.GONE),
    (None, Known(CONFIRMED, "a"), (), Effect.GONE),
    (None, Known(REFUTED, "a"), (), Effect.GONE),
    ("a", None, (), Effect.OPEN),
    ("a", None, ("b",), Effect.OPEN),
    ("a", None, ("a",), Effect.SILENT),
    ("a", Known("", "a"), (), Effect.KEEP),
    ("b", Known("", "a"), (), Effect.KEEP),
    ("b", Known(CONFIRMED, "a"), ("b",), Effect.KEEP),
    ("a", Known(REFUTED, "a"), (), Effect.KEEP),
    ("b", Known(REFUTED, "a"), (), Effect.REPLACE),
    ("b", Known(REFUTED, "a"), ("b",), Effect.GONE),
]


@pytest.mark.parametrize(("found", "known", "before", "expected"), TABLE)
def test_effect(found: str | None, known: Known | None, before: tuple[str, ...], expected: Effect | None) -> None:
    assert effect(found=found, known=known, refuted_before=before) == expected


NIGHTS = st.lists(
    st.tuples(st.sampled_from([None, "a", "b", "c"]), st.sampled_from(["", CONFIRMED, REFUTED])), max_size=30
)


@given(NIGHTS)
def test_what_was_refuted_never_comes_back_for_the_same_facts(nights: list[tuple[str | None, str]]) -> None:
    """Any sequence of nights, with a verdict after some: at most one flag is open; facts once refuted open none."""
    known: Known | None = None
    refuted: set[str] = set()
    for found, verdict in nights:
        what = effect(found=found, known=known, refuted_before=refuted)
        if what in {Effect.OPEN, Effect.REPLACE}:
            assert found not in refuted
            assert known is None or known.verdict == REFUTED
        if what in {Effect.GONE, Effect.REPLACE} and known is not None and known.verdict == REFUTED:
            refuted.add(known.facts_digest)
        if what in {Effect.OPEN, Effect.REPLACE}:
            known = Known("", found or "")
        elif what is Effect.KEEP and known is not None:
            known = Known(known.verdict, found or "")
        elif what in {Effect.GONE, Effect.SILENT}:
            known = None
        if known is not None and verdict:
            known = Known(verdict, known.facts_digest)


UNITS = {"days": "days", "months": "months", "households": "count"}


def test_days_that_pass_are_no_new_facts() -> None:
    rows = [{"kind": "case", "number": 3, "words": "x"}]
    before = facts_digest({"days": 4, "months": 1, "households": 2}, UNITS, rows)
    assert facts_digest({"days": 90, "months": 3, "households": 2}, UNITS, [rows[0] | {"words": "y"}]) == before
    assert facts_digest({"days": 4, "months": 1, "households": 3}, UNITS, rows) != before
    assert facts_digest({"days": 4, "months": 1, "households": 2}, UNITS, [{"kind": "case", "number": 4}]) != before


@pytest.mark.parametrize(
    ("confirmed", "judged", "percent"), [(0, 0, None), (4, 4, None), (5, 5, 100.0), (2, 6, 33.3), (0, 9, 0.0)]
)
def test_precision_is_only_said_above_the_floor(confirmed: int, judged: int, percent: float | None) -> None:
    assert Precision(confirmed, judged, 5).percent == percent


def test_no_floor_is_no_division_by_nothing() -> None:
    assert Precision(0, 0, 0).percent is None


@pytest.mark.parametrize(
    ("verdict", "words"), [("", "看过材料，属实"), ("maybe", "看过材料，属实"), (CONFIRMED, " 无 ")]
)
def test_a_verdict_needs_its_words(verdict: str, words: str) -> None:
    with pytest.raises(Refusal):
        check_verdict(verdict, words)
