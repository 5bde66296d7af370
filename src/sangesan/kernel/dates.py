"""Dates as departments write them. A date is a date, never an instant."""

import re
import unicodedata
from datetime import date

from sangesan.kernel.refusal import Refusal

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)

_FORM = re.compile(
    r"(?P<y>[0-9]{4})(?:(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})"
    r"|年(?P<cm>[0-9]{1,2})月(?P<cd>[0-9]{1,2})日?"
    r"|(?P<bm>[0-9]{2})(?P<bd>[0-9]{2}))"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
)


def parse_date(text: str) -> date:
    """2022-09-13, 2022/9/13, 2022.9.13, 20220913, 2022年9月13日, each with a time of day allowed. Raises Refusal."""
    plain = unicodedata.normalize("NFKC", text).strip()
    form = _FORM.fullmatch(plain)
    remedy = "请写成 2022-09-13 的样子"
    if not form:
        raise Refusal(f"日期“{text}”认不出", remedy=remedy)
    month, day = form["m"] or form["cm"] or form["bm"], form["d"] or form["cd"] or form["bd"]
    try:
        value = date(int(form["y"]), int(month), int(day))
    except ValueError:
        raise Refusal(f"日期“{text}”不存在", remedy=remedy) from None
    if value < EARLIEST:
        raise Refusal(f"日期“{text}”早于1900年", remedy="请核对年份")
    if value > LATEST:
        raise Refusal(f"日期“{text}”晚于2100年", remedy="请核对年份")
    return value


def day_in_full(day: date) -> str:
    """2022年9月13日."""
    return f"{day.year}年{day.month}月{day.day}日"
