"""Rows of one feed for one month, as typed columns, and how rows are shared out over months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sangesan.demo.chance import Bools, Ints, Texts, pick, weighted
from sangesan.demo.facts_of_county import CountyFacts
from sangesan.demo.population import County
from sangesan.kernel.period import Month


@dataclass(frozen=True)
class Column:
    """kind: date (datetime64[D], NaT empty) · money (fen, negative empty) · int · decimal (hundredths) · bool · text.

    With `words` the values are indices into it.
    """

    kind: str
    values: np.ndarray
    words: Texts | None = None

    def take(self, rows: Ints) -> Column:
        """The column with only these rows, in their order."""
        return Column(self.kind, self.values[rows], self.words)


@dataclass(frozen=True)
class Records:
    """Rows of one delivery. person: indices into the county's people; None for feeds about villages."""

    feed: str
    month: Month
    person: Ints | None
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())).values) if self.columns else 0


def date(values: np.ndarray) -> Column:
    """A column of days."""
    return Column("date", values.astype("datetime64[D]"))


def money(yuan: np.ndarray) -> Column:
    """A column of amounts given in yuan, kept in fen."""
    return Column("money", np.rint(np.asarray(yuan, dtype=np.float64) * 100).astype(np.int64))


def coded(indices: np.ndarray, words: Sequence[str] | Texts) -> Column:
    """A column of words given by index."""
    return Column("text", np.asarray(indices, dtype=np.int64), np.asarray(words))


def text(values: np.ndarray) -> Column:
    """A column of texts."""
    return Column("text", values)


def number(values: np.ndarray) -> Column:
    """A column of whole numbers."""
    return Column("int", np.asarray(values, dtype=np.int64))


def drawn(rng: np.random.Generator, shares: Mapping[str, float], count: int) -> Column:
    """A column of words drawn with these shares."""
    return coded(weighted(rng, list(shares.values()), count), list(shares))


def first_day(facts: CountyFacts) -> np.datetime64:
    """The first day of which departments report."""
    return np.datetime64(facts.months[0].first_day())


def last_day(facts: CountyFacts) -> np.datetime64:
    """The last day of which departments report."""
    return np.datetime64(facts.months[-1].last_day())


def days(
    rng: np.random.Generator, facts: CountyFacts, count: int, season: Mapping[int, float] | None = None
) -> np.ndarray:
    """Days within the reported months. season: weight of a calendar month, 1 where not named."""
    weights = [(season or {}).get(month.month, 1.0) for month in facts.months]
    chosen = weighted(rng, weights, count)
    firsts = np.array([m.first_day() for m in facts.months], dtype="datetime64[D]")
    lengths = np.array([(m.last_day() - m.first_day()).days + 1 for m in facts.months])
    result: np.ndarray = firsts[chosen] + (rng.random(count) * lengths[chosen]).astype(np.int64)
    return result


def between(rng: np.random.Generator, low: str | np.datetime64, high: str | np.datetime64, count: int) -> np.ndarray:
    """`count` days from low to high, both included."""
    first, last = _day(low), _day(high)
    return first + rng.integers(0, int((last - first).astype(int)) + 1, count)


def _day(day: str | np.datetime64) -> np.datetime64:
    return np.datetime64(day) if isinstance(day, str) else day.astype("datetime64[D]")


def lognormal(
    rng: np.random.Generator, middle: float, spread: float, limits: tuple[float, float], count: int
) -> np.ndarray:
    """Log-normal amounts around `middle`, kept inside the limits."""
    low, high = limits
    return np.clip(rng.lognormal(np.log(middle), spread, count), low, high)


def deliver(
    county: County,
    feed: str,
    reported: np.ndarray,
    person: Ints | None,
    columns: Mapping[str, Column],
    *,
    quarterly: bool = False,
) -> Iterator[Records]:
    """The rows month by month of `reported`; earlier ones come with the first month, later ones never.

    Quarterly feeds report at the end of each quarter what has come up since.
    """
    reported = reported.astype("datetime64[D]")
    start = None
    for month in county.facts.months:
        if quarterly and month.month % 3:
            continue
        end = np.datetime64(month.last_day())
        inside = reported <= end if start is None else (reported <= end) & (reported > start)
        start = end
        rows = np.flatnonzero(inside)
        if rows.size:
            rows = rows[np.argsort(reported[rows], kind="stable")]
            yield Records(
                feed,
                month,
                None if person is None else person[rows],
                {heading: column.take(rows) for heading, column in columns.items()},
            )


def afflicted(
    county: County, rng: np.random.Generator, trouble: str, fit: Bools, risk: str = ""
) -> Ints:
    """The people who meet a trouble: some in monitored households with that risk, the others outside."""
    households = county.households
    of = county.people.household
    count = county.facts.trouble(trouble)
    fit = fit & county.people.counted
    known = households.monitored & (households.has_risk(risk) if risk else True)
    inside = pick(rng, np.flatnonzero(fit & known[of]), round(count * county.facts.monitored_share(trouble)))
    outside = pick(rng, np.flatnonzero(fit & ~households.monitored[of]), count - inside.size)
    return rng.permutation(np.concatenate([inside, outside]))


def afflicted_households(
    county: County, rng: np.random.Generator, trouble: str, fit: Bools, risk: str = ""
) -> Ints:
    """The same for households."""
    households = county.households
    count = county.facts.trouble(trouble, "households")
    known = households.monitored & (households.has_risk(risk) if risk else True)
    inside = pick(rng, np.flatnonzero(fit & known), round(count * county.facts.monitored_share(trouble)))
    outside = pick(rng, np.flatnonzero(fit & ~households.monitored), count - inside.size)
    return rng.permutation(np.concatenate([inside, outside]))
