"""Date and month columns: five written styles, date cells, Excel's serial numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from sangesan.exchange.checking.outcome import Outcome, by_distinct, distinct_numbers, overlay, plain
from sangesan.exchange.reading.raw import RawColumn, mask, number_text
from sangesan.kernel.dates import EARLIEST, LATEST, parse_date
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal

# Serial 61 is 1900-03-01; before it Excel counts a day that never was (1900-02-29).
FIRST_SERIAL = 61
_SERIAL_EPOCH = date(1899, 12, 30)
LAST_SERIAL = (LATEST - _SERIAL_EPOCH).days


def date_of(text: str) -> date:
    """The date of one cell's text."""
    return parse_date(plain(text))


def date_of_number(number: float) -> date:
    """A number cell in a date column: Excel's serial, or 20220913."""
    if FIRST_SERIAL <= number < LAST_SERIAL + 1:
        return _SERIAL_EPOCH + timedelta(days=int(number))
    if number == int(number) and 19_000_101 <= number <= 21_001_231:
        return parse_date(number_text(number))
    raise Refusal(f"数字“{number_text(number)}”不是日期")


def month_of(text: str) -> date:
    """First day of the month that a cell names (2022-08, 2022年8月, or a date in it)."""
    word = plain(text)
    try:
        return Month.parse(word).first_day()
    except Refusal:
        return parse_date(word).replace(day=1)


def month_of_number(number: float) -> date:
    """202208 or an Excel serial."""
    if number == int(number) and 190_001 <= number <= 210_012:
        return Month.parse(number_text(number)).first_day()
    return date_of_number(number).replace(day=1)


def check_date(column: RawColumn, months: bool = False) -> Outcome:
    """date32; the first day of the month with `months`."""
    result = by_distinct(column.text, month_of if months else date_of, pa.date32())
    values, bad = result.values, result.bad
    if column.numbers is not None:
        numbers = distinct_numbers(column, month_of_number if months else date_of_number, pa.date32())
        values = overlay(values, column.is_number(), numbers.values)
        bad = bad | numbers.bad
    if column.days is not None:
        days = column.days
        given = column.is_day()
        inside = pc.fill_null(pc.and_(pc.greater_equal(days, EARLIEST), pc.less_equal(days, LATEST)), False)
        if months:
            days = pc.cast(pc.floor_temporal(days, unit="month"), pa.date32())
        values = overlay(values, given, pc.if_else(inside, days, pa.scalar(None, pa.date32())))
        bad = bad | (given & ~mask(inside))
    return Outcome(values, bad)
