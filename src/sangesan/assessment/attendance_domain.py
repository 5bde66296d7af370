"""Days of members of village teams: what a day may be, how many a month asks for, what may be entered. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from sangesan.assessment.domain import half_up
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FILE = Path(__file__).with_name("attendance.yaml")
SHORTEST_REASON = 2
ROLES = {"head": "第一书记（工作队长）", "member": "队员"}


@dataclass(frozen=True)
class DayState:
    """What a day may be. counts: as a day in the village; reason: has to be given."""

    code: str
    title: str
    sign: str
    counts: bool
    reason: bool


@lru_cache(maxsize=1)
def day_states() -> Mapping[str, DayState]:
    """attendance.yaml by code; raises Refusal where it is broken."""
    found = {}
    for code, entry in mapping(read_yaml(FILE), FILE.name).items():
        place = f"{FILE.name} {code}"
        no_others(mapping(entry, place), {"title", "sign", "counts", "reason", "source"}, place)
        title, sign = required(entry, "title", place), required(entry, "sign", place)
        found[code] = DayState(code, title, sign, entry.get("counts") is True, entry.get("reason") is True)
    return found


def asked_days(month: Month, *, begin: date, end: date, days_a_month: int) -> int:
    """How many days a member owes of a month when begin..end of it count, both included: in proportion, half up."""
    first, last = max(begin, month.first_day()), min(end, month.last_day())
    covered = (last - first).days + 1
    if covered <= 0:
        return 0
    whole = (month.last_day() - month.first_day()).days + 1
    return half_up(Fraction(days_a_month * covered, whole))


def check_day(
    day: date, state: str, reason: str, *, begin: date, end: date | None, today: date, late_days: int
) -> DayState:
    """The state when the day may be entered so; raises Refusal naming the day and the remedy.

    end: the first day on which the member is no longer in the village (None: still).
    """
    place = f"{day.month}月{day.day}日"
    known = day_states().get(state)
    if known is None:
        raise Refusal(
            "没有选当天的情况", place=place, remedy=f"可选：{'、'.join(s.title for s in day_states().values())}"
        )
    if day > today:
        raise Refusal("日期晚于今天", place=place, remedy="请到当天再登记")
    if day < begin or (end is not None and day >= end):
        raise Refusal("这一天不在任期内", place=place, remedy="请核对队员的起止日期")
    if known.reason and len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(f"“{known.title}”没有写原因", place=place, remedy="如“县里培训”“看病”")
    if (today - day).days > late_days and len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(f"已过去{(today - day).days}天，补登要写原因", place=place, remedy="如“进山没有信号，回村后补登”")
    return known


def month_over(month: Month, *, end: date | None, today: date) -> bool:
    """Whether nothing more can come into a member's month: it is past, or the member has left."""
    return month.last_day() < today or (end is not None and end <= today)


def days_of(month: Month) -> list[date]:
    """All days of a month."""
    first = month.first_day()
    return [first + timedelta(days=n) for n in range((month.last_day() - first).days + 1)]
