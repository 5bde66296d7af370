"""The slice's parameters on a day: days, counts, and whether calendar or working days count."""

from datetime import date

from sangesan.amendments.queries import parameter_book
from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import DAY_TYPES, DayType
from sangesan.supervision.table import load_table

FALLBACK = {
    "sheet_days_blue": 7, "sheet_days_yellow": 5, "sheet_days_red": 3, "sheet_blues_in_quarter": 3,
    "sheet_extension_days": 7, "sheet_return_days": 3, "sheet_remind_days": 1, "look_back_days": 30,
}  # fmt: skip


def limit(code: str, on: date) -> int:
    """The value of one of the parameters above on a day."""
    value = parameter_book().value(code, on)
    return int(value.value) if value else FALLBACK[code]


def days_of(colour: str, on: date) -> int:
    """How many days a sheet of a colour has from its signing."""
    return limit(load_table().colours[colour].days, on)


def day_type(on: date) -> DayType:
    """Whether calendar or working days count on a day; raises Refusal for words that say neither."""
    value = parameter_book().value("sheet_day_type", on)
    words = str(value.value) if value else DAY_TYPES["calendar"]
    for code, title in DAY_TYPES.items():
        if words == title:
            return code
    raise Refusal(f"“{words}”不认识", place="参数 sheet_day_type", remedy="请写“日历日”或“工作日”")
