"""One message a day per post: what is new, due, overdue, waiting; whole county, a fixed number of queries."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from cases.builders import case_at
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.cases.models import Case
from sangesan.cases.states import State
from sangesan.cases.tasks import NIGHTLY
from sangesan.clues.models import Clue, Scope
from sangesan.clues.permissions import COUNTY
from sangesan.field.models import Conflict, Device, Submission
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import execute
from sangesan.messages.models import Message
from sangesan.messages.templates import Line, sentence
from sangesan.patrols.models import Entry, Round, Task, Walked
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.reminders.composing import compose
from sangesan.reminders.tasks import COMPOSE, ask_to_compose
from sangesan.responsibility.telling import tell_other_line
from sangesan.self_reports.models import Report
from web.small_county import (
    COMMUNITY,
    DAY,
    GRID_A,
    GRID_C,
    NOW,
    TOWN_A,
    TOWN_B,
    VILLAGE_A,
    VILLAGE_B,
    SmallCounty,
)

TODAY = date(2022, 9, 13)


def home(code: str) -> Household:
    return Household.objects.get(code=code)


def clue(household: Household, *, risk: str = "01", due: date, opened: date = TODAY, state: str = "open") -> Clue:
    made = Clue.objects.create(
        household=household, division=household.residence, town=household.residence_town, grid=household.grid, risk=risk,
        channel="DEPT", state=state, headline="陈大山：住院自付", opened_on=opened, due_on=due,
    )  # fmt: skip
    scopes = {COUNTY, made.town, made.division, made.grid, household.village, household.town}
    Scope.objects.bulk_create(Scope(clue=made, scope=scope, state=state, due_on=due) for scope in scopes)
    return made


def case(household: Household, state: str, due: date) -> Case:
    return case_at(household, State(state), system_post(), step_due=due)


def said(post: Post) -> list[str]:
    """The sentences of the post's newest message."""
    message = Message.objects.filter(post=post).order_by("-pk").first()
    return [sentence(Line.from_dict(kept), tree().full_name) for kept in message.lines] if message else []


def run(day: date = TODAY, after: int | None = None) -> int:
    return compose(post=system_post(), day=day, after_clue=after, now=NOW).told


def post_of(role: str, division: str, grid: str = "") -> Post:
    user = Post.objects.get(role="grid", grid=GRID_A).user
    return Post.objects.create(
        user=user, role=role, title=f"{division}{role}", division=division, grid=grid, valid_from="2021-01-01"
    )


def test_each_post_hears_of_its_own_clues_in_one_message(small_county: SmallCounty) -> None:
    first, second = home(f"{VILLAGE_A}00001"), home(f"{VILLAGE_A}00002")
    clue(first, due=TODAY + timedelta(3))
    clue(first, risk="H1", due=TODAY + timedelta(4))
    clue(second, due=TODAY - timedelta(2), opened=TODAY - timedelta(5))
    clue(second, risk="H2", due=TODAY + timedelta(1), opened=TODAY - timedelta(2))
    clue(second, risk="H1", due=TODAY - timedelta(9), opened=TODAY - timedelta(12), state="cleared")
    run()
    expected = [
        "1 条线索已超期，最早应在 9月11日 前核查", "1 条线索今天或明天到期", "今天有 2 条新线索，最早 9月16日 到期",
    ]  # fmt: skip
    for role in ("grid", "village", "town", "county"):
        assert said(small_county.posts[role]) == expected
    assert said(small_county.posts["inspector"]) == expected[:1]
    assert said(small_county.posts["department"]) == []
    assert Message.objects.get(post=small_county.posts["grid"]).template == "today"
    other = post_of("village", VILLAGE_B)
    assert run() == 0  # once a day
    assert said(other) == []


def test_new_is_what_came_since_the_last_day_that_was_composed(small_county: SmallCounty) -> None:
    old = clue(home(f"{VILLAGE_A}00001"), due=TODAY + timedelta(5))
    clue(home(f"{VILLAGE_A}00002"), due=TODAY + timedelta(3), opened=TODAY - timedelta(1))
    run(after=old.pk)
    assert said(small_county.posts["grid"]) == ["今天有 1 条新线索，最早 9月16日 到期"]


