"""What a meeting may decide on a household, and which act of the table that is. Plain Python."""

from enum import StrEnum

from sangesan.cases.states import Act, State


class Outcome(StrEnum):
    """pass: carried on; solve: carried on, the town supplies what is missing at once; send_up: carried on, and what the
    town cannot solve goes to the county; send_back, reject: with a reason; defer: not dealt with this time, it stays.
    """

    PASS = "pass"
    SOLVE = "solve"
    SEND_UP = "send_up"
    SEND_BACK = "send_back"
    REJECT = "reject"
    DEFER = "defer"


OUTCOME_TITLES = {
    Outcome.PASS: "通过",
    Outcome.SOLVE: "通过，镇村立即落实帮扶",
    Outcome.SEND_UP: "通过，需求上报县级",
    Outcome.SEND_BACK: "退回",
    Outcome.REJECT: "认定不符合",
    Outcome.DEFER: "本次不议",
}

APPRAISAL, TOWN_REVIEW, JOINT_MEETING = "appraisal", "town_review", "joint_meeting"
STAGE = {
    State.APPRAISAL: APPRAISAL,
    State.EXIT_APPRAISAL: APPRAISAL,
    State.TOWN_REVIEW: TOWN_REVIEW,
    State.EXIT_TOWN_REVIEW: TOWN_REVIEW,
    State.COUNTY_DECISION: JOINT_MEETING,
    State.EXIT_COUNTY_DECISION: JOINT_MEETING,
}
OUTCOMES = {
    APPRAISAL: (Outcome.PASS, Outcome.SEND_BACK, Outcome.REJECT, Outcome.DEFER),
    TOWN_REVIEW: tuple(Outcome),
    JOINT_MEETING: (Outcome.PASS, Outcome.SEND_BACK, Outcome.REJECT, Outcome.DEFER),
}
CARRYING = frozenset({Outcome.PASS, Outcome.SOLVE, Outcome.SEND_UP})
PASSING = {APPRAISAL: Act.PASS_APPRAISAL, TOWN_REVIEW: Act.APPROVE, JOINT_MEETING: Act.DECIDE}


def act_of(outcome: Outcome, state: State) -> Act:
    """The table's act for an outcome where a case stands."""
    if outcome == Outcome.SEND_BACK:
        return Act.SEND_BACK
    return Act.REJECT if outcome == Outcome.REJECT else PASSING[STAGE[state]]
