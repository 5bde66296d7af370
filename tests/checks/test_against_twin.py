"""What the whole county's queries and compiled SQL find is what a slow twin finds, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.random_record import write
from checks.twin import answers
from sangesan.amendments.queries import parameter_book
from sangesan.checks.engine import by_grain
from sangesan.checks.reading import load_checks
from sangesan.checks.running import digest_of, find
from sangesan.checks.subjects import Look
from web.small_county import DAY

pytestmark = pytest.mark.django_db
GRAINS = ("household", "clue", "case", "minutes")
HIT_BY: set[str] = set()


@pytest.mark.parametrize("seed", range(6))
def test_the_county_at_once_equals_the_twin(tmp_path: Path, seed: int) -> None:
    write(tmp_path, seed)
    checks = [c for grain in GRAINS for c in by_grain(load_checks().values())[grain]]
    found = find(checks, Look(DAY, parameter_book()))
    got = {(*one.key, tuple(one.hit.values.items())) for one in found}
    assert got == answers(DAY)
    assert len(got) == len(found) > 20
    assert digest_of(found) == digest_of(list(reversed(found)))
    assert all(one.records for one in found), "nothing is said without a row that proves it"
    HIT_BY.update(one.key[0] for one in found)


def test_the_seeds_make_nearly_every_check_speak() -> None:
    own = {c.code for c in load_checks().values() if c.grain.code in GRAINS}
    if HIT_BY:  # run on its own there is nothing to look at
        assert own - HIT_BY <= {"lines_differ"}
