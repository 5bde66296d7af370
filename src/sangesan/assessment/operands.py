"""What a score sheet may ask for (operands.yaml): figures, shares counted here, records counted one by one. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.assessment.domain import Effect
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FILE = Path(__file__).with_name("operands.yaml")
NOTHING = Effect()


@dataclass(frozen=True)
class Counted:
    """A share or a kind of record in words. numerator, denominator: "" for records; unit: of records."""

    code: str
    title: str
    unit: str = ""
    numerator: str = ""
    denominator: str = ""
    source: str = ""


@dataclass(frozen=True)
class Operands:
    """effects: by figure and share; shares, records: those counted here; rests: what is left of a figure, in words."""

    effects: Mapping[str, Effect]
    shares: Mapping[str, Counted]
    records: Mapping[str, Counted]
    rests: Mapping[str, str]

    def known(self, code: str) -> bool:
        """Whether a sheet may ask for it at all."""
        return code in self.effects or code in self.records


@lru_cache(maxsize=1)
def operands() -> Operands:
    """The file; raises Refusal where it is broken."""
    data = mapping(read_yaml(FILE), FILE.name)
    no_others(data, {"effects", "shares", "records", "rests"}, FILE.name)
    effects = {
        code: _effect(pair, f"{FILE.name} {code}")
        for code, pair in mapping(required(data, "effects", FILE.name), FILE.name).items()
    }
    shares = _counted(required(data, "shares", FILE.name), {"title", "numerator", "denominator", "source"})
    records = _counted(required(data, "records", FILE.name), {"title", "unit"})
    rests = {code: str(words) for code, words in mapping(required(data, "rests", FILE.name), FILE.name).items()}
    return Operands(effects | dict.fromkeys(shares, NOTHING), shares, records, rests)


def _effect(pair: Any, place: str) -> Effect:
    if not isinstance(pair, list) or len(pair) != 2 or not all(type(one) is int for one in pair):
        raise Refusal("应写两个整数", place=place, remedy="如 [1, 0]")
    return Effect(*pair)


def _counted(data: Any, keys: set[str]) -> dict[str, Counted]:
    found = {}
    for code, entry in mapping(data, FILE.name).items():
        place = f"{FILE.name} {code}"
        no_others(mapping(entry, place), keys, place)
        found[code] = Counted(code=code, **{key: str(required(entry, key, place)) for key in keys})
    return found
