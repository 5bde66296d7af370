"""Households monitored before this system go on in it, once, and may be eliminated by the whole chain."""

import pytest

from cases.way import Way, set_line
from sangesan.accounts.queries import system_post
from sangesan.cases.models import Case, Step
from sangesan.cases.states import Act, State
from sangesan.cases.taking_over import take_over
from sangesan.figures.queries import county_figures
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from web.small_county import DAY, NOW, VILLAGE_A, VILLAGE_B

pytestmark = pytest.mark.django_db


def take() -> int:
    return take_over(post=system_post(), today=DAY, now=NOW)


def test_the_register_s_household_goes_on_where_it_stands(small_county):
    before = county_figures()
    assert (take(), take()) == (1, 0)
    case = Case.objects.get()
    assert case.household.code == f"{VILLAGE_B}00001"
    assert (case.state, case.category, case.risks) == (State.ASSISTED, "unstable", ["01", "04"])
    assert case.enrolled_on.isoformat() == "2022-04-11"
    step = Step.objects.get()
    assert (step.number, step.act, step.target) == (0, "open", "assisted")
    assert "底册接续" in step.reason
    assert county_figures() == before


def test_elimination_still_asks_for_everything(small_county):
    set_line()
    take()
    case = Case.objects.get()
    way = Way.__new__(Way)
    way.county, way.day, way.case, way.numbers = small_county, DAY, case, 0
    small_county.posts["village"].division = case.village
    small_county.posts["village"].save()
    with pytest.raises(Refusal, match="观察的时间不够"):
        way.act("village", Act.PROPOSE_EXIT)


def test_a_household_with_a_case_is_left_alone(small_county):
    Way(small_county)
    assert take() == 1
    assert Case.objects.filter(household=Household.objects.get(code=f"{VILLAGE_B}00001")).count() == 1
    Way(small_county, f"{VILLAGE_A}00002")
    assert Case.objects.count() == 3, "cases opened after it get numbers of their own"


def test_its_page_says_from_where_it_goes_on(small_county, client):
    take()
    client.force_login(small_county.users["county"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/cases/{Case.objects.get().pk}/").content.decode()
    assert "底册接续" in page
    assert "提出消除" in page
