"""The days that rules written by hand look at, worked out by hand."""

from dataclasses import dataclass
from datetime import date

from sangesan.kernel.period import Month


@dataclass(frozen=True)
class Spans:
    """Window ends for a day: `recent` is the first day of the month before, `last_end` its last day."""

    as_of: date
    recent: date
    last_end: date
    before_end: date
    year_start: date
    twelve: date
    quarter: date
    idle: date

    @classmethod
    def on(cls, as_of: date, months: dict[str, int]) -> "Spans":
        this, last = Month.of(as_of), Month.of(as_of).plus(-1)
        return cls(
            as_of=as_of,
            recent=this.plus(-months["new_case_months"]).first_day(),
            last_end=last.last_day(),
            before_end=last.plus(-1).last_day(),
            year_start=date(last.year, 1, 1),
            twelve=this.plus(-12).first_day(),
            quarter=this.plus(-months["quarterly_case_months"]).first_day(),
            idle=this.plus(-months["idle_lookback_months"]).first_day(),
        )
