"""The small county, a client per role, a clue."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from cases.way import Way, set_line
from sangesan.accounts.queries import system_post
from sangesan.clues.models import Clue, Evidence, Scope
from sangesan.clues.permissions import COUNTY
from sangesan.registry.models import Household
from sangesan.screening.models import ScreeningRun
from web.small_county import DAY, GRID_A, NOW, TOWN_A, VILLAGE_A, SmallCounty, build


@pytest.fixture
def small(db: None, tmp_path: Path) -> SmallCounty:
    """A county of four households, with an account per role."""
    cache.clear()
    return build(tmp_path)


@pytest.fixture
def signed_in(small: SmallCounty):
    """signed_in("grid"): a client that acts as that role."""

    def client(role: str) -> Client:
        made = Client()
        made.force_login(small.users[role], backend="django.contrib.auth.backends.ModelBackend")
        return made

    return client


@pytest.fixture
def clue(small) -> Clue:
    """An open clue on 陈大山's household, due in three days, with one hit of R01 as evidence."""
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    run = ScreeningRun.objects.create(as_of=DAY, known_at=NOW, started_at=NOW, post=system_post().pk)
    made = Clue.objects.create(
        household=home, division=VILLAGE_A, town=TOWN_A, grid=GRID_A, risk="01", channel="DEPT", state="open",
        headline="住院自付6,800.00元", rule="R01", opened_on=DAY, due_on=DAY + timedelta(3),
    )  # fmt: skip
    for scope in (COUNTY, TOWN_A, VILLAGE_A, GRID_A):
        Scope.objects.create(clue=made, scope=scope, state="open", due_on=made.due_on)
    Evidence.objects.create(
        clue=made, rule="R01", rule_version="v1", measure=680_000, sentence="住院自付6,800.00元", run=run, seen_on=DAY,
        first_seen_on=DAY,
        operands={"hospital_self_paid_ytd": 680_000, "formerly_poor": True},
    )  # fmt: skip
    return made


@pytest.fixture
def way(small: SmallCounty) -> Way:
    """A case of 陈大山's household that has just been opened; the year's line is set."""
    set_line()
    return Way(small)
