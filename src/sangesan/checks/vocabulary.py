"""The facts that checks may name, by what they are about; where each warning on papers belongs. Data: facts.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.facts.functions import NUMBER, TEXT, TRUTH
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FILE = Path(__file__).with_name("facts.yaml")
TEXT_UNIT = "text"
UNITS = ("truth", "count", "persons", "days", "months", "fen", TEXT_UNIT)
KINDS = {"truth": TRUTH, TEXT_UNIT: TEXT}


@dataclass(frozen=True)
class CheckFact:
    """One named fact of a subject. unit: of UNITS; word: its measure word in sentences, where it has one of its own;
    rule: the screening rule whose hit it counts the days of.
    """

    code: str
    title: str
    unit: str
    word: str
    rule: str

    @property
    def kind(self) -> str:
        return KINDS.get(self.unit, NUMBER)


@dataclass(frozen=True)
class Grain:
    """What a check may be about, with its facts by code."""

    code: str
    title: str
    facts: Mapping[str, CheckFact]

    @property
    def units(self) -> dict[str, str]:
        return {fact.code: fact.unit for fact in self.facts.values()}


@dataclass(frozen=True)
class Vocabulary:
    """Grains by code, and for each class of warnings on papers the codes of `cases.irregularity_rules`."""

    grains: Mapping[str, Grain]
    irregularities: Mapping[str, tuple[str, ...]]

    def class_of(self, code: str) -> str:
        """The class of a warning; "" for one that no class names."""
        return next((name for name, codes in self.irregularities.items() if code in codes), "")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The facts as read; raises Refusal where the file is broken."""
    data = dict(mapping(read_yaml(FILE), FILE.name))
    classes = mapping(data.pop("irregularities", None), f"{FILE.name} irregularities")
    codes = [code for listed in classes.values() for code in listed]
    if len(codes) != len(set(codes)):
        raise Refusal("有代码归了两类", place=f"{FILE.name} irregularities", remedy="每个代码只归一类")
    grains = {code: _grain(code, mapping(entry, f"{FILE.name} {code}")) for code, entry in data.items()}
    return Vocabulary(grains, {name: tuple(listed) for name, listed in classes.items()})


def _grain(code: str, entry: Mapping[str, Any]) -> Grain:
    place = f"{FILE.name} {code}"
    no_others(dict(entry), {"title", "facts"}, place)
    facts = mapping(entry.get("facts"), f"{place} facts")
    return Grain(
        code, str(required(dict(entry), "title", place)), {name: _fact(name, f, place) for name, f in facts.items()}
    )


def _fact(name: str, entry: object, place: str) -> CheckFact:
    place = f"{place} {name}"
    values = mapping(entry, place)
    no_others(values, {"title", "unit", "word", "rule"}, place)
    unit = required(values, "unit", place)
    if unit not in UNITS:
        raise Refusal(f"单位“{unit}”不认识", place=place, remedy=f"可用：{'、'.join(UNITS)}")
    title = str(required(values, "title", place))
    return CheckFact(name, title, unit, str(values.get("word") or ""), str(values.get("rule") or ""))
