"""Who is not in the register, who has no number or phone, and how candidates say why they are offered."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.clues.models import Clue
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.self_reports.candidates import BY_NAME, BY_NAME_ALONE, BY_NUMBER, candidates_of
from sangesan.self_reports.contents import Content, open_look
from sangesan.self_reports.domain import Given, Standing, State, Way, faults
from sangesan.self_reports.looking import record_look
from sangesan.self_reports.models import Report
from sangesan.self_reports.posters import is_reachable
from sangesan.self_reports.progress import progress_of
from sangesan.self_reports.queries import Filters, counts, report_page
from sangesan.self_reports.receiving import attach, receive
from sangesan.self_reports.reporting import places_to_choose, submit
from sangesan.self_reports.taking_down import take_down
from web.small_county import DAY, GRID_A, VILLAGE_A, VILLAGE_B, SmallCounty

from .test_receiving import CHEN, NOW, OWN, STRANGER

LOOK = {"looked_on": DAY, "who": "李主任", "words": "住在三组老学校旁，一家三口", "today": DAY, "now": NOW}


def unknown() -> Report:
    given = replace(OWN, identity=STRANGER, head_name="赵六")
    made = submit(given=given, way=Way.QR, form=uuid.uuid4(), places=places_to_choose(VILLAGE_A), today=DAY, now=NOW)
    return receive(report_id=made.pk, today=DAY, now=NOW)


def look(county: SmallCounty, report: Report, role: str = "village", **changes) -> Report:
    given = LOOK | {"finding": "ours", "version": report.row_version} | changes
    return record_look(post=county.posts[role], report_id=report.pk, **given)


@pytest.mark.parametrize(("role", "finding"), [("village", "ours"), ("town", "lives_here")])
def test_one_that_exists_waits_for_the_register_and_is_attached_then(small_county: SmallCounty, role, finding) -> None:
    report = look(small_county, unknown(), role, finding=finding)
    assert (report.state, report.finding, report.looked_on, report.clue) == (State.VERIFIED, finding, DAY, None)
    assert open_look(report.look_sealed).who == "李主任"
    assert "老学校" not in "".join(map(str, Entry.objects.values_list("reason", "detail")))
    assert progress_of(report, DAY).standing == Standing.SENT
    for seen in ("county", "town", "village"):
        found = counts(small_county.posts[seen], Filters(), today=DAY)
        assert (found["register"], found["waiting"]) == (1, 0)
    home = Household.objects.get(code=f"{VILLAGE_A}00002")  # as if it had been added meanwhile
    sent = attach(
        post=small_county.posts["village"], report_id=report.pk, version=report.row_version, household_id=home.pk,
        today=DAY, now=NOW,
    )  # fmt: skip
    assert (sent.state, sent.clue.household) == (State.SENT, home)


@pytest.mark.parametrize(("finding", "code"), [("not_ours", "not_ours"), ("not_real", "not_found")])
def test_one_that_is_none_of_ours_is_answered_at_once(small_county: SmallCounty, finding, code) -> None:
    report = look(small_county, unknown(), finding=finding)
    report.refresh_from_db()
    assert (report.state, report.answer, report.finding, Clue.objects.count()) == (State.ANSWERED, code, finding, 0)
    assert progress_of(report, DAY).standing == Standing.CLOSED


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"looked_on": DAY + timedelta(days=1)}, "上门日期"),
        ({"looked_on": DAY - timedelta(days=1)}, "上门日期"),
        ({"who": " "}, "核实人"),
        ({"finding": ""}, "核实结果"),
        ({"words": "在"}, "看到的情况"),
    ],
)
def test_a_look_that_says_nothing_is_refused(small_county: SmallCounty, changes, place) -> None:
    report = unknown()
    with pytest.raises(Refusal) as refused:
        look(small_county, report, **changes)
    report.refresh_from_db()
    assert (refused.value.place, report.state) == (place, State.UNREGISTERED)


def test_only_the_town_or_village_looks_and_once(small_county: SmallCounty) -> None:
    report = unknown()
    for role in ("county", "grid", "inspector"):
        with pytest.raises(NotAllowed):
            look(small_county, report, role)
    done = look(small_county, report)
    with pytest.raises(Refusal, match="待补入底册"):
        look(small_county, done)


def test_the_clerk_may_leave_out_number_and_phone_but_nobody_else(small_county: SmallCounty) -> None:
    bare = replace(OWN, identity="", phone="")
    assert set(faults(bare, places=[GRID_A], voice=False)) == {"identity", "phone"}
    assert set(faults(replace(bare, words=""), places=[GRID_A], voice=False, clerk=True)) == {"words"}
    wrong = faults(replace(OWN, identity="12", phone="1"), places=[GRID_A], voice=False, clerk=True)
    assert set(wrong) == {"identity", "phone"}
    assert not any("身份证正面" in (f.remedy or "") for f in wrong.values())
    first, second = (taken(small_county, given) for given in (bare, replace(bare, head_name="赵六")))
    assert (first.state, len(first.candidates), first.identity_index) == (State.DOUBTFUL, 1, None)
    assert second.state == State.UNREGISTERED
    page = report_page(small_county.posts["village"], first.pk, DAY)
    assert (page.others, page.candidates[0].why) == ([], BY_NAME_ALONE), "no number is nobody's number"


def taken(county: SmallCounty, given: Given) -> Report:
    return take_down(
        post=county.posts["village"], given=given, way=Way.PHONE, form=uuid.uuid4(),
        places=places_to_choose(VILLAGE_A), today=DAY, now=datetime(2022, 9, 13, 4, 0, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (Content("陈大山", identity=STRANGER), BY_NAME),
        (Content("赵六", identity=CHEN), BY_NUMBER),
        (Content("陈大山"), BY_NAME_ALONE),
    ],
)
def test_a_candidate_says_why_and_the_claimed_village_comes_first(small_county: SmallCounty, content, why) -> None:
    homes = [Household.objects.get(code=f"{code}00001") for code in (VILLAGE_B, VILLAGE_A)]
    found = candidates_of(small_county.posts["county"], homes, content=content, place=VILLAGE_A)
    assert [c.here for c in found] == [True, False]
    assert (found[0].why, found[0].who, found[0].identity) == (why, "陈大山", f"{CHEN[:6]}********{CHEN[-4:]}")


def test_no_digits_of_a_household_beyond_reach(small_county: SmallCounty) -> None:
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    other = Household.objects.get(code=f"{VILLAGE_B}00001")
    found = candidates_of(
        small_county.posts["village"], [home, other], content=Content("陈大山", identity=CHEN), place=VILLAGE_A
    )
    assert found[0].identity
    assert not found[1].identity


def test_the_inspector_sees_phones_masked(small_county: SmallCounty) -> None:
    report = unknown()
    seen = {role: report_page(small_county.posts[role], report.pk, DAY).content.phone for role in ("town", "inspector")}
    assert seen == {"town": "13800001234", "inspector": "138****1234"}


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("https://jiance.example.gov.cn/", True), ("http://10.1.2.3:8000/", True), ("http://localhost:8000/", False),
        ("http://127.0.0.1/", False), ("http://127.3.0.9:80/", False), ("http://[::1]:8000/", False),
        ("http://0.0.0.0:8000/", False), ("http://a.localhost/", False), ("", False),
    ],
)  # fmt: skip
def test_an_address_of_this_machine_is_none_for_a_poster(address, reachable) -> None:
    assert is_reachable(address) is reachable
