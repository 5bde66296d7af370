"""Plans, places chosen and drawn, samples with stated chances, and the course of a place from planned to ended."""

from datetime import timedelta
from uuid import uuid4

import pytest

from inspections.inspection_builders import finish, inspectors, plan_of, target_of
from sangesan.accounts.permissions import NotAllowed
from sangesan.draws.queries import published, verify
from sangesan.inspections.checklists import checklists, weights
from sangesan.inspections.conducting import Filled, answer, begin, call_off, content_of, end, prepared_words
from sangesan.inspections.findings import record_finding
from sangesan.inspections.models import Member, Plan, Reply, Target
from sangesan.inspections.planning import choose_target, move_target, words_of_plan
from sangesan.inspections.sampling import draw_sample, draw_targets, take_drawn, take_sample
from sangesan.inspections.teams import place_in_team, team_of
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from web.small_county import DAY, NOW, VILLAGE_A, VILLAGE_B, SmallCounty

State = Target.State


def test_a_plan_is_sealed_and_made_once(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    plan = plan_of(who)
    assert "饮水".encode() not in bytes(plan.sealed)
    assert words_of_plan(plan)["why"] == "季节性缺水"
    with pytest.raises(Refusal):
        plan_of(who, teams=())
    with pytest.raises(Refusal):
        plan_of(who, last_day=DAY - timedelta(days=1))
    assert Plan.objects.count() == 1


def test_a_place_is_chosen_with_a_reason_once(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    plan = plan_of(who)
    assert target_of(who, plan).pk == target_of(who, plan).pk
    with pytest.raises(Refusal) as refused:
        choose_target(
            post=who.one, plan_id=plan.pk, subject=f"village:{VILLAGE_B}", team=1, planned_on=DAY, reason="", now=NOW
        )
    assert refused.value.place == "选定理由"
    moved = move_target(post=who.one, target_id=Target.objects.get().pk, team=2, planned_on=DAY, now=NOW)
    assert moved.team.code == 2


def test_a_drawn_plan_can_be_repeated_and_its_draw_opens_when_all_have_begun(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    plan = plan_of(who)
    draw = draw_targets(
        post=who.one, plan_id=plan.pk, kind="village", within="", size=2, method="weighted_by_town", now=NOW, today=DAY
    )
    with pytest.raises(Refusal):
        take_drawn(post=who.one, plan_id=plan.pk, now=NOW)
    draw = finish(draw, who)
    made = take_drawn(post=who.one, plan_id=plan.pk, now=NOW)
    assert [t.team.code for t in made] == [1, 2]
    assert take_drawn(post=who.one, plan_id=plan.pk, now=NOW) == []
    assert all(t.weight and t.probability and 0 < t.probability <= 1 for t in made)
    begin(post=who.one, target_id=made[0].pk, now=NOW)
    draw.refresh_from_db()
    assert draw.released_at is None
    call_off(post=who.one, target_id=made[1].pk, reason="道路中断", now=NOW)
    draw.refresh_from_db()
    assert draw.released_at is not None
    assert verify(published(draw)) == []


def test_a_sample_states_weight_and_probability_that_add_up(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    target = target_of(who, plan_of(who))
    draw = finish(draw_sample(post=who.one, target_id=target.pk, size=1, now=NOW, today=DAY), who)
    sample = take_sample(post=who.one, target_id=target.pk, now=NOW)
    assert len(sample) == 1
    assert sample[0].household is not None
    total = sum(weight for _, weight, _ in draw.pool)
    assert sample[0].weight is not None
    assert sample[0].probability == pytest.approx(sample[0].weight / total)
    assert take_sample(post=who.one, target_id=target.pk, now=NOW) == []
    assert {code for code, _, _ in draw.pool} == {
        f"household:{number}" for number in Household.objects.filter(residence=VILLAGE_A).values_list("pk", flat=True)
    }


def test_households_weigh_more_for_what_is_so_of_them(small_county: SmallCounty) -> None:
    from sangesan.inspections.weighing import weigh_households

    weighed = weigh_households(VILLAGE_B, DAY)
    home = Household.objects.get(village=VILLAGE_B, residence=VILLAGE_B)
    assert set(weighed[home.pk].reasons) == {"monitored", "without_measures", "not_visited"}
    assert weighed[home.pk].weight == weights().weight(["monitored", "without_measures", "not_visited"])


def test_a_place_goes_from_planned_to_ended(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    target = target_of(who, plan_of(who))
    filled = Filled({"duties": "missing", "people": "true"}, {"duties": "台账空白"})
    key = uuid4()
    with pytest.raises(Refusal):
        answer(post=who.one, target_id=target.pk, filled=filled, checked_on=DAY, submission=key, now=NOW, today=DAY)
    begin(post=who.one, target_id=target.pk, now=NOW)
    assert begin(post=who.two, target_id=target.pk, now=NOW + timedelta(hours=1)).begun_at == NOW
    with pytest.raises(Refusal):
        end(post=who.one, target_id=target.pk, summary="看了台账，走访了农户", now=NOW)
    for _ in range(2):
        reply = answer(
            post=who.one, target_id=target.pk, filled=filled, checked_on=DAY, submission=key, now=NOW, today=DAY
        )
    assert Reply.objects.count() == 1
    assert "duties" in content_of(reply)["record"]
    assert prepared_words(target, reply, "duties").startswith("各项日常职责有记录：没有；系统记录“")
    ended = end(post=who.one, target_id=target.pk, summary="看了台账，走访了农户", now=NOW)
    assert ended.state == State.ENDED
    with pytest.raises(Refusal):
        answer(post=who.one, target_id=target.pk, filled=filled, checked_on=DAY, submission=uuid4(), now=NOW, today=DAY)
    with pytest.raises(Refusal):
        call_off(post=who.one, target_id=target.pk, reason="不想去了", now=NOW)


def test_a_village_that_ends_calls_off_the_households_not_reached(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    target = target_of(who, plan_of(who))
    finish(draw_sample(post=who.one, target_id=target.pk, size=2, now=NOW, today=DAY), who)
    reached, missed = take_sample(post=who.one, target_id=target.pk, now=NOW)
    begin(post=who.one, target_id=target.pk, now=NOW)
    begin(post=who.one, target_id=reached.pk, now=NOW)
    answer(
        post=who.one, target_id=reached.pk, filled=Filled({"water": "different"}, said={"water": "夏天常断水"}),
        checked_on=DAY, submission=uuid4(), now=NOW, today=DAY,
    )  # fmt: skip
    answer(
        post=who.one, target_id=target.pk, filled=Filled({"people": "true"}), checked_on=DAY, submission=uuid4(),
        now=NOW, today=DAY,
    )  # fmt: skip
    end(post=who.one, target_id=target.pk, summary="看了台账，走访了农户", now=NOW)
    assert dict(Target.objects.values_list("pk", "state")) == {
        target.pk: State.ENDED, reached.pk: State.ENDED, missed.pk: State.CALLED_OFF,
    }  # fmt: skip


@pytest.mark.parametrize(
    "filled",
    [
        Filled({}),
        Filled({"nothing": "true"}),
        Filled({"duties": "perhaps"}),
        Filled({"duties": "missing"}),
        Filled({"duties": "true"}, {"duties": "字" * 1001}),
    ],
)
def test_a_checklist_out_of_order_is_refused(small_county: SmallCounty, filled: Filled) -> None:
    who = inspectors(small_county)
    target = target_of(who, plan_of(who))
    begin(post=who.one, target_id=target.pk, now=NOW)
    with pytest.raises(Refusal):
        answer(post=who.one, target_id=target.pk, filled=filled, checked_on=DAY, submission=uuid4(), now=NOW, today=DAY)


def test_a_finding_of_a_place_waits_for_its_beginning(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    target = target_of(who, plan_of(who))
    given = {
        "post": who.one, "defect": "missing_patrols", "unit": target.unit, "place": target.place, "target": target,
        "words": "无安全饮水巡查记录", "found_on": DAY, "now": NOW, "today": DAY,
    }  # fmt: skip
    with pytest.raises(Refusal):
        record_finding(**given, submission=uuid4())  # type: ignore[arg-type]  # one call for two cases
    begin(post=who.one, target_id=target.pk, now=NOW)
    assert record_finding(**given, submission=uuid4()).target == target  # type: ignore[arg-type]  # likewise


@pytest.mark.parametrize("role", ["county", "town", "village", "grid", "department"])
def test_nobody_but_inspectors_plans_begins_or_answers(small_county: SmallCounty, role: str) -> None:
    who = inspectors(small_county)
    plan = plan_of(who)
    target = target_of(who, plan)
    post = small_county.posts[role]
    with pytest.raises(NotAllowed):
        choose_target(
            post=post,
            plan_id=plan.pk,
            subject=f"village:{VILLAGE_B}",
            team=1,
            planned_on=DAY,
            reason="不该能选",
            now=NOW,
        )
    with pytest.raises(NotAllowed):
        begin(post=post, target_id=target.pk, now=NOW)
    with pytest.raises(NotAllowed):
        end(post=post, target_id=target.pk, summary="不该能结束", now=NOW)


def test_somebody_is_in_one_team_at_a_time(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    place_in_team(post=who.one, team=2, member=who.one, office="execution_office", from_day=DAY, now=NOW)
    found = team_of(who.one, DAY)
    assert found is not None
    assert found.code == 2
    assert Member.objects.filter(post=who.one, valid_to=None).count() == 1
    with pytest.raises(Refusal):
        place_in_team(
            post=who.one, team=1, member=small_county.posts["county"], office="style_office", from_day=DAY, now=NOW
        )


def test_every_point_of_a_checklist_has_a_class_that_there_is() -> None:
    from sangesan.checks.defects import defects

    asked = [q for form in checklists().values() for q in form.questions.values()]
    assert {q.defect for q in asked} <= set(defects())
    assert all(q.asked for q in checklists()["household"].questions.values())
    assert weights().village_weight({"duties_overdue": 100}) == weights().base.weight + 36
