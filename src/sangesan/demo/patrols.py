"""The demonstration's patrols: two whole weeks and the current one over the county, and a finished campaign in spring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.demo.chance import Floats, Ints, generator, weighted
from sangesan.demo.hazard_points import list_threatened
from sangesan.demo.patrol_clues import raise_found, write_found
from sangesan.demo.patrol_words import SEED, words
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import ask, execute
from sangesan.patrols.domain import ABSENT, CHANGED, SAME
from sangesan.patrols.models import Entry, Round, Walked
from sangesan.patrols.rounds import weekly_round
from sangesan.patrols.tasks import GROUPS, WEEKLY
from sangesan.regions.queries import CHINA
from sangesan.registry.bulk import insert_rows, move_sequence, next_id
from sangesan.registry.models import Household

WEEKS = 3
WALKED, SPREAD, CAMPAIGN_WALKED = 0.955, 0.035, 0.994
IDLE_GRIDS = 0.006  # grids that reported nothing in a week
TRIED = 0.35  # of those not met, somebody was there in vain
CHANGED_SHARE = {Round.Kind.WEEKLY: 0.022, Round.Kind.CAMPAIGN: 0.055}
DAY_WEIGHTS = (16, 18, 19, 17, 18, 8, 4)

ENTRY_COLUMNS = (
    "id round_id household_id grid division town result purposes on words changed post post_title recorded_at"
).split()
WALKED_COLUMNS = "id round_id household_id entry_id".split()

Progress = Callable[[int, int, str], None]
Homes = list[tuple[int, str, str, str]]


@dataclass(frozen=True)
class Seats:
    """Who walks: the grid's own worker, else nobody's name stands there but the system's."""

    by_grid: dict[str, tuple[int, str]]
    stand_in: tuple[int, str]

    def of(self, grid: str) -> tuple[int, str]:
        return self.by_grid.get(grid, self.stand_in)


def walk_the_county(*, today: date, now: datetime, progress: Progress) -> None:
    """Key groups by the nightly job, then all rounds with what was found; nothing where it has been done before."""
    progress(0, 4, "重点户")
    run = ask(GROUPS, today.isoformat(), arguments={"today": today.isoformat()})
    if run.state == JobRun.State.WAITING:
        execute(run.pk)
    if Round.objects.filter(kind=Round.Kind.CAMPAIGN).exists():
        progress(4, 4, "已有")
        return
    with (
        transaction.atomic(),
        acting(system_post(), "patrols.open_round", on="list:rounds", reason="演示县的排查") as act,
    ):
        listed = list_threatened(today=today, now=now)
        progress(1, 4, f"隐患点威胁户 {listed:,} 户")
        homes = list(Household.objects.order_by("pk").values_list("pk", "grid", "residence", "residence_town"))
        written = sum(_walk(row, homes, share, today) for row, share in _rounds(today, now))
        for model in (Entry, Walked):
            move_sequence(model)
        progress(3, 4, "发现的线索")
        clues = raise_found(today=today) + write_found(today=today)
        act.detail = {"rows": written, "clues": clues, "threatened": listed}
    _ask_for_weeks(today)
    progress(4, 4, f"{written:,} 行，线索 {clues:,} 条")


def _rounds(today: date, now: datetime) -> Iterator[tuple[Round, float]]:
    """The weeks, oldest first, then spring's campaign; with the share of households that each reaches."""
    for back in reversed(range(WEEKS)):
        yield weekly_round(today - timedelta(weeks=back), now=now), WALKED
    told = words()["campaign"]
    first, last = (date.fromisoformat(f"{today.year}-{told[end]}") for end in ("from", "to"))
    post = Post.objects.filter(role=Post.Role.COUNTY).order_by("pk").first() or system_post()
    campaign = Round.objects.create(
        kind=Round.Kind.CAMPAIGN,
        title=f"{today.year}年{told['title']}",
        starts_on=first,
        ends_on=last,
        note=told["note"],
        opened_by=post.pk,
        opened_at=datetime.combine(first - timedelta(days=4), time(9), CHINA),
    )
    yield campaign, CAMPAIGN_WALKED


def _walk(row: Round, homes: Homes, share: float, today: date) -> int:
    """One round: who was met on which day, what was found; of the current week only the days gone by. Rows written."""
    rng, seats, told = generator(SEED, "patrols", row.title), _seats(), words()
    chance = _chances(rng, homes, share, row.kind == Round.Kind.CAMPAIGN)
    met, tried = rng.random(len(homes)) < chance, rng.random(len(homes)) < TRIED
    changed = rng.random(len(homes)) < CHANGED_SHARE[Round.Kind(row.kind)]
    days, picks = _days(rng, row, len(homes)), rng.random(len(homes))
    at = [datetime.combine(row.starts_on + timedelta(days=n), time(17, 30), CHINA) for n in range(int(days.max()) + 1)]
    said = {SAME: ("",), CHANGED: told["changes"], ABSENT: told["absent"]}
    first_entry, first_walked = next_id(Entry), next_id(Walked)
    entries: list[tuple[Any, ...]] = []
    walked: list[tuple[Any, ...]] = []
    for n, (household, grid, division, town) in enumerate(homes):
        recorded = at[days[n]]
        if recorded.date() > today or not (met[n] or tried[n]):
            continue
        result = (CHANGED if changed[n] else SAME) if met[n] else ABSENT
        lines, number = said[result], first_entry + len(entries)
        given = (number, row.pk, household, grid, division, town, result, '["patrol"]', recorded.date())
        entries.append((*given, lines[int(picks[n] * len(lines))], "[]", *seats.of(grid), recorded))
        if met[n]:
            walked.append((first_walked + len(walked), row.pk, household, number))
    insert_rows(Entry, ENTRY_COLUMNS, entries)
    insert_rows(Walked, WALKED_COLUMNS, walked)
    return len(entries) + len(walked)


def _chances(rng: np.random.Generator, homes: Homes, share: float, campaign: bool) -> Floats:
    """Of each household to be met: grids differ, and in a week a few report nothing."""
    grids, of_grid = np.unique(np.array([grid for _pk, grid, _division, _town in homes]), return_inverse=True)
    spread = SPREAD / 6 if campaign else SPREAD
    by_grid = np.clip(rng.normal(share, spread, grids.size), 0.5, 1.0)
    if not campaign:
        by_grid[rng.random(grids.size) < IDLE_GRIDS] = 0.0
    chances: Floats = by_grid[of_grid]
    return chances


def _days(rng: np.random.Generator, row: Round, size: int) -> Ints:
    """The day of the round each household is walked on, from 0."""
    length = (row.ends_on - row.starts_on).days + 1
    if row.kind == Round.Kind.WEEKLY:
        return weighted(rng, DAY_WEIGHTS, size)
    days: Ints = rng.integers(0, length, size)
    return days


def _seats() -> Seats:
    machine = system_post()
    posts = Post.objects.filter(role=Post.Role.GRID, user__isnull=False).values_list("grid", "pk", "title")
    return Seats({grid: (pk, title) for grid, pk, title in posts}, (machine.pk, machine.title))


def _ask_for_weeks(today: date) -> None:
    """The worker need not open again what stands: the current week's job is done."""
    year, week, _ = today.isocalendar()
    run = ask(WEEKLY, f"{year}-W{week:02d}", arguments={"today": today.isoformat()})
    if run.state == JobRun.State.WAITING:
        execute(run.pk)
