"""Clues that the demonstration's grid workers found: those behind the households enrolled this year on a grid's word,
those that a visit found harmless, and some of the last days that wait for their visit. The screening's are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Min

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.cases.models import Case
from sangesan.cases.states import ENDED
from sangesan.cases.states import State as CaseState
from sangesan.clues.domain import LIVE, State
from sangesan.clues.models import Clue, Scope, Sighting
from sangesan.clues.refreshing import scopes_of
from sangesan.demo.chance import generator
from sangesan.demo.histories.rows import Rows
from sangesan.demo.patrol_words import SEED, words
from sangesan.patrols.domain import CLUE, SAME
from sangesan.patrols.models import Entry
from sangesan.regions.queries import CHINA, tree
from sangesan.registry.models import Household
from sangesan.visits.domain import Conclusion
from sangesan.visits.models import Visit

MONTHS_BACK_DAYS = 300
CHANNELS = ("GRID", "CENTRAL")
HARMLESS_SHARE, WAITING_SHARE = 0.0030, 0.0005  # of all households: some 250 and 40 of 83,056
HARMLESS_DAYS, WAITING_DAYS = 120, 6
VISIT_DAYS = 3
DONE = {*ENDED, CaseState.TRACKED}


@dataclass(frozen=True)
class Found:
    """One clue to be written. visited: its first visit, where there is one; entry: the patrol entry behind it."""

    household: Household
    risk: str
    channel: str
    words: str
    opened_on: date
    event_on: date
    state: State
    visited: tuple[int, date] | None = None
    case: int | None = None
    entry: int | None = None
    post: tuple[int, str] = (0, "")


def raise_found(*, today: date) -> int:
    """The clue with which each household enrolled lately on a grid's or a campaign's word began; how many."""
    cases = Case.objects.filter(
        enrolled_on__isnull=False, channel__in=CHANNELS, began_on__gte=today - timedelta(days=MONTHS_BACK_DAYS)
    )
    cases = cases.exclude(pk__in=Clue.objects.filter(case__isnull=False).values("case")).order_by("pk")
    return _write(list(_of_cases(list(cases))))


def _of_cases(cases: Sequence[Case]) -> Iterator[Found]:
    homes = Household.objects.in_bulk([case.household_id for case in cases])
    visits = Visit.objects.filter(case__in=[case.pk for case in cases])
    first = dict(visits.order_by().values_list("case").annotate(Min("pk")))
    days = dict(Visit.objects.filter(pk__in=first.values()).values_list("pk", "visited_on"))
    taken = set(Clue.objects.filter(state__in=LIVE).values_list("household", "risk"))
    machine, by_grid = _seats()
    for case in cases:
        visit = first.get(case.pk)
        if visit is None or not case.risks or (case.household_id, case.risks[0]) in taken:
            continue
        rng, home = generator(SEED, "found", str(case.pk)), homes[case.household_id]
        yield Found(
            home, case.risks[0], case.channel, case.reason, case.began_on,
            case.began_on - timedelta(days=int(rng.integers(1, 22))),
            State.SETTLED if case.state in DONE else State.TAKEN,
            visited=(visit, days[visit]), case=case.pk, post=by_grid.get(home.grid, machine),
        )  # fmt: skip


def write_found(*, today: date) -> int:
    """Clues that turned out harmless over the past months, and those of the last days that wait; how many."""
    rng = generator(SEED, "clues of patrols")
    busy = set(Clue.objects.values_list("household", flat=True)) | set(Case.objects.values_list("household", flat=True))
    free = [pk for pk in Household.objects.order_by("pk").values_list("pk", flat=True) if pk not in busy]
    harmless, waiting = (max(2, round(share * len(free))) for share in (HARMLESS_SHARE, WAITING_SHARE))
    picked = [int(n) for n in rng.choice(free, size=min(len(free), harmless + waiting), replace=False)]
    homes = Household.objects.in_bulk(picked)
    told = [(risk, seen, found) for risk, pairs in words()["harmless"].items() for seen, found in pairs]
    found, visits, seats = [], Rows(Visit), _seats()
    for n, number in enumerate(picked):
        home, (risk, seen, result) = homes[number], told[int(rng.integers(0, len(told)))]
        post = seats[1].get(home.grid, seats[0])
        back = int(rng.integers(VISIT_DAYS + 1, HARMLESS_DAYS) if n < harmless else rng.integers(0, WAITING_DAYS))
        opened = today - timedelta(days=back)
        event, visited = opened - timedelta(days=int(rng.integers(0, 12))), None
        if n < harmless:
            on = opened + timedelta(days=int(rng.integers(0, VISIT_DAYS + 1)))
            visited = (_harmless_visit(visits, home, on, result, post), on)
        state = State.CLEARED if visited else State.OPEN
        found.append(Found(home, risk, "GRID", seen, opened, event, state, visited, None, None, post))
    visits.insert()
    return _write(_with_entries(found))


def _harmless_visit(visits: Rows, home: Household, on: date, result: str, post: tuple[int, str]) -> int:
    number, title = post
    return visits.add(
        household_id=home.pk, purposes=["clue"], visited_on=on, conclusion=str(Conclusion.NO_RISK), reason=result,
        post=number, post_title=title, post_division=home.residence, recorded_at=_at(on),
    )  # fmt: skip


def _with_entries(found: Sequence[Found]) -> list[Found]:
    """Where that day's week was walked, the entry at the door becomes the one that found the clue."""
    walks: dict[int, list[Entry]] = {}
    homes = [one.household.pk for one in found]
    for entry in Entry.objects.filter(household__in=homes).order_by("-on"):
        walks.setdefault(entry.household_id, []).append(entry)
    return [_with_entry(one, walks.get(one.household.pk, [])) for one in found]


