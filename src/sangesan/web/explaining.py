"""What a clue's page shows of its evidence."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sangesan.clues.models import Evidence
from sangesan.clues.queries import CluePage


@dataclass(frozen=True)
class ShownEvidence:
    pk: int
    rule: str
    title: str
    department: str
    source: str
    sentence: str
    seen_on: date
    version: str
    values: list[Any] = field(default_factory=list)
    must_explain: list[str] = field(default_factory=list)
    has_rows: bool = False


def evidence_rows(page: CluePage) -> list[ShownEvidence]:
    return [_shown(e) for e in page.evidence]


def _shown(e: Evidence) -> ShownEvidence:
    return ShownEvidence(e.pk, e.rule, "", "", "", e.sentence, e.seen_on, e.rule_version)


def source_rows(page: CluePage, evidence_id: int) -> list[Any]:
    return []
