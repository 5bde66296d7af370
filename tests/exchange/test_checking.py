"""The vectorised checks against the kernel's plain functions, cell by cell, on whatever hypothesis finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exchange.builders import identity
from sangesan.exchange.checking.dates import check_date, date_of
from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.checking.identity import NO_KEY, check_identity, is_scientific, keys_of
from sangesan.exchange.checking.money import check_money, fen_of
from sangesan.exchange.checking.simple import (
    bool_of,
    check_bool,
    check_code,
    check_decimal,
    check_int,
    decimal_of,
    int_of,
)
from sangesan.exchange.reading.raw import column_of, number_text
from sangesan.kernel import identity_number
from sangesan.kernel.dates import EARLIEST, LATEST
from sangesan.kernel.refusal import Refusal

DIGITS = st.text("0123456789０１２.,-万元￥ eE+", max_size=14)
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(str)


def oracle(parse: Callable[[str], Any], texts: list[str]) -> list[Any]:
    """What the plain function says of each text; Refusal where it refuses, None where there is nothing."""
    result = []
    for text in texts:
        if not text.strip():
            result.append(None)
            continue
        try:
            result.append(parse(text))
        except Refusal:
            result.append(Refusal)
    return result


def vectorised(outcome: Any) -> list[Any]:
    values = outcome.values.to_pylist()
    return [Refusal if bad else value for value, bad in zip(values, outcome.bad.tolist(), strict=True)]


@given(st.lists(st.one_of(DIGITS, AMOUNTS, st.text(max_size=5)), min_size=1, max_size=20), st.sampled_from([1, 10_000]))
@settings(deadline=None)
def test_money_texts(texts: list[str], unit: int) -> None:
    assert vectorised(check_money(column_of(texts), unit)) == oracle(lambda t: fen_of(t, unit), texts)


@given(
    st.lists(
        st.one_of(st.floats(-1e12, 1e12), st.decimals(-(10**8), 10**8, places=2).map(float)), min_size=1, max_size=20
    ),
    st.sampled_from([1, 10_000]),
)
@example([1e-05, -1e-05, 1e-9], 10_000)
@settings(deadline=None)
def test_money_numbers_go_by_what_excel_shows(numbers: list[float], unit: int) -> None:
    expected = oracle(lambda t: fen_of(t, unit), [number_text(n) for n in numbers])
    assert vectorised(check_money(column_of(numbers), unit)) == expected


def test_money_that_a_double_cannot_hold_is_exact() -> None:
    numbers = [0.1 + 0.2, 1.005, 4.35, 9573.379999999999, 1e-9, 123456789.01]
    assert vectorised(check_money(column_of(numbers))) == [30, Refusal, 435, 957338, Refusal, 12345678901]


@given(
    st.lists(st.one_of(st.text("0123456789-/.年月日 :T", max_size=19), st.dates().map(str)), min_size=1, max_size=20)
)
@settings(deadline=None)
def test_date_texts(texts: list[str]) -> None:
    assert vectorised(check_date(column_of(texts))) == oracle(date_of, texts)


@given(st.dates(EARLIEST + timedelta(days=90), LATEST))
def test_every_style_of_one_day_gives_that_day(day: date) -> None:
    serial = float((day - date(1899, 12, 30)).days)
    styles: list[object] = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        day,
        datetime(day.year, day.month, day.day, 13, 5),  # noqa: DTZ001  a cell has no zone
        serial,
        serial + 0.5,
        float(f"{day:%Y%m%d}"),
    ]
    assert vectorised(check_date(column_of(styles))) == [day] * len(styles)


def test_months_are_first_days() -> None:
    cells: list[object] = ["2022-08", "2022年8月", "202208", "2022-08-15", date(2022, 8, 31), 202208.0]
    assert vectorised(check_date(column_of(cells), months=True)) == [date(2022, 8, 1)] * len(cells)


NUMBERS = st.builds(
    lambda area, day, serial: identity(serial, day, area),
    st.sampled_from(["610998", "612498"]),
    st.dates(date(1900, 1, 1), date(2022, 12, 31)),
    st.integers(0, 999),
)


@st.composite
def written_numbers(draw: st.DrawFn) -> str:
    """A number as people write it: sound, damaged, old, full width, spaced, lower case."""
    number = draw(NUMBERS)
    way = draw(st.integers(0, 7))
    if way == 1:
        return number[:6] + number[8:17]
    if way == 2:
        return f" {number[:6]} {number[6:14]} {number[14:]} "
    if way == 3:
        return number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))
    if way == 4:
        return number.lower()
    if way == 5:
        place = draw(st.integers(0, 17))
        return number[:place] + draw(st.sampled_from("0123456789X")) + number[place + 1 :]
    if way == 6:
        return "'" + number
    return number if way else draw(st.text("0123456789Xx", min_size=14, max_size=19))


@given(st.lists(written_numbers(), min_size=1, max_size=30))
@settings(deadline=None)
def test_identity_keys_are_those_of_the_kernel(texts: list[str]) -> None:
    keys, mended = keys_of(column_of(texts).text)
    for text, key, was_mended in zip(texts, keys.tolist(), mended.tolist(), strict=True):
        if identity_number.is_sound(text):
            assert key == int(identity_number.parse(text).text[:17])
            assert was_mended == (identity_number.parse(text).text != text.strip())
        else:
            assert key == NO_KEY


@given(st.lists(st.text("0123456789", min_size=17, max_size=17), min_size=1, max_size=200))
@settings(deadline=None)
def test_full_numbers_with_right_check_digit_are_judged_by_their_date(firsts: list[str]) -> None:
    texts = [first + identity_number.check_digit(first) for first in firsts]
    keys, _ = keys_of(column_of(texts).text)
    assert [key != NO_KEY for key in keys.tolist()] == [identity_number.is_sound(text) for text in texts]


def test_a_number_cell_is_refused_whatever_its_value() -> None:
    sound = identity(101, date(1968, 3, 5))
    result = check_identity(column_of([sound, float(sound), 6.1e17, 1.0, "6.10998E+17", "6.1e17", "'6.1E+17", ""]))
    assert result.bad.tolist() == [False, True, True, True, True, True, True, False]
    assert is_scientific("6.10998E+17")
    assert not is_scientific(sound)


INTS = {"3": 3, "3.0": 3, "-2": -2, "3级": 3, "三级": 3, "2022年": 2022, "1,200": 1200, "３": 3}


def test_whole_numbers() -> None:
    assert vectorised(check_int(column_of(list(INTS)))) == list(INTS.values())
    assert vectorised(check_int(column_of(["一级半", "3.5", "x", 2.0, 2.5, "99999999999"]))) == [
        *[Refusal] * 3,
        2,
        Refusal,
        Refusal,
    ]


@given(st.lists(st.text("0123456789.-级三", max_size=8), min_size=1, max_size=20))
@settings(deadline=None)
def test_whole_numbers_and_decimals_against_the_plain_functions(texts: list[str]) -> None:
    assert vectorised(check_int(column_of(texts))) == oracle(int_of, texts)
    assert vectorised(check_decimal(column_of(texts))) == oracle(decimal_of, texts)


def test_decimals_keep_two_places() -> None:
    cells: list[object] = ["89.5", 89.12, "120㎡", "1,200.50", 89.123, "大"]
    expected = [Decimal("89.50"), Decimal("89.12"), Decimal("120.00"), Decimal("1200.50"), Refusal, Refusal]
    assert vectorised(check_decimal(column_of(cells))) == expected


def test_yes_and_no() -> None:
    cells: list[object] = ["是", "否", True, False, 1.0, 0.0, "√", "×", "也许", ""]
    assert vectorised(check_bool(column_of(cells))) == [
        True,
        False,
        True,
        False,
        True,
        False,
        True,
        False,
        Refusal,
        None,
    ]
    assert bool_of(" 是 ") is True


def test_codes_come_back_in_their_listed_writing() -> None:
    outcome = check_code(column_of(["A", "ａ", " b ", "C级", "E", ""]), ["A", "B", "C", "D"])
    assert vectorised(outcome) == ["A", "A", "B", "C", Refusal, None]


PLACES = {
    "610998100201": "610998100201",
    "双柳村": "610998100201",
    "双柳村委会": "610998100201",
    "东河镇双柳村": "610998100201",
    "东河镇 双柳": "610998100201",
    "试验县东河镇双柳村": "610998100201",
    "某某省某某市试验县东河镇双柳村": "610998100201",
    "东河镇街道社区": "610998100001",
    "西山镇街道社区居委会": "610998101001",
}


@pytest.mark.parametrize("text", PLACES)
def test_villages_by_code_and_name(text: str, directory: Directory) -> None:
    assert directory.resolve(text) == PLACES[text]


@pytest.mark.parametrize("text", ["街道社区", "东河镇", "无名村", "610998100999", "610998100000", "双柳"])
def test_what_names_no_single_village_is_refused(text: str, directory: Directory) -> None:
    with pytest.raises(Refusal) as refusal:
        directory.resolve(text)
    assert refusal.value.remedy


def test_unsound_columns_do_not_disturb_each_other() -> None:
    keys, mended = keys_of(column_of(["", "", ""]).text)
    assert keys.tolist() == [NO_KEY] * 3
    assert not np.any(mended)
