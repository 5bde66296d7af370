"""Draws, spot calls and meetings in the reminders: who owes a fingerprint or a secret, which call and meeting wait."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sangesan.accounts.models import Post
from sangesan.clues.permissions import COUNTY
from sangesan.dispatch.quarter_queries import waiting_meetings
from sangesan.dispatch.spot_queries import open_calls
from sangesan.draws.domain import SEATS, Owed, State
from sangesan.draws.models import Draw
from sangesan.draws.queries import waiting
from sangesan.leadership.queries import held_rows
from sangesan.messages.templates import Line, line_of
from sangesan.regions.queries import CHINA

DRAWS, CALLS, MEETINGS = "/draws/", "/spot-calls/", "/quarters/"
Said = tuple[tuple[str, str], Line]  # (role, place), sentence


def office_lines(day: date) -> dict[int, list[Line]]:
    """What the heads of the two offices owe open draws, by post: fingerprints to hand in, secrets to show."""
    owed: defaultdict[tuple[str, Owed], list[date]] = defaultdict(list)
    for draw in Draw.objects.filter(state=State.OPEN).prefetch_related("commitments"):
        what, offices = waiting(draw)
        if what is None:
            continue
        for office in offices:
            until = draw.commit_by if what == Owed.COMMIT else draw.reveal_by
            owed[(SEATS[office], what)].append(until.astimezone(CHINA).date())
    if not owed:
        return {}
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for row in held_rows(day).filter(seat__in=list(SEATS.values())):
        for what in Owed:
            days = owed.get((row.seat, what))
            if days:
                fields = {"count": len(days), "day": min(days)}
                lines[row.post_id].append(line_of(f"draw_{what}_due", fields, DRAWS))
    return lines


def meeting_lines() -> Iterator[Said]:
    """The county hears of calls to be made and of a meeting to be held."""
    for template, address, (number, first) in (
        ("spot_calls_waiting", CALLS, open_calls()),
        ("meetings_waiting", MEETINGS, waiting_meetings()),
    ):
        if number and first is not None:
            yield (Post.Role.COUNTY, COUNTY), line_of(template, {"count": number, "day": first}, address)
