"""What inspections and supervision recorded: sheets, look-backs, findings, answers that were checked at households."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Max

from sangesan.assessment.domain import Operand, Record
from sangesan.assessment.supplying import Keyed, Window, records, shares
from sangesan.checks.models import Flag
from sangesan.inspections.models import Finding, Reply
from sangesan.regions.queries import tree
from sangesan.supervision.models import LookBack, Sheet
from sangesan.supervision.words import number_of

NOT_COUNTED = ("draft", "declined", "withdrawn")
UNDER_REVIEW, CLOSED = "rectified", "closed"
LOOKED_AT = {"came_back": "look_backs_returned", "not_corrected": "look_backs_uncorrected"}
AGREES, ASKED = "true", frozenset({"true", "different", "missing"})
MISSED_ENROLMENT = "missed_enrolment"  # to correct it is to identify: no bonus for that


@records
def sheets(window: Window) -> Mapping[str, Keyed]:
    """Sheets signed in the window by colour, and those whose deadline passed in it without a rectification."""
    found: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    for row in Sheet.objects.filter(issued_on__range=(window.first, window.end)).exclude(state__in=NOT_COUNTED):
        _both(found[f"sheets_{row.colour}"], row)
    for row in _due(window):
        if not _in_time(row):
            _both(found["sheets_overdue"], row)
    return found


@shares
def sheets_in_time(window: Window) -> Mapping[str, Mapping[str, Operand]]:
    """Of the sheets due in the window: reported in time and closed. Those in time that wait for a review don't count yet."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in _due(window):
        if _in_time(row) and row.state == UNDER_REVIEW:
            continue
        for key in (row.unit, f"post:{row.person_id}"):
            counts[key][0] += _in_time(row) and row.state == CLOSED
            counts[key][1] += 1
    return {"sheets_in_time": _operands(counts)}


@records
def look_backs(window: Window) -> Mapping[str, Keyed]:
    """Look-backs of the window that found the matter back or never corrected."""
    found: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    rows = LookBack.objects.filter(found_on__range=(window.first, window.end), result__in=LOOKED_AT)
    for row in rows.select_related("sheet").order_by("pk"):
        words = f"{number_of(row.sheet)} {row.sheet.matter}"
        # a look-back is read on its sheet's page
        record = Record("look_back", f"{row.pk}.{row.sheet_id}", words, str(row.found_on))
        for key in (row.unit, f"post:{row.sheet.person_id}"):
            found[LOOKED_AT[row.result]].append((key, record))
    return found


@shares
def look_backs_held(window: Window) -> Mapping[str, Mapping[str, Operand]]:
    """Of the look-backs of the window: those that found it right."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = LookBack.objects.filter(found_on__range=(window.first, window.end)).exclude(result="")
    for unit, result in rows.values_list("unit", "result"):
        counts[unit][0] += result == "corrected"
        counts[unit][1] += 1
    return {"look_backs_held": _operands(counts)}


@records
def findings(window: Window) -> Mapping[str, Keyed]:
    """Findings recorded in the window by defect; no household is named."""
    first, end = window.moments
    found: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    places = tree()
    rows = Finding.objects.filter(recorded_at__gte=first, recorded_at__lt=end, withdrawal=None).defer("sealed")
    for row in rows.order_by("pk"):
        record = Record("finding", str(row.pk), places.full_name(row.place), str(row.found_on))
        names = [f"finding_{row.defect}"]
        names += ["finding_fabricated"] if row.fabricated else []
        names += ["finding_harm"] if row.harm else []
        for name in names:
            found[name].append((row.unit, record))
    return found


@shares
def answers_agree(window: Window) -> Mapping[str, Mapping[str, Operand]]:
    """Of the questions that inspectors held against the record at households: those that agreed. Newest reply counts."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = Reply.objects.filter(checked_on__range=(window.first, window.end), target__household__isnull=False)
    newest = rows.values("target").annotate(last=Max("pk")).values("last")
    for unit, answers in Reply.objects.filter(pk__in=newest).values_list("target__unit", "answers"):
        asked = [answer for answer in answers.values() if answer in ASKED]
        counts[unit][0] += sum(answer == AGREES for answer in asked)
        counts[unit][1] += len(asked)
    return {"answers_agree": _operands(counts)}


@records
def own_corrections(window: Window) -> Mapping[str, Keyed]:
    """Flags that were gone in the window before anybody judged them or an inspector found them."""
    gone = Flag.objects.filter(gone_on__range=(window.first, window.end), verdict="").exclude(defect=MISSED_ENROLMENT)
    found = Finding.objects.filter(flag__isnull=False).values("flag")
    rows = gone.exclude(pk__in=found).values_list("pk", "unit", "sentence", "gone_on")
    return {
        "own_corrections": [
            (unit, Record("flag", str(pk), "", str(gone_on))) for pk, unit, _words, gone_on in rows.order_by("pk")
        ]
    }


def _due(window: Window) -> list[Sheet]:
    """Sheets whose deadline lies in the window and has passed as of its end."""
    rows = Sheet.objects.filter(due_on__gte=window.first, due_on__lt=window.end).exclude(state__in=NOT_COUNTED)
    return list(rows.order_by("pk"))


def _in_time(row: Sheet) -> bool:
    return row.due_on is not None and row.rectified_on is not None and row.rectified_on <= row.due_on


def _both(into: list[tuple[str, Record]], row: Sheet) -> None:
    record = Record("sheet", str(row.pk), f"{number_of(row)} {row.matter}", str(row.issued_on))
    into += [(row.unit, record), (f"post:{row.person_id}", record)]


def _operands(counts: Mapping[str, list[int]]) -> dict[str, Operand]:
    return {key: Operand(*pair) for key, pair in counts.items() if pair[1]}
