"""A clue, case or visit on a relocated household is told to the other line at once. Called by the slices above, in their
transaction: their act has asked for the permission.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sangesan.amendments.queries import parameter_number
from sangesan.registry.models import Household
from sangesan.responsibility.domain import Line, to_tell
from sangesan.responsibility.filling import BATCH, batches
from sangesan.responsibility.models import Told
from sangesan.responsibility.permissions import place_of

PARAMETER = "acknowledge_days"
LONGEST = 300

Row = tuple[Household, str, str]


def tell_other_line(rows: Iterable[Row], *, seen_by_line: Line | None = None, now: datetime, today: date) -> int:
    """Tells the line that has not seen it, or both where neither has; returns how many were told anew.

    rows: (household, about, sentence), about as kind:id ("clue:12"); households that were not relocated are passed over.
    Idempotent per household, about and line; a fixed number of queries per 500 rows.
    """
    relocated = [row for row in rows if row[0].relocated]
    if not relocated:
        return 0
    due = today + timedelta(days=parameter_number(PARAMETER, today))
    known = _known({household.pk for household, _about, _sentence in relocated})
    fresh = {
        (household.pk, about, line): Told(
            household=household,
            line=line,
            division=place_of(household, line),
            about=about,
            sentence=sentence[:LONGEST],
            told_at=now,
            due_on=due,
        )
        for household, about, sentence in relocated
        for line in to_tell(seen_by_line)
        if (household.pk, about, str(line)) not in known
    }
    # two that tell of the same at once: the second finds the row there and leaves it
    Told.objects.bulk_create(fresh.values(), batch_size=BATCH, ignore_conflicts=True)
    return len(fresh)


def _known(households: set[int]) -> set[tuple[int, str, str]]:
    known: set[tuple[int, str, str]] = set()
    for part in batches(sorted(households)):
        known |= set(Told.objects.filter(household__in=part).values_list("household_id", "about", "line"))
    return known
