"""A rule: which facts and parameters make a clue worth raising, for whom, on whose word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from sangesan.facts.model import Grain
from sangesan.facts.syntax import Node

RISK_TYPES: Mapping[str, str] = {
    "01": "因病", "0201": "因自然灾害（洪涝）", "0202": "因自然灾害（地质灾害）", "0203": "因自然灾害（旱灾）",
    "0204": "因自然灾害（生物灾害）", "0205": "因自然灾害（气象灾害）", "0206": "因自然灾害（地震）",
    "0299": "因自然灾害（其他）", "03": "因残", "04": "缺劳动力", "05": "因意外事故", "06": "因产业（项目）失败",
    "07": "因务工就业不稳", "09": "因学", "99": "其他", "H1": "因安全住房", "H2": "因安全饮水", "P1": "因疫（公共卫生）",
}  # fmt: skip
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
