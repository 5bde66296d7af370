"""What is missing shows by itself: by village, as of any day, in a number of queries that grows with nothing."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sangesan.kernel.refusal import Refusal
from sangesan.village_work.queries import missing
from sangesan.village_work.village_page import late_duties, tallies
from village_work.builders import log, owe
from web.small_county import COMMUNITY, COUNTY, DAY, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

pytestmark = pytest.mark.django_db


def test_nothing_owed_nothing_missing(small_county: SmallCounty) -> None:
    assert missing(DAY) == []


def test_the_latest_first_with_days_and_periods(small_county: SmallCounty) -> None:
    for village in (VILLAGE_A, VILLAGE_B, COMMUNITY):
        owe(village)
    town = small_county.posts["town"]
    log(town, on=date(2022, 8, 22))
    log(town, on=date(2022, 9, 7), village=COMMUNITY)
    found = missing(DAY)
    assert [(m.village, m.days_late, m.periods, m.never) for m in found] == [
        (VILLAGE_B, 37, 6, True),
        (VILLAGE_A, 9, 2, False),
    ]
    assert found[0].finding == "无安全饮水巡查记录"
    assert found[1].finding == "安全饮水巡查超期9天，缺2期"
    assert found[1].last_done == date(2022, 8, 22)


def test_as_of_an_earlier_day_what_was_entered_later_does_not_count(small_county: SmallCounty) -> None:
    owe(since=date(2022, 8, 1))
    log(small_county.posts["village"], on=date(2022, 8, 3))
    assert [m.never for m in missing(date(2022, 8, 10))] == [True], "it was entered on DAY"
    assert missing(DAY)[0].periods == 5


def test_a_late_entry_fills_its_own_period_only(small_county: SmallCounty) -> None:
    owe(since=date(2022, 8, 29))
    made = log(small_county.posts["village"], on=date(2022, 8, 30))
    assert made.late
    assert [m.periods for m in missing(DAY)] == [1]


@pytest.mark.parametrize(
    ("division", "villages"),
    [("", 3), (COUNTY, 3), (TOWN_A, 2), (TOWN_B, 1), (VILLAGE_A, 1), (COMMUNITY, 1), ("999999999999", 0)],
)
def test_of_a_division(small_county: SmallCounty, division: str, villages: int) -> None:
    for village in (VILLAGE_A, VILLAGE_B, COMMUNITY):
        owe(village)
    assert len(missing(DAY, division)) == villages


@pytest.mark.parametrize(("role", "villages"), [("county", 3), ("inspector", 3), ("town", 2), ("village", 1), ("grid", 1)])
def test_a_post_sees_its_own(small_county: SmallCounty, role: str, villages: int) -> None:
    for village in (VILLAGE_A, VILLAGE_B, COMMUNITY):
        owe(village)
    post = small_county.posts[role]
    late = late_duties(post, DAY)
    assert len(late) == villages
    assert sum(t.missing for t in tallies(post, late, DAY, by_town=True)) == villages
    assert late_duties(post, DAY, kind="road_patrol") == []


def test_departments_see_nothing(small_county: SmallCounty) -> None:
    with pytest.raises(Refusal):
        late_duties(small_county.posts["department"], DAY)


def test_tallies_by_town_and_village(small_county: SmallCounty) -> None:
    owe(VILLAGE_A)
    owe(VILLAGE_A, "road_patrol")
    owe(COMMUNITY)
    log(small_county.posts["town"], village=COMMUNITY, wrong="quality", words="水有异味")
    county = small_county.posts["county"]
    late = late_duties(county, DAY)
    by_town = {t.code: t for t in tallies(county, late, DAY, by_town=True)}
    assert (by_town[TOWN_A].villages, by_town[TOWN_A].owed, by_town[TOWN_A].missing, by_town[TOWN_A].problems) == (2, 3, 2, 1)
    assert (by_town[TOWN_B].owed, by_town[TOWN_B].missing) == (0, 0)
    by_village = {t.code: t for t in tallies(county, late, DAY, by_town=False, division=TOWN_A)}
    assert set(by_village) == {VILLAGE_A, COMMUNITY}
    assert (by_village[VILLAGE_A].never, by_village[VILLAGE_A].worst_days) == (2, 37)


def test_the_number_of_queries_does_not_grow(small_county: SmallCounty) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            missing(DAY)
        return len(asked)

    owe(VILLAGE_A)
    few = queries()
    for village in (VILLAGE_B, COMMUNITY):
        owe(village)
        owe(village, "road_patrol")
        owe(village, "shortage_plan", since=DAY - timedelta(days=90))
    log(small_county.posts["village"])
    assert queries() == few <= 5
