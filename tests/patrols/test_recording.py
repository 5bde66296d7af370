"""What a patrol may record: results, days, reach, the week that opens by itself, the same submission twice, urgent looks."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from patrols.walks import ILL, NOW, home, walk
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.audit.models import Entry as Audited
from sangesan.clues.models import Clue, Sighting
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.assigning import assign_tasks, close_tasks
from sangesan.patrols.models import Entry, Round, Task, Walked
from sangesan.registry.models import Household
from sangesan.responsibility.models import Told
from sangesan.visits.models import Visit
from web.small_county import COMMUNITY, DAY, TOWN_A, TOWN_B, VILLAGE_A, SmallCounty


@pytest.fixture
def mine(small_county: SmallCounty) -> Household:
    return home("10020100001")


@pytest.mark.parametrize(
    ("result", "more", "why"),
    [
        ("same", {}, ""), ("changed", {"words": "儿子外出务工了"}, ""), ("changed", {"changed": ["living.safe_water"]}, ""),
        ("clue", {"clue": ILL}, ""), ("absent", {}, ""), ("absent", {"words": "锁门，邻居说赶场去了"}, ""), ("clue", {"clue": ILL, "changed": ["a"]}, ""),
        ("same", {"on": DAY - timedelta(days=15)}, ""), ("same", {"purposes": ["civil_affairs", "follow_up"]}, ""),
        ("fine", {}, "没有选择排查结果"), ("", {}, "没有选择排查结果"), ("changed", {}, "没有写什么变了"), ("changed", {"words": "  "}, "没有写什么变了"),
        ("clue", {}, "没有写线索"), ("clue", {"clue": ("", ILL[1], None)}, "没有选风险类型"), ("clue", {"clue": ("01", "病", None)}, "没有写清"),
        ("clue", {"clue": ("01", ILL[1], DAY + timedelta(days=1))}, "晚于今天"), ("same", {"clue": ILL}, "却写了线索"), ("absent", {"clue": ILL}, "却写了线索"),
        ("same", {"changed": ["living.safe_water"]}, "却改了农户情况"), ("absent", {"changed": ["x"]}, "却改了农户情况"),
        ("same", {"on": DAY + timedelta(days=1)}, "晚于今天"), ("same", {"on": DAY - timedelta(days=16)}, "已过补登期限"),
        ("same", {"purposes": ["tea"]}, "不认识的走访目的"), ("changed", {"words": "长" * 501}, "超过 500 字"), ("changed", {"changed": [""]}, "不认识的变化项"),
        ("same", {"visit": 99999}, "没有这一户的这次入户记录"), ("same", {"round_id": 99999}, "当天没有进行"),
    ],
)  # fmt: skip
def test_what_is_in_order(small_county: SmallCounty, mine: Household, result: str, more: dict[str, Any], why: str) -> None:
    if why:
        with pytest.raises(Refusal, match=why):
            walk(small_county, mine, result, **more)
        assert (Entry.objects.count(), Clue.objects.count(), Walked.objects.count()) == (0, 0, 0)
        return
    entry = walk(small_county, mine, result, **more)
    assert (entry.result, entry.household, entry.grid, entry.town) == (result, mine, mine.grid, TOWN_A)
    assert Walked.objects.count() == (0 if result == "absent" else 1), "nobody at home is no coverage"
    assert (entry.clue is not None) == (result == "clue")


def test_a_clue_of_the_walk_is_raised_and_joins_the_open_one(small_county: SmallCounty, mine: Household) -> None:
    first = walk(small_county, mine, "clue", clue=ILL)
    second = walk(small_county, mine, "clue", clue=("01", "又去复查，花费还在增加", None), role="village")
    assert first.clue == second.clue == Clue.objects.get().pk
    assert list(Sighting.objects.order_by("id").values_list("channel", "source", "event_on")) == [
        ("GRID", f"entry:{first.pk}", ILL[2]), ("GRID", f"entry:{second.pk}", None),
    ]  # fmt: skip


def test_the_week_opens_by_itself_and_a_campaign_of_the_day_counts_too(small_county: SmallCounty, mine: Household) -> None:
    campaign, elsewhere = (
        Round.objects.create(
            kind="campaign", title="集中排查", starts_on=date(2022, 9, 1), ends_on=date(2022, 9, 30), divisions=[place], opened_by=1, opened_at=NOW
        )
        for place in (VILLAGE_A, TOWN_B)
    )  # fmt: skip
    entry = walk(small_county, mine)
    week = Round.objects.get(kind="weekly")
    assert (entry.round, week.starts_on, week.ends_on) == (week, date(2022, 9, 12), date(2022, 9, 18))
    assert week.title == "2022年第37周（9月12日至9月18日）"
    assert set(Walked.objects.values_list("round", flat=True)) == {week.pk, campaign.pk}
    assert walk(small_county, home("10020100002"), "clue", clue=ILL, round_id=campaign.pk).round == campaign
    assert Sighting.objects.get().channel == "CENTRAL"
    with pytest.raises(Refusal, match="不含这一户"):
        walk(small_county, mine, "changed", words="修了新路", round_id=elsewhere.pk)
    assert Round.objects.filter(kind="weekly").count() == 1
    walk(small_county, mine, on=DAY - timedelta(days=2), role="village")
    assert Round.objects.filter(kind="weekly").count() == 2, "an entry of last week opens last week"


@pytest.mark.parametrize(("role", "allowed"), [("grid", True), ("village", True), ("town", True), ("county", False), ("inspector", False), ("department", False)])  # fmt: skip
def test_who_may_record(small_county: SmallCounty, mine: Household, role: str, allowed: bool) -> None:
    if allowed:
        assert walk(small_county, mine, role=role).post_title == small_county.posts[role].title
        with pytest.raises(NotAllowed, match="不在您的管理范围内"):
            walk(small_county, home("10120100001"), role=role)
    else:
        with pytest.raises(NotAllowed, match="不能登记排查"):
            walk(small_county, mine, role=role)


def test_the_same_submission_twice_is_one_entry(small_county: SmallCounty, mine: Household) -> None:
    number = UUID(int=7)
    first = walk(small_county, mine, "clue", clue=ILL, submission=number)
    entries = Audited.objects.count()
    assert walk(small_county, mine, "clue", clue=ILL, submission=number) == first
    assert walk(small_county, mine, "clue", clue=ILL, submission=number, today=DAY + timedelta(days=40)) == first
    assert (Entry.objects.count(), Sighting.objects.count(), Audited.objects.count()) == (1, 1, entries)
    with pytest.raises(Refusal, match="已用于另一户"):
        walk(small_county, home("10020100002"), submission=number)


def test_the_same_plain_tap_again_is_the_same_entry_but_another_person_is_not(small_county: SmallCounty, mine: Household) -> None:
    assert walk(small_county, mine) == walk(small_county, mine)
    walk(small_county, mine, role="village")
    walk(small_county, mine, on=DAY - timedelta(days=1))
    walk(small_county, mine, "absent")
    assert Entry.objects.count() == 4
    assert Walked.objects.count() == 1


def test_a_whole_visit_of_the_same_walk_counts(small_county: SmallCounty, mine: Household) -> None:
    of_mine, of_other = (
        Visit.objects.create(household=h, visited_on=DAY, conclusion="no_risk", post=1, post_title="x", recorded_at=NOW)
        for h in (mine, home("10020100002"))
    )
    assert walk(small_county, mine, visit=of_mine.pk, purposes=["civil_affairs"]).purposes == ["patrol", "civil_affairs"]
    with pytest.raises(Refusal, match="没有这一户的这次入户记录"):
        walk(small_county, mine, visit=of_other.pk)
    with pytest.raises(Refusal, match="不会是“家中无人”"):
        walk(small_county, mine, "absent", visit=of_mine.pk)


def assign(*homes: Household, source: str = "alert:1", now: datetime = NOW) -> int:
    return assign_tasks(
        post=system_post(), households={h.pk: "独居老人，暴雨红色预警" for h in homes}, source=source, title="暴雨红色预警", due_at=now + timedelta(hours=6), now=now
    )  # fmt: skip


def test_urgent_looks_are_given_once_and_ended_by_a_walk(small_county: SmallCounty, mine: Household) -> None:
    other = home("10020100002")
    assert (assign(mine), assign(mine, other), assign(source="alert:1"), assign(mine, source="alert:2")) == (1, 1, 0, 1)
    walk(small_county, mine, "absent")
    assert Task.objects.filter(state="open").count() == 3, "nobody at home: the look is still to be taken"
    entry = walk(small_county, mine)
    assert {(t.source, t.entry, t.done_at) for t in Task.objects.filter(state="done")} == {("alert:1", entry, NOW), ("alert:2", entry, NOW)}
    assert close_tasks(post=system_post(), source="alert:1", why="预警解除", now=NOW) == 1
    assert set(Task.objects.filter(source="alert:1").values_list("state", "closed_why")) == {("done", ""), ("closed", "预警解除")}
    assert assign(mine, other) == 0


def test_only_the_named_looks_end_and_none_that_came_after_the_walk(small_county: SmallCounty, mine: Household) -> None:
    assign(mine)
    assign(mine, source="alert:2")
    walk(small_county, mine, on=DAY - timedelta(days=1))
    walk(small_county, mine, tasks=[])
    assert Task.objects.filter(state="open").count() == 2
    walk(small_county, mine, "changed", words="门前塌方", tasks=[Task.objects.get(source="alert:2").pk])
    assert list(Task.objects.filter(state="open").values_list("source", flat=True)) == ["alert:1"]


def test_who_may_assign(small_county: SmallCounty, mine: Household) -> None:
    given = {"source": "x:1", "title": "试", "due_at": NOW, "now": NOW}
    with pytest.raises(NotAllowed, match="不能安排紧急走访"):
        assign_tasks(post=small_county.posts["village"], households={mine.pk: "x"}, **given)
    with pytest.raises(NotAllowed, match="不在您的管理范围内"):
        assign_tasks(post=small_county.posts["town"], households={mine.pk: "x", home("10120100001").pk: "x"}, **given)
    assert Task.objects.count() == 0


def test_a_change_at_a_relocated_household_is_told_to_the_other_side(small_county: SmallCounty) -> None:
    moved = home("10120100002")
    walk(small_county, moved, role="town")
    assert Told.objects.count() == 0
    walk(small_county, moved, "changed", words="老人摔伤住院", role="town")
    assert [(t.line, t.sentence[-6:]) for t in Told.objects.all()] == [("origin", "老人摔伤住院")]
    assert moved.residence == COMMUNITY
