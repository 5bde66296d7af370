"""Windows: the span of days, or the state on a day, that a fact looks at, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sangesan.facts.syntax import Literal, Name, Node, Operation, all_of, any_of, compare
from sangesan.kernel.period import Month


@dataclass(frozen=True)
class Window:
    """A named window; `length` is a whole number of months or the code of a parameter, where the name takes one."""

    name: str
    length: int | str | None = None


@dataclass(frozen=True)
class Span:
    """First and last day (or year) of a window, both inside."""

    first: date | int
    last: date | int


def _back(as_of: date, months: int) -> date:
    return Month.of(as_of).plus(-months).first_day()


def _last_month_end(as_of: date) -> date:
    return Month.of(as_of).plus(-1).last_day()


def _year_to_last_month(as_of: date, _: int) -> Span:
    end = _last_month_end(as_of)
    return Span(date(end.year, 1, 1), end)


SPANS: Mapping[str, Callable[[date, int], Span]] = {
    "last_month": lambda on, _: Span(_back(on, 1), _last_month_end(on)),
    "year_to_last_month": _year_to_last_month,
    "trailing_months": lambda on, months: Span(_back(on, months), _last_month_end(on)),
    "recent_months": lambda on, months: Span(_back(on, months), on),
    "this_year": lambda on, _: Span(on.year, on.year),
    "last_year": lambda on, _: Span(on.year - 1, on.year - 1),
    "year_before_last": lambda on, _: Span(on.year - 2, on.year - 2),
}
YEARS = frozenset({"this_year", "last_year", "year_before_last"})
OPEN_DAYS: Mapping[str, Callable[[date], date]] = {
    "open": lambda on: on,
    "open_at_last_month_end": _last_month_end,
    "open_at_end_of_month_before": lambda on: Month.of(on).plus(-2).last_day(),
}
ALWAYS = "always"
OVERLAPS = "overlaps_recent_months"
WITH_LENGTH = frozenset({"trailing_months", "recent_months", OVERLAPS})
NAMES = frozenset({*SPANS, *OPEN_DAYS, ALWAYS, OVERLAPS})
INTERVALS = frozenset({*OPEN_DAYS, OVERLAPS})


def span(window: Window, as_of: date, months: int) -> Span | None:
    """The days or years of a window that is a plain span; None for states and for `always`."""
    make = SPANS.get(window.name)
    return make(as_of, months) if make else None


def condition(window: Window, *, on: str, interval: tuple[str, str], as_of: date, months: int) -> Node:
    """What must be true of a row: `on` is its date column, `interval` its begin and end columns (end may be empty)."""
    days = span(window, as_of, months)
    if days is not None:
        return within(on, days)
    if window.name in OPEN_DAYS:
        day = OPEN_DAYS[window.name](as_of)
        return _touches(interval, day, day)
    if window.name == OVERLAPS:
        return _touches(interval, _back(as_of, months), as_of)
    return Literal(value=True)


def within(column: str, days: Span) -> Node:
    """The column lies in the span, both ends inside."""
    if days.first == days.last:
        return compare("=", Name(column), Literal(days.first))
    return all_of(compare(">=", Name(column), Literal(days.first)), compare("<=", Name(column), Literal(days.last)))


def _touches(interval: tuple[str, str], first: date, last: date) -> Node:
    began, ended = interval
    still = any_of(Operation("is_null", (Name(ended),)), compare(">=", Name(ended), Literal(first)))
    return all_of(compare("<=", Name(began), Literal(last)), still)
