"""Identity and telephone numbers that no living person can have."""

from __future__ import annotations

import numpy as np

from sangesan.demo.chance import Bools, Ints, Texts
from sangesan.demo.facts_of_county import CountyFacts
from sangesan.kernel.identity_number import CHECK_DIGITS, WEIGHTS

SEQUENCES = 499
STRIDE = 7
MOVED_IN_SHARE = {True: 0.26, False: 0.02}


def identity_numbers(
    rng: np.random.Generator, facts: CountyFacts, birth: np.ndarray, male: Bools, married_in: Bools
) -> Texts:
    """One sound, unique 18-character number each, under area codes that were never assigned."""
    areas = facts.raw["identity_areas"]
    codes = np.array([areas["new"], areas["old"], *areas["moved_in"]])
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    home = np.where(year >= areas["new_since"], 0, 1)
    away = rng.integers(2, codes.size, birth.size)
    from_away = rng.random(birth.size) < np.where(married_in, MOVED_IN_SHARE[True], MOVED_IN_SHARE[False])
    area = np.where(from_away, away, home)
    sequence = _sequences(rng, area, birth, male)
    day = np.char.replace(np.datetime_as_string(birth, unit="D"), "-", "")
    first17 = np.char.add(np.char.add(codes[area], day), np.char.zfill(sequence.astype("<U3"), 3))
    return with_check_digit(first17)


def with_check_digit(first17: Texts) -> Texts:
    """The 17 digits with the right check character behind each."""
    digits = first17.astype("<U17").view("<u4").reshape(-1, 17).astype(np.int64) - ord("0")
    rest = (digits @ np.array(WEIGHTS)) % 11
    return np.char.add(first17, np.array(list(CHECK_DIGITS))[rest])


def phones(rng: np.random.Generator, facts: CountyFacts, count: int) -> Texts:
    """Eleven digits under a prefix that was never assigned; different for everybody."""
    prefix = str(facts.raw["phone_prefix"])
    width = 11 - len(prefix)
    start = int(rng.integers(1, 10**width))
    numbers = (start + np.arange(count, dtype=np.int64) * 27_077) % 10**width
    return np.char.add(prefix, np.char.zfill(numbers.astype(f"<U{width}"), width))


def _sequences(rng: np.random.Generator, area: Ints, birth: np.ndarray, male: Bools) -> Ints:
    """Sequence numbers, odd for men, that never meet within one area, day and sex."""
    group = (area * 100_000 + birth.astype(np.int64) + 40_000) * 2 + male
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[first, ordered.size])
    rank = np.arange(ordered.size) - np.repeat(first, sizes)
    start = np.repeat(rng.integers(0, SEQUENCES, first.size), sizes)
    result = np.empty(area.size, dtype=np.int64)
    result[order] = 1 + (start + rank * STRIDE) % SEQUENCES
    return result * 2 - male
