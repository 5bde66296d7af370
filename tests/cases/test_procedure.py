"""The procedure: every (state, act) pair against a table written by hand, random walks, and each precondition."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.cases.preconditions import TESTS, Need, Record, lacking
from sangesan.cases.procedure import ROLE_TITLES, TRANSITIONS, Refused, Transition, check_act
from sangesan.cases.states import ACT_TITLES, ENDED, IDENTIFYING, STATE_TITLES, Act, State
from sangesan.policy.regimes import regime_on

TODAY = date(2022, 9, 13)
REGIME = regime_on(TODAY)

# state: "act>target ..." — what the guide allows, everything else is refused
ALLOWED = """
checking: finish_checking>study reject>not_qualified withdraw>withdrawn not_reached>unreachable household_gone>natural_decrease
study: pass_study>appraisal send_back>checking reject>not_qualified withdraw>withdrawn household_gone>natural_decrease
appraisal: pass_appraisal>notice send_back>checking reject>not_qualified withdraw>withdrawn household_gone>natural_decrease
notice: end_notice>town_review send_back>checking reject>not_qualified withdraw>withdrawn household_gone>natural_decrease
town_review: approve>county_decision send_back>study reject>not_qualified withdraw>withdrawn household_gone>natural_decrease
county_decision: decide>announcement send_back>town_review reject>not_qualified withdraw>withdrawn household_gone>natural_decrease
announcement: announce>entry household_gone>natural_decrease
entry: enter>assisted household_gone>natural_decrease
assisted: propose_exit>exit_checking household_gone>natural_decrease
exit_checking: finish_checking>exit_appraisal send_back>assisted household_gone>natural_decrease
exit_appraisal: pass_appraisal>exit_notice send_back>assisted household_gone>natural_decrease
exit_notice: end_notice>exit_town_review send_back>assisted household_gone>natural_decrease
exit_town_review: approve>exit_county_decision send_back>assisted household_gone>natural_decrease
exit_county_decision: decide>exit_announcement send_back>assisted household_gone>natural_decrease
exit_announcement: announce>tracked send_back>assisted household_gone>natural_decrease
tracked: roll_back>assisted new_risk>checking household_gone>natural_decrease
unreachable: reached>checking household_gone>natural_decrease
not_qualified:
withdrawn:
natural_decrease:
"""
TABLE = {
    (State(line.split(":")[0]), Act(pair.split(">")[0])): State(pair.split(">")[1])
    for line in ALLOWED.strip().splitlines()
    for pair in line.split(":")[1].split()
}

COMPLETE = Record(
    checkers=2, visit_signed=True, adults=3, adults_authorised=3, compared=True, hits=1, hits_explained=1,
    category="unstable", risks=2, helper="包联干部", measures_planned=1, minutes=True, present=31, votes_for=28, notice_from=date(2022, 9, 8),
    sitting="2022-09-14", joint_meeting="2022年第9次", decision_number="紫防返贫〔2022〕9号", system_number="6109240001",
    enrolled_on=date(2022, 3, 13), measures_landed=1, income_per_head=700001, line=700000, four_tests_sound=True,
    risks_gone=True, new_risks=0, labour=1, attempts=1, gone_proof="死亡证明",
)  # fmt: skip


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_every_pair(state: State, act: Act) -> None:
    line = TRANSITIONS.get((state, act))
    assert (line.target if line else None) == TABLE.get((state, act))
    roles = line.roles if line else {"county"}
    for role in ROLE_TITLES:
        found = check_act(state, act, role=role, lacking=(), reason="写明理由")
        if line and role in roles:
            assert isinstance(found, Transition)
        else:
            assert isinstance(found, Refused)
            assert found.why
            assert found.remedy


def test_every_state_and_act_has_its_official_word() -> None:
    assert set(STATE_TITLES) == set(State)
    assert set(ACT_TITLES) == set(Act)
    assert {need for line in TRANSITIONS.values() for need in line.needs} == set(TESTS) == set(Need)


@given(st.lists(st.sampled_from(list(Act)), max_size=60), st.sampled_from([*ROLE_TITLES]))
def test_random_walks_stay_in_the_graph_and_end_only_at_ends(acts: list[Act], role: str) -> None:
    state = State.CHECKING
    for act in acts:
        found = check_act(state, act, role=role, lacking=(), reason="理由")
        if isinstance(found, Refused):
            continue
        assert TABLE[state, act] == found.target
        assert state not in ENDED
        state = found.target


def test_assistance_and_tracking_are_reached_by_the_whole_chain_only() -> None:
    # no way into ASSISTED from identification but through each step in turn
    reached, frontier = {State.CHECKING}, [State.CHECKING]
    while frontier:
        state = frontier.pop()
        for (begin, _), line in TRANSITIONS.items():
            if begin == state and line.target not in reached and begin != State.COUNTY_DECISION:
                reached.add(line.target)
                frontier.append(line.target)
    assert State.ASSISTED not in reached, "a household was taken in without the county's decision"


LACKING: list[tuple[dict[str, object], Need]] = [
    ({"checkers": 1}, Need.VISITED), ({"visit_signed": False}, Need.VISITED), ({"adults_authorised": 2}, Need.AUTHORISED),
    ({"adults": 0, "adults_authorised": 0}, Need.AUTHORISED), ({"compared": False}, Need.COMPARED),
    ({"hits": 2}, Need.HITS_EXPLAINED), ({"category": ""}, Need.CATEGORY), ({"category": "别的"}, Need.CATEGORY),
    ({"risks": 0}, Need.RISKS), ({"risks": 6}, Need.RISKS), ({"helper": ""}, Need.HELPER),
    ({"measures_planned": 0}, Need.FIRST_MEASURES), ({"warnings_open": 1}, Need.WARNINGS_ANSWERED), ({"minutes": False}, Need.MINUTES),
    ({"votes_for": 15}, Need.VOTE_PASSED), ({"present": 0, "votes_for": 0}, Need.VOTE_PASSED),
    ({"notice_from": date(2022, 9, 9)}, Need.NOTICE_SERVED), ({"notice_from": None}, Need.NOTICE_SERVED),
    ({"clock_stopped_days": 1}, Need.NOTICE_SERVED), ({"objections_open": 1}, Need.OBJECTIONS_SETTLED),
    ({"sitting": ""}, Need.SITTING), ({"joint_meeting": ""}, Need.JOINT_MEETING), ({"decision_number": ""}, Need.DECISION_NUMBER),
    ({"system_number": ""}, Need.SYSTEM_NUMBER), ({"enrolled_on": date(2022, 3, 14)}, Need.OBSERVED),
    ({"enrolled_on": None}, Need.OBSERVED), ({"measures_landed": 0}, Need.MEASURES_LANDED),
    ({"income_per_head": 700000}, Need.INCOME_OVER_LINE), ({"line": None}, Need.INCOME_OVER_LINE),
    ({"income_per_head": None}, Need.INCOME_OVER_LINE), ({"four_tests_sound": None}, Need.FOUR_TESTS),
    ({"four_tests_sound": False}, Need.FOUR_TESTS), ({"risks_gone": None}, Need.RISKS_GONE), ({"new_risks": None}, Need.NO_NEW_RISK),
    ({"new_risks": 1}, Need.NO_NEW_RISK), ({"labour": 0}, Need.HAS_LABOUR), ({"labour": None}, Need.HAS_LABOUR),
    ({"attempts": 0}, Need.ATTEMPTS), ({"gone_proof": ""}, Need.GONE_PROVEN),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "need"), LACKING)
def test_each_precondition_at_its_edge(changed: dict[str, object], need: Need) -> None:
    assert lacking(COMPLETE, REGIME, TODAY) == ()
    assert need in lacking(replace(COMPLETE, **changed), REGIME, TODAY)


def test_every_precondition_is_tried() -> None:
    assert {need for _, need in LACKING} == set(Need)


def test_an_empty_record_lacks_all_but_what_is_empty_by_right() -> None:
    assert set(Need) - set(lacking(Record(), REGIME, TODAY)) == {
        Need.OBJECTIONS_SETTLED, Need.WARNINGS_ANSWERED,
    }  # fmt: skip


def test_a_refusal_says_who_and_why_not_now() -> None:
    wrong_role = check_act(State.TOWN_REVIEW, Act.APPROVE, role="village", lacking=(), reason="")
    assert wrong_role == Refused("“会审通过”由镇办理", "请交镇办理")
    too_early = check_act(State.NOTICE, Act.END_NOTICE, role="village", lacking=(Need.NOTICE_SERVED,), reason="")
    assert isinstance(too_early, Refused)
    assert "公示还没有满期" in too_early.why
    wrong_step = check_act(State.STUDY, Act.DECIDE, role="county", lacking=(), reason="")
    assert isinstance(wrong_step, Refused)
    assert "研判通过" in wrong_step.remedy
    no_reason = check_act(State.STUDY, Act.SEND_BACK, role="village", lacking=(), reason=" ")
    assert isinstance(no_reason, Refused)
    assert "理由" in no_reason.why


def test_withdrawing_ends_with_the_countys_decision() -> None:
    may = {state for state in State if (state, Act.WITHDRAW) in TRANSITIONS}
    assert may == set(IDENTIFYING[: IDENTIFYING.index(State.COUNTY_DECISION) + 1])
