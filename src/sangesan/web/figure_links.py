"""Where the list behind a published number is: any page that shows a figure links to it from here."""

from urllib.parse import urlencode

from django.urls import reverse


def figure_address(code: str, place_or_unit: str, period: str, part: str = "") -> str:
    """The address of the list behind a figure of a place or unit in a period. part: numerator, rest or all."""
    query = {"figure": code, "place": place_or_unit, "period": period} | ({"part": part} if part else {})
    return f"{reverse('figure-list')}?{urlencode(query)}"
