"""Findings as lists show them, in the reach of the post that looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.checks.defects import defects
from sangesan.inspections.domain import conducts
from sangesan.inspections.models import Finding
from sangesan.inspections.permissions import visible_findings
from sangesan.inspections.queries import words_of
from sangesan.leadership.units import KINDS, Unit
from sangesan.regions.queries import tree

SEE = "inspections.see"


@dataclass(frozen=True)
class FindingLine:
    """A finding in a list."""

    finding: Finding
    words: Mapping[str, str]
    withdrawn: bool

    @property
    def pk(self) -> int:
        return self.finding.pk

    @property
    def defect_title(self) -> str:
        known = defects().get(self.finding.defect)
        return known.title if known else self.finding.defect

    @property
    def unit_title(self) -> str:
        kind, _, code = self.finding.unit.partition(":")
        return Unit(kind, code).title if kind in KINDS else self.finding.unit

    @property
    def conduct_titles(self) -> list[str]:
        return [conducts()[code].title for code in self.finding.conduct if code in conducts()]


def finding_lines(
    post: Post, *, defect: str = "", place: str = "", unit: str = "", after: int | None = None, limit: int = 40
) -> list[FindingLine]:
    """Findings in the post's reach, newest first, withdrawn ones too; page by key."""
    rows = visible_findings(require(post, SEE)).order_by("-pk")
    if defect:
        rows = rows.filter(defect=defect)
    if unit:
        rows = rows.filter(unit=unit)
    if place:
        rows = rows.filter(place__in=[place, *tree().children.get(place, ())])
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return lines_of(rows[:limit])


def finding_counts(post: Post) -> Mapping[str, int]:
    """How many findings in the reach, not withdrawn, by class."""
    rows = visible_findings(require(post, SEE)).filter(withdrawal=None)
    return dict(rows.values_list("defect").annotate(n=Count("pk")).order_by())


def lines_of(findings: "QuerySet[Finding] | Sequence[Finding]") -> list[FindingLine]:
    """Findings with their words in the clear; the caller has seen to the reach."""
    found = findings.select_related("withdrawal", "household") if isinstance(findings, QuerySet) else findings
    return [FindingLine(one, words_of(one), hasattr(one, "withdrawal")) for one in found]
