"""What pages of the monthly bulletin and the quarterly meeting show."""


from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sangesan.dispatch.month_domain import value_words
from sangesan.figures.catalogue import SHARE
from sangesan.figures.counted import Value

register = template.Library()


@register.simple_tag
def month_value(value: Value) -> SafeString | str:
    """A number of the bulletin: 12, 3 户 11 人, 94.10% with its parts beside it."""
    number = value.number
    if number is None:
        return "—"
    if value.figure.shape == SHARE:
        top, of = (
            (value.people, value.people_denominator) if value.figure.by_people else (value.numerator, value.denominator)
        )
        return format_html('{} <span class="minor">{}/{}</span>', f"{number:.2f}%", f"{top:,}", f"{of:,}")
    if value.people is not None and value.numerator:
        return _("%(households)s 户 %(people)s 人") % {
            "households": f"{value.numerator:,}",
            "people": f"{value.people:,}",
        }
    return value_words(value)
