"""Coverage against a plain count, what is left, the order of a walk, rounds opened by people and by the week."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrols.walks import ILL, NOW, a_round, home, walk
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.clues.models import Clue
from sangesan.jobs.models import JobRun
from sangesan.jobs.periodic import ask_for_due
from sangesan.jobs.running import execute
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.assigning import assign_tasks
from sangesan.patrols.coverage import coverage, left
from sangesan.patrols.domain import Standing, order_of, week_of, weekly_title
from sangesan.patrols.models import Entry, KeyGroup, Round, Walked
from sangesan.patrols.opening import open_round
from sangesan.patrols.queries import concerns, door, doors, patrols_of, round_of, rounds_page, rounds_running
from sangesan.patrols.rounds import weekly_round
from sangesan.patrols.tasks import WEEKLY
from sangesan.patrols.walking import entry_of_visit, record_walk
from sangesan.registry.models import Household, Living
from sangesan.visits.models import Visit
from web.small_county import COMMUNITY, COUNTY, DAY, GRID_A, GRID_C, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

HOMES = ("10020100001", "10020100002", "10120100001", "10120100002")
DAYS = st.integers(0, 14).map(lambda back: DAY - timedelta(days=back))
WALKS = st.lists(st.tuples(st.sampled_from(HOMES), st.sampled_from(["same", "changed", "clue", "absent"]), DAYS), max_size=14)


def plain(entries: list[Entry], row: Round, homes: list[Household], key: set[int]) -> dict[str, Any]:
    """The same by loops over lists."""
    inside = [e for e in entries if row.starts_on <= e.on <= row.ends_on and e.household_id in {h.pk for h in homes}]
    met = {e.household_id for e in inside if e.result != "absent"}
    kinds = Counter(e.result for e in inside)
    return {
        "grids": len({h.grid for h in homes}), "grids_reported": len({h.grid for h in homes if h.pk in met}), "households": len(homes),
        "walked": len(met), "key": len([h for h in homes if h.pk in key]), "key_walked": len(met & key), "changes": kinds["changed"],
        "clues": kinds["clue"], "absent": len({e.household_id for e in inside if e.result == "absent"} - met),
    }  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])  # rolled back
@given(walks=WALKS, key=st.sets(st.sampled_from(HOMES)), scope=st.sampled_from([[], [TOWN_A], [VILLAGE_B, COMMUNITY]]), narrowed=st.booleans())
@pytest.mark.django_db
def test_coverage_is_the_plain_count(small_county: SmallCounty, walks: list[Any], key: set[str], scope: list[str], narrowed: bool) -> None:
    with transaction.atomic():
        keyed = {home(code).pk for code in key}
        KeyGroup.objects.bulk_create(KeyGroup(household_id=pk, group="monitored", sentence="x", since=DAY) for pk in keyed)
        early = a_round(divisions=scope, groups=["monitored"] if narrowed else [])
        for code, result, on in walks:
            more = {"changed": {"words": "有变化"}, "clue": {"clue": ("01", "住院花了很多钱", None)}}.get(result, {})
            town = {"post": system_walker(small_county)}
            walk(small_county, home(code), result, on=on, submission=uuid4(), **town, **more)
        late = open_round(
            post=small_county.posts["county"], kind="campaign", title="事后发起的集中排查", starts_on=date(2022, 9, 5), ends_on=date(2022, 9, 20),
            divisions=scope, groups=["monitored"] if narrowed else [], now=NOW, today=DAY,
        )  # fmt: skip
        entries = list(Entry.objects.all())
        for row in [early, late, *Round.objects.filter(kind="weekly")]:
            homes = [h for h in Household.objects.all() if not row.divisions or {h.residence, h.residence_town} & set(row.divisions)]
            homes = [h for h in homes if not row.groups or h.pk in keyed]
            found = coverage(small_county.posts["county"], row, COUNTY, now=NOW)
            wanted = plain(entries, row, homes, keyed)
            assert {name: getattr(found.total, name) for name in wanted} == wanted
            rest = left(small_county.posts["county"], row, COUNTY)
            assert len(rest) == found.total.left == wanted["households"] - wanted["walked"]
            assert sum(h.tried for h in rest) == wanted["absent"]
        transaction.set_rollback(True)


def system_walker(county: SmallCounty) -> Any:
    """A town's post that reaches everything here: the walker doesn't matter to the count."""
    post = county.posts["town"]
    Household.objects.exclude(town=TOWN_A).update(town=TOWN_A)
    return post


def test_who_sees_which_place_and_in_how_many_queries(small_county: SmallCounty) -> None:
    row = weekly_round(DAY, now=NOW)
    walk(small_county, home(HOMES[0]))
    seen = {
        "county": (COUNTY, {TOWN_A, TOWN_B}), "inspector": (TOWN_B, {VILLAGE_B}), "town": (TOWN_A, {VILLAGE_A, COMMUNITY}),
        "village": (VILLAGE_A, {GRID_A}), "grid": (GRID_A, {GRID_A}),
    }  # fmt: skip
    for role, (place, children) in seen.items():
        lines = {line.code for line in coverage(small_county.posts[role], row, place, now=NOW).lines}
        assert lines == children, role
    for role, place in (("town", COUNTY), ("town", TOWN_B), ("village", TOWN_A), ("village", f"{VILLAGE_B}-01"), ("grid", VILLAGE_A), ("grid", GRID_C)):
        with pytest.raises(NotAllowed):
            coverage(small_county.posts[role], row, place, now=NOW)
        with pytest.raises(NotAllowed):
            left(small_county.posts[role], row, place)
    with pytest.raises(NotAllowed):
        coverage(small_county.posts["department"], row, COUNTY, now=NOW)
    with pytest.raises(Refusal, match="没有这个地方"):
        coverage(small_county.posts["county"], row, "999", now=NOW)
    with CaptureQueriesContext(connection ) as used:
        coverage(small_county.posts["county"], row, COUNTY, now=NOW)
    assert len(used) <= 6


def test_urgent_looks_in_the_coverage(small_county: SmallCounty) -> None:
    row = weekly_round(DAY, now=NOW)
    for n, (code, hours) in enumerate([(HOMES[0], 6), (HOMES[1], -2), (HOMES[1], 3)]):
        assign_tasks(post=system_post(), households={home(code).pk: "x"}, source=f"alert:{n}", title="预警", due_at=NOW + timedelta(hours=hours), now=NOW - timedelta(hours=4))  # fmt: skip
    walk(small_county, home(HOMES[0]))
    total = coverage(small_county.posts["county"], row, COUNTY, now=NOW).total
    assert (total.tasks_open, total.tasks_done, total.tasks_late) == (2, 1, 1)
    last_week = weekly_round(DAY - timedelta(days=7), now=NOW)
    assert coverage(small_county.posts["county"], last_week, COUNTY, now=NOW).total.tasks_done == 0


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_what_is_left_pages_by_key(small_county: SmallCounty, limit: int) -> None:
    row, shown, after = weekly_round(DAY, now=NOW), [], None
    walk(small_county, home(HOMES[1]))
    while True:
        page = left(small_county.posts["county"], row, COUNTY, after=after, limit=limit)
        shown += [h.pk for h in page]
        if len(page) < limit:
            break
        after = page[-1].pk
    assert shown == [home(HOMES[n]).pk for n in (0, 2, 3)]


ORDER = [
    Standing(9, task_due=NOW), Standing(8, task_due=NOW + timedelta(hours=1), walked=True), Standing(7, clue_due=DAY - timedelta(days=2)),
    Standing(6, clue_due=DAY + timedelta(days=3), rank=99), Standing(5, rank=80), Standing(4, rank=40, relocated=True), Standing(3, rank=40),
    Standing(2, relocated=True), Standing(1, clue_due=DAY + timedelta(days=4)), Standing(10), Standing(0, rank=80, walked=True), Standing(11, walked=True),
]  # fmt: skip


@given(st.permutations(ORDER))
def test_the_order_of_a_walk(shuffled: list[Standing]) -> None:
    assert sorted(shuffled, key=lambda door: order_of(door, today=DAY)) == ORDER


def test_a_workers_list(small_county: SmallCounty, django_assert_max_num_queries: Any) -> None:
    row = weekly_round(DAY, now=NOW)
    first, second = home(HOMES[0]), home(HOMES[1])
    walk(small_county, first, "absent", words="锁门")
    with django_assert_max_num_queries(10):
        rows = doors(small_county.posts["grid"], row, GRID_A, today=DAY)
    assert [(d.household.pk, d.tried, d.walked) for d in rows] == [(first.pk, True, None), (second.pk, False, None)]
    KeyGroup.objects.create(household=second, group="elderly_alone", sentence="x", since=DAY)
    walk(small_county, first)
    rows = doors(small_county.posts["grid"], row, GRID_A, today=DAY)
    assert [d.household.pk for d in rows] == [second.pk, first.pk]
    assert rows[1].walked is not None
    assert not rows[1].tried
    assign_tasks(post=system_post(), households={first.pk: "x"}, source="alert:1", title="预警", due_at=NOW, now=NOW)
    narrowed = a_round(kind="key", groups=["elderly_alone"])
    assert [d.household.pk for d in doors(small_county.posts["grid"], narrowed, GRID_A, today=DAY)] == [first.pk, second.pk], "urgent looks come along"
    with pytest.raises(NotAllowed):
        doors(small_county.posts["grid"], row, GRID_C, today=DAY)
    with pytest.raises(NotAllowed):
        door(small_county.posts["grid"], home(HOMES[2]).pk, row)
    page = patrols_of(small_county.posts["village"], first.pk)
    assert ([e.result for e in page.entries], len(page.tasks), page.groups) == (["same", "absent"], 1, [])


def test_weeks_are_caught_up_after_downtime(small_county: SmallCounty) -> None:
    JobRun.objects.create(job=WEEKLY, period="2022-W34", arguments={"today": "2022-08-23"}, asked_at=NOW, state=JobRun.State.DONE)
    asked = [run for run in ask_for_due(DAY) if run.job == WEEKLY]
    for run in asked:
        execute(run.pk)
    assert list(Round.objects.order_by("starts_on").values_list("starts_on", flat=True)) == [date(2022, 8, 29), date(2022, 9, 5), date(2022, 9, 12)]
    assert [run for run in ask_for_due(DAY) if run.job == WEEKLY] == []
    assert weekly_round(DAY, now=NOW).pk == Round.objects.get(starts_on=date(2022, 9, 12)).pk


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_day_lies_in_one_week(day: date) -> None:
    monday, sunday = week_of(day)
    assert (monday.weekday(), sunday - monday) == (0, timedelta(days=6))
    assert monday <= day <= sunday
    assert weekly_title(monday).startswith(f"{day.isocalendar().year}年第{day.isocalendar().week}周")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, ""), ({"kind": "key", "groups": ["elderly_alone"]}, ""), ({"kind": "key"}, "没有选择重点户类别"), ({"kind": "weekly"}, "没有选择排查类型"),
        ({"title": "排查"}, "没有写名称"), ({"ends_on": date(2022, 9, 12)}, "早于开始日期"), ({"starts_on": date(2022, 9, 1), "ends_on": date(2022, 9, 10)}, "已经过了"),
        ({"ends_on": date(2023, 9, 30)}, "一轮超过"), ({"divisions": ["123"]}, "没有编码为"), ({"groups": ["tall"]}, "没有“tall”这类重点户"), ({"divisions": [COUNTY]}, "没有编码为"),
    ],
)  # fmt: skip
def test_opening_a_round(small_county: SmallCounty, more: dict[str, Any], why: str) -> None:
    given = {"kind": "campaign", "title": "秋季集中排查", "starts_on": DAY, "ends_on": date(2022, 10, 15), "now": NOW, "today": DAY, "post": small_county.posts["county"]}
    if why:
        with pytest.raises(Refusal, match=why):
            open_round(**{**given, **more})
        assert not Round.objects.exists()
        return
    open_round(**{**given, **more})
    with pytest.raises(Refusal, match="已经有了"):
        open_round(**{**given, **more})


def test_a_town_opens_rounds_of_its_own_only(small_county: SmallCounty) -> None:
    given = {"kind": "campaign", "title": "东河镇集中排查", "starts_on": DAY, "ends_on": DAY, "now": NOW, "today": DAY, "post": small_county.posts["town"]}
    row = open_round(**given)
    assert row.divisions == [TOWN_A]
    with pytest.raises(NotAllowed, match="不归您管"):
        open_round(**{**given, "title": "别镇的排查", "divisions": [VILLAGE_B]})
    with pytest.raises(NotAllowed):
        open_round(**{**given, "title": "村里的排查", "post": small_county.posts["village"]})
    assert {role: concerns(small_county.posts[role], row) for role in ("county", "town", "village", "grid")} == dict.fromkeys(("county", "town", "village", "grid"), True)
    assert not concerns(small_county.posts["village"], a_round(divisions=[TOWN_B]))
    assert concerns(small_county.posts["village"], a_round(title="x", divisions=[VILLAGE_A]))
    assert [r.title for r in rounds_running(small_county.posts["village"], DAY)] == ["x", "东河镇集中排查"]


def test_which_round_a_page_shows(small_county: SmallCounty) -> None:
    post = small_county.posts["county"]
    assert round_of(post, None, DAY) is None
    spring = a_round(starts_on=date(2022, 3, 1), ends_on=date(2022, 4, 1))
    assert round_of(post, None, DAY) == spring
    week = weekly_round(DAY, now=NOW)
    assert round_of(post, None, DAY) == week
    assert round_of(post, spring.pk, DAY) == spring
    assert list(rounds_page(post)) == [week, spring]
    assert list(rounds_page(post, after=(week.starts_on, week.pk))) == [spring]
    with pytest.raises(Refusal, match="没有这一轮"):
        round_of(post, 999, DAY)


def test_a_walk_with_changes_is_whole_or_not_at_all(small_county: SmallCounty) -> None:
    mine = home(HOMES[0])
    given = {"post": small_county.posts["grid"], "household_id": mine.pk, "on": DAY, "now": NOW, "today": DAY, "result": "changed"}
    entry = record_walk(changes={"living.safe_water": False}, based_on={"living": 1}, **given)
    assert (entry.changed, Living.objects.get(household=mine, valid_to=None).safe_water) == (["living.safe_water"], False)
    with pytest.raises(Refusal, match="又有人改过"):
        record_walk(changes={"living.safe_water": None}, based_on={"living": 1}, **given)
    with pytest.raises(Refusal, match="没有写什么变了"):
        record_walk(**given)
    with pytest.raises(Refusal, match="没有写线索"):
        record_walk(changes={"living.road": "水泥路面"}, based_on={"living": 2}, **{**given, "result": "clue"})
    assert (Entry.objects.count(), Living.objects.filter(household=mine).count()) == (1, 2)


@pytest.mark.parametrize(
    ("role", "conclusion", "back", "result"),
    [
        ("grid", "no_risk", 0, "same"), ("village", "needs_procedure", 3, "changed"), ("grid", "risk_gone", 15, "same"),
        ("grid", "no_risk", 16, None), ("inspector", "no_risk", 0, None),
    ],
)  # fmt: skip
def test_a_visit_counts_as_an_entry(small_county: SmallCounty, role: str, conclusion: str, back: int, result: str | None) -> None:
    visit = Visit.objects.create(
        household=home(HOMES[0]), visited_on=DAY - timedelta(days=back), conclusion=conclusion, purposes=["civil_affairs"], post=1, post_title="x", recorded_at=NOW
    )  # fmt: skip
    entry = entry_of_visit(post=small_county.posts[role], visit=visit, now=NOW, today=DAY)
    assert (entry.result if entry else None) == result
    if entry:
        assert (entry.purposes, entry.visit, Walked.objects.count()) == (["patrol", "civil_affairs"], visit.pk, 1)
        assert entry_of_visit(post=small_county.posts[role], visit=visit, now=NOW, today=DAY) == entry
    assert Clue.objects.count() == 0


def test_figures_of_a_clue_raised_in_a_walk(small_county: SmallCounty) -> None:
    row = weekly_round(DAY, now=NOW)
    walk(small_county, home(HOMES[0]), "clue", clue=ILL)
    found = coverage(small_county.posts["village"], row, VILLAGE_A, now=datetime(2022, 9, 13, 9, tzinfo=NOW.tzinfo))
    assert (found.total.clues, found.total.walked, found.total.share, found.name) == (1, 1, 50.0, "东河镇双柳村")
