"""What a trial by somebody new found, so that it does not come back."""

import pytest

from cases.test_invitations import signature
from cases.way import Way
from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.cases.checking_records import doubts
from sangesan.cases.desk import Filters, desk, work
from sangesan.cases.dossiers import dossiers
from sangesan.cases.filling import authorise, study
from sangesan.cases.moving import move_household
from sangesan.cases.opening import open_from_clue
from sangesan.cases.states import State
from sangesan.clues.models import Clue, Scope
from sangesan.files.models import Attachment
from sangesan.kernel.refusal import Refusal
from sangesan.responsibility.models import Duty
from web.small_county import COMMUNITY, DAY, GRID_A, GRID_C, NOW, PASSWORD, TOWN_A, VILLAGE_A

pytestmark = pytest.mark.django_db


def sign(way, people, way_of_signing, **more):
    return authorise(
        post=way.post("village"), case_id=way.case.pk, version=way.fresh().row_version, people=people, way=way_of_signing,
        on=DAY, today=DAY, now=NOW, **more,
    )  # fmt: skip


def test_a_finger_signs_for_one_and_only_with_a_signature(small_county):
    way = Way(small_county)
    head, wife = dossiers([way.case], DAY)[0].adults
    for people, given in (([head], None), ([head, wife], signature())):
        with pytest.raises(Refusal, match="手指签名"):
            sign(way, people, "finger", signature=given)
    (made,) = sign(way, [head], "finger", signature=signature())
    assert Attachment.objects.get(subject=f"authorisation:{made.pk}").role == "signature"


def test_paper_without_a_page_is_a_warning_until_a_page_is_there(small_county):
    way, other = Way(small_county), Way(small_county, f"{VILLAGE_A}00002")
    sign(way, dossiers([way.case], DAY)[0].adults, "fingerprint")
    sign(other, dossiers([other.case], DAY)[0].adults, "fingerprint", scans=[signature()])
    found = doubts(dossiers([way.case, other.case], DAY))
    assert "authorised_unseen" in {d.code for d in found[way.case.pk]}
    assert "authorised_unseen" not in {d.code for d in found[other.case.pk]}


@pytest.mark.parametrize("state", [State.APPRAISAL, State.ASSISTED])
def test_what_was_studied_changes_no_more_after_it_went_on(small_county, state):
    way = Way(small_county)
    way.to(state)
    with pytest.raises(Refusal, match="在研判时认定"):
        study(
            post=way.post("town"), case_id=way.case.pk, version=way.fresh().row_version, category="sudden", risks=["09"],
            helper_id=way.post("village").pk, today=way.day, now=NOW,
        )  # fmt: skip
    assert (way.fresh().category, way.case.risks) == ("unstable", ["01", "04"])


def test_the_helper_leads_assistance_and_nobody_is_missing_from_the_first_day(small_county):
    way = Way(small_county)
    held = {(d.duty, d.role): d.post_id for d in Duty.objects.filter(household=way.case.household, valid_to=None)}
    assert held[("find", "lead")] == way.post("grid").pk
    way.to(State.APPRAISAL)
    held = {(d.duty, d.role): d.post_id for d in Duty.objects.filter(household=way.case.household, valid_to=None)}
    assert held[("assist", "lead")] == way.case.helper_id


def test_what_another_place_decides_is_not_ones_own(small_county):
    way = Way(small_county)
    move_household(
        post=way.post("town"), household_id=way.case.household_id, grid=GRID_C, cause="因灾搬迁", moved_on=DAY, concentrated=True,
        today=DAY, now=NOW,
    )  # fmt: skip
    there = Post(role="village", title="新居社区干部", division=COMMUNITY, valid_from=DAY)
    there = open_account(username="shequ", name="演示", password=PASSWORD, posts=[there]).posts.get()
    seen = desk(there, today=DAY)
    assert (seen.own, [(t.state, t.cases) for t in seen.others], seen.due) == ([], [(State.CHECKING, 1)], [])
    assert work(there, Filters(own=True), today=DAY)[0] == []
    assert [t.state for t in desk(way.post("village"), today=DAY).own] == [State.CHECKING]


def test_a_new_risk_found_on_an_assisted_household_joins_its_risks(small_county):
    way = Way(small_county)
    way.to(State.ASSISTED)
    clue = Clue.objects.create(
        household=way.case.household, division=VILLAGE_A, town=TOWN_A, grid=GRID_A, risk="09", channel="GRID", state="confirmed",
        headline="两个孩子上学", opened_on=way.day, due_on=way.day,
    )  # fmt: skip
    Scope.objects.create(clue=clue, scope=VILLAGE_A, state="confirmed", due_on=way.day)
    case = open_from_clue(post=way.post("village"), clue_id=clue.pk, today=way.day, now=NOW)
    assert (case.pk, case.state, case.risks) == (way.case.pk, State.ASSISTED, ["01", "04", "09"])
    clue.refresh_from_db()
    assert clue.state == "taken"