def test_cases_are_told_to_whose_turn_it_is(small_county: SmallCounty) -> None:
    at_village = case(home(f"{VILLAGE_A}00001"), "appraisal", TODAY - timedelta(1))
    case(home(f"{VILLAGE_A}00002"), "county_decision", TODAY + timedelta(1))
    case(home(f"{VILLAGE_B}00001"), "withdrawn", TODAY - timedelta(30))
    case(home(f"{VILLAGE_B}00002"), "town_review", TODAY + timedelta(9))
    other = post_of("village", VILLAGE_B)
    run()
    assert said(small_county.posts["village"]) == ["1 件已过办理期限，最早应在 9月12日 前办"]
    assert said(small_county.posts["county"]) == ["1 件今天或明天到办理期限"]
    assert said(small_county.posts["inspector"]) == ["1 件已过办理期限，最早应在 9月12日 前办"]
    assert said(small_county.posts["town"]) == []
    assert said(other) == []
    assert at_village.state == "appraisal"


def test_both_lines_hear_what_waits_to_be_acknowledged(small_county: SmallCounty) -> None:
    moved = home(f"{VILLAGE_B}00002")
    origin, residence, grid = post_of("village", VILLAGE_B), post_of("village", COMMUNITY), post_of("grid", COMMUNITY, GRID_C)
    town_b = post_of("town", TOWN_B)
    tell_other_line([(moved, "clue:7", "吴家成住院")], now=NOW, today=DAY)
    run()
    for post in (origin, residence, grid, town_b, small_county.posts["town"]):
        assert said(post) == ["搬迁户另一方的 1 条告知等待签收，最早 9月15日 到期"]
    assert said(small_county.posts["village"]) == []
    assert "吴家成" not in str([m.lines for m in Message.objects.all()])


def test_urgent_looks_reports_and_phones(small_county: SmallCounty) -> None:
    first = home(f"{VILLAGE_A}00001")
    grid, village = small_county.posts["grid"], small_county.posts["village"]
    Task.objects.create(
        household=first, grid=first.grid, division=first.residence, town=first.residence_town, source="alert:1",
        title="x", why="x", due_at=NOW + timedelta(hours=20), made_at=NOW,
    )  # fmt: skip
    for n, state in enumerate(["new", "doubtful", "answered"]):
        Report.objects.create(
            receipt=f"{n}", way="qr", state=state, risk="01", division=VILLAGE_A, town=TOWN_A, chosen=VILLAGE_A,
            content_sealed=b"x", identity_index=b"x", received_at=NOW, received_on=DAY - timedelta(n), due_on=DAY,
        )  # fmt: skip
    device = Device.objects.create(
        post=grid, grid=GRID_A, division=VILLAGE_A, name="x", secret=b"x", enrolled_at=NOW, logged_in_at=NOW, contact_at=NOW
    )
    forms = [
        Submission.objects.create(
            key=uuid.uuid4(), device=device, digest="x", body=b"x", state=state, mended_by=mended, received_at=NOW,
            changed_at=NOW,
        )
        for state, mended in (("refused", None), ("refused", uuid.uuid4()), ("conflict", None))
    ]  # fmt: skip
    Conflict.objects.create(submission=forms[2], household=first, field="x", values=b"x", mine_by="x", made_at=NOW)
    run()
    assert said(village) == [
        "1 户紧急走访还没有完成，最早 9月14日 前完成", "2 件农户自主申报等待受理或答复，最早收到于 9月12日", "1 处填报冲突等待处理",
    ]  # fmt: skip
    assert said(grid) == [
        "1 户紧急走访还没有完成，最早 9月14日 前完成", "1 处填报冲突等待处理", "手机上有 1 条填报没有被接收，请打开手机查看原因",
    ]  # fmt: skip
    assert [line for line in said(small_county.posts["town"]) if "冲突" in line] == ["1 处填报冲突等待处理"]


