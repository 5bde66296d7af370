"""The demonstration's year of village work: exactly the article's village lacks exactly what the article says."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F

from sangesan.accounts.queries import system_post
from sangesan.clues.models import Clue
from sangesan.demo.answering import name_those_who_answer
from sangesan.demo.making import make_county
from sangesan.demo.registry_files import write_registry
from sangesan.demo.village_gatherings import write_gatherings
from sangesan.demo.village_work import known_village, settings_of, write_duties
from sangesan.regions.queries import forget_tree, tree
from sangesan.registry.county_folder import load_places, load_register
from sangesan.village_work import applying
from sangesan.village_work.courtyard_page import without_meeting
from sangesan.village_work.leaflets import coverage
from sangesan.village_work.models import Assignment, Courtyard, Edition, Handout, Log, Plan, Problem
from sangesan.village_work.queries import missing
from web.small_county import NOW

pytestmark = pytest.mark.django_db
SINCE, TODAY = date(2021, 1, 1), date(2022, 9, 13)


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All villages with few households, in one transaction that is rolled back; some have points and shortages."""
    folder = tmp_path_factory.mktemp("village-work")
    write_registry(make_county(0.01, 20220913), folder)
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        forget_tree()
        load_places(folder, SINCE)
        load_register(folder, SINCE, post=system_post(), progress=lambda *_: None)
        name_those_who_answer(SINCE, now=NOW, progress=lambda *_: None)
        villages = sorted(code for code, level in tree().levels.items() if level == "village")
        patch.setattr(applying, "_hazard_points", lambda: dict.fromkeys(villages[::3], 1))
        patch.setattr(applying, "_shortages", lambda: dict.fromkeys(villages[::9], 2))
        write()
        yield
        transaction.set_rollback(True)
    forget_tree()


def write() -> None:
    write_duties(today=TODAY, now=NOW, progress=lambda *_: None)
    write_gatherings(today=TODAY, now=NOW, progress=lambda *_: None)


def test_the_two_findings_of_the_article_and_no_others_of_their_kind(county: None) -> None:
    names = settings_of()["known_village"]
    village = known_village()
    assert tree().full_name(village) == names["town"] + names["village"]
    found = missing(TODAY)
    assert {(m.village, m.finding) for m in found if m.never} == {
        (village, "无安全饮水巡查记录"),
        (village, "未建立季节性缺水长效机制"),
    }
    assert [m.finding for m in missing(TODAY, village)] == ["无安全饮水巡查记录", "未建立季节性缺水长效机制"]
    assert found[0].village == village, "nothing is later"


def test_all_villages_log_and_some_lag(county: None) -> None:
    assert Assignment.objects.values("village").distinct().count() == 207
    assert Log.objects.count() > 12_000
    late = missing(TODAY)
    assert 10 < len(late) < 120
    assert Log.objects.filter(entered_on__gt=F("period_end")).exists()
    assert Plan.objects.count() == Assignment.objects.filter(kind="shortage_plan").count() - 1
    assert not Log.objects.filter(done_on__gt=TODAY).exists()
    assert not Log.objects.filter(done_on__lt=TODAY - timedelta(days=365)).exists()
    assert not Log.objects.filter(done_on__lt=F("period_start")).exists()
    assert not Log.objects.filter(done_on__gt=F("period_end")).exists()


def test_problems_are_solved_with_a_follow_up_or_open(county: None) -> None:
    still = Problem.objects.filter(closed_on=None)
    assert 0 < still.count() < Problem.objects.count() / 4
    assert not Problem.objects.exclude(closed_on=None).exclude(logs__solved=True).exists()
    assert not still.filter(logs__solved=True).exists()


def test_courtyards_clues_and_leaflets(county: None) -> None:
    assert Courtyard.objects.count() == 300
    assert 0 < len(without_meeting(TODAY)) < 207
    raised = Courtyard.objects.filter(clues__gt=0).count()
    assert 0 < raised <= settings_of()["most_clues"]
    assert Clue.objects.filter(channel="SELF", state="open").count() == raised
    assert Handout.objects.count() > 1000
    assert 0 < sum(c.percent < 100 for c in coverage(TODAY)) < 80
    assert Edition.objects.values("leaflet").annotate(n=Count("pk")).get(leaflet="apply")["n"] == 2, "the line changed"


def test_writing_twice_changes_nothing(county: None) -> None:
    counts = [model.objects.count() for model in (Log, Plan, Courtyard, Handout, Assignment, Clue)]
    write()
    assert counts == [model.objects.count() for model in (Log, Plan, Courtyard, Handout, Assignment, Clue)]
