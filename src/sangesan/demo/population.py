"""The county as arrays: one element per household, one per person."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sangesan.demo.chance import Bools, Floats, Ints, Texts
from sangesan.demo.facts_of_county import CountyFacts

NEVER = np.datetime64("NaT", "D")


@dataclass
class Places:
    """Villages and communities, in the list's order; `town`: index into `town_codes`."""

    codes: Texts
    names: Texts
    full_names: Texts
    community: Bools
    town: Ints
    town_codes: Texts
    town_names: Texts
    longitude: Floats
    latitude: Floats


@dataclass
class Households:
    """Arrays of equal length. Places are indices into `Places`; dates datetime64[D], NaT where none.

    risks: up to three joined by ；. cause: '' where not relocated. own: yuan figures per household.
    """

    size: Ints
    poor: Bools
    monitored: Bools
    eliminated: Bools
    village: Ints
    residence: Ints
    cause: Texts
    moved_on: np.ndarray
    settlement: Bools
    grid: Texts
    number: Texts
    category: Texts
    risks: Texts
    enrolled_on: np.ndarray
    eliminated_on: np.ndarray
    head: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def open(self) -> Bools:
        """Monitored and not eliminated."""
        return self.monitored & ~self.eliminated

    @property
    def relocated(self) -> Bools:
        moved: Bools = self.cause != ""
        return moved

    def has_risk(self, risk: str) -> Bools:
        """Households one of whose risks is `risk`."""
        found: Bools = np.char.find(self.risks, risk) >= 0
        return found


@dataclass
class People:
    """Arrays of equal length, sorted by household. kind: 0 counted, 1 living along, 2 died, 3 moved away.

    age: full years on the county's day. path: what they study at, '' if nothing (see schooling).
    """

    household: Ints
    relation: Texts
    male: Bools
    age: Ints
    birth: np.ndarray
    married_in: Bools
    kind: Ints
    left_on: np.ndarray
    surname: Texts
    name: Texts
    identity: Texts
    phone: Texts
    labour: Texts
    health: Texts
    education: Texts
    schooling: Texts
    path: Texts
    worker: Bools
    place: Texts

    def __len__(self) -> int:
        return int(self.household.size)

    @property
    def counted(self) -> Bools:
        """Registered, alive and present: those the county's totals count."""
        registered: Bools = self.kind == 0
        return registered

    @property
    def ill(self) -> Bools:
        """Not simply healthy."""
        unwell: Bools = (self.health != "健康") & (self.health != "")
        return unwell


@dataclass
class County:
    """Everything the files are written from."""

    facts: CountyFacts
    seed: int
    places: Places
    households: Households
    people: People

    def of_head(self, households: Ints) -> Ints:
        """The householders of these households, as people."""
        return self.households.head[households]
