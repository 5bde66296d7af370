"""What goes wrong on the way: mistyped and badly written identity numbers, look-alike characters in names."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sangesan.demo.chance import Bools
from sangesan.demo.facts_of_county import DATA

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
LAST_OLD_BIRTH_YEAR = 1959


def damaged_identities(
    rng: np.random.Generator, numbers: pa.Array, birth_year: np.ndarray, rates: Mapping[str, int]
) -> pa.Array:
    """The numbers as a department would have them; rates in parts of 10,000."""
    count = len(numbers)
    draw = rng.random(count) * 10_000
    lower = rng.random() * 10_000 < rates["lower_x_files"]
    edges = np.cumsum([rates[name] for name in ("mistyped", "spaced", "full_width", "missing")])
    old = (birth_year <= LAST_OLD_BIRTH_YEAR) & (draw > 10_000 - rates["fifteen_digits"])
    chosen = np.flatnonzero((draw < edges[-1]) | old)
    kinds = np.where(old[chosen], 4, np.searchsorted(edges, draw[chosen], side="right"))
    texts = numbers.take(pa.array(chosen)).to_pylist()
    dice = rng.integers(0, 1_000_000, (chosen.size, 2))
    written = [
        _written(text, int(kind), int(one), int(two))
        for text, kind, (one, two) in zip(texts, kinds, dice, strict=True)
    ]
    result = _replaced(numbers, chosen, written)
    return pc.replace_substring(result, "X", "x") if lower else result


def damaged_names(
    rng: np.random.Generator, names: pa.Array, look_alikes: Mapping[str, str], rates: Mapping[str, int]
) -> pa.Array:
    """The names, a few with their last character taken for another."""
    chosen = np.flatnonzero(rng.random(len(names)) * 10_000 < rates["look_alike"])
    texts = names.take(pa.array(chosen)).to_pylist()
    written = [text[:-1] + look_alikes.get(text[-1], text[-1]) for text in texts]
    return _replaced(names, chosen, written)


def load_look_alikes(directory: Path = DATA) -> dict[str, str]:
    """A look-alike of each character that has one."""
    with (directory / "look_alike.csv").open(encoding="utf-8", newline="") as lines:
        return {row["character"]: row["look_alike"] for row in csv.DictReader(lines)}


def _replaced(values: pa.Array, rows: np.ndarray, written: list[str | None]) -> pa.Array:
    mask: Bools = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(values, pa.array(mask), pa.array(written, pa.string()))


def _written(text: str, kind: int, one: int, two: int) -> str | None:
    """0 a wrong digit, 1 with spaces, 2 full width, 3 left out, 4 in the old form of 15 digits."""
    if kind == 0:
        place = one % 17
        return text[:place] + str((int(text[place]) + 1 + two % 9) % 10) + text[place + 1 :]
    if kind == 1:
        return f"{text[:6]} {text[6:14]} {text[14:]}" if one % 2 else f"{text} "
    if kind == 2:
        return text.translate(FULL_WIDTH)
    if kind == 4:
        return text[:6] + text[8:17]
    return None
