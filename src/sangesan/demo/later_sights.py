"""What the demonstration's grid workers saw at doors where another line had been first: their walks join those clues, so
that one sees by how many days a line came after another. Nothing of the cases changes.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import F

from sangesan.clues.domain import State
from sangesan.clues.models import Clue, Sighting
from sangesan.demo.histories.words import Dice, words
from sangesan.patrols.domain import CLUE, SAME
from sangesan.patrols.models import Entry
from sangesan.regions.queries import CHINA

SHARE = 0.4  # of the walks after a clue: the worker says what is the matter, the rest note no change
WITHIN_DAYS = 30
TAKEN_UP = (State.CONFIRMED, State.TAKEN, State.SETTLED)
GRID, OTHER_RISK = "GRID", "99"


def write_later_sights(*, today: date) -> int:
    """Joins walks of the last weeks to clues of other lines; how many. Done once: a second time there are none left."""
    if Sighting.objects.filter(channel=GRID, clue__state__in=TAKEN_UP).exclude(clue__channel=GRID).exists():
        return 0
    clues = Clue.objects.filter(
        state__in=TAKEN_UP, household__isnull=False, opened_on__gte=today - timedelta(days=WITHIN_DAYS)
    ).exclude(channel__in=["GRID", "CENTRAL"])
    by_home = {clue.household_id: clue for clue in clues.order_by("-pk")}
    walks = Entry.objects.filter(household__in=by_home, result=SAME, clue=None).select_related("household")
    joined: dict[int, tuple[Clue, Entry]] = {}
    for entry in walks.order_by("on", "pk"):
        clue = by_home[entry.household_id]
        first = clue.pk not in joined and entry.on >= clue.opened_on
        if first and Dice("later sight", entry.household.code).chance(SHARE):
            joined[clue.pk] = (clue, entry)
    _write(list(joined.values()))
    return len(joined)


def _write(joined: list[tuple[Clue, Entry]]) -> None:
    sightings = []
    for clue, entry in joined:
        reasons = words()["reasons"]
        entry.result, entry.clue = CLUE, clue.pk
        entry.words = Dice("later words", str(clue.pk)).of(reasons.get(clue.risk, reasons[OTHER_RISK]))
        sightings.append(
            Sighting(
                clue=clue, channel=GRID, source=f"entry:{entry.pk}", words=entry.words, seen_on=entry.on, post=entry.post,
                post_title=entry.post_title, recorded_at=datetime.combine(entry.on, time(17, 30), CHINA),
            )
        )  # fmt: skip
    Entry.objects.bulk_update([entry for _, entry in joined], ["result", "words", "clue"], batch_size=500)
    Sighting.objects.bulk_create(sightings, batch_size=500)
    Clue.objects.filter(pk__in=[clue.pk for clue, _ in joined]).update(row_version=F("row_version") + 1)
