"""A household moves: two lines answer from that day, the case and its clues follow, figures stay."""

from datetime import date, timedelta

import pytest

from cases.way import Way
from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.cases.models import Case
from sangesan.cases.moving import move_household
from sangesan.cases.permissions import visible_cases
from sangesan.figures.queries import county_figures, county_figures_on
from sangesan.kernel.refusal import Refusal
from sangesan.registry.permissions import visible_households
from sangesan.responsibility.models import Duty, Told
from web.small_county import COMMUNITY, DAY, GRID_A, GRID_C, NOW, PASSWORD

pytestmark = pytest.mark.django_db


def move(county, household_id, **changes):
    asked = {
        "post": county.posts["town"], "household_id": household_id, "grid": GRID_C, "cause": "因灾搬迁", "moved_on": DAY,
        "concentrated": True, "today": DAY, "now": NOW,
    }  # fmt: skip
    return move_household(**(asked | changes))


@pytest.fixture
def community(small_county) -> Post:
    post = Post(role="village", title="新居社区包联干部", division=COMMUNITY, valid_from=date(2021, 1, 1))
    return open_account(username="shequ", name="演示社区干部", password=PASSWORD, posts=[post]).posts.get()


def test_both_places_answer_and_see(small_county, community):
    way = Way(small_county)
    before = county_figures().rural
    assert not visible_households(community).filter(pk=way.case.household_id).exists()
    home = move(small_county, way.case.household_id)
    assert (home.residence, home.grid, home.village) == (COMMUNITY, GRID_C, way.case.village)
    assert visible_households(community).filter(pk=home.pk).exists()
    assert visible_cases(community).filter(pk=way.case.pk).exists()
    rows = set(Duty.objects.filter(household=home, valid_to=None).values_list("line", "duty", "role"))
    assert ("residence", "find", "lead") in rows
    assert ("residence", "assist", "support") in rows
    assert set(Told.objects.filter(household=home).values_list("line", flat=True)) == {"origin", "residence"}
    assert county_figures().rural == before == county_figures_on(DAY + timedelta(1)).rural
    assert Case.objects.get(pk=way.case.pk).village == way.case.village
    assert home.residences.get(valid_to=None).valid_from == DAY


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"grid": "没有的"}, "迁入网格"), ({"grid": GRID_A}, "迁入网格"), ({"cause": "想搬"}, "搬迁原因"),
        ({"moved_on": DAY + timedelta(1)}, "入住日期"), ({"moved_on": date(2020, 1, 1)}, "入住日期"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_field(small_county, changes, place):
    way = Way(small_county)
    with pytest.raises(Refusal) as refused:
        move(small_county, way.case.household_id, **changes)
    assert refused.value.place == place
    assert not Told.objects.exists()
