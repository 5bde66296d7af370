"""Expressions: read by whitelist, the same value in SQL and in Python, unknown stays unknown."""

from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sangesan.facts.evaluation import evaluate, possible_truths
from sangesan.facts.parsing import parse
from sangesan.facts.rendering import to_sql
from sangesan.facts.syntax import Literal, Node, substitute
from sangesan.kernel.refusal import Refusal

NAMES = ("a", "b", "c", "p", "q")
NUMBERS = st.one_of(st.none(), st.integers(-10_000_000, 10_000_000))
TRUTHS = st.sampled_from([True, False, None])

number = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["a", "b", "c", "0", "1"]),
        st.tuples(number, st.sampled_from("+-"), number).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["min", "max", "coalesce"]), number, number).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        number.map(lambda n: f"abs({n})"),
        number.map(lambda n: f"(-{n})"),
    )
)
truth = st.deferred(
    lambda: st.one_of(
        st.sampled_from(["p", "q"]),
        st.tuples(number, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), number).map(" ".join),
        st.tuples(truth, st.sampled_from(["and", "or"]), truth).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        truth.map(lambda t: f"(not {t})"),
        number.map(lambda n: f"({n} is null)"),
        st.tuples(number, number, number).map(lambda t: f"percent_of({t[0]}, {t[1]}) >= {t[2]}"),
        st.tuples(number, number, number).map(lambda t: f"{t[0]} / {t[1]} < {t[2]}"),
    )
)


def in_sql(tree: Node, values: dict[str, Any]) -> Any:
    text = f"SELECT {to_sql(substitute(tree, lambda code: Literal(values[code])))}"
    with duckdb.connect(config={"threads": 1}) as con:
        return con.execute(text).fetchall()[0][0]


@settings(max_examples=200, deadline=None)
@example("percent_of(a, b) >= c", (2_000_000_000, 2_000_000_000, 1, True, True))
@given(truth, st.tuples(NUMBERS, NUMBERS, NUMBERS, TRUTHS, TRUTHS))
def test_python_and_duckdb_agree_unknown_included(text: str, given_values: tuple[Any, ...]) -> None:
    tree, values = parse(text, place="试"), dict(zip(NAMES, given_values, strict=True))
    assert in_sql(tree, values) == evaluate(tree, values)


@settings(max_examples=200, deadline=None)
@given(truth, st.tuples(NUMBERS, NUMBERS, NUMBERS, TRUTHS, TRUTHS), st.sets(st.sampled_from(NAMES)))
def test_what_is_called_possible_contains_what_is(text: str, given_values: tuple[Any, ...], shown: set[str]) -> None:
    tree, values = parse(text, place="试"), dict(zip(NAMES, given_values, strict=True))
    known = {code: value for code, value in values.items() if code in shown}
    assert evaluate(tree, values) in possible_truths(tree, known)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_never_anything_else(text: str) -> None:
    try:
        parse(text, place="试")
    except Refusal as refusal:
        assert refusal.place == "试"


@pytest.mark.parametrize(
    ("text", "values", "value"),
    [
        ("a >= b", {"a": 500_000, "b": 500_000}, True),
        ("a >= b", {"a": 499_999, "b": 500_000}, False),
        ("a >= b", {"a": None, "b": 500_000}, None),
        ("a / b > c", {"a": 1, "b": 0, "c": 0}, None),
        ("percent_of(a, b) <= c", {"a": 110, "b": 700_000, "c": 770_000}, True),
        ("days_between(a, b) > c", {"a": date(2022, 8, 1), "b": date(2022, 9, 1), "c": 30}, True),
        ("years_between(a, b) = c", {"a": date(1962, 9, 13), "b": date(2022, 9, 13), "c": 60}, True),
        ("years_between(a, b) = c", {"a": date(1962, 9, 14), "b": date(2022, 9, 13), "c": 59}, True),
        ("years_between(a, b) = c", {"a": date(1960, 2, 29), "b": date(2022, 2, 28), "c": 61}, True),
        ("years_between(a, b) = c", {"a": date(1960, 2, 29), "b": date(2022, 3, 1), "c": 62}, True),
        ("years_between(a, b) = c", {"a": None, "b": date(2022, 3, 1), "c": 62}, None),
        ("p or a > b", {"p": True, "a": None, "b": 1}, True),
        ("p and a > b", {"p": False, "a": None, "b": 1}, False),
        ("not p", {"p": None}, None),
        ("max(a, b) = 1", {"a": None, "b": 1}, True),
        ("1 = a and p", {"a": 1, "p": True}, True),
    ],
)
def test_values(text: str, values: dict[str, Any], value: Any) -> None:
    tree = parse(text, place="试")
    assert evaluate(tree, values) == value
    assert in_sql(tree, values) == value


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1800, 1, 1), date(2200, 1, 1)), st.dates(date(1800, 1, 1), date(2200, 1, 1)))
def test_whole_years_agree_between_engines(start: date, end: date) -> None:
    tree, values = parse("years_between(a, b) = c", place="试"), {"a": start, "b": end}
    for c in range(-1, 2):
        given_values = values | {"c": end.year - start.year + c}
        assert in_sql(tree, given_values) == evaluate(tree, given_values)


def test_one_and_true_stay_apart_in_sql() -> None:
    assert to_sql(Literal(value=True)) == "TRUE"
    assert to_sql(Literal(1)) == "CAST(1 AS BIGINT)"
