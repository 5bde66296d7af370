"""The work list at a million clues against ten thousand: query and page times, in a home of its own.

Its imports stand inside functions because its home must be set before the settings are read.
Run as a program by `sangesan bench worklist`, once per size: `python -m sangesan.cli.worklist_bench 10000`.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from sangesan.cli.bench_county import DAY, analyse, build_county, run, timed

RISKS = ["01", "03", "04", "05", "06", "07", "09", "99", "H1", "H2", "0201", "0202"]
SPREAD = 7919  # prime to the number of households: any number of clues lies evenly over the county
ROUNDS = 200
PAGES = 40


def build(clues: int) -> None:
    """A county of 81,600 households and `clues` clues, one in ten of them open."""
    homes = build_county()

    from django.db import transaction

    from sangesan.clues.models import Clue, Scope
    from sangesan.registry.bulk import insert_rows

    with transaction.atomic():
        insert_rows(
            Clue,
            "id household_id division town grid risk channel state headline rule opened_on due_on row_version".split(),
            _clues(clues, homes),
        )
        insert_rows(Scope, ["clue_id", "scope", "state", "due_on"], _scopes(clues, homes))
    analyse()


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

    def execute(n: int) -> None:
        cursor.execute(statements[n % len(statements)])
        cursor.fetchall()

    return execute


def _page_of(post: Any, keys: list[str], n: int) -> None:
    from sangesan.clues.queries import Filters, work_list

    work_list(post, Filters(), today=DAY, after=keys[n % len(keys)])


def _get(client: Any, _: int) -> None:
    client.get("/clues/")


def clues_at(size: int) -> dict[str, Any]:
    """Builds and measures one size."""
    begun = time.perf_counter()
    build(size)
    built = time.perf_counter() - begun
    return {"clues": size, "built_seconds": round(built, 1), **measure()}


if __name__ == "__main__":
    run(clues_at)
