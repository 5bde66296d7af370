"""Weeks, months and quarters in words: pages show no codes such as 2022-Q3."""

from datetime import date

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from sangesan.kernel.period import Month, Period, Week, parse_period
from sangesan.kernel.refusal import Refusal

NUMERALS = {1: "一", 2: "二", 3: "三", 4: "四"}


def period_words(period: Period | str | None) -> str:
    """2022年第36周, 2022年8月, 2022年第三季度; a text that names no period (a plain year, nothing) stays as it is."""
    if not period:
        return ""
    if isinstance(period, str):
        try:
            period = parse_period(period)
        except Refusal:
            return str(period)
    if isinstance(period, Week):
        return _("{year}年第{week}周").format(year=period.year, week=period.week)
    if isinstance(period, Month):
        return _("{year}年{month}月").format(year=period.year, month=period.month, name=MONTHS[period.month])
    return _("{year}年第{numeral}季度").format(
        year=period.year, numeral=NUMERALS[period.quarter], quarter=period.quarter
    )


def day_words(day: date) -> str:
    """9月5日."""
    return _("{month}月{day}日").format(month=day.month, day=day.day)
