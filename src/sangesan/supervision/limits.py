"""The slice's parameters on a day: days, counts, and whether calendar or working days count."""

from datetime import date

from sangesan.amendments.queries import parameter_number, parameter_text
from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import DAY_TYPES, DayType
from sangesan.supervision.table import load_table


def days_of(colour: str, on: date) -> int:
    """How many days a sheet of a colour has from its signing."""
    return parameter_number(load_table().colours[colour].days, on)


def day_type(on: date) -> DayType:
    """Whether calendar or working days count on a day; raises Refusal for words that say neither."""
    words = parameter_text("sheet_day_type", on)
    for code, title in DAY_TYPES.items():
        if words == title:
            return code
    raise Refusal(f"“{words}”不认识", place="参数 sheet_day_type", remedy="请写“日历日”或“工作日”")
