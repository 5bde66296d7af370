"""Sheets that wait: to be received and corrected, to be signed, reviewed, answered; look-backs due; hand-overs."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Count, Min, Q

from sangesan.accounts.models import Post
from sangesan.clues.permissions import COUNTY
from sangesan.leadership.queries import held_rows
from sangesan.messages.templates import Line, line_of
from sangesan.supervision.domain import CLOCK_RUNS, State
from sangesan.supervision.models import HandOver, LookBack, Sheet
from sangesan.supervision.table import BLUE, ORDER, load_table

SHEETS, LOOK_BACKS, HAND_OVERS = "/sheets/", "/sheets/look-backs/", "/sheets/hand-overs/"
TURN = [str(state) for state in CLOCK_RUNS]


def sheet_lines(day: date) -> dict[int, list[Line]]:
    """Sentences by post, a fixed number of queries: what is theirs to correct, to sign, to review, to decide."""
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    turn = Sheet.objects.filter(state__in=TURN, due_on__isnull=False)
    for post, number, first in turn.values_list("person").annotate(n=Count("pk"), first=Min("due_on")).order_by():
        lines[post].append(line_of("sheets_open", {"count": number, "day": first}, SHEETS))
    heads = _heads(day)
    for template, counted in (("sheets_to_sign", _to_sign(heads)), ("sheets_to_review", _to_review(heads))):
        for post, number in counted.items():
            lines[post].append(line_of(template, {"count": number}, SHEETS))
    for post, number in _hand_overs(heads).items():
        lines[post].append(line_of("hand_overs_waiting", {"count": number}, HAND_OVERS))
    return lines


def look_back_lines(day: date) -> list[tuple[tuple[str, str], Line]]:
    """One sentence for the inspectors: how many look-backs have come due."""
    number = LookBack.objects.filter(result="", due_on__lte=day).count()
    if not number:
        return []
    return [((Post.Role.INSPECTOR, COUNTY), line_of("look_backs_due", {"count": number}, LOOK_BACKS))]


def _heads(day: date) -> dict[str, list[int]]:
    """Posts by the seat they hold, of those that have to do with sheets."""
    table = load_table()
    seats = {*table.seats(), *(one.seat for one in table.receivers.values())}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row in held_rows(day).filter(seat__in=seats):
        if row.post_id not in found[row.seat]:
            found[row.seat].append(row.post_id)
    return found


def _posts(heads: dict[str, list[int]], seats: Collection[str]) -> set[int]:
    return {post for seat in seats for post in heads.get(seat, ())}


def _to_sign(heads: dict[str, list[int]]) -> dict[int, int]:
    counted: defaultdict[int, int] = defaultdict(int)
    drafts = Sheet.objects.filter(state=State.DRAFT).values_list("colour").annotate(n=Count("pk")).order_by()
    for colour, number in drafts:
        for post in _posts(heads, load_table().signers(colour)):
            counted[post] += number
    return counted


def _to_review(heads: dict[str, list[int]]) -> dict[int, int]:
    """Rectifications and asked extensions. A blue one goes to the head who signed it, and to the offices."""
    counted: defaultdict[int, int] = defaultdict(int)
    asked = Q(state=State.RECTIFIED) | Q(state__in=TURN, extension_asked__isnull=False)
    rows = Sheet.objects.filter(asked, colour__in=ORDER).values_list("colour", "signed_by").annotate(n=Count("pk"))
    for colour, signed_by, number in rows.order_by():
        posts = _posts(heads, load_table().colours[colour].closed_by)
        if colour == BLUE:
            posts -= set(_posts(heads, load_table().signers(BLUE))) - {signed_by}
        for post in posts:
            counted[post] += number
    return counted


def _hand_overs(heads: dict[str, list[int]]) -> dict[int, int]:
    """Proposed: who decides; sent and received: who has them there."""
    counted: defaultdict[int, int] = defaultdict(int)
    states = HandOver.State
    rows = HandOver.objects.filter(state__in=[states.PROPOSED, states.SENT, states.RECEIVED])
    for state, to, number in rows.values_list("state", "to").annotate(n=Count("pk")).order_by():
        table = load_table()
        seats = table.signers(ORDER[-1]) if state == states.PROPOSED else (table.receivers[to].seat,)
        for post in _posts(heads, seats):
            counted[post] += number
    return counted
