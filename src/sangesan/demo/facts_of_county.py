"""What is particular to the county that is demonstrated: read from `data/county.yaml`, scaled."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from sangesan.kernel.period import Month

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Total:
    """Households and the registered, living, present people in them."""

    households: int
    people: int


@dataclass(frozen=True)
class Division:
    """One row of the divisions' list; `level`: county, town, village or community."""

    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True)
class CountyFacts:
    """One county at one scale. `raw`: the rest of county.yaml as it stands."""

    code: str
    name: str
    today: date
    scale: float
    rural: Total
    formerly_poor: Total
    monitored: Total
    eliminated: Total
    months: tuple[Month, ...]
    divisions: tuple[Division, ...]
    troubles: Mapping[str, Mapping[str, int]]
    raw: Mapping[str, Any]

    @property
    def open(self) -> Total:
        """Monitored households whose risk is not eliminated."""
        return Total(
            self.monitored.households - self.eliminated.households,
            self.monitored.people - self.eliminated.people,
        )

    def scaled(self, number: int) -> int:
        """A full county's number at this scale; one at least."""
        return max(1, round(number * self.scale)) if number else 0

    def trouble(self, name: str, unit: str = "people") -> int:
        """How many people, households or villages meet the trouble. Villages do not scale."""
        number = self.troubles[name][unit]
        return number if unit == "villages" else self.scaled(number)

    def monitored_share(self, name: str) -> float:
        """Which share of the trouble falls on monitored households."""
        return self.troubles[name].get("monitored", 0) / 100


def load_facts(scale: float = 1.0, directory: Path = DATA) -> CountyFacts:
    """The county in `directory` at `scale` (1.0: all of it; every total is rounded by itself)."""
    raw = _yaml(directory / "county.yaml")
    first, last = Month.parse(raw["months"]["first"]), Month.parse(raw["months"]["last"])
    months = [first]
    while months[-1] < last:
        months.append(months[-1].plus(1))
    with (directory / "divisions.csv").open(encoding="utf-8", newline="") as lines:
        divisions = tuple(
            Division(r["code"], r["name"], r["level"], r["parent_code"]) for r in csv.DictReader(lines)
        )

    def total(name: str) -> Total:
        one = raw[name]
        households = max(1, round(one["households"] * scale))
        return Total(households, max(households, round(one["people"] * scale)))

    return CountyFacts(
        code=raw["code"],
        name=raw["name"],
        today=raw["today"],
        scale=scale,
        rural=total("rural"),
        formerly_poor=total("formerly_poor"),
        monitored=total("monitored"),
        eliminated=total("eliminated"),
        months=tuple(months),
        divisions=divisions,
        troubles=_yaml(directory / "troubles.yaml"),
        raw=raw,
    )


def _yaml(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded
