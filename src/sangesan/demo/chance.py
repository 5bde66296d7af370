"""Chance that repeats: one generator per subject, and ways to share out exact totals."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]
Values = npt.NDArray[Any]


def generator(seed: int, *subject: str) -> np.random.Generator:
    """The generator of one subject: independent of the order in which subjects are made."""
    return np.random.default_rng([seed, *(zlib.crc32(s.encode()) for s in subject)])


def weighted(rng: np.random.Generator, weights: Sequence[float] | Floats, size: int) -> Ints:
    """`size` indices drawn in proportion to `weights`."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn: Ints = np.searchsorted(edges, rng.random(size) * edges[-1], side="right").astype(np.int64)
    return drawn


def share_out(total: int, weights: Sequence[float] | Floats) -> Ints:
    """`total` split in proportion to `weights`, exactly (largest remainders)."""
    exact = np.asarray(weights, dtype=np.float64)
    exact = exact / exact.sum() * total
    parts: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts


def sizes_with_sum(
    rng: np.random.Generator, count: int, total: int, weights: Sequence[float], *, first: int = 1
) -> Ints:
    """`count` sizes from `first` up with the given weights, nudged until they sum to `total`."""
    top = first + len(weights) - 1
    if not count * first <= total <= count * top:
        raise ValueError(f"{count} households cannot hold {total} people")
    sizes = weighted(rng, weights, count) + first
    while (gap := total - int(sizes.sum())) != 0:
        step = 1 if gap > 0 else -1
        free = np.flatnonzero(sizes < top if step > 0 else sizes > first)
        take = min(abs(gap), free.size)
        sizes[rng.permutation(free)[:take]] += step
    return sizes


def pick(rng: np.random.Generator, candidates: Ints, count: int) -> Ints:
    """Up to `count` different members of `candidates`, in random order."""
    if count >= candidates.size:
        return rng.permutation(candidates)
    return rng.choice(candidates, size=count, replace=False)
