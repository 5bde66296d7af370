"""What the daily reminder says of objections, reviews, cases and attendance."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assessment.assessed_county import AFTER, attend, head, member
from assessment.test_assessing import announced, object_
from assessment.test_proceedings import heard_case, opened_case
from sangesan.assessment.tasks import compute_due
from sangesan.messages.templates import Line
from sangesan.reminders.assessed import assessed_lines, attendance_lines
from web.small_county import DAY, TOWN_A, VILLAGE_A

pytestmark = pytest.mark.django_db


def said(lines: list[Line]) -> dict[str, dict]:
    return {line.template: dict(line.fields) for line in lines}


@pytest.mark.parametrize(("before", "told"), [(3, False), (2, True), (1, False), (0, True)])
def test_the_end_of_objections_is_said_two_days_before_and_on_the_day(small_county, before, told):
    announced(small_county)
    end = AFTER + timedelta(days=7)
    lines = assessed_lines(end - timedelta(days=before)).get(small_county.posts["town"].pk, [])
    assert ("assessment_objections_end" in said(lines)) == told


def test_reviews_wait_for_the_office_with_their_day(small_county):
    seated = announced(small_county)
    object_(small_county)
    found = said(assessed_lines(AFTER)[seated.pk])
    assert found["assessment_reviews_waiting"] == {"count": 1, "day": (AFTER + timedelta(days=5)).isoformat()}


def test_a_heard_case_waits_for_those_who_decide_and_an_opened_one_for_nobody_else(small_county):
    chief = head(small_county)
    heard_case(small_county)
    opened_case(small_county, origin="sheet:77")
    lines = assessed_lines(DAY)
    assert said(lines[chief.pk])["proceeding_waiting"] == {"count": 1}
    assert small_county.posts["inspector"].pk not in lines


def test_days_not_entered_and_months_not_verified(small_county):
    who = member(small_county)
    assert dict(attendance_lines(DAY))["village", VILLAGE_A].fields == {"count": 12}
    attend(small_county, who, date(2022, 9, 1), 10, today=DAY)
    attend(small_county, who, date(2022, 9, 5), 1, "leave", today=DAY)  # a correction is no other day
    found = dict(attendance_lines(DAY))
    assert found["village", VILLAGE_A].fields == {"count": 2}
    assert found["town", TOWN_A].fields == {"count": 1}


def test_the_night_computes_the_running_quarter_and_the_last_one_until_it_is_announced(small_county):
    assert compute_due(date(2022, 9, 13), lambda *_: None) == ["2022-Q3"]
    assert compute_due(date(2022, 10, 8), lambda *_: None) == ["2022-Q3", "2022-Q4"]
