"""How far off a last day is: the words, and the tint of the badge in which they stand."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def late(days: int) -> str:
    """超期 3 天."""
    return ngettext("超期 %(days)s 天", "超期 %(days)s 天", days) % {"days": days}


def standing(day: date, today: date, *, soon: int = 0) -> tuple[str, str]:
    """Words and tint: red when the day has passed, orange on it and within `soon` days of it, grey before."""
    left = (day - today).days
    if left < 0:
        return late(-left), "red"
    if left == 0:
        return _("今天到期"), "orange"
    words = ngettext("还有 %(days)s 天", "还有 %(days)s 天", left) % {"days": left}
    return words, "orange" if left <= soon else "secondary"
