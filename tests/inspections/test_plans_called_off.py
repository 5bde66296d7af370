"""A whole plan called off: what has begun goes on, what has not stays unseen; people leave and change teams."""

from datetime import date, timedelta

import pytest

from inspections.inspection_builders import finish, inspectors, plan_of, target_of
from sangesan.accounts.permissions import NotAllowed
from sangesan.inspections.conducting import begin, call_off_plan
from sangesan.inspections.models import Member, Plan, Target
from sangesan.inspections.permissions import unseen_objects, visible_targets
from sangesan.inspections.planning import words_of_plan
from sangesan.inspections.sampling import draw_targets, take_drawn
from sangesan.inspections.teams import choices, leave_team, place_in_team, team_of
from sangesan.kernel.refusal import Refusal
from web.small_county import DAY, NOW, VILLAGE_A, VILLAGE_B, SmallCounty

State = Target.State
REASON = "防汛应急，本轮督查推迟"


def test_what_has_begun_goes_on_and_the_rest_is_called_off(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    plan = plan_of(who)
    begun = target_of(who, plan, f"village:{VILLAGE_A}")
    waiting = target_of(who, plan, f"village:{VILLAGE_B}", team=2)
    begin(post=who.one, target_id=begun.pk, now=NOW)
    for _again in range(2):
        off = call_off_plan(post=who.one, plan_id=plan.pk, reason=REASON, now=NOW, today=DAY)
    assert (off.called_off_on, words_of_plan(off)["called_off"]) == (DAY, REASON)
    assert "防汛".encode() not in bytes(off.sealed)
    states = dict(Target.objects.values_list("pk", "state"))
    assert states == {begun.pk: State.BEGUN, waiting.pk: State.CALLED_OFF}
    with pytest.raises(Refusal):
        target_of(who, plan, "department:medical_security")
    with pytest.raises(Refusal):
        begin(post=who.one, target_id=waiting.pk, now=NOW)
    assert [one.pk for one in visible_targets(small_county.posts["county"])] == [begun.pk]


def test_a_plan_of_which_nothing_began_stays_the_inspectors(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    plan = plan_of(who)
    draw = draw_targets(
        post=who.one, plan_id=plan.pk, kind="village", within="", size=2, method="weighted_by_town", now=NOW, today=DAY
    )
    finish(draw, who)
    take_drawn(post=who.one, plan_id=plan.pk, now=NOW)
    call_off_plan(post=who.one, plan_id=plan.pk, reason=REASON, now=NOW, today=DAY)
    draw.refresh_from_db()
    assert draw.released_at is None
    assert f"inspection_plan:{plan.pk}" in unseen_objects(small_county.posts["county"], NOW)
    assert not visible_targets(small_county.posts["county"]).exists()


@pytest.mark.parametrize(("reason", "begun"), [("", False), ("  短 ", False), (REASON, True)])
def test_refused_without_a_reason_or_with_nothing_left(small_county: SmallCounty, reason: str, begun: bool) -> None:
    who = inspectors(small_county)
    plan = plan_of(who)
    target = target_of(who, plan)
    if begun:
        begin(post=who.one, target_id=target.pk, now=NOW)
    with pytest.raises(Refusal):
        call_off_plan(post=who.one, plan_id=plan.pk, reason=reason, now=NOW, today=DAY)
    assert Plan.objects.get().called_off_on is None


def test_those_inspected_cannot_call_a_plan_off(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    plan = plan_of(who)
    with pytest.raises(NotAllowed):
        call_off_plan(post=small_county.posts["county"], plan_id=plan.pk, reason=REASON, now=NOW, today=DAY)
    with pytest.raises(NotAllowed):
        choices(small_county.posts["county"], DAY)


def test_somebody_leaves_a_team_and_the_row_stays(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    member = Member.objects.get(post=who.one)
    with pytest.raises(Refusal):
        leave_team(post=who.two, member_id=member.pk, on=date(2021, 12, 31), now=NOW)
    leave_team(post=who.two, member_id=member.pk, on=DAY, now=NOW)
    assert team_of(who.one, DAY) is None
    assert team_of(who.one, DAY - timedelta(days=1)) == member.team
    assert [one.team for one in choices(who.two, DAY) if one.post.pk == who.one.pk] == [""]
    place_in_team(post=who.two, team=2, member=who.one, office="execution_office", from_day=DAY, now=NOW)
    assert Member.objects.filter(post=who.one).count() == 2
