"""Money, dates and months: tables for what people write, properties for the arithmetic."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.dates import EARLIEST, LATEST, parse_date
from sangesan.kernel.money import format_yuan, parse_fen
from sangesan.kernel.period import Month, add_months
from sangesan.kernel.refusal import Refusal

fens = st.integers(-(10**13), 10**13)
days = st.dates(EARLIEST, LATEST)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1234.56", 123456), ("1,234.56", 123456), ("￥12", 1200), ("¥ 0.01", 1), ("3 000元", 300000), ("1.2万元", 1200000),
        ("1.2万", 1200000), ("０.５", 50), ("-3.10", -310), ("12元整", 1200), ("100000000", 10_000_000_000),
        ("0.000001万元", 1),
    ],
)  # fmt: skip
def test_amounts_people_write(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize("text", ["", "无", "1.234", "12.3.4", "1e5", "--5", "nan", "1.2345678万元", "五百元"])
def test_amounts_that_are_refused(text: str) -> None:
    with pytest.raises(Refusal, match="金额"):
        parse_fen(text)


@given(fens)
def test_what_is_shown_is_read_back(fen: int) -> None:
    assert parse_fen(format_yuan(fen)) == fen


@given(st.decimals(min_value=0, max_value=10**7, places=4))
def test_wan_yuan_is_exact(wan: Decimal) -> None:
    assert parse_fen(f"{wan:f}万元") == int(wan * 1_000_000)


@given(days)
def test_five_styles_and_a_time_of_day_are_one_date(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    styles = [f"{day:%Y-%m-%d}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{day:%Y%m%d}", f"{y}年{m}月{d}日", f"{day:%Y-%m-%d} 00:00:00"]
    assert {parse_date(style) for style in styles} == {day}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2022-02-30", "不存在"), ("1899-12-31", "早于1900年"), ("2101-01-01", "晚于2100年"), ("22-1-1", "认不出"),
        ("2022-13-01", "不存在"), ("2022/1-1", "认不出"), ("", "认不出"), ("去年", "认不出"), ("44817", "认不出"),
    ],
)  # fmt: skip
def test_dates_that_are_refused(text: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        parse_date(text)


@given(days.filter(lambda d: d.year < 2090), st.integers(0, 120))
def test_adding_months_keeps_the_day_or_the_months_end(day: date, months: int) -> None:
    later = add_months(day, months)
    assert Month.of(later) == Month.of(day).plus(months)
    assert later.day == day.day or (later.day < day.day and later == Month.of(later).last_day())


@given(st.integers(1901, 2099), st.integers(1, 12), st.integers(-24, 24))
def test_months_add_and_print(year: int, month: int, n: int) -> None:
    start = Month(year, month)
    if not 1900 <= (year * 12 + month - 1 + n) // 12 <= 2100:
        return
    assert start.plus(n).plus(-n) == start
    assert Month.parse(str(start)) == start
    assert (start.plus(1).first_day() - start.last_day()).days == 1
