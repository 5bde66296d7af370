"""Where the records behind a score stand: the address of each kind's page."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from sangesan.assessment.domain import FIGURE, Record
from sangesan.assessment.sheets import OF, REST
from sangesan.figures.catalogue import catalogue
from sangesan.leadership.units import unit_of_division
from sangesan.regions.queries import tree

# kind of a record -> URL name and its arguments from the record's number
ROUTES: dict[str, tuple[str, Callable[[str], list[str]]]] = {
    "sheet": ("sheet", lambda number: [number]),
    "finding": ("finding", lambda number: [number]),
    "look_back": ("sheet", lambda number: [number.partition(".")[2]]),
    "flag": ("check-flag", lambda number: [number]),
    "hand_over": ("hand-overs", lambda _number: []),
    "score": ("score", lambda number: [number]),
    "assignment": ("assignment", lambda number: [number]),
    "duty": ("village-duties", lambda number: [number.partition(".")[0]]),
    "proceeding": ("proceeding", lambda number: [number]),
}
FIGURE_ROWS = "figure-list"
DOCUMENT = "bulletin"


def record_link(one: Record, place: str = "", period: str = "") -> str:
    """The address of a record's page; "" for one that has none."""
    if one.kind == FIGURE:
        return figure_link(one.number, place, period)
    route = ROUTES.get(one.kind)
    return _address(route[0], route[1](one.number)) if route else ""


def origin_link(origin: str) -> str:
    """The address of what a case was opened from ("sheet:12"); "" for nothing."""
    kind, _, number = origin.partition(":")
    return record_link(Record(kind, number, "")) if number else ""


def figure_link(code: str, place: str, period: str) -> str:
    """The address of what a figure of a place and period counted; of a share counted by the scores themselves, the page where
    its records are listed; "" where there is none.
    """
    name = code.removesuffix(REST).removesuffix(OF)
    if name not in catalogue():
        return _share_link(name, place)
    asked = {"period": period, "figure": name, "place": place} | ({"part": "rest"} if code.endswith(REST) else {})
    query = urlencode(asked)
    return f"{reverse(FIGURE_ROWS)}?{query}"


def _share_link(name: str, place: str) -> str:
    """Where the records of a share stand: sheets of the unit, duties and days of the village or town, assignments."""
    if name in {"sheets_in_time", "look_backs_held"}:
        unit = place if ":" in place else unit_of_division(place).key
        return f"{_address('sheets', [])}?{urlencode({'unit': unit})}"
    village = tree().levels.get(place) in {"village", "community"}
    if name == "duties_kept":
        return (
            _address("village-duties", [place]) if village else f"{_address('duties', [])}?{urlencode({'town': place})}"
        )
    if name == "team_days":
        return _address("attendance-village", [place]) if village else _address("attendance", [])
    return _address("assignments", []) if name == "assignments_in_time" else ""


def document_link(number: int) -> str:
    """The address of an official document."""
    return _address(DOCUMENT, [str(number)])


def _address(name: str, arguments: list[str]) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
