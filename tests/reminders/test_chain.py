"""What is reminded of tasks given down the chain and of the county's projects."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.builders import planned, reported
from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.leadership.assignments import Told, give, take_step
from sangesan.leadership.domain import Act
from sangesan.leadership.models import Part
from sangesan.messages.models import Message
from sangesan.messages.templates import Line, sentence
from sangesan.regions.queries import tree
from sangesan.reminders.chain import count_chain
from sangesan.reminders.composing import compose
from sangesan.reminders.counting import Before
from web.small_county import DAY, NOW, SmallCounty

pytestmark = pytest.mark.django_db


def given(small: SmallCounty, giver: Post, *to: str, days: int = 7) -> Part:
    task = give(
        post=giver, title="核实未落实措施的户", words="逐户核实原因", to=[small.posts[role] for role in to],
        due_on=DAY + timedelta(days=days), submission=uuid4(), now=NOW, today=DAY,
    )  # fmt: skip
    return task.parts.order_by("pk")[0]


def said(post: Post, day: date = DAY) -> list[str]:
    compose(post=system_post(), day=day, after_clue=None, now=NOW)
    message = Message.objects.filter(post=post, source=f"today:{day.isoformat()}").first()
    found = [sentence(Line.from_dict(kept), tree().full_name) for kept in message.lines] if message else []
    return [line for line in found if "交办" in line or "重点项目" in line]


def test_an_unread_task_is_said_to_its_unit_and_to_nobody_else(small_county: SmallCounty) -> None:
    given(small_county, small_county.posts["county"], "town", "department")
    assert said(small_county.posts["town"]) == ["1 项交办任务还没有签收，最早 9月20日 到期"]
    assert said(small_county.posts["department"]) == ["1 项交办任务还没有签收，最早 9月20日 到期"]
    assert said(small_county.posts["village"]) == []
    assert said(small_county.posts["county"]) == []


def test_due_and_overdue_tasks_are_said(small_county: SmallCounty) -> None:
    part = given(small_county, small_county.posts["county"], "grid", days=1)
    assert "1 项交办任务今天或明天到期" in said(small_county.posts["grid"])
    later = DAY + timedelta(days=4)
    assert "1 项交办任务已超期，最早应在 9月14日 前办结" in said(small_county.posts["grid"], later)
    assert part.post == small_county.posts["grid"]


def test_a_report_waits_for_the_giver_and_of_the_machine_for_the_county(small_county: SmallCounty) -> None:
    for giver in (small_county.posts["inspector"], system_post()):
        part = given(small_county, giver, "town")
        for act in (Act.RECEIVE, Act.DO):
            take_step(
                post=small_county.posts["town"], part_id=part.pk, act=act, told=Told(words="已经全部办好"),
                submission=uuid4(), now=NOW, today=DAY,
            )  # fmt: skip
    for role in ("inspector", "county"):
        assert said(small_county.posts[role]) == ["1 项您交办的任务等待核验"]
    assert said(small_county.posts["town"]) == []


def test_lagging_projects_are_said_to_the_unit_and_above(small_county: SmallCounty) -> None:
    county, town = small_county.posts["county"], small_county.posts["town"]
    planned(county)
    assert said(town) == ["1 个重点项目进度滞后", "1 个重点项目到期没有报送进度"]
    assert said(county) == ["1 个重点项目进度滞后"]


def test_a_project_in_order_is_not_mentioned(small_county: SmallCounty) -> None:
    project = planned(small_county.posts["county"])
    reported(small_county.posts["town"], project, 33, milestones=("m1", "m2"))
    assert said(small_county.posts["town"]) == []


def test_the_queries_do_not_grow(small_county: SmallCounty) -> None:
    counts = []
    for _ in range(2):
        given(small_county, small_county.posts["county"], "town", "village", "grid", "department")
        planned(small_county.posts["county"], reference=str(uuid4())[:20])
        with CaptureQueriesContext(connection) as caught:
            count_chain(Before(), DAY)
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 9
