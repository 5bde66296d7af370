"""Which papers there are of a record, and which were printed of it already."""

from dataclasses import dataclass

from sangesan.cases.models import AgendaItem, Meeting, PrintedPaper
from sangesan.cases.papers.context import About, Form
from sangesan.cases.papers.forms import FORMS
from sangesan.regions.queries import tree

MOST_SHOWN = 12


@dataclass(frozen=True)
class Offered:
    """A form that can be had of a record. place: code and name of the town where it has a part for each."""

    form: Form
    place: str = ""
    place_name: str = ""


def offered(about: About, subject: int) -> list[Offered]:
    """The forms of a record in the procedure's order; of a meeting only those of its kind and stage."""
    forms = [form for form in FORMS.values() if form.about == about]
    if about != "meeting":
        return [Offered(form) for form in forms]
    meeting = Meeting.objects.filter(pk=subject).first()
    if meeting is None:
        return []
    fitting = [form for form in forms if not form.meetings or meeting.kind in form.meetings]
    if meeting.closed_at is None:
        fitting = [form for form in fitting if form.code not in {"announcement", "decisions"}]
    found: list[Offered] = []
    for form in fitting:
        towns = _towns(meeting) if form.code == "announcement" else []
        found += [Offered(form, code, tree().names.get(code, code)) for code in towns] or [Offered(form)]
    return found


def _towns(meeting: Meeting) -> list[str]:
    """The towns that announce: none named where there is one only."""
    rows = AgendaItem.objects.filter(meeting=meeting, outcome="pass").values_list("case__town", flat=True)
    towns = sorted(set(rows))
    return towns if len(towns) > 1 else []


def printed(about: About, subject: int) -> list[tuple[PrintedPaper, str]]:
    """What was printed of a record and came back, newest first, with titles. The caller has checked the reach."""
    if about == "place":
        return []
    rows = PrintedPaper.objects.filter(**{about: subject}, returned_at__isnull=False).order_by("-returned_at", "-id")
    return [(row, FORMS[row.kind].title) for row in rows[:MOST_SHOWN] if row.kind in FORMS]
