"""Words, numbers and a sound for the demonstration's self-reports: all made up, none that a person could have."""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import yaml

from sangesan.demo.facts_of_county import DATA, load_facts
from sangesan.kernel.identity_number import check_digit
from sangesan.registry.models import Condition, Membership
from sangesan.registry.sealed_fields import IDENTITY, PHONE
from sangesan.self_reports.contents import keyring

SEED = 20220913
RATE, SECONDS, TONES = 8000, 2, (440.0, 330.0)


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """data/self_reports.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "self_reports.yaml").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Heads:
    """Identity numbers and phones of households' heads, as the register has them."""

    numbers: dict[int, str]
    phones: dict[int, str]

    @classmethod
    def of(cls, households: Collection[int]) -> Heads:
        """Of these households."""
        ring = keyring()
        rows = Membership.objects.filter(household__in=households, relation="户主", valid_to=None).select_related("person")
        heads = {m.person_id: m.household_id for m in rows}
        numbers = {m.household_id: m.person.identity_sealed for m in rows if m.person.identity_sealed}
        states = Condition.objects.filter(person__in=heads, valid_to=None, phone_sealed__isnull=False)
        return cls(
            {home: ring.open(IDENTITY, bytes(sealed)).decode() for home, sealed in numbers.items()},
            {heads[c.person_id]: ring.open(PHONE, bytes(c.phone_sealed or b"")).decode() for c in states},
        )

    def number(self, household: int) -> str:
        return self.numbers.get(household, "")

    def phone(self, household: int) -> str:
        return self.phones.get(household, "")

    def any_phone(self, rng: np.random.Generator) -> str:
        """A number under the prefix that was never assigned."""
        prefix = str(load_facts().raw["phone_prefix"])
        return prefix + f"{int(rng.integers(0, 10 ** (11 - len(prefix)))):0{11 - len(prefix)}d}"


def stranger_number(rng: np.random.Generator) -> str:
    """A sound number of nobody: under an area code that was never assigned."""
    area = load_facts().raw["identity_areas"]["moved_in"][0]
    day = f"{int(rng.integers(1950, 2000))}{int(rng.integers(1, 13)):02d}{int(rng.integers(1, 29)):02d}"
    first = f"{area}{day}{int(rng.integers(900, 1000)):03d}"
    return first + check_digit(first)


@lru_cache(maxsize=1)
def beep() -> bytes:
    """Two tones of a second each as a WAV file: a recording without a voice of anybody."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        for tone in TONES:
            values = (int(6000 * math.sin(2 * math.pi * tone * n / RATE)) for n in range(RATE * SECONDS // len(TONES)))
            sound.writeframes(b"".join(struct.pack("<h", value) for value in values))
    return file.getvalue()
