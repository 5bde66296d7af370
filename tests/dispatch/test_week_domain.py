"""Which periods are closed when, and how lists are packed: tables and properties."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.dispatch.domain import KINDS, Rhythm, kind_of, unclosed
from sangesan.dispatch.freezing import digest, frozen_parts, pack, unpack, unpack_all
from sangesan.figures.counted import Item, Parts
from sangesan.kernel.period import Month, Period, Quarter, Week

MONDAY = Rhythm(week=1, month=3, quarter=5)
THURSDAY = Rhythm(week=4, month=31, quarter=1)


@pytest.mark.parametrize(
    ("period", "rhythm", "closing", "as_of"),
    [
        (Week(2022, 36), MONDAY, date(2022, 9, 12), date(2022, 9, 11)),
        (Week(2022, 36), THURSDAY, date(2022, 9, 15), date(2022, 9, 14)),
        (Week(2021, 52), MONDAY, date(2022, 1, 3), date(2022, 1, 2)),
        (Month(2022, 8), MONDAY, date(2022, 9, 3), date(2022, 9, 2)),
        (Month(2022, 1), THURSDAY, date(2022, 2, 28), date(2022, 2, 27)),
        (Quarter(2022, 3), MONDAY, date(2022, 10, 5), date(2022, 10, 4)),
        (Quarter(2022, 4), THURSDAY, date(2023, 1, 1), date(2022, 12, 31)),
    ],
)
def test_closing_days(period: Period, rhythm: Rhythm, closing: date, as_of: date) -> None:
    assert (rhythm.closing_day(period), rhythm.as_of(period)) == (closing, as_of)


@pytest.mark.parametrize(
    ("kind", "closed", "today", "waiting"),
    [
        ("week", [], date(2022, 9, 13), ["2022-W36"]),
        ("week", ["2022-W36"], date(2022, 9, 13), []),
        ("week", ["2022-W36"], date(2022, 9, 18), []),
        ("week", ["2022-W36"], date(2022, 9, 19), ["2022-W37"]),
        ("week", ["2022-W33"], date(2022, 9, 13), ["2022-W34", "2022-W35", "2022-W36"]),
        ("week", ["2022-W33", "2022-W36"], date(2022, 9, 13), ["2022-W34", "2022-W35"]),
        ("week", ["2021-W51"], date(2022, 1, 10), ["2021-W52", "2022-W01"]),
        ("month", ["2022-06"], date(2022, 9, 2), ["2022-07"]),
        ("month", ["2022-06"], date(2022, 9, 3), ["2022-07", "2022-08"]),
        ("quarter", [], date(2022, 9, 13), ["2022-Q2"]),
        ("quarter", ["2022-Q2"], date(2022, 10, 5), ["2022-Q3"]),
    ],
)
def test_what_waits_to_be_closed(kind: str, closed: list[str], today: date, waiting: list[str]) -> None:
    assert [str(period) for period in unclosed(kind, MONDAY, closed, today)] == waiting


def test_a_set_day_later_in_the_week_lets_late_entries_in() -> None:
    assert unclosed("week", THURSDAY, ["2022-W35"], date(2022, 9, 14)) == []
    assert unclosed("week", THURSDAY, ["2022-W35"], date(2022, 9, 15)) == [Week(2022, 36)]


@given(
    st.dates(date(2021, 1, 1), date(2026, 12, 31)),
    st.sampled_from(sorted(KINDS)),
    st.integers(1, 7),
    st.integers(1, 31),
)
def test_nothing_is_closed_before_it_has_ended(day: date, kind: str, weekday: int, set_day: int) -> None:
    rhythm = Rhythm(weekday, set_day, set_day)
    period = KINDS[kind].of(day)
    assert kind_of(period) == kind
    assert rhythm.as_of(period) >= period.last_day()
    assert rhythm.closing_day(period) > period.last_day()
    for waiting in unclosed(kind, rhythm, [str(period.plus(-4))], day):
        assert rhythm.closing_day(waiting) <= day
        assert waiting.first_day() > period.plus(-4).first_day()


ITEMS = st.lists(
    st.builds(
        Item, st.integers(1, 10**9), st.just("610998100201"), st.sampled_from(["", "610998100201-01", "610998100201-02"]),
        st.sampled_from(["", "medical_security"]), st.integers(0, 12), st.booleans(), st.integers(0, 400),
    ),
    max_size=30, unique_by=lambda item: item.number,
)  # fmt: skip


@given(ITEMS, ITEMS)
def test_a_list_comes_out_of_its_package_as_it_went_in(one: list[Item], other: list[Item]) -> None:
    packed = pack({"one": one, "other": other})
    assert unpack("610998100201", packed, "one") == sorted(one, key=lambda item: item.number)
    assert set(unpack_all("610998100201", packed)) == {
        name for name, items in (("one", one), ("other", other)) if items
    }
    assert unpack("610998100201", packed, "none") == []


def test_lists_of_feeds_keep_their_texts() -> None:
    items = [Item("medical:2022-07", department="medical_security", hit=False), Item("medical:2022-08", department="x")]
    assert unpack("", pack({"pushed": items}), "pushed") == items


def test_the_digest_depends_on_every_number_and_on_no_order() -> None:
    rows = [("a", {"values": {"x": [1, 1, 0, 0]}}), ("b", {"values": {}})]
    lists = [("a", b"1"), ("b", b"2")]
    first = digest({"period": "2022-W36"}, rows, lists)
    assert first == digest({"period": "2022-W36"}, rows[::-1], lists[::-1])
    assert first != digest({"period": "2022-W36"}, [("a", {"values": {"x": [2, 2, 0, 0]}}), rows[1]], lists)
    assert first != digest({"period": "2022-W36"}, rows, [lists[0], ("b", b"3")])
    assert first != digest({"period": "2022-W35"}, rows, lists)


def test_places_with_nothing_hold_nothing() -> None:
    parts = {"x": {"a": Parts(1, 2, 3, 4), "b": Parts()}, "y": {"b": Parts(0, 1, 0, 0)}}
    assert frozen_parts(parts, "a") == {"x": [1, 2, 3, 4]}
    assert frozen_parts(parts, "b") == {"y": [0, 1, 0, 0]}
