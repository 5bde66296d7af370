"""Leaflets: the day's policy in two pages, editions that can be told apart, hand-outs counted to full coverage."""

import io
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest

from cases.way import set_line
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.documents.reading_text import lines
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterValue
from sangesan.village_work.leaflet_facts import APPLY, HELP, LEAFLETS, facts_of, line_sentence
from sangesan.village_work.leaflet_papers import Place, build
from sangesan.village_work.leaflets import (
    coverage,
    hand_out,
    handouts,
    look_up,
    phones_for,
    print_leaflet,
    round_on,
    set_phone,
)
from sangesan.village_work.models import Edition, Handout
from village_work.builders import fresh
from web.small_county import COMMUNITY, COUNTY, DAY, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

pytestmark = pytest.mark.django_db
ADDRESS = "https://county.example/report/abcdefgh/"
PHONES = {"村（社区）": "0900-1234567", "咨询热线": "12317"}


def printed(post: Post, leaflet: str = APPLY, village: str = VILLAGE_A, kind: str = "pdf", **more: Any) -> tuple[bytes, str]:
    given: dict[str, Any] = {"phones": PHONES, "address": lambda _: ADDRESS, "today": DAY, "now": NOW} | more
    made = print_leaflet(post=post, leaflet=leaflet, village=village, kind=kind, **given)
    text = "".join(line.text for line in lines(made.data, kind))
    return made.data, "".join(text.split())


