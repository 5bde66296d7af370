"""Which periods are to be closed, and as of which day. Plain Python."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sangesan.kernel.period import Month, Period, Quarter, Week

ONE_DAY = timedelta(days=1)
MOST_AT_ONCE = 60  # periods looked back at the most after downtime
KINDS: Mapping[str, type[Week] | type[Month] | type[Quarter]] = {"week": Week, "month": Month, "quarter": Quarter}


@dataclass(frozen=True)
class Rhythm:
    """week: the weekday (1: Monday) of the following week, month and quarter: the day of the following month, on which
    a period is closed.
    """

    week: int
    month: int
    quarter: int

    def closing_day(self, period: Period) -> date:
        """The day on which a period is closed: never within the period itself."""
        after = period.last_day() + ONE_DAY
        if isinstance(period, Week):
            return after + (self.week - 1) * ONE_DAY
        set_day = self.month if isinstance(period, Month) else self.quarter
        return after + (min(set_day, Month.of(after).last_day().day) - 1) * ONE_DAY

    def as_of(self, period: Period) -> date:
        """The day as of whose end it is measured, whenever that is done: the one before the closing day."""
        return self.closing_day(period) - ONE_DAY


def kind_of(period: Period) -> str:
    """week, month or quarter."""
    return next(kind for kind, made in KINDS.items() if isinstance(period, made))


def unclosed(kind: str, rhythm: Rhythm, closed: Collection[str], today: date) -> list[Period]:
    """Periods whose closing day has come by `today` and that are not closed, the oldest first, at most MOST_AT_ONCE back.

    closed: names of those that are. What lies before the first of them is left, and where nothing was ever closed only
    the newest period waits: what was before the system began is nobody's omission.
    """
    period: Period = KINDS[kind].of(today)
    found: list[Period] = []
    left = set(closed)
    for _back in range(MOST_AT_ONCE):
        period = period.plus(-1)
        if str(period) in left:
            left.discard(str(period))
        elif rhythm.closing_day(period) <= today:
            found.append(period)
        if not left:
            break
    return found[::-1] if closed else found[:1]
