"""Naming somebody for every gap from the posts of the place: many households at once, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.registry.models import Household, Residence
from sangesan.responsibility import domain
from sangesan.responsibility.domain import Kind, Line
from sangesan.responsibility.models import Duty
from sangesan.responsibility.permissions import belongs, place_of

BATCH = 500
PLACE_ROLES = (Post.Role.VILLAGE, Post.Role.GRID)


class Holders:
    """The posts held on a day at villages and grids, by place and kind; the oldest post of each goes first."""

    def __init__(self, on: date) -> None:
        self._of_place: dict[tuple[str, Kind], int] = {}
        self._of_grid: dict[str, int] = {}
        rows = holding(on).filter(role__in=PLACE_ROLES).order_by("pk")
        for pk, role, title, division, grid in rows.values_list("pk", "role", "title", "division", "grid"):
            kind = domain.kind_of(role, title)
            if kind == Kind.GRID:
                self._of_grid.setdefault(grid, pk)
            elif kind is not None:
                self._of_place.setdefault((division, kind), pk)

    def pick(self, household: Household, line: Line, duty: domain.Duty) -> int | None:
        """The post that takes a row by default; None where the place has nobody fit."""
        place = place_of(household, line)
        for kind in domain.asked_first(duty, household.relocated):
            if kind != Kind.GRID:
                found = self._of_place.get((place, kind))
            else:
                # where a household is only registered, no grid is its own
                found = self._of_grid.get(household.grid) if place == household.residence else None
            if found is not None:
                return found
        return None


def open_slots(households: Collection[int]) -> dict[int, set[tuple[str, str, str]]]:
    """The rows held now of each household, in one query per 500."""
    held: dict[int, set[tuple[str, str, str]]] = {}
    wanted = sorted(households)
    for part in batches(wanted):
        rows = Duty.objects.filter(household__in=part, valid_to=None)
        for household, line, duty, role in rows.values_list("household_id", "line", "duty", "role"):
            held.setdefault(household, set()).add((line, duty, role))
    return held


def fill_gaps(households: Sequence[Household], *, at: str | None, on: date, now: datetime) -> int:
    """Rows for every gap that a post of the place can take; returns how many. The caller holds the transaction.

    at: only the line whose place this is; None: every line. A row of a relocated household begins with its moving in,
    where that is later than `on`.
    """
    ids = {household.pk for household in households}
    held, holders = open_slots(ids), Holders(on)
    moved = _moved_in({h.pk for h in households if h.relocated})
    rows = list(_rows(households, held, holders, moved, at=at, on=on, now=now))
    Duty.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _rows(
    households: Iterable[Household],
    held: Mapping[int, set[tuple[str, str, str]]],
    holders: Holders,
    moved: Mapping[int, date],
    *,
    at: str | None,
    on: date,
    now: datetime,
) -> Iterator[Duty]:
    for household in households:
        begins = max(on, moved.get(household.pk, on))
        for line, duty, role in domain.missing(household.relocated, held.get(household.pk, set())):
            if at is not None and place_of(household, line) != at:
                continue
            holder = holders.pick(household, line, duty)
            if holder is not None:
                yield Duty(
                    household=household,
                    line=line,
                    duty=duty,
                    role=role,
                    post_id=holder,
                    valid_from=begins,
                    recorded_at=now,
                )


def _moved_in(households: Collection[int]) -> dict[int, date]:
    found: dict[int, date] = {}
    for part in batches(sorted(households)):
        rows = Residence.objects.filter(household__in=part, valid_to=None, moved_on__isnull=False)
        found |= {household: day for household, day in rows.values_list("household_id", "moved_on") if day}
    return found


def batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers in parts that fit into one query of either database."""
    for start in range(0, len(numbers), BATCH):
        yield numbers[start : start + BATCH]


def name_assistant(household: Household, helper: Post, *, on: date, now: datetime) -> None:
    """The helper that a study named leads assistance from then on, where the post is of the line that leads it; what
    nobody holds yet is filled from the places' posts. The caller holds the transaction and has asked for the permission.
    """
    line = domain.who_leads(domain.Duty.ASSIST, household.relocated)
    if belongs(helper, household, line):
        held = Duty.objects.filter(
            household=household, line=line, duty=domain.Duty.ASSIST, role=domain.Role.LEAD, valid_to=None
        ).first()
        if held is None or held.post_id != helper.pk:
            if held is not None:
                Duty.objects.filter(pk=held.pk).update(valid_to=max(on, held.valid_from))
            Duty.objects.create(
                household=household, line=line, duty=domain.Duty.ASSIST, role=domain.Role.LEAD, post=helper,
                valid_from=max(on, held.valid_from) if held else on, recorded_at=now,
            )  # fmt: skip
    fill_gaps([household], at=None, on=on, now=now)
