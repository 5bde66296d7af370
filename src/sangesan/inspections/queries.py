"""Reads of findings for other slices: rows by day, unit and place; their words opened one by one."""

from collections.abc import Mapping
from datetime import date

from sangesan.inspections.models import Finding, Plan
from sangesan.inspections.sealed_fields import FINDING, opened
from sangesan.regions.queries import tree


def findings(
    *, first: date, last: date, unit: str = "", place: str = "", after: int | None = None, limit: int = 100
) -> list[Finding]:
    """Findings of the days first..last that were not withdrawn, by number; page by key.

    unit: a unit's key; place: a division code, its villages' findings with a town's. The caller has checked the reach.
    """
    rows = Finding.objects.filter(found_on__range=(first, last), withdrawal=None)
    if unit:
        rows = rows.filter(unit=unit)
    if place:
        rows = rows.filter(place__in=_with_below(place))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk")[:limit])


def findings_of_plan(plan: Plan | int) -> list[Finding]:
    """All findings of a plan's places that were not withdrawn, by number."""
    number = plan if isinstance(plan, int) else plan.pk
    return list(Finding.objects.filter(target__plan=number, withdrawal=None).order_by("pk"))


def words_of(finding: Finding) -> Mapping[str, str]:
    """{"words", "requirement", "conduct"} of a finding in the clear; the caller may see it."""
    return opened(FINDING, finding.sealed)


def _with_below(place: str) -> list[str]:
    places = tree()
    return [code for code in places.levels if place in places.path(code)]
