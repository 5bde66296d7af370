"""The work list at a million clues against ten thousand: query and page times, in a home of its own.

Its imports stand inside functions because its home must be set before the settings are read.
Run as a program by `sangesan bench worklist`, once per size: `python -m sangesan.cli.worklist_bench 10000`.
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

DAY = date(2022, 9, 13)
NOW = datetime(2022, 9, 13, tzinfo=UTC)
TOWNS, VILLAGES, GRIDS, HOUSEHOLDS = 17, 12, 10, 40
RISKS = ["01", "03", "04", "05", "06", "07", "09", "99", "H1", "H2", "0201", "0202"]
SPREAD = 7919  # prime to the number of households: any number of clues lies evenly over the county
ROUNDS = 200
PAGES = 40


def build(clues: int) -> None:
    """A county of 81,600 households and `clues` clues, one in ten of them open."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from sangesan.clues.models import Clue, Scope
    from sangesan.regions.actions import load_divisions, load_grids, set_county
    from sangesan.regions.domain import DivisionRow
    from sangesan.registry.bulk import insert_rows
    from sangesan.registry.models import Household

    call_command("migrate", verbosity=0)
    set_county({"code": "610998", "name": "测速县", "demonstration": True, "today": DAY}, place="bench")
    towns = [f"610998{100 + t}000" for t in range(TOWNS)]
    villages = [(f"{town[:9]}{200 + v}", town) for town in towns for v in range(VILLAGES)]
    rows = [DivisionRow("610998", "测速县", "county", "")] + [
        DivisionRow(t, f"第{t[6:9]}镇", "town", "610998") for t in towns
    ]
    load_divisions(
        rows + [DivisionRow(v, f"第{v[9:]}村", "village", t) for v, t in villages], on=date(2021, 1, 1), now=NOW
    )
    grids = [(f"{v}-{g + 1:02d}", v, t) for v, t in villages for g in range(GRIDS)]
    load_grids(((g, v, g) for g, v, _ in grids), on=date(2021, 1, 1))
    homes = [(n + 1, g, v, t) for n, (g, v, t) in enumerate(x for x in grids for _ in range(HOUSEHOLDS))]
    with transaction.atomic():
        insert_rows(
            Household,
            "id code head_name village town residence residence_town grid size formerly_poor stage row_version".split(),
            ((n, f"{v}{n:06d}", "户主", v, t, v, t, g, 3, False, "", 1) for n, g, v, t in homes),
        )
        insert_rows(
            Clue,
            "id household_id division town grid risk channel state headline rule opened_on due_on row_version".split(),
            _clues(clues, homes),
        )
        insert_rows(Scope, ["clue_id", "scope", "state", "due_on"], _scopes(clues, homes))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _each(clues: int, homes: list[Any]) -> Iterator[tuple[int, Any, str, str, date]]:
    chance = random.Random(20220913)  # noqa: S311  reproducible, not secret
    for n in range(clues):
        home = homes[n * SPREAD % len(homes)]
        risk = RISKS[(n // len(homes)) % len(RISKS)]
        state = "open" if chance.random() < 0.1 else "cleared"
        yield n + 1, home, risk, state, DAY + timedelta(days=chance.randrange(-20, 20))


def _clues(clues: int, homes: list[Any]) -> Iterator[tuple[Any, ...]]:
    taken: set[tuple[int, str]] = set()
    for n, (home, grid, village, town), risk, state, due in _each(clues, homes):
        live = state if (home, risk) not in taken else "cleared"
        if live == "open":
            taken.add((home, risk))
        yield n, home, village, town, grid, risk, "DEPT", live, "住院自付达到预警线", "R01", due, due, 1


def _scopes(clues: int, homes: list[Any]) -> Iterator[tuple[Any, ...]]:
    for n, (_, grid, village, town), _, state, due in _each(clues, homes):
        for scope in ("county", town, village, grid):
            yield n, scope, state, due


def measure() -> dict[str, Any]:
    """p50 and p95 in milliseconds by role, of the query and of the whole page."""
    from django.test import Client

    from sangesan.accounts.actions import open_account
    from sangesan.accounts.models import Post
    from sangesan.clues.queries import Filters, work_list

    village, town = "610998105207", "610998105000"
    places = {
        "county": {}, "town": {"division": town}, "village": {"division": village},
        "grid": {"division": village, "grid": f"{village}-03"},
    }  # fmt: skip
    found: dict[str, Any] = {"query_ms": {}, "list_ms": {}, "page_ms": {}}
    for role, where in places.items():
        post = Post(role=role, title=role, valid_from=date(2021, 1, 1), **where)
        user = open_account(username=role, name=role, password="bench-only-1", posts=[post])  # noqa: S106
        keys = [""]
        while len(keys) < 20:
            following = work_list(post, Filters(), today=DAY, after=keys[-1]).next
            if not following:
                break
            keys.append(following)
        found["query_ms"][role] = timed(_statement(post, keys), ROUNDS)
        found["list_ms"][role] = timed(partial(_page_of, post, keys), ROUNDS)
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        found["page_ms"][role] = timed(partial(_get, client), PAGES)
    return found


def _statement(post: Any, keys: list[str]) -> Callable[[int], Any]:
    """The list's own SQL, executed and fetched without making objects of it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    statements = []
    for key in keys:
        with CaptureQueriesContext(connection) as caught:
            _page_of(post, [key], 0)
        statements.append(caught.captured_queries[-1]["sql"])
    cursor = connection.cursor()

    def run(n: int) -> None:
        cursor.execute(statements[n % len(statements)])
        cursor.fetchall()

    return run


def _page_of(post: Any, keys: list[str], n: int) -> None:
    from sangesan.clues.queries import Filters, work_list

    work_list(post, Filters(), today=DAY, after=keys[n % len(keys)])


def _get(client: Any, _: int) -> None:
    client.get("/clues/")


def timed(act: Callable[[int], Any], rounds: int) -> dict[str, float]:
    """p50 and p95 of `rounds` calls after three that do not count, in milliseconds."""
    for n in range(3):
        act(n)
    taken = []
    for n in range(rounds):
        begun = time.perf_counter()
        act(n)
        taken.append((time.perf_counter() - begun) * 1000)
    return {"p50": round(statistics.median(taken), 3), "p95": round(statistics.quantiles(taken, n=20)[-1], 3)}


def main() -> None:
    """Builds and measures one size; prints JSON."""
    import django

    size = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="sangesan-bench-") as home:
        os.environ["SANGESAN_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["SANGESAN_HOSTS"] = "testserver"
        django.setup()
        begun = time.perf_counter()
        build(size)
        built = time.perf_counter() - begun
        print(json.dumps({"clues": size, "built_seconds": round(built, 1), **measure()}))


if __name__ == "__main__":
    main()
