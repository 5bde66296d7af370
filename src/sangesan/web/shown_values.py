"""Facts' and parameters' values as people read them."""

from typing import Any

from django.utils.translation import gettext as _

from sangesan.facts.model import UNITS as FACT_UNITS
from sangesan.kernel.money import format_yuan
from sangesan.policy.parameters import UNITS as PARAMETER_UNITS
from sangesan.web.labels import titled, with_unit

UNKNOWN = "—"


def shown(value: Any, unit: str) -> str:
    """A value with its unit: fen as yuan, yes or no, a dash where nothing is known."""
    if value is None:
        return UNKNOWN
    if unit == "truth" or isinstance(value, bool):
        return _("是") if value else _("否")
    if unit == "fen":
        return with_unit(format_yuan(int(value)), PARAMETER_UNITS["fen"], 2)
    if unit == "text":
        return titled(str(value))
    word = PARAMETER_UNITS.get(unit) or FACT_UNITS.get(unit, "")
    return with_unit(str(value), word, value if isinstance(value, int) else 2)
