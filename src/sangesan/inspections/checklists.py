"""The checklists and the weights of samples as read from their files. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

CHECKLISTS = Path(__file__).with_name("checklist.yaml")
WEIGHTS = Path(__file__).with_name("weights.yaml")
QUESTION_KEYS = {"title", "look", "record", "defect", "asked", "source"}
KINDS = ("village", "town", "department", "project", "household")


@dataclass(frozen=True)
class Question:
    """One point of a checklist. record: what of the system it is held against, "" for nothing; asked: said to a household."""

    code: str
    title: str
    look: str
    record: str
    defect: str
    asked: str
    source: str


@dataclass(frozen=True)
class Checklist:
    """What is looked at of one kind of subject."""

    kind: str
    title: str
    questions: Mapping[str, Question]


@dataclass(frozen=True)
class Part:
    """What a household's weight grows by, with the words for it."""

    code: str
    weight: int
    title: str
    source: str


@dataclass(frozen=True)
class Counted:
    """What a village's weight grows by for each of something, up to `most` in all."""

    code: str
    weight: int
    most: int
    title: str
    source: str


@dataclass(frozen=True)
class Weights:
    """How likely households are drawn: base for everybody, and parts for what is so of some."""

    base: Part
    parts: Mapping[str, Part]
    not_visited_days: int
    eliminated_days: int
    villages: Mapping[str, "Counted"]

    def weight(self, codes: list[str]) -> int:
        """The weight of a household of which these are so."""
        return self.base.weight + sum(self.parts[code].weight for code in codes)

    def village_weight(self, counts: Mapping[str, int]) -> int:
        """The weight of a village with so many of each."""
        base = self.villages["base"].weight
        return base + sum(min(self.villages[code].weight * n, self.villages[code].most) for code, n in counts.items())


@lru_cache(maxsize=1)
def checklists() -> Mapping[str, Checklist]:
    """The checklists by kind of subject; raises Refusal where the file is broken."""
    data = mapping(read_yaml(CHECKLISTS), CHECKLISTS.name)
    no_others(data, set(KINDS), CHECKLISTS.name)
    return {kind: _checklist(kind, required(data, kind, CHECKLISTS.name)) for kind in KINDS}


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights of samples; raises Refusal where the file is broken."""
    data = mapping(read_yaml(WEIGHTS), WEIGHTS.name)
    no_others(data, {"base", "parts", "not_visited_days", "eliminated_days", "villages"}, WEIGHTS.name)
    parts = mapping(required(data, "parts", WEIGHTS.name), WEIGHTS.name)
    return Weights(
        base=_part("base", required(data, "base", WEIGHTS.name)),
        parts={code: _part(code, entry) for code, entry in parts.items()},
        not_visited_days=_whole(data, "not_visited_days", WEIGHTS.name),
        eliminated_days=_whole(data, "eliminated_days", WEIGHTS.name),
        villages={
            c: _counted(c, e) for c, e in mapping(required(data, "villages", WEIGHTS.name), WEIGHTS.name).items()
        },
    )


def _checklist(kind: str, entry: Any) -> Checklist:
    place = f"{CHECKLISTS.name} {kind}"
    no_others(mapping(entry, place), {"title", "questions"}, place)
    found = {}
    for code, raw in mapping(required(entry, "questions", place), place).items():
        where = f"{place} {code}"
        no_others(mapping(raw, where), QUESTION_KEYS, where)
        found[code] = Question(
            code, required(raw, "title", where), required(raw, "look", where), raw.get("record") or "",
            required(raw, "defect", where), raw.get("asked") or "", required(raw, "source", where),
        )  # fmt: skip
    return Checklist(kind, required(entry, "title", place), found)


def _part(code: str, entry: Any) -> Part:
    place = f"{WEIGHTS.name} {code}"
    no_others(mapping(entry, place), {"weight", "title", "source"}, place)
    return Part(code, _whole(entry, "weight", place), required(entry, "title", place), required(entry, "source", place))


def _counted(code: str, entry: Any) -> Counted:
    place = f"{WEIGHTS.name} villages {code}"
    no_others(mapping(entry, place), {"weight", "most", "title", "source"}, place)
    weight = _whole(entry, "weight", place)
    most = _whole(entry, "most", place) if "most" in entry else weight
    return Counted(code, weight, most, required(entry, "title", place), required(entry, "source", place))


def _whole(entry: Any, key: str, place: str) -> int:
    value = required(entry, key, place)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Refusal(f"{key} 应是正整数", place=place, remedy="请改成正整数")
    return value
