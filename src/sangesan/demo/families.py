"""Families: who lives in a household, how they are related, how old they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
import yaml

from sangesan.demo.chance import Bools, Ints, Texts, generator, weighted
from sangesan.demo.facts_of_county import DATA

OLDEST = 98
# Member: age against the householder's, youngest and oldest; relation of a man, of a woman; married in.
# A later member of the same kind is younger by SPACING.
MEMBERS: dict[str, tuple[int, int, str, str, bool]] = {
    "spouse": (-5, 1, "配偶", "配偶", True),
    "child": (-31, -22, "之子", "之女", False),
    "son": (-27, -21, "之子", "之子", False),
    "son_wife": (-30, -22, "之儿媳", "之儿媳", True),
    "daughter": (-27, -21, "之女", "之女", False),
    "daughter_husband": (-26, -19, "之女婿", "之女婿", True),
    "grandchild": (-56, -46, "之孙子", "之孙女", False),
    "daughter_child": (-56, -46, "之外孙子", "之外孙女", False),
    "great_grandchild": (-80, -70, "之曾孙子", "之曾孙女", False),
    "father": (22, 30, "之父", "之父", False),
    "mother": (20, 27, "之母", "之母", True),
    "wife_father": (22, 30, "之岳父", "之岳父", True),
    "wife_mother": (20, 27, "之岳母", "之岳母", True),
    "sibling": (-6, 5, "之兄弟姐妹", "之兄弟姐妹", False),
    "nephew": (-34, -24, "之侄儿", "之侄女", False),
}
ALWAYS_MALE = frozenset({"son", "daughter_husband", "father", "wife_father"})
ALWAYS_FEMALE = frozenset({"son_wife", "daughter", "mother", "wife_mother"})
SPACING = 3
BOYS = 0.525


class Shape(TypedDict):
    """One shape of a family, as families.yaml has it."""

    weight: float
    head: tuple[int, int]
    male: float
    members: list[str]


@dataclass
class Members:
    """All members of all households, sorted by household, the householder first."""

    household: Ints
    relation: Texts
    male: Bools
    age: Ints
    married_in: Bools


def make_families(seed: int, sizes: Ints, path: Path = DATA / "families.yaml") -> Members:
    """A family for each household of `sizes`."""
    rng = generator(seed, "families")
    shapes: dict[int, list[Shape]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts: list[Members] = []
    for size in np.unique(sizes):
        own = np.flatnonzero(sizes == size)
        kinds = shapes[int(size)]
        drawn = weighted(rng, [shape["weight"] for shape in kinds], own.size)
        for number, shape in enumerate(kinds):
            households = own[drawn == number]
            if households.size:
                parts.append(_of_shape(rng, shape, households))
    order = np.argsort(np.concatenate([p.household for p in parts]), kind="stable")
    return Members(
        household=np.concatenate([p.household for p in parts])[order],
        relation=np.concatenate([p.relation for p in parts])[order],
        male=np.concatenate([p.male for p in parts])[order],
        age=np.concatenate([p.age for p in parts])[order],
        married_in=np.concatenate([p.married_in for p in parts])[order],
    )


def _of_shape(rng: np.random.Generator, shape: Shape, households: Ints) -> Members:
    """All households of one shape: a column for each member, flattened row by row."""
    low, high = shape["head"]
    head_age = rng.integers(low, high + 1, households.size)
    head_male = rng.random(households.size) * 100 < shape["male"]
    ages, males = [head_age], [head_male]
    relations = [np.full(households.size, "户主")]
    married_in = [np.zeros(households.size, dtype=bool)]
    seen: dict[str, int] = {}
    for name in shape["members"]:
        age, male, relation = _member(rng, name, seen.get(name, 0), head_age, head_male)
        seen[name] = seen.get(name, 0) + 1
        ages.append(age)
        males.append(male)
        relations.append(relation)
        married_in.append(np.full(households.size, MEMBERS[name][4]))
    width = len(ages)
    return Members(
        household=np.repeat(households, width),
        relation=np.column_stack(relations).astype("<U5").ravel(),
        male=np.column_stack(males).ravel(),
        age=np.column_stack(ages).ravel(),
        married_in=np.column_stack(married_in).ravel(),
    )


def _member(
    rng: np.random.Generator, name: str, earlier: int, head_age: Ints, head_male: Bools
) -> tuple[Ints, Bools, Texts]:
    """Age, sex and relation of one member of each household of a shape."""
    low, high, of_man, of_woman, _ = MEMBERS[name]
    offset = rng.integers(low, high + 1, head_age.size) - earlier * SPACING
    if name == "spouse":
        offset = np.where(head_male, offset, -offset)
        male = ~head_male
    elif name in ALWAYS_MALE or name in ALWAYS_FEMALE:
        male = np.full(head_age.size, name in ALWAYS_MALE)
    else:
        male = rng.random(head_age.size) < (0.8 if name == "sibling" else BOYS)
    age = np.clip(head_age + offset, 0, OLDEST)
    young = age <= earlier
    age = np.where(young, rng.integers(0, 4, age.size), age)
    return age, male, np.where(male, of_man, of_woman)
