"""What the reminders say of the week: silent grids while something can be done, the closed week on its day."""

from datetime import date

import pytest

from sangesan.accounts.queries import system_post
from sangesan.dispatch.week_closing import close_week
from sangesan.kernel.period import Week
from sangesan.patrols.models import Entry
from sangesan.patrols.rounds import weekly_round
from sangesan.registry.models import Household
from sangesan.reminders.weeks import week_lines
from web.small_county import COMMUNITY, GRID_A, GRID_B, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

THURSDAY, MONDAY = date(2022, 9, 8), date(2022, 9, 12)


def said(day: date) -> dict[tuple[str, str], tuple[str, int]]:
    return {key: (line.template, line.fields["count"]) for key, line in week_lines(day)}


def report(grid: str, village: str, town: str, on: date) -> None:
    Entry.objects.create(
        round=weekly_round(on, now=NOW), household=Household.objects.filter(grid=grid)[0], grid=grid, division=village,
        town=town, on=on, result="absent", post=1, post_title="网格员", recorded_at=NOW.replace(day=on.day),
    )  # fmt: skip


def test_on_thursday_grids_that_reported_nothing_are_told_with_their_villages_and_towns(small_county: SmallCounty) -> None:
    report(GRID_A, VILLAGE_A, TOWN_A, date(2022, 9, 5))
    found = said(THURSDAY)
    assert found[("grid", GRID_B)] == ("grids_silent", 1)
    assert found[("village", VILLAGE_B)] == found[("town", TOWN_B)] == ("grids_silent", 1)
    assert found[("town", TOWN_A)] == ("grids_silent", 1)
    assert ("village", VILLAGE_A) not in found
    assert ("grid", GRID_A) not in found
    assert ("village", COMMUNITY) in found


@pytest.mark.parametrize("day", [date(2022, 9, 5), date(2022, 9, 6), date(2022, 9, 9)])
def test_on_other_days_nothing_is_said(small_county: SmallCounty, day: date) -> None:
    assert said(day) == {}


def test_the_closed_week_is_told_on_its_day(small_county: SmallCounty) -> None:
    report(GRID_A, VILLAGE_A, TOWN_A, date(2022, 9, 5))
    assert said(MONDAY) == {}
    close_week(post=system_post(), week=Week(2022, 36), as_of=date(2022, 9, 11), now=NOW, progress=lambda *_: None)
    found = said(MONDAY)
    assert found[("county", "county")] == found[("inspector", "county")] == ("week_closed", 2)
    assert found[("village", VILLAGE_B)] == ("week_closed_silent", 1)
    assert ("village", VILLAGE_A) not in found
    assert said(date(2022, 9, 13)) == {}
