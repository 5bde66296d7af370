"""What runs at night: new clues go to live cases; departments' measures are taken up once."""

from types import SimpleNamespace

import pytest

from cases.way import Way
from sangesan.accounts.queries import system_post
from sangesan.assistance.models import Measure
from sangesan.cases import tasks
from sangesan.cases.states import Act, State
from sangesan.cases.taking_up import take_up_new_clues
from sangesan.clues.models import Clue
from sangesan.regions.models import County
from web.small_county import DAY, GRID_A, TOWN_A, VILLAGE_A

pytestmark = pytest.mark.django_db


def clue_on(case, risk="01"):
    return Clue.objects.create(
        household=case.household, division=VILLAGE_A, town=TOWN_A, grid=GRID_A, risk=risk, channel="DEPT", state="open",
        headline="住院自付过高", opened_on=DAY, due_on=DAY,
    )  # fmt: skip


def test_a_clue_on_a_household_being_identified_goes_to_its_case_and_is_settled_with_it(small_county):
    way = Way(small_county)
    clue = clue_on(way.case)
    assert take_up_new_clues() == 1
    assert take_up_new_clues() == 0
    clue.refresh_from_db()
    assert (clue.state, clue.case) == ("taken", way.case.pk)
    way.to(State.STUDY)
    way.act("village", Act.REJECT, "收入核实后高于监测范围")
    clue.refresh_from_db()
    assert clue.state == "settled"


def test_a_clue_on_an_assisted_household_stays_open_for_somebody_to_look(small_county):
    way = Way(small_county)
    way.to(State.ASSISTED)
    clue_on(way.case)
    assert take_up_new_clues() == 0


def test_what_departments_gave_is_taken_up_for_assisted_households_only(small_county, monkeypatch):
    way, other = Way(small_county), Way(small_county, f"{VILLAGE_A}00002")
    way.to(State.ASSISTED)
    asked = []
    monkeypatch.setattr(tasks, "take_up_reported", lambda **given: asked.append(given) or [])
    run = SimpleNamespace(period=County.objects.get().today.isoformat())
    assert tasks.take_up_measures(run, lambda *_: None) == {"households": 1, "measures": 0}
    assert [(g["household_id"], g["post"]) for g in asked] == [(way.case.household_id, system_post())]
    assert tasks.take_up_measures(SimpleNamespace(period="2022-09-01"), lambda *_: None)["households"] == 0
    assert len(asked) == 1
    assert not Measure.objects.filter(household=other.case.household).exists()
