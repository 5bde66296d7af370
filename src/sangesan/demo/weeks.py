"""The demonstration's weekly statistics: thirteen closed weeks. Before the whole county was walked each week, the
households that are visited first were; so the earlier weeks are not empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.queries import system_post
from sangesan.demo.chance import generator
from sangesan.dispatch.closing import Register
from sangesan.dispatch.models import Snapshot
from sangesan.dispatch.queries import rhythm
from sangesan.dispatch.week_closing import close_week
from sangesan.kernel.period import Week
from sangesan.patrols.domain import SAME
from sangesan.patrols.models import Entry, KeyGroup, Round, Walked
from sangesan.patrols.rounds import weekly_round
from sangesan.regions.queries import CHINA
from sangesan.registry.bulk import insert_rows, move_sequence, next_id
from sangesan.registry.models import Household

WEEKS = 13
SEED = 20220912
OF_GRID = 2  # households of a grid that were visited in an early week
REPORTING = 0.97  # of the grids
CLOSED_AT = time(6, 10)
ENTRY_COLUMNS = (
    "id round_id household_id grid division town result purposes on words changed post post_title recorded_at"
).split()

Progress = Callable[[int, int, str], None]
Home = tuple[int, str, str, str]


def close_demonstration_weeks(*, today: date, progress: Progress) -> None:
    """Closes the last weeks, each as of its own day; nothing where it has been done before."""
    last = Week.of(today).plus(-1)
    wanted = [last.plus(-back) for back in reversed(range(WEEKS))]
    closed = set(Snapshot.objects.filter(kind="week").values_list("period", flat=True))
    waiting = [week for week in wanted if str(week) not in closed]
    if waiting:
        _walk_early_weeks(wanted)
    days, register = rhythm(), Register()
    for n, week in enumerate(waiting):
        progress(n, len(waiting), f"{week}")
        if days.closing_day(week) <= today:
            at = datetime.combine(days.closing_day(week), CLOSED_AT, CHINA)
            as_of = days.as_of(week)
            close_week(post=system_post(), week=week, as_of=as_of, now=at, progress=_silent, register=register)
    progress(len(waiting), len(waiting), f"已关账 {Snapshot.objects.filter(kind='week').count()} 周")


def _walk_early_weeks(weeks: list[Week]) -> None:
    """Entries of the weeks that have no round yet."""
    known = set(Round.objects.filter(kind=Round.Kind.WEEKLY).values_list("starts_on", flat=True))
    early = [week for week in weeks if week.first_day() not in known]
    if not early:
        return
    homes = _first_visited()
    with (
        transaction.atomic(),
        acting(system_post(), "patrols.open_round", on="list:rounds", reason="演示县较早几周的走访") as act,
    ):
        act.detail = {"rows": sum(_walk(week, homes) for week in early)}
        for model in (Entry, Walked):
            move_sequence(model)


def _first_visited() -> dict[str, list[Home]]:
    """Households by grid, those of key groups first."""
    keys = set(KeyGroup.objects.values_list("household_id", flat=True))
    found: dict[str, list[Home]] = defaultdict(list)
    for home in Household.objects.order_by("pk").values_list("pk", "grid", "residence", "residence_town"):
        found[home[1]].append(home)
    return {grid: sorted(of_grid, key=lambda home: (home[0] not in keys, home[0])) for grid, of_grid in found.items()}


def _walk(week: Week, homes: dict[str, list[Home]]) -> int:
    monday, machine = week.first_day(), system_post()
    row = weekly_round(monday, now=datetime.combine(monday, CLOSED_AT, CHINA))
    rng = generator(SEED, "weeks", str(week))
    reports = rng.random(len(homes)) < REPORTING
    entry, walked = next_id(Entry), next_id(Walked)
    entries: list[tuple[Any, ...]] = []
    for n, (grid, of_grid) in enumerate(sorted(homes.items())):
        for place in range(OF_GRID if reports[n] else 0):
            number, _grid, division, town = of_grid[(week.week * OF_GRID + place) % len(of_grid)]
            on = monday + timedelta(days=(n + place) % 5)
            given = (entry + len(entries), row.pk, number, grid, division, town, SAME, '["patrol"]', on, "", "[]")
            entries.append((*given, machine.pk, machine.title, datetime.combine(on, time(17, 30), CHINA)))
    met = {values[2]: values[0] for values in entries}
    insert_rows(Entry, ENTRY_COLUMNS, entries)
    rows = ((walked + n, row.pk, household, number) for n, (household, number) in enumerate(met.items()))
    insert_rows(Walked, ["id", "round_id", "household_id", "entry_id"], rows)
    return len(entries)


def _silent(_done: int, _total: int, _words: str) -> None:
    """A week's own steps are not shown."""
