"""The desk: what is whose, counts that are the lists, the same number of queries whatever there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.way import Way
from sangesan.cases.desk import Filters, desk, own_states, work
from sangesan.cases.models import Case
from sangesan.cases.states import State
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from web.small_county import DAY, VILLAGE_A

pytestmark = pytest.mark.django_db


def test_whose_turn_it_is(small_county):
    own = {role: set(own_states(small_county.posts[role])) for role in ("grid", "village", "town", "county", "inspector")}
    assert own["grid"] == {State.CHECKING, State.EXIT_CHECKING, State.UNREACHABLE}
    assert State.APPRAISAL in own["village"]
    assert own["town"] == {
        State.TOWN_REVIEW, State.ANNOUNCEMENT, State.ENTRY, State.EXIT_TOWN_REVIEW, State.EXIT_ANNOUNCEMENT,
    }  # fmt: skip
    assert own["county"] == {State.COUNTY_DECISION, State.ENTRY, State.EXIT_COUNTY_DECISION}
    assert own["inspector"] == set()


def test_the_desk_follows_the_case(small_county):
    way = Way(small_county)
    way.to(State.TOWN_REVIEW)
    town, village = desk(way.post("town"), today=way.day), desk(way.post("village"), today=way.day)
    assert [(t.state, t.cases) for t in town.own] == [(State.TOWN_REVIEW, 1)]
    assert town.due == [way.case]
    assert (village.own, [(t.state, t.cases) for t in village.others]) == ([], [(State.TOWN_REVIEW, 1)])
    late = desk(way.post("town"), today=way.day + timedelta(3))
    assert (late.waiting, late.overdue) == (1, 1)


def many(number: int, letter: str = "X") -> None:
    homes = Household.objects.bulk_create(
        Household(
            code=f"{letter}{n:06d}", head_name="某", village=VILLAGE_A, town="610998100000", residence=VILLAGE_A,
            residence_town="610998100000", grid="", size=1,
        )
        for n in range(number)
    )  # fmt: skip
    Case.objects.bulk_create(
        Case(
            household=home, village=VILLAGE_A, town="610998100000", residence=VILLAGE_A, residence_town="610998100000",
            regime="2021", state="checking", channel="SELF", began_on=DAY, step_on=DAY,
            step_due=DAY + timedelta(n % 9 - 4) if n % 11 else None,
        )
        for n, home in enumerate(homes)
    )  # fmt: skip


def test_queries_do_not_grow_with_the_work(small_county):
    def queries() -> dict[str, tuple[int, int]]:
        found = {}
        for role in ("village", "town", "county"):
            with CaptureQueriesContext(connection) as caught:
                desk(small_county.posts[role], today=DAY)
            with CaptureQueriesContext(connection) as listed:
                work(small_county.posts[role], Filters(), today=DAY)
            found[role] = (len(caught), len(listed))
        return found

    many(3)
    few = queries()
    many(900, "Y")
    assert queries() == few == dict.fromkeys(("village", "town", "county"), (3, 1))


def test_paging_by_key_gives_every_case_once(small_county):
    many(123)
    post, seen, after = small_county.posts["county"], [], ""
    while True:
        page, after = work(post, Filters(), today=DAY, after=after, limit=10)
        seen += [c.pk for c in page]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 123
    due = [Case.objects.get(pk=pk).step_due for pk in seen]
    dated = [d for d in due if d]
    assert due[: len(dated)] == sorted(dated)
    assert work(post, Filters(due="overdue"), today=DAY)[0] == list(Case.objects.filter(step_due__lt=DAY).order_by("step_due", "pk")[:50])


@pytest.mark.parametrize("after", ["x", "2022-09-13", "2022-99-99.1", "1.2.3", "2022-09-13.y"])
def test_a_broken_key_is_told(small_county, after):
    with pytest.raises(Refusal, match="翻页"):
        work(small_county.posts["county"], Filters(), today=DAY, after=after)