@pytest.mark.parametrize(("day", "told"), [(14, False), (15, False), (16, True), (17, False), (18, True)])
def test_a_week_hears_on_friday_and_sunday_what_is_left(small_county: SmallCounty, day: int, *, told: bool) -> None:
    week = Round.objects.create(
        kind="weekly", title="第37周", starts_on=date(2022, 9, 12), ends_on=date(2022, 9, 18), opened_by=1, opened_at=NOW
    )
    first = home(f"{VILLAGE_A}00001")
    entry = Entry.objects.create(
        round=week, household=first, grid=GRID_A, division=VILLAGE_A, town=TOWN_A, result="same", on=DAY, post=1,
        post_title="x", recorded_at=NOW,
    )  # fmt: skip
    Walked.objects.create(round=week, household=first, entry=entry)
    run(date(2022, 9, day))
    assert said(small_county.posts["grid"]) == (["本轮排查还有 1 户没有走到，9月18日 结束"] if told else [])
    assert said(small_county.posts["county"]) == (["本周排查已走 1 户，还有 3 户没有走到"] if told else [])


def test_every_sentence_leads_to_a_page(small_county: SmallCounty) -> None:
    test_urgent_looks_reports_and_phones(small_county)
    clue(home(f"{VILLAGE_A}00001"), due=TODAY - timedelta(3))
    case(home(f"{VILLAGE_A}00002"), "appraisal", TODAY - timedelta(1))
    Message.objects.all().delete()
    run()
    links = {line["link"] for message in Message.objects.all() for line in message.lines}
    assert len(links) >= 6
    for link in links:
        resolve(link.partition("?")[0])


def test_only_the_system_and_the_county_compose(small_county: SmallCounty) -> None:
    with pytest.raises(NotAllowed):
        compose(post=small_county.posts["town"], day=TODAY, after_clue=None, now=NOW)


def test_the_job_waits_for_the_nights_screening_and_runs_once_a_day(small_county: SmallCounty) -> None:
    clue(home(f"{VILLAGE_A}00001"), due=TODAY + timedelta(3))
    assert ask_to_compose(TODAY) is None
    night = JobRun.objects.create(job=NIGHTLY, period="2022-09-13", state="running", asked_at=NOW)
    assert ask_to_compose(TODAY) is None
    JobRun.objects.filter(pk=night.pk).update(state="failed")  # what is due is due all the same
    asked = ask_to_compose(TODAY)
    assert asked is not None
    assert ask_to_compose(TODAY) is None
    done = execute(asked.pk)
    assert (done.state, done.result["told"]) == ("done", 4)
    JobRun.objects.create(job=NIGHTLY, period="2022-09-14", state="done", asked_at=NOW)
    clue(home(f"{VILLAGE_A}00002"), due=TODAY + timedelta(4))
    execute(ask_to_compose(TODAY + timedelta(1)).pk)
    assert said(small_county.posts["grid"]) == ["今天有 1 条新线索，最早 9月17日 到期"]
    assert JobRun.objects.filter(job=COMPOSE).count() == 2


def test_two_thousand_officials_in_a_fixed_number_of_queries(small_county: SmallCounty) -> None:
    user = small_county.users["grid"]
    grids = [f"6109981{n:05d}-01" for n in range(1000, 3000)]
    Post.objects.bulk_create(
        Post(user=user, role="grid", title=grid, division=VILLAGE_A, grid=grid, valid_from="2021-01-01") for grid in grids
    )
    made = Clue.objects.bulk_create(
        Clue(
            division=f"{n}", town=TOWN_A, grid=grid, risk="01", channel="DEPT", state="open", headline="x",
            opened_on=TODAY, due_on=TODAY + timedelta(3),
        )
        for n, grid in enumerate(grids)
    )  # fmt: skip
    Scope.objects.bulk_create(
        Scope(clue=one, scope=one.grid, state="open", due_on=one.due_on) for one in made
    )
    begun = perf_counter()
    with CaptureQueriesContext(connection) as captured:
        assert run() == 2000
    spent = perf_counter() - begun
    assert len(captured) <= 110, len(captured)
    assert spent < 10, spent
