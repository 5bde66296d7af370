"""The words of the histories, and chance in handy portions: the same subject always throws the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import yaml

from sangesan.demo.chance import generator
from sangesan.demo.facts_of_county import DATA

SEED = 20220913
AT_ONCE = 64
T = TypeVar("T")


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """data/histories.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "histories.yaml").read_text(encoding="utf-8"))
    return loaded


class Dice:
    """Chance for one subject ("case", code of a household): independent of the order in which subjects are asked."""

    def __init__(self, *subject: str) -> None:
        self._rng = generator(SEED, "histories", *subject)
        self._drawn: list[float] = []

    def share(self) -> float:
        """A number from 0 up to, not with, 1."""
        if not self._drawn:
            self._drawn = self._rng.random(AT_ONCE).tolist()
        return self._drawn.pop()

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.share() < probability

    def between(self, least: int, most: int) -> int:
        """A whole number from least to most, both included."""
        return least + int(self.share() * (most - least + 1))

    def of(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[int(self.share() * len(choices))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, in proportion to its weight."""
        left = self.share() * sum(weights.values())
        for key, weight in weights.items():
            left -= weight
            if left < 0:
                return key
        return next(reversed(list(weights)))
