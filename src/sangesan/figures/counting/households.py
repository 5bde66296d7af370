"""Households as they stood at the end: the county's headline figures by place, by risk, and those without a measure."""

from collections.abc import Iterator
from datetime import date, timedelta

from sangesan.amendments.queries import parameter_book
from sangesan.figures.counted import Item
from sangesan.figures.counting.asked import Asked
from sangesan.figures.counting.help import landed_by
from sangesan.policy.risks import RISK_TYPES
from sangesan.registry.standing import ELIMINATED, MONITORING

OF_RISK = {title: f"open_of_risk_{code}" for code, title in RISK_TYPES.items()}
OTHER_RISK = "99"
WITHOUT = {"without_measures_late": "measures_late_days", "without_measures_missing": "measures_missing_days"}
STOOD = ("monitored", "eliminated", "open", "elimination_rate", "relocated_open", *OF_RISK.values())
BETWEEN = "without_measures_between"  # late, but not yet missing: each household in one of two classes
FIGURES = frozenset({"rural", "formerly_poor", *STOOD, *WITHOUT, BETWEEN})


def count(asked: Asked) -> Iterator[tuple[str, Item]]:
    """The register's households, and those that ever stood in monitoring."""
    if asked.wants("rural", "formerly_poor"):
        for number in asked.homes.all:
            item = asked.at_home(number)
            if item is not None:
                yield "rural", item
                if number in asked.homes.formerly_poor:
                    yield "formerly_poor", item
    if asked.wants(*STOOD, *WITHOUT, BETWEEN):
        yield from _stood(asked)


def _stood(asked: Asked) -> Iterator[tuple[str, Item]]:
    without = _without(asked)
    for number, stood in asked.homes.stood.items():
        item = asked.at_home(number)
        if item is None or stood.stage not in {MONITORING, ELIMINATED}:
            continue
        yield "monitored", item
        yield "elimination_rate", item._replace(hit=stood.stage == ELIMINATED)
        if stood.stage == ELIMINATED:
            yield "eliminated", item
            continue
        yield "open", item
        yield OF_RISK.get((stood.risks or [RISK_TYPES[OTHER_RISK]])[0], OF_RISK[RISK_TYPES[OTHER_RISK]]), item
        home = asked.homes.all[number]
        if home.village != home.origin:
            yield "relocated_open", item
        lacking = [
            figure
            for figure, since in without.items()
            if stood.enrolled_on is not None and stood.enrolled_on <= since[0] and number not in since[1]
        ]
        for figure in lacking:
            yield figure, item
        if lacking == ["without_measures_late"]:
            yield BETWEEN, item


def _without(asked: Asked) -> dict[str, tuple[date, set[int]]]:
    """For each limit: the day up to which a household must have been enrolled, and whom a measure had reached."""
    if not asked.wants(*WITHOUT, BETWEEN):
        return {}
    book, reached = parameter_book(asked.known), landed_by(asked)
    found = {}
    for figure, code in WITHOUT.items():
        days = book.value(code, asked.last)
        if days is not None:
            found[figure] = (asked.last - timedelta(days=int(days.value)), reached)
    return found