def _with_entry(one: Found, walks: Sequence[Entry]) -> Found:
    entry = next((walk for walk in walks if walk.result == SAME and walk.on <= one.opened_on), None)
    if entry is None or (one.opened_on - entry.on).days > VISIT_DAYS:
        return one
    entry.result, entry.words = CLUE, one.words
    entry.save(update_fields=["result", "words"])
    values = {**vars(one), "entry": entry.pk, "opened_on": entry.on, "event_on": min(one.event_on, entry.on)}
    return Found(**values)


def _write(found: Sequence[Found]) -> int:
    """The clues with the rows of their lists and their sightings."""
    places = tree()
    clues = [
        Clue(
            household=one.household, division=one.household.residence, town=one.household.residence_town,
            grid=one.household.grid, risk=one.risk, channel=one.channel, state=one.state, headline=one.words,
            opened_on=one.opened_on, due_on=one.opened_on + timedelta(days=VISIT_DAYS), event_on=one.event_on,
            visited_on=one.visited[1] if one.visited else None, visit_id=one.visited[0] if one.visited else None,
            case=one.case,
        )
        for one in found
    ]  # fmt: skip
    Clue.objects.bulk_create(clues, batch_size=500)
    scopes = [Scope(clue=c, scope=s, state=c.state, due_on=c.due_on) for c in clues for s in scopes_of(c, places)]
    Scope.objects.bulk_create(scopes, batch_size=1000)
    sightings = [
        Sighting(
            clue=clue, channel=one.channel, source=f"entry:{one.entry}" if one.entry else f"patrol:{clue.pk}",
            words=one.words, seen_on=one.opened_on, event_on=one.event_on, post=one.post[0], post_title=one.post[1],
            recorded_at=_at(one.opened_on),
        )
        for one, clue in zip(found, clues, strict=True)
    ]  # fmt: skip
    Sighting.objects.bulk_create(sightings, batch_size=500)
    for one, clue in zip(found, clues, strict=True):
        if one.entry:
            Entry.objects.filter(pk=one.entry).update(clue=clue.pk)
    return len(clues)


def _seats() -> tuple[tuple[int, str], dict[str, tuple[int, str]]]:
    """The machine's post, and the worker of each grid."""
    machine = system_post()
    posts = Post.objects.filter(role=Post.Role.GRID, user__isnull=False).values_list("grid", "pk", "title")
    return (machine.pk, machine.title), {grid: (pk, title) for grid, pk, title in posts}


def _at(day: date) -> datetime:
    return datetime.combine(day, time(17, 30), CHINA)
