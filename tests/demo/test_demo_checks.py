"""The demonstration's checks: the article's two villages come out by themselves; some flags are judged, both ways."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.cases.models import Case
from sangesan.checks.models import Flag, Judgement, Ran
from sangesan.checks.queries import precisions
from sangesan.demo.answering import name_those_who_answer
from sangesan.demo.checks import write_checks
from sangesan.demo.histories.writing import write_histories
from sangesan.demo.making import make_county
from sangesan.demo.registry_files import write_registry
from sangesan.demo.run import _amend_line
from sangesan.demo.standing_fits import known_village as minutes_village
from sangesan.demo.village_work import known_village as patrol_village
from sangesan.demo.village_work import write_duties
from sangesan.kernel.digest import digest_rows
from sangesan.regions.models import County
from sangesan.regions.queries import forget_tree, tree
from sangesan.registry.county_folder import load_places, load_register
from web.small_county import NOW

pytestmark = pytest.mark.django_db
SINCE, TODAY = date(2021, 1, 1), date(2022, 9, 13)


def cases_digest() -> str:
    return digest_rows(repr(row) for row in Case.objects.order_by("pk").values_list())


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small county with histories, duties and checks, rolled back afterwards; the cases' digest before the checks."""
    folder = tmp_path_factory.mktemp("checks")
    write_registry(make_county(0.02, 20220913), folder)
    with django_db_blocker.unblock(), transaction.atomic():
        forget_tree()
        load_places(folder, SINCE)
        load_register(folder, SINCE, post=system_post(), progress=lambda *_: None)
        County.objects.update(today=TODAY)
        name_those_who_answer(SINCE, now=NOW, progress=lambda *_: None)
        _amend_line()
        write_histories(today=TODAY, now=NOW, progress=lambda *_: None)
        write_duties(today=TODAY, now=NOW, progress=lambda *_: None)
        Post.objects.create(role="inspector", title="县督查组", valid_from=SINCE)
        before = cases_digest()
        write()
        yield before
        transaction.set_rollback(True)
    forget_tree()


def write() -> int:
    return write_checks(today=TODAY, now=NOW, progress=lambda *_: None)


def test_the_article_villages_come_out_by_themselves(county: str) -> None:
    patrol = patrol_village()
    said = set(Flag.objects.filter(village=patrol, defect="missing_patrols").values_list("sentence", flat=True))
    assert {"无安全饮水巡查记录。", "未建立季节性缺水长效机制。"} <= said
    told = minutes_village()
    (code,) = [c for c, name in tree().names.items() if tree().full_name(c) == told["town"] + told["village"]]
    april = Flag.objects.get(check_code="minutes_irregular", subject=f"minutes:{code}:2022-04:enrolled")
    assert april.sentence.startswith("2022年4月新纳入监测户")
    assert "民主评议会议记录不规范" in april.sentence
    assert {r["kind"] for r in april.records} == {"case", "meeting", "irregularity"}


def test_some_are_judged_both_ways_and_a_second_time_changes_nothing(county: str) -> None:
    verdicts = set(Judgement.objects.values_list("verdict", flat=True))
    assert verdicts == {"confirmed", "refuted"}
    assert any(p.judged for p in precisions(TODAY).values())
    before = (Judgement.objects.count(), list(Flag.objects.order_by("pk").values()), list(Ran.objects.values()))
    assert write() == before[0]
    assert before == (Judgement.objects.count(), list(Flag.objects.order_by("pk").values()), list(Ran.objects.values()))


def test_the_cases_are_as_they_were(county: str) -> None:
    assert cases_digest() == county
