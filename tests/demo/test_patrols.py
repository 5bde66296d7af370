"""The demonstration's patrols on a small county: once, plausible, and the screening's clues as they were."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sangesan.clues.models import Clue, Scope, Sighting
from sangesan.demo.patrols import walk_the_county
from sangesan.jobs.models import JobRun
from sangesan.patrols.models import Entry, KeyGroup, Round, Walked
from sangesan.patrols.tasks import GROUPS, WEEKLY
from web.small_county import DAY, SmallCounty, build

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)


@pytest.fixture
def county(db: None, tmp_path: Path, settings: Any) -> SmallCounty:
    settings.HOME = tmp_path
    return build(tmp_path)


def state() -> dict[str, list[tuple[object, ...]]]:
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in (Round, Entry, Walked, KeyGroup, Clue, Scope, Sighting)}


def test_it_is_walked_once(county: SmallCounty) -> None:
    kept = Clue.objects.create(division="610998", town="", risk="01", channel="DEPT", state="open", headline="x", opened_on=DAY, due_on=DAY)
    walk_the_county(today=DAY, now=NOW, progress=lambda *_: None)
    first = state()
    assert [r.kind for r in Round.objects.order_by("starts_on")] == ["campaign", "weekly", "weekly", "weekly"]
    assert all(e.round.starts_on <= e.on <= min(e.round.ends_on, DAY) for e in Entry.objects.select_related("round"))
    assert set(Entry.objects.exclude(result="absent").values_list("pk")) >= set(Walked.objects.values_list("entry"))
    assert Clue.objects.filter(channel="DEPT").get() == kept
    found = Clue.objects.exclude(pk=kept.pk)
    assert set(found.values_list("channel", flat=True)) == {"GRID"}
    assert all(c.sightings.count() == 1 and c.scopes.count() >= 4 and c.opened_on <= DAY for c in found)
    assert all(c.visit and c.visit.visited_on - c.opened_on <= timedelta(days=4) for c in found.filter(state="cleared"))
    assert {(r.job, r.state) for r in JobRun.objects.all()} == {(GROUPS, "done"), (WEEKLY, "done")}
    walk_the_county(today=DAY, now=NOW, progress=lambda *_: None)
    assert state() == first