@pytest.mark.parametrize("leaflet", list(LEAFLETS))
@pytest.mark.parametrize("address", [lambda _: ADDRESS, None], ids=["with a code", "without"])
def test_two_pages_in_large_type_with_place_day_and_edition(small_county: SmallCounty, leaflet: str, address: Any, pango: None) -> None:
    set_line()
    data, text = printed(small_county.posts["grid"], leaflet, address=address)
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 2
    sizes: list[float] = []
    reader.pages[0].extract_text(visitor_text=lambda words, _c, tm, _f, size: sizes.append(size * tm[0]) if words.strip() else None)
    assert sorted(sizes)[len(sizes) // 2] >= 16, "most of it in points that the old can read"
    for words in ("东河镇双柳村", "12317", "0900-1234567", facts_of(leaflet, DAY).digest, "2022年9月13日"):
        assert words in text, words
    assert ("二维码" in text) == (address is not None)


def test_the_line_is_said_with_its_document_or_that_it_is_not_published(small_county: SmallCounty, pango: None) -> None:
    assert "县里尚未公布" in line_sentence(DAY)
    assert "6,000" in line_sentence(date(2021, 9, 1))
    assert "陕农组发〔2021〕3号" in line_sentence(date(2021, 9, 1))
    before = facts_of(APPLY, DAY).digest
    assert "县里尚未公布" in printed(small_county.posts["village"])[1]
    set_line()
    assert "7,000元" in printed(small_county.posts["village"])[1]
    assert facts_of(APPLY, DAY).digest != before
    assert facts_of(HELP, DAY).digest == facts_of(HELP, DAY - timedelta(days=30)).digest, "nothing in it has changed"


def test_what_it_says_comes_from_the_policy_data(small_county: SmallCounty) -> None:
    facts = facts_of(APPLY, DAY).policy
    assert ["村里张榜公示", "村", "不少于5天"] in facts["steps"]
    assert facts["whole"] == 15
    assert len(facts["tests"]) == 4
    helping = facts_of(HELP, DAY).policy
    assert helping["measures"]["饮水不安全"] == ["饮水安全保障"]
    assert "产业帮扶" in helping["development"]
    assert (helping["first"], helping["missing"], helping["observed"]) == (10, 30, 6)
    value = ParameterValue("first_visit_days", 2, "days", date(2022, 1, 1), None, "default", "县专班通知")
    amend(post=system_post(), value=value, now=NOW)
    assert facts_of(APPLY, DAY).policy["steps"][0][2] == "2天内"


def test_every_trouble_has_its_measures_and_nothing_is_left_unfilled(small_county: SmallCounty) -> None:
    assert all(facts_of(HELP, DAY).policy["measures"].values())
    for leaflet in LEAFLETS:
        for day in (DAY, date(2026, 3, 1)):
            paper = build(facts_of(leaflet, day), Place("东河镇双柳村", "试验县", {}))
            assert "{" not in str(paper)


def test_an_old_edition_can_be_told(small_county: SmallCounty, pango: None) -> None:
    post = small_county.posts["village"]
    printed(post)
    old = Edition.objects.get().digest
    assert look_up(old.lower(), DAY).current
    set_line()
    found = look_up(old, DAY)
    assert (found.current, [e.first_on for e in found.editions]) == (False, [DAY])
    assert look_up("00000000", DAY).editions == []
    printed(post)
    printed(post)
    assert Edition.objects.count() == 2


def test_word_and_refusals(small_county: SmallCounty) -> None:
    post = small_county.posts["village"]
    assert "申报政策明白纸" in printed(post, kind="docx")[1]
    with pytest.raises(Refusal):
        printed(post, leaflet="no_such")
    with pytest.raises(NotAllowed):
        printed(post, village=VILLAGE_B)
    with pytest.raises(NotAllowed):
        printed(small_county.posts["department"])


def test_phones_of_town_and_county(small_county: SmallCounty) -> None:
    set_phone(post=small_county.posts["county"], division=COUNTY, number="0900-7654321", now=NOW)
    set_phone(post=small_county.posts["town"], division=TOWN_A, number="0900-1111111", now=NOW)
    set_phone(post=small_county.posts["town"], division=TOWN_A, number="0900-2222222", now=NOW)
    assert phones_for(VILLAGE_A) == {"镇政府": "0900-2222222", "县专班": "0900-7654321"}
    assert phones_for(VILLAGE_B) == {"县专班": "0900-7654321"}
    for post, division in (("town", TOWN_B), ("town", COUNTY), ("town", VILLAGE_A), ("village", VILLAGE_A)):
        with pytest.raises(NotAllowed):
            set_phone(post=small_county.posts[post], division=division, number="0900-1111111", now=NOW)
    for wrong in ("", "12", "打给村长", "0900-1234567-890123"):
        with pytest.raises(Refusal):
            set_phone(post=small_county.posts["town"], division=TOWN_A, number=wrong, now=NOW)


def hand(post: Post, copies: int, leaflet: str = APPLY, village: str = VILLAGE_A, **more: Any) -> Handout:
    given: dict[str, Any] = {"digest": "", "handed_on": DAY, "how": "door", "submission": fresh(), "today": DAY, "now": NOW} | more
    return hand_out(post=post, village=village, leaflet=leaflet, copies=copies, **given)


def test_a_round_is_full_when_both_leaflets_reached_every_household(small_county: SmallCounty) -> None:
    """双柳村 has two households living there."""
    post = small_county.posts["village"]

    def percent() -> int:
        return {c.village: c.percent for c in coverage(DAY)}[VILLAGE_A]

    assert (round_on(DAY).start, round_on(DAY).end) == (date(2022, 7, 1), date(2022, 12, 31))
    hand(post, 2)
    assert percent() == 0, "the other leaflet has reached nobody"
    first = hand(post, 1, HELP)
    assert percent() == 50
    hand(post, 1, HELP, handed_on=date(2022, 6, 30))
    assert percent() == 50, "handed out in the round before"
    second = hand(post, 5, HELP, corrects=first.pk)
    assert percent() == 100
    hand(post, 5, HELP, corrects=second.pk, void=True)
    assert percent() == 0
    before = {c.village: c.copies for c in coverage(DAY, round_of=date(2022, 6, 1))}
    assert before[VILLAGE_A] == {HELP: 1}
    assert {h.copies for h in handouts(post)} == {2, 1}
    with pytest.raises(Refusal, match="已经更正过"):
        hand(post, 5, HELP, corrects=second.pk)


def test_hand_outs_of_an_old_edition_and_of_none(small_county: SmallCounty) -> None:
    post = small_county.posts["village"]
    old = hand(post, 1).edition.digest
    set_line()
    assert hand(post, 1, digest=old).edition.digest == old
    assert hand(post, 1).edition.digest != old
    with pytest.raises(Refusal, match="没有印过"):
        hand(post, 1, digest="FFFFFFFF")
    with pytest.raises(Refusal):
        hand(post, 1, how="by_mail")
    with pytest.raises(NotAllowed):
        hand(post, 1, village=COMMUNITY)


def test_the_county_sets_the_number_of_rounds(small_county: SmallCounty) -> None:
    for rounds, start in ((4, date(2022, 7, 1)), (1, date(2022, 1, 1)), (5, date(2022, 7, 1))):
        value = ParameterValue("leaflet_rounds", rounds, "count", date(2022, 1, 1), None, "default", "县专班通知")
        amend(post=system_post(), value=value, now=NOW)
        assert round_on(DAY).start == start
