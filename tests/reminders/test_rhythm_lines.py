"""The heads of the offices are told what draws wait for; the county of calls and meetings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from draws.two_offices import EXECUTION, SECRET, STYLE, heads, weekly
from sangesan.accounts.queries import system_post
from sangesan.dispatch.models import SpotCall
from sangesan.dispatch.quarter_meeting import prepare_meeting
from sangesan.draws.actions import commit, reveal
from sangesan.draws.domain import OFFICES, commitment_of
from sangesan.kernel.period import Quarter
from sangesan.reminders.counting import before_all
from sangesan.reminders.rhythm import meeting_lines, office_lines
from web.small_county import DAY, NOW, VILLAGE_A


@pytest.fixture
def posts(small_county):
    return heads(small_county)


def said(lines):
    return [(line.template, line.fields["count"], line.fields["day"]) for line in lines]


def test_each_office_hears_of_its_own_only(posts):
    draw = weekly()
    assert set(office_lines(DAY)) == {post.pk for post in posts.values()}
    commit(post=posts[STYLE], draw=draw, office=STYLE, digest=commitment_of(SECRET[STYLE]), now=NOW)
    found = office_lines(DAY)
    assert list(found) == [posts[EXECUTION].pk]
    assert said(found[posts[EXECUTION].pk])[0][:2] == ("draw_commit_due", 1)
    commit(post=posts[EXECUTION], draw=draw, office=EXECUTION, digest=commitment_of(SECRET[EXECUTION]), now=NOW)
    assert {lines[0].template for lines in office_lines(DAY).values()} == {"draw_reveal_due"}
    for office in OFFICES:
        reveal(post=posts[office], draw=draw, office=office, secret=SECRET[office], now=NOW)
    assert office_lines(DAY) == {}


def test_the_county_hears_of_calls_and_meetings(small_county):
    assert list(meeting_lines()) == []
    draw = weekly()
    SpotCall.objects.create(
        draw=draw,
        week=draw.period,
        village=VILLAGE_A,
        prepared_on=DAY,
        due_on=DAY + timedelta(2),
        questions=[],
        recorded_at=NOW,
    )
    prepare_meeting(post=system_post(), quarter=Quarter(2022, 2), today=DAY, now=NOW, progress=lambda *_: None)
    assert [line.template for _, line in meeting_lines()] == ["spot_calls_waiting", "meetings_waiting"]
    county = before_all(DAY, after_clue=None).by_place[("county", "county")]
    assert {"spot_calls_waiting", "meetings_waiting"} <= {line.template for line in county}
