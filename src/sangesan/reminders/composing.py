"""One message a day to each post with anything before it: all its sentences together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.clues.models import Clue
from sangesan.clues.permissions import scope_of
from sangesan.messages.sending import Note, tell_all
from sangesan.reminders.chain import count_chain
from sangesan.reminders.counting import Before, before_all
from sangesan.reminders.sealed import inspection_notes

DIGEST = "today"


@dataclass(frozen=True)
class Composed:
    """told: posts that got a message; last_clue: the newest clue that was looked at, for the next day's "new"."""

    told: int
    last_clue: int


def compose(*, post: Post, day: date, after_clue: int | None, now: datetime) -> Composed:
    """Tells every post what lies before it on a day; a second time the same day tells nothing more.

    after_clue: clues with a higher number are new; None: those opened on the day. A fixed number of queries, one per kind.
    """
    with acting(post, "messages.send", on=f"day:{day.isoformat()}", reason="每日提醒") as act:
        last = Clue.objects.aggregate(last=Max("pk"))["last"] or 0
        found = before_all(day, after_clue=after_clue)
        count_chain(found, day)
        told = tell_all(_notes(found, day), now=now)
        tell_all(inspection_notes(day), now=now)  # not counted: the number would tell that something is to begin
        act.detail = {"told": told, "last_clue": last}
    return Composed(told, last)


def _notes(found: Before, day: date) -> Iterator[Note]:
    for post in holding(day):
        lines = [*found.by_place.get((post.role, scope_of(post)), ()), *found.by_post.get(post.pk, ())]
        if lines:
            yield Note(post, lines, f"{DIGEST}:{day.isoformat()}", DIGEST)
