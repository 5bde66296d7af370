"""Sheets in the day's reminder: to the person, to who signs, to who reviews, to who decides a hand-over."""

from __future__ import annotations

from uuid import uuid4

import pytest

from sangesan.accounts.queries import system_post
from sangesan.reminders.supervised import look_back_lines, sheet_lines
from sangesan.supervision.nightly import run_night
from sangesan.supervision.reviewing import close
from sangesan.supervision.sheets import Matter, draft
from supervision.sheets_county import UNIT_A, Supervised, at, blue, corrected, later, with_seats
from web.small_county import DAY, SmallCounty


@pytest.fixture
def county(small_county: SmallCounty) -> Supervised:
    return with_seats(small_county)


def said(county: Supervised, name: str) -> list[tuple[str, object]]:
    return [(line.template, line.fields["count"]) for line in sheet_lines(DAY).get(county[name].pk, [])]


def test_who_is_reminded_of_what(county: Supervised) -> None:
    blue(county)
    corrected(county, blue(county, later(-90)), later(-89))
    about = Matter("双柳村会议记录不规范", "补齐会议记录", UNIT_A, county["village"])
    draft(post=county["inspector"], matter=about, colour="yellow", reason="群众反映强烈", submission=uuid4(), **at(DAY))
    assert said(county, "village") == [("sheets_open", 1)]
    assert said(county, "team_head") == [("sheets_to_review", 1)]
    assert said(county, "style") == [("sheets_to_sign", 1), ("sheets_to_review", 1)]
    assert said(county, "group") == []


def test_hand_overs_and_look_backs(county: Supervised) -> None:
    blue(county, later(-9), colour="red", reason="情况紧急需要从重", signed_by=county["group"])
    run_night(post=system_post(), day=DAY, today=DAY, now=at(DAY)["now"], progress=lambda *_: None)
    assert ("hand_overs_waiting", 2) in said(county, "group")
    assert said(county, "discipline") == []
    sheet = corrected(county, blue(county, later(-60)), later(-50))
    assert look_back_lines(DAY) == []
    close(post=county["team_head"], sheet_id=sheet.pk, words="符合要求", **at(later(-45)))
    ((key, line),) = look_back_lines(DAY)
    assert (key[0], line.fields) == ("inspector", {"count": 1})
