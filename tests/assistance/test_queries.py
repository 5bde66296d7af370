"""A household's plan at a glance, and the households that nothing has reached."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assistance.feeds import send
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.assistance.actions import Plan, land, plan, record_needs, take_up_reported
from sangesan.assistance.queries import count_without_measures, limits, plan_overview, without_measures
from sangesan.registry.models import Household
from web.small_county import DAY, VILLAGE_B, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
ENROLLED = date(2022, 4, 11)


@pytest.fixture
def village_b(small_county: SmallCounty) -> Post:
    return Post.objects.create(role="village", title="高坪村 村文书", division=VILLAGE_B, valid_from=DAY)


def test_a_plan_at_a_glance(monitored: Household, village_b: Post, tmp_path: Path) -> None:
    send(tmp_path, "social_assistance", ("周明远", "低保,2022-05-01,,310"))
    before = plan_overview(village_b, monitored.pk, DAY)
    assert [n.kind for n in before.found] == ["housing", "care"]
    assert (before.kept, before.stale, before.to_take_up, before.landed) == ([], True, 1, 0)
    assert [m.risk for m in before.mismatches] == ["01", "04"]
    assert before.suggestions[0].group.title == "综合保障"
    record_needs(post=village_b, household_id=monitored.pk, case=None, on=DAY, now=NOW)
    take_up_reported(post=village_b, household_id=monitored.pk, now=NOW)
    after = plan_overview(village_b, monitored.pk, DAY)
    assert (len(after.kept), after.stale, after.to_take_up, after.landed) == (2, False, 0, 1)
    assert (after.delivered_fen, after.effect_fen) == (31_000, 372_000)
    assert after.mismatches == ()
    assert after.planned_groups == {"100A48"}
    assert "低保" not in after.suggestions[0].items, "what it has is not offered again"


@pytest.mark.parametrize(
    ("days", "on", "listed"),
    [(10, ENROLLED + timedelta(9), 0), (10, ENROLLED + timedelta(10), 1), (30, ENROLLED + timedelta(29), 0), (30, DAY, 1)],
)
def test_households_that_nothing_reached(monitored: Household, small_county: SmallCounty, days: int, on: date, listed: int) -> None:
    county = small_county.posts["county"]
    assert len(without_measures(county, days, on)) == count_without_measures(county, days, on) == listed


def test_a_plan_alone_reaches_nobody(monitored: Household, village_b: Post) -> None:
    line = Plan(
        group="100A50", item="修缮加固", title="换梁加固", unit="住建局", person="刘工", begins_on=DAY, due_on=None, risk="01"
    )
    measure = plan(post=village_b, household_id=monitored.pk, line=line, now=NOW)
    (row,) = without_measures(village_b, 30, DAY)
    assert (row.household, row.enrolled_on, row.days, row.planned) == (monitored, ENROLLED, (DAY - ENROLLED).days, 1)
    land(post=village_b, measure_id=measure.pk, version=1, on=DAY, amount_fen=None, evidence="验收单", now=NOW)
    assert without_measures(village_b, 30, DAY) == []


def test_each_sees_its_own(monitored: Household, small_county: SmallCounty) -> None:
    assert without_measures(small_county.posts["village"], 10, DAY) == []
    assert without_measures(small_county.posts["county"], 10, DAY, after=monitored.pk) == []
    with pytest.raises(NotAllowed):
        without_measures(small_county.posts["department"], 10, DAY)
    with pytest.raises(NotAllowed):
        plan_overview(small_county.posts["village"], monitored.pk, DAY)


def test_the_limits_are_parameters(small_county: SmallCounty) -> None:
    assert limits(DAY) == (10, 30)
    assert limits(date(2019, 1, 1)) == (None, None)


def test_an_overview_asks_few_questions(monitored: Household, small_county: SmallCounty, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    record_needs(post=system_post(), household_id=monitored.pk, case=None, on=DAY, now=NOW)
    with django_assert_max_num_queries(25):
        plan_overview(small_county.posts["county"], monitored.pk, DAY)
