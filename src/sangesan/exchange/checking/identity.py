"""Identity columns as integer keys: the first 17 digits (the check digit follows from them)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sangesan.exchange.reading.raw import Mask, RawColumn, mask
from sangesan.kernel.identity_number import OLDEST_BIRTH_YEAR, WEIGHTS, parse
from sangesan.kernel.refusal import Refusal

Keys = npt.NDArray[np.int64]
NO_KEY = -1
_FULL = r"^[0-9]{17}[0-9X]$"
_SCIENTIFIC = re.compile(r"^\s*['‘’]?[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{2}\s*$")
_SCIENTIFIC_RE2 = r"^\s*['‘’]?[0-9](\.[0-9]+)?[eE]\+?[0-9]{2}\s*$"
_POWERS = 10 ** np.arange(16, -1, -1, dtype=np.int64)
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass
class Identity:
    """keys: first 17 digits of a sound number, else NO_KEY; bad: numeric or scientific cells; mended: not as written."""

    keys: Keys
    bad: Mask
    mended: Mask


def is_scientific(text: str) -> bool:
    """Whether a text is what Excel makes of an identity number kept as a number (6.1E+17)."""
    return bool(_SCIENTIFIC.match(text))


def check_identity(column: RawColumn) -> Identity:
    """Keys of an identity column. A number cell is refused whatever its value: Excel has rounded it."""
    keys, mended = keys_of(column.text)
    scientific = mask(pc.fill_null(pc.match_substring_regex(column.text, _SCIENTIFIC_RE2), False))
    bad = column.is_number() | column.is_day() | scientific
    if column.odd is not None:
        bad = bad | column.odd
    return Identity(keys, bad, mended)


def keys_of(text: pa.Array) -> tuple[Keys, Mask]:
    """Keys of the sound numbers among the texts, and where a number had to be mended first."""
    keys = np.full(len(text), NO_KEY, dtype=np.int64)
    mended = np.zeros(len(text), dtype=np.bool_)
    full = mask(pc.fill_null(pc.match_substring_regex(text, _FULL), False))
    places = np.flatnonzero(full)
    if len(places):
        keys[places] = _full_keys(text if len(places) == len(text) else text.take(pa.array(places)))
    for i in np.flatnonzero(~full & mask(pc.is_valid(text))):
        try:
            keys[i] = int(parse(text[int(i)].as_py()).text[:17])
            mended[i] = True
        except Refusal:
            continue
    return keys, mended


def _full_keys(text: pa.Array) -> Keys:
    """Keys of texts that are 17 digits and a check character each; NO_KEY where birth date or check is wrong."""
    joined = text.cast(pa.binary(18)) if text.type != pa.binary(18) else text
    letters = np.frombuffer(joined.buffers()[1], dtype=np.uint8)[
        joined.offset * 18 : (joined.offset + len(joined)) * 18
    ]
    digits = letters.reshape(-1, 18).astype(np.int64) - 48
    last = np.where(digits[:, 17] == ord("X") - 48, 10, digits[:, 17])
    checks = np.array([1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2])
    sound = checks[digits[:, :17] @ np.array(WEIGHTS) % 11] == last
    year = digits[:, 6:10] @ np.array([1000, 100, 10, 1])
    month = digits[:, 10] * 10 + digits[:, 11]
    day = digits[:, 12] * 10 + digits[:, 13]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = _DAYS[np.where(month <= 12, month, 0)] + ((month == 2) & leap)
    sound &= (year >= OLDEST_BIRTH_YEAR) & (day >= 1) & (day <= longest)
    return np.where(sound, digits[:, :17] @ _POWERS, NO_KEY)
