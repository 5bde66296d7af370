"""Reads the Chinese tables of situations: facts by their titles, hit or not, and what the sentence should say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sangesan.checks.reading import Check, load_checks

FOLDER = Path(__file__).parent / "cases"
WORDS = {"是": True, "否": False, "未知": None}


@dataclass(frozen=True)
class Situation:
    """One line of a table."""

    check: Check
    name: str
    facts: dict[str, Any]
    expected: bool
    sentence: str


def situations() -> list[Situation]:
    """Every situation of every table."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        check = load_checks()[table["规则"]]
        assert path.stem == check.code
        codes = {fact.title: code for code, fact in check.grain.facts.items()}
        assert len(codes) == len(check.grain.facts), "titles of facts stand once"
        for row in table["案例"]:
            facts = {codes[title]: WORDS.get(value, value) for title, value in row["事实"].items()}
            assert row["结果"] in {"命中", "不命中"}
            found.append(Situation(check, row["情形"], facts, row["结果"] == "命中", row.get("说明", "")))
    return found
