"""Icons, money, shares and tones."""

from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sangesan.kernel.money import format_yuan

register = template.Library()

TONES = {
    "overdue": "red",
    "high": "red",
    "refused": "red",
    "failed": "red",
    "late": "orange",
    "soon": "orange",
    "middle": "orange",
    "waiting": "secondary",
    "stopped": "secondary",
    "low": "azure",
    "running": "azure",
    "open": "azure",
    "done": "green",
    "on_time": "green",
    "closed": "green",
    "cleared": "green",
}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite that set-up made; `size` is a class such as icon-sm."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        size,
        static("vendor/icons.svg"),
        name,
    )


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan: 123456 -> 1,234.56; empty for nothing."""
    return "" if fen is None else format_yuan(fen)


@register.filter
def percent(share: Decimal | float | None) -> str:
    """A percentage with two places: 75.01 %."""
    return "—" if share is None else f"{share:.2f} %"


@register.filter
def tone(state: str) -> str:
    """The colour of a state; grey for one without."""
    return TONES.get(state, "secondary")


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    """mapping[key], empty where it has none."""
    return mapping.get(key, "")
