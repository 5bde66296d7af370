"""Each key group against its table of situations; only differences are written; what people list by hand stays."""

from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.facts.household import sources_of
from sangesan.facts.moment import Moment
from sangesan.facts.planning import closure
from sangesan.facts.reading import load_facts
from sangesan.facts.records import read_records
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import ask, execute
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.grouping import list_household, make_key_groups, unlist_household
from sangesan.patrols.key_groups import alert_groups, key_groups, rank_of, titles_of
from sangesan.patrols.models import KeyGroup
from sangesan.patrols.tasks import GROUPS
from sangesan.registry.models import Household, Living, Person
from sangesan.screening.engine import screen
from sangesan.screening.one_household import screen_household
from screening.case_tables import Case, Tables
from screening.county import AS_OF, connect, parameters
from web.small_county import DAY, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
TABLES = Tables.read(Path(__file__).parent / "cases")
RULES = [group.rule for group in key_groups().values() if group.rule is not None]


@lru_cache(maxsize=1)
def belonging() -> set[tuple[str, int]]:
    result = screen(connect(**TABLES.county()), as_of=AS_OF, rules=RULES, parameters=parameters())
    assert result.waiting == []
    return {(h["rule"], h["household_no"]) for h in result.hits.to_pylist()}


def test_every_group_that_is_made_has_a_table() -> None:
    assert {case.rule for case in TABLES.cases} == {rule.code for rule in RULES}


@pytest.mark.parametrize("case", TABLES.cases, ids=lambda case: f"{case.rule}-{case.name}")
def test_case(case: Case) -> None:
    assert ((case.rule, case.number) in belonging()) is case.expected


def test_one_household_alone_gives_the_same() -> None:
    con, book, moment = connect(**TABLES.county()), load_facts(), Moment(AS_OF, parameters())
    sources = sources_of(closure([f for r in RULES for f in r.facts], book))
    for case in TABLES.cases:
        records = read_records(con, case.number, sources=sources, as_of=AS_OF)
        assert records is not None
        hits = screen_household(records, rules=RULES, moment=moment, book=book)
        assert {(h.rule, h.household_no) for h in hits} == {b for b in belonging() if b[1] == case.number}


def test_order_and_alerts() -> None:
    weights = [group.weight for group in key_groups().values()]
    assert weights == sorted(weights, reverse=True)
    assert set(alert_groups()) == {"elderly_alone", "dangerous_house", "hazard_point", "severe_disability"}
    assert rank_of(["schooling", "monitored", "gone"]) == key_groups()["monitored"].weight
    assert titles_of(["schooling", "monitored", "gone"]) == ["监测户", "多子女就读"]


def groups() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in KeyGroup.objects.select_related("household"):
        found.setdefault(row.group, set()).add(row.household.code[-11:])
    return found


def test_a_night_writes_only_what_differs(small_county: SmallCounty) -> None:
    system = system_post()
    first = make_key_groups(post=system, as_of=DAY, now=NOW)
    assert groups() == {"elderly_alone": {"10020100002"}, "monitored": {"10120100001"}, "dangerous_house": {"10120100001"}}
    assert first.counts == {"elderly_alone": 1, "monitored": 1, "dangerous_house": 1}
    assert (first.added, first.removed, first.reworded) == (3, 0, 0)
    assert "unstable_wage" in first.waiting, "no employment delivered: nobody may be called out of work"
    assert KeyGroup.objects.get(group="elderly_alone").sentence == "家中1人，最年轻的66岁（60岁以上为老年人）。"
    again = make_key_groups(post=system, as_of=DAY, now=NOW)
    assert (again.added, again.removed, again.reworded) == (0, 0, 0)
    Living.objects.filter(house_grade="C").update(house_grade="B")
    Person.objects.filter(birth_date=date(1955, 11, 2)).update(birth_date=date(1950, 11, 2))
    later = make_key_groups(post=system, as_of=DAY, now=NOW)
    assert (later.added, later.removed, later.reworded) == (0, 1, 1)
    assert KeyGroup.objects.get(group="elderly_alone").since == DAY


def test_a_birthday_is_what_makes_one_old(small_county: SmallCounty) -> None:
    system = system_post()
    Person.objects.filter(birth_date=date(1955, 11, 2)).update(birth_date=date(1962, 9, 14))
    make_key_groups(post=system, as_of=DAY, now=NOW)
    assert "elderly_alone" not in groups()
    make_key_groups(post=system, as_of=date(2022, 9, 14), now=NOW)
    assert groups()["elderly_alone"] == {"10020100002"}


def test_what_people_list_by_hand_stays(small_county: SmallCounty) -> None:
    home = Household.objects.get(code__endswith="10020100001")
    given = {"household_id": home.pk, "now": NOW}
    row = list_household(post=small_county.posts["village"], group="hazard_point", words="屋后滑坡体", today=DAY, **given)
    make_key_groups(post=system_post(), as_of=DAY, now=NOW)
    assert groups()["hazard_point"] == {"10020100001"}
    assert list_household(post=small_county.posts["town"], group="hazard_point", words="屋后滑坡体，已设监测", today=DAY, **given) == row
    with pytest.raises(Refusal, match="由系统按数据判断"):
        list_household(post=small_county.posts["village"], group="elderly_alone", words="一个人住", today=DAY, **given)
    with pytest.raises(Refusal, match="没有写依据"):
        list_household(post=small_county.posts["village"], group="hazard_point", words=" 坡 ", today=DAY, **given)
    with pytest.raises(NotAllowed):
        list_household(post=small_county.posts["grid"], group="hazard_point", words="屋后滑坡体", today=DAY, **given)
    other = Household.objects.get(code__endswith="10120100001").pk
    with pytest.raises(NotAllowed):
        list_household(post=small_county.posts["village"], household_id=other, group="hazard_point", words="屋后滑坡体", today=DAY, now=NOW)
    with pytest.raises(Refusal, match="没有写原因"):
        unlist_household(post=small_county.posts["village"], group="hazard_point", why="", **given)
    unlist_household(post=small_county.posts["village"], group="hazard_point", why="隐患点已治理销号", **given)
    assert "hazard_point" not in groups()


def test_the_nightly_job_makes_today_and_leaves_missed_nights(small_county: SmallCounty) -> None:
    late = execute(ask(GROUPS, "2022-09-12").pk)
    assert (late.state, KeyGroup.objects.count()) == (JobRun.State.DONE, 0)
    assert execute(ask(GROUPS, DAY.isoformat()).pk).result["added"] == 3
