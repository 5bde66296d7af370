"""Courtyard meetings: what is kept, clues on the spot, corrections, who has had none, the paper."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.audit.models import Entry
from sangesan.clues.models import Clue, Sighting
from sangesan.documents.reading_text import lines
from sangesan.files.models import Attachment
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterValue
from sangesan.registry.models import Household
from sangesan.village_work.courtyard_page import (
    by_month,
    by_village,
    courtyard_page,
    courtyard_period,
    courtyards,
    without_meeting,
)
from sangesan.village_work.courtyard_paper import print_courtyard
from sangesan.village_work.courtyards import Content, Found, Question, record_courtyard
from sangesan.village_work.models import Courtyard
from village_work.builders import fresh, photo
from web.small_county import COMMUNITY, DAY, NOW, TOWN_A, VILLAGE_A, VILLAGE_B, SmallCounty

pytestmark = pytest.mark.django_db
SAID = Content(
    DAY, "二组院坝", "村党支部书记", 31, ["apply", "water"],
    [Question("怎么申报", "扫码或找网格员"), Question(" ", "")], names="陈大山、王秀兰",
)  # fmt: skip


def held(post: Post, content: Content = SAID, village: str = VILLAGE_A, **more: Any) -> Courtyard:
    given: dict[str, Any] = {"submission": fresh(), "today": DAY, "now": NOW} | more
    return record_courtyard(post=post, village=village, content=content, **given)


def home(end: str = f"{VILLAGE_A}00001") -> Household:
    return Household.objects.get(code=end)


def test_a_meeting_with_sealed_names_questions_photos_and_sheet(small_county: SmallCounty) -> None:
    post = small_county.posts["village"]
    made = held(post, photos=[photo()], sheets=[photo()])
    made.refresh_from_db()
    assert (made.people, made.questions, made.clues) == (31, 1, 0)
    assert "陈大山".encode() not in bytes(made.sealed)
    assert sorted(Attachment.objects.values_list("role", flat=True)) == ["photo", "sign_in"]
    page = courtyard_page(post, made.pk)
    assert page.content["names"] == "陈大山、王秀兰"
    assert page.topics == ["怎样申报监测对象", "饮水安全和管护"]
    assert (len(page.photos), len(page.sheets)) == (1, 1)


def test_clues_on_the_spot_name_the_meeting_and_join_what_is_open(small_county: SmallCounty) -> None:
    post = small_county.posts["grid"]
    found = [Found(home().pk, "09", "两个孩子上大学，学费没凑齐"), Found(home().pk, "01", "户主住院，借了钱")]
    first = held(post, replace(SAID, clues=found, households=[home().pk]))
    again = held(post, replace(SAID, clues=found[:1], held_on=DAY - timedelta(days=1)))
    assert Clue.objects.count() == 2
    sightings = Sighting.objects.filter(clue__risk="09").order_by("id")
    assert [(s.channel, s.source, s.seen_on) for s in sightings] == [
        ("SELF", f"courtyard:{first.pk}", DAY),
        ("SELF", f"courtyard:{again.pk}", DAY - timedelta(days=1)),
    ]
    page = courtyard_page(post, first.pk)
    assert {c.risk for c in page.clues} == {"09", "01"}
    assert [h.pk for h in page.households] == [home().pk]


def test_a_wrong_clue_names_its_line_and_nothing_is_kept(small_county: SmallCounty) -> None:
    post = small_county.posts["village"]
    bad = [Found(home().pk, "09", "两个孩子上大学，学费没凑齐"), Found(home().pk, "", "没有选风险")]
    with pytest.raises(Refusal) as refused:
        held(post, replace(SAID, clues=bad))
    assert refused.value.place.startswith("第2条线索")
    with pytest.raises(NotAllowed):
        held(post, replace(SAID, clues=[Found(home(f"{VILLAGE_B}00001").pk, "09", "学费没有凑齐")]))
    assert not Courtyard.objects.exists()
    assert not Clue.objects.exists()


def test_the_same_form_twice_is_one_meeting(small_county: SmallCounty) -> None:
    post, form = small_county.posts["village"], fresh()
    assert held(post, submission=form).pk == held(post, submission=form).pk


@pytest.mark.parametrize(("role", "village"), [("village", VILLAGE_B), ("grid", COMMUNITY), ("town", VILLAGE_B), ("county", VILLAGE_A)])
def test_nobody_records_elsewhere(small_county: SmallCounty, role: str, village: str) -> None:
    with pytest.raises(NotAllowed):
        held(small_county.posts[role], village=village)


def test_names_of_households_out_of_reach_are_not_kept(small_county: SmallCounty) -> None:
    away = home(f"{VILLAGE_B}00001")
    made = held(small_county.posts["village"], replace(SAID, households=[home().pk, away.pk]))
    assert courtyard_page(small_county.posts["county"], made.pk).content["households"] == [home().pk]


def test_a_correction_takes_the_place_and_keeps_photos_and_clues(small_county: SmallCounty) -> None:
    post = small_county.posts["village"]
    first = held(post, replace(SAID, clues=[Found(home().pk, "09", "学费没有凑齐")]), photos=[photo()])
    second = held(post, replace(SAID, people=28), corrects=first.pk)
    assert [m.pk for m in courtyards(post)] == [second.pk]
    page = courtyard_page(post, second.pk)
    assert (page.meeting.clues, len(page.clues), len(page.photos), page.earlier) == (1, 1, 1, first)
    assert courtyard_page(post, first.pk).later == second
    with pytest.raises(Refusal, match="已经更正过"):
        held(post, corrects=first.pk)


def test_who_has_had_none_in_the_running_period(small_county: SmallCounty) -> None:
    town = small_county.posts["town"]
    held(town, replace(SAID, held_on=date(2022, 7, 1)))
    held(town, replace(SAID, held_on=date(2022, 6, 30)), village=COMMUNITY)
    assert [(n.village, n.last) for n in without_meeting(DAY)] == [(VILLAGE_B, None), (COMMUNITY, date(2022, 6, 30))]
    assert [n.village for n in without_meeting(DAY, TOWN_A)] == [COMMUNITY]
    assert without_meeting(date(2022, 6, 30), TOWN_A) != [], "as of then nothing was entered"
    counts = dict(by_month(town, DAY))
    assert sum(counts.values()) == 2
    assert by_village(town, DAY) == [(COMMUNITY, 1, date(2022, 6, 30)), (VILLAGE_A, 1, date(2022, 7, 1))]


def test_the_county_sets_how_often(small_county: SmallCounty) -> None:
    assert (courtyard_period(DAY).start, courtyard_period(DAY).end) == (date(2022, 7, 1), date(2022, 9, 30))
    for months, start in ((1, date(2022, 9, 1)), (6, date(2022, 7, 1)), (5, date(2022, 7, 1))):
        value = ParameterValue("courtyard_months", months, "months", date(2022, 1, 1), None, "default", "县专班通知")
        amend(post=system_post(), value=value, now=NOW)
        assert courtyard_period(DAY).start == start


@pytest.mark.parametrize("role", ["county", "inspector", "town", "village", "grid"])
def test_lists_by_reach(small_county: SmallCounty, role: str) -> None:
    held(small_county.posts["village"])
    other = Post.objects.get(pk=small_county.posts["village"].pk)
    other.division = VILLAGE_B
    there = held(other, village=VILLAGE_B)
    post = small_county.posts[role]
    whole = role in {"county", "inspector"}
    assert len(courtyards(post)) == (2 if whole else 1)
    if not whole:
        with pytest.raises(NotAllowed):
            courtyard_page(post, there.pk)


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_paper_says_what_the_record_says(small_county: SmallCounty, kind: str, pango: None) -> None:
    post = small_county.posts["village"]
    made = held(post, replace(SAID, clues=[Found(home().pk, "09", "学费没有凑齐")]), photos=[photo()])
    data, name, _ = print_courtyard(post=post, meeting_id=made.pk, kind=kind)
    text = "".join(line.text for line in lines(data, kind)).replace(" ", "").replace("\n", "")
    for words in ("院落会议记录", "东河镇双柳村", "2022年9月13日", "31人", "怎么申报", "扫码或找网格员", "学费没有凑齐", "陈大山"):
        assert words in text, words
    assert name.endswith(f".{kind}")
    assert Entry.objects.filter(tag="village_work:courtyard:see").count() == 1


def test_another_format_is_refused(small_county: SmallCounty) -> None:
    made = held(small_county.posts["village"])
    with pytest.raises(Refusal, match="格式"):
        print_courtyard(post=small_county.posts["village"], meeting_id=made.pk, kind="exe")
