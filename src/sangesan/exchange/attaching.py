"""Attaching rows to people: by sound identity number, else by name, birth date and village when unique.

Works on arrays in memory only; nothing is written anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sangesan.exchange.checking.identity import NO_KEY, Keys, keys_of
from sangesan.exchange.reading.raw import Mask, mask

PersonNumbers = npt.NDArray[np.int64]
NOBODY = -1
_SEVERAL = -2
_SPACE = re.compile(r"[\s·.•]+")

PEOPLE_SCHEMA = pa.schema(
    [
        ("person_no", pa.int64()),
        ("identity", pa.string()),
        ("name", pa.string()),
        ("birth_date", pa.date32()),
        ("village", pa.string()),
        ("residence", pa.string()),
    ]
)


@dataclass
class Attached:
    """person_no per row, NOBODY where not attached; and which of the two ways found it."""

    person_no: PersonNumbers
    by_number: Mask
    by_name: Mask


class People:
    """The registry's people, ready for matching. table: as PEOPLE_SCHEMA."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table.select(PEOPLE_SCHEMA.names).combine_chunks()
        numbers: PersonNumbers = _column(self._table, "person_no").to_numpy(zero_copy_only=False)
        keys, _ = keys_of(_column(self._table, "identity"))
        known = keys != NO_KEY
        order = np.argsort(keys[known], kind="stable")
        self._keys: Keys = keys[known][order]
        self._numbers: PersonNumbers = numbers[known][order]
        # A number that two people of the registry share tells neither.
        shared = np.zeros(len(self._keys), dtype=np.bool_)
        if len(self._keys) > 1:
            same = self._keys[1:] == self._keys[:-1]
            shared[1:] |= same
            shared[:-1] |= same
        self._keys, self._numbers = self._keys[~shared], self._numbers[~shared]

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def by_keys(self, keys: Keys) -> PersonNumbers:
        """The person of each identity key, NOBODY where there is none."""
        if not len(self._keys):
            return np.full(len(keys), NOBODY, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where((self._keys[places] == keys) & (keys != NO_KEY), self._numbers[places], NOBODY)

    def by_name(self, name: str, birth: int, village: str) -> int:
        """The one person of that name and birth date (days since 1970) registered or living in the village."""
        found = self._by_name.get((plain_name(name), birth, village), NOBODY)
        return found if found >= 0 else NOBODY

    @cached_property
    def _by_name(self) -> dict[tuple[str, int, str], int]:
        """Built when first needed: most rows attach by number."""
        index: dict[tuple[str, int, str], int] = {}
        numbers = _column(self._table, "person_no").to_pylist()
        names = _column(self._table, "name").to_pylist()
        births = _column(self._table, "birth_date").cast(pa.int32()).to_pylist()
        villages = _column(self._table, "village").to_pylist()
        residences = _column(self._table, "residence").to_pylist()
        for number, name, birth, village, residence in zip(numbers, names, births, villages, residences, strict=True):
            if not name or birth is None:
                continue
            word = plain_name(name)
            for place in {village, residence} - {None, ""}:
                key = (word, birth, place)
                index[key] = number if index.setdefault(key, number) == number else _SEVERAL
        return index


def plain_name(name: str) -> str:
    """A name without inner space and middle dots, in half width."""
    return name if name.isalnum() else _SPACE.sub("", unicodedata.normalize("NFKC", name))


def attach(people: People, keys: Keys, names: pa.Array | None, births: pa.Array, villages: pa.Array) -> Attached:
    """Attach each row or leave it. A sound number that nobody has is left: it may be a stranger's."""
    person_no = people.by_keys(keys)
    by_number = person_no != NOBODY
    by_name = np.zeros(len(keys), dtype=np.bool_)
    if names is not None:
        complete = mask(pc.and_(pc.and_(names.is_valid(), births.is_valid()), villages.is_valid()))
        days = births.cast(pa.int32())
        for i in np.flatnonzero(~by_number & (keys == NO_KEY) & complete):
            at = int(i)
            found = people.by_name(names[at].as_py(), days[at].as_py(), villages[at].as_py())
            if found != NOBODY:
                person_no[at], by_name[at] = found, True
    return Attached(person_no, by_number, by_name)


def _column(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
