"""What scores are made of, taken from where it was recorded: nothing is typed in twice (结果共用).

A record counts in the period in whose days it was recorded; so what comes later counts in the next one, and nothing twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sangesan.assessment.domain import Operand, Record
from sangesan.regions.queries import CHINA


@dataclass(frozen=True)
class Window:
    """The days of a period, as known at the end of `as_of`."""

    first: date
    last: date
    as_of: date

    @property
    def end(self) -> date:
        """The last day that can have been recorded."""
        return min(self.last, self.as_of)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first day's beginning until just before the day after `end`."""
        return _start(self.first), _start(self.end + timedelta(days=1))


Keyed = Iterable[tuple[str, Record]]
ShareSource = Callable[[Window], Mapping[str, Mapping[str, Operand]]]
RecordSource = Callable[[Window], Mapping[str, Keyed]]
_SHARES: list[ShareSource] = []
_RECORDS: list[RecordSource] = []


def shares(source: ShareSource) -> ShareSource:
    """Makes a function known that counts shares: share -> key of unit, team or post -> operand (decorator)."""
    _SHARES.append(source)
    return source


def records(source: RecordSource) -> RecordSource:
    """Makes a function known that lists records: kind of record -> (key, record) (decorator)."""
    _RECORDS.append(source)
    return source


@dataclass(frozen=True)
class Supply:
    """Everything counted in a window. shares: share -> key -> operand; records: kind -> key -> records, the first first."""

    shares: Mapping[str, Mapping[str, Operand]]
    records: Mapping[str, Mapping[str, Sequence[Record]]]

    def operands_of(self, keys: Sequence[str]) -> dict[str, Operand]:
        """The shares of a subject: those of all its keys added up; absent where none of them has any."""
        found = {}
        for share, by_key in self.shares.items():
            ours = [by_key[key] for key in keys if key in by_key]
            if ours:
                found[share] = Operand(sum(one.numerator for one in ours), sum(one.denominator or 0 for one in ours))
        return found

    def records_of(self, keys: Sequence[str], names: Iterable[str]) -> dict[str, list[Record]]:
        """The records of a subject by kind, each once; an empty list where it has none."""
        return {name: list(self._each(keys, self.records.get(name, {}))) for name in names}

    @staticmethod
    def _each(keys: Sequence[str], by_key: Mapping[str, Sequence[Record]]) -> Iterator[Record]:
        seen = set()
        for key in keys:
            for one in by_key.get(key, ()):
                if one.key not in seen:
                    seen.add(one.key)
                    yield one


def supply(window: Window) -> Supply:
    """Asks every source once for the whole county."""
    counted: dict[str, Mapping[str, Operand]] = {}
    for source in _SHARES:
        counted.update(source(window))
    listed: dict[str, dict[str, list[Record]]] = {}
    for lister in _RECORDS:
        for name, rows in lister(window).items():
            by_key: dict[str, list[Record]] = defaultdict(list)
            for key, record in rows:
                by_key[key].append(record)
            listed[name] = by_key
    return Supply(counted, listed)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)
