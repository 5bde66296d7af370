"""How a monthly bulletin words, names and ranks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.dispatch.month_domain import DOWN, UP, paragraphs, pointed, ranks, tables, told, value_words
from sangesan.figures.catalogue import catalogue
from sangesan.figures.counted import Parts, Value


def value(code, *parts):
    return Value(catalogue()[code], Parts(*parts))


def test_every_figure_of_the_layout_is_given_for_its_level_and_month():
    for table in tables():
        for code in table.figures:
            assert table.level in catalogue()[code].levels, (table.code, code)
            assert "month" in catalogue()[code].cycles, code
    for one in paragraphs():
        for code in (*one.figures, *one.point):
            assert "county" in catalogue()[code].levels, code


def test_nobody_is_ranked_by_how_many_are_identified_or_eliminated():
    ranked = {code for table in tables() for code in table.ranked}
    assert not ranked & {
        "enrolled",
        "eliminated_in_period",
        "elimination_rate",
        "monitored",
        "cases_begun",
        "clues_new",
    }


@pytest.mark.parametrize(
    ("one", "cell", "sentence"),
    [
        (value("clues_new", 12, 12), "12", "新增线索12条"),
        (value("enrolled", 3, 3, 11, 11), "3户11人", "新纳入3户11人"),
        (value("enrolled", 0, 0, 0, 0), "0", "新纳入0户"),
        (value("clues_in_time", 16, 17), "94.12%", "按期核查率94.12%（16/17条）"),
        (value("elimination_rate", 2380, 3210, 8298, 11062), "75.01%", "风险消除率75.01%（按人计算，8,298/11,062人）"),
        (value("days_to_decision", 27, 2), "13.5", "线索到审定平均天数13.5天"),
    ],
)
def test_words(one, cell, sentence):
    assert (value_words(one), told(one)) == (cell, sentence)


def test_nothing_to_divide_by_is_a_dash():
    assert value_words(value("clues_in_time", 0, 0)) == "—"


def test_who_has_something_overdue_is_named_the_most_first():
    rows = [
        ("甲镇", value("clues_overdue", 1)),
        ("乙镇", value("clues_overdue", 0)),
        ("丙镇", value("clues_overdue", 3)),
    ]
    assert pointed("超期未核查", rows) == "超期未核查：丙镇3条、甲镇1条"
    assert pointed("超期未核查", rows[1:2]) == ""
    many = [(f"{n}镇", value("clues_overdue", 1)) for n in range(12)]
    assert pointed("超期未核查", many).endswith("等12个单位")


def test_small_numbers_are_not_ranked_and_equal_ones_share():
    values = {
        "a": value("clues_in_time", 9, 10), "b": value("clues_in_time", 18, 20), "c": value("clues_in_time", 10, 20),
        "d": value("clues_in_time", 9, 9), "e": value("clues_in_time", 0, 0),
    }  # fmt: skip
    assert ranks(values, UP, 10) == {"a": 1, "b": 1, "c": 3}
    assert ranks(values, DOWN, 10) == {"c": 1, "a": 2, "b": 2}


@given(
    st.dictionaries(st.text(min_size=1), st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=20),
    st.integers(1, 40),
)
def test_ranks_are_of_those_with_enough_and_in_order(given_parts, floor):
    values = {key: value("clues_in_time", min(parts), max(parts)) for key, parts in given_parts.items()}
    placed = ranks(values, UP, floor)
    assert set(placed) == {key for key, one in values.items() if one.denominator >= floor}
    for one, place in placed.items():
        assert place == 1 + sum(values[other].number > values[one].number for other in placed)
