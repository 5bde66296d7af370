"""Sheets, findings, look-backs and the county's tasks, each with the unit that answers for it."""

from collections.abc import Iterator

from django.db.models import Q

from sangesan.figures.counted import Item
from sangesan.figures.counting.asked import Asked
from sangesan.inspections.models import Finding
from sangesan.projects.models import Project
from sangesan.projects.queries import lagging
from sangesan.supervision.domain import State
from sangesan.supervision.models import LookBack, Sheet
from sangesan.supervision.queries import overdue_at
from sangesan.supervision.table import ORDER

ISSUED = {colour: f"sheets_issued_{colour}" for colour in ORDER}
SHEETS = ("sheets_closed", "sheets_open", "sheets_overdue", *ISSUED.values())
FIGURES = frozenset({*SHEETS, "findings_new", "look_backs_done", "projects_lagging"})
CORRECTED = "corrected"


def count(asked: Asked) -> Iterator[tuple[str, Item]]:
    """What is a department's counts for it and the county; what is a village's, for its town too."""
    if asked.wants(*SHEETS):
        yield from _sheets(asked)
    if asked.wants("findings_new"):
        rows = Finding.objects.filter(found_on__range=(asked.first, asked.last), recorded_at__lt=asked.known)
        rows = rows.filter(Q(withdrawal=None) | Q(withdrawal__recorded_at__gte=asked.known))
        for number, unit in rows.values_list("pk", "unit"):
            yield "findings_new", of_unit(unit, number)
    if asked.wants("look_backs_done"):
        done = LookBack.objects.filter(found_on__range=(asked.first, asked.last), recorded_at__lt=asked.known)
        for number, unit, result in done.exclude(result="").values_list("pk", "unit", "result"):
            yield "look_backs_done", of_unit(unit, number, hit=result == CORRECTED)
    if asked.wants("projects_lagging"):
        owners = {row.pk: row.owner for row in Project.objects.all()}
        for one in lagging(asked.last):
            yield "projects_lagging", of_unit(owners[one.project.pk], one.project.pk)


def of_unit(unit: str, number: int, *, hit: bool = True) -> Item:
    """The item of a unit's key: a place's where it is a town or village, a department's otherwise."""
    kind, _, code = unit.partition(":")
    return Item(number, department=code, hit=hit) if kind == "department" else Item(number, code, hit=hit)


def _sheets(asked: Asked) -> Iterator[tuple[str, Item]]:
    """Signed sheets; one that was withdrawn never counts. As they stood at the end, told from their own days."""
    rows = Sheet.objects.filter(issued_on__lte=asked.last, recorded_at__lt=asked.known).exclude(state=State.WITHDRAWN)
    late = set(rows.filter(overdue_at(asked.last)).values_list("pk", flat=True))
    for number, unit, colour, issued, ended, state in rows.values_list(
        "pk", "unit", "colour", "issued_on", "ended_on", "state"
    ):
        item = of_unit(unit, number)
        if asked.within(issued):
            yield ISSUED[colour], item
        if state == State.CLOSED and asked.within(ended):
            yield "sheets_closed", item
        if ended is None or ended > asked.last:
            yield "sheets_open", item
        if number in late:
            yield "sheets_overdue", item
