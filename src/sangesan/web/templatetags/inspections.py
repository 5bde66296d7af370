"""Words of inspections and draws in templates."""

from django import template

from sangesan.checks.defects import defects
from sangesan.draws.domain import OFFICES
from sangesan.web.labels import titled

register = template.Library()


@register.filter
def office_title(code: str) -> str:
    """县作风办, 县狠抓落实办."""
    return titled(OFFICES.get(code, code))


@register.filter
def as_chance(probability: float | None) -> str:
    """A chance of being drawn: 0.0375 -> 3.75 %; empty for nothing."""
    return "" if probability is None else f"{probability * 100:.2f}\u00a0%"


@register.filter
def defect_title(code: str) -> str:
    """The title of a class of defects."""
    known = defects().get(code)
    return titled(known.title) if known else code
