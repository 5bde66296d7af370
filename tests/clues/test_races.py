"""Two at once, on the real PostgreSQL: one wins, the other is told, nothing is doubled."""

from pathlib import Path
from typing import Any

import pytest

from clues.test_clues import home, refresh, visit
from racing import together
from sangesan.audit.models import Entry, Seal
from sangesan.audit.sealing import seal_committed, verify
from sangesan.clues.domain import Effect
from sangesan.clues.models import Clearance, Clue, Evidence
from sangesan.kernel.refusal import Refusal
from web.small_county import NOW, build

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_deciders_one_decision(tmp_path: Path) -> None:
    county = build(tmp_path)
    refresh(("R01", home("10020100001"), 500))
    clue = Clue.objects.get()
    results = together(*(lambda c=c: visit(county, clue, c, reason="看过，情况属实") for c in ("no_risk", "needs_procedure")))
    assert sum(isinstance(r, Refusal) for r in results) == 1
    assert sum(isinstance(r, Clue) for r in results) == 1
    assert Clue.objects.get().visit is not None
    assert Clearance.objects.count() == (1 if Clue.objects.get().state == "cleared" else 0)


def test_two_screenings_open_a_clue_once(tmp_path: Path) -> None:
    build(tmp_path)
    hits = [("R01", home("10020100001"), 500), ("R02", home("10020100001"), 900), ("R12", home("10020100002"), None)]
    results = together(lambda: refresh(*hits), lambda: refresh(*hits))
    assert sorted(r.counts[Effect.OPEN] for r in results) == [0, 2]  # type: ignore[attr-defined]
    assert (Clue.objects.count(), Evidence.objects.count()) == (2, 3)


def test_two_sealers_leave_one_chain(tmp_path: Path, settings: Any) -> None:
    settings.SEAL_KEY_FILE = str(tmp_path / "seal.key")
    build(tmp_path)
    for _ in range(20):
        refresh(("R01", home("10020100001"), 500))
    together(*(lambda: seal_committed(NOW) for _ in range(4)))
    seal_committed(NOW)
    assert verify().sound
    assert Seal.objects.count() == Entry.objects.count()
