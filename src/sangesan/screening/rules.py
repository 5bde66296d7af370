"""A rule: which facts and parameters make a clue worth raising, for whom, on whose word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from sangesan.facts.model import Grain
from sangesan.facts.syntax import Node

SEVERITIES = ("high", "normal", "low")
DEFAULT_SOURCE = "default"


@dataclass(frozen=True)
class Rule:
    """One rule (or exclusion) as read. `facts` and `parameters` are all it rests on, sorted.

    risk_type and severity are empty for exclusions. subjects: the living and present, or (deceased) the dead of
    households in which somebody still lives. needs_rows: feeds that must have delivered, because silence would hit.
    """

    code: str
    title: str
    meaning: str
    department: str
    risk_type: str
    severity: str
    source: str
    cycle: str
    grain: Grain
    subjects: OneOf["living", "deceased"]
    needs_rows: tuple[str, ...]
    roles: Mapping[str, str]
    facts: tuple[str, ...]
    parameters: tuple[str, ...]
    shown: tuple[str, ...]
    measure: str
    when: Node
    when_text: str
    sentence: str
    version: str

    @property
    def is_default(self) -> bool:
        """True where no source but our own proposal stands behind it."""
        return self.source == DEFAULT_SOURCE

    def as_dict(self) -> dict[str, object]:
        """What `sangesan rules --json` prints of it."""
        return {
            "code": self.code, "title": self.title, "meaning": self.meaning, "department": self.department,
            "risk_type": self.risk_type, "severity": self.severity, "source": self.source, "cycle": self.cycle,
            "grain": self.grain, "facts": list(self.facts), "parameters": list(self.parameters),
            "measure": self.measure, "when": self.when_text, "version": self.version,
        }  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """A rule that cannot run on the day, and what it lacks, in Chinese."""

    rule: str
    missing: tuple[str, ...]
