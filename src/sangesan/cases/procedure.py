"""The procedure as one table: from which standing which act leads where, who may do it, and what must be there before.

Sources: the nine steps of Shaanxi (S5a), the guide of 2022 (S15a), the county's joint meeting decides (S0a); elimination
by the same chain, roll-back and new risk as two different events (S6a, S49a, S54a).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sangesan.cases.preconditions import Need
from sangesan.cases.states import ACT_TITLES, ENDED, EXITING, IDENTIFYING, STATE_TITLES, Act, State

VILLAGE, TOWN, COUNTY = "village", "town", "county"
ROLE_TITLES = {"grid": "网格员", VILLAGE: "村（社区）", TOWN: "镇", COUNTY: "县专班"}


@dataclass(frozen=True)
class Transition:
    """One line of the table. roles: who may; needs: preconditions; reason: whether one must be written."""

    state: State
    act: Act
    target: State
    roles: frozenset[str]
    needs: tuple[Need, ...] = ()
    reason: bool = False


def _line(state: State, act: Act, target: State, roles: str, *needs: Need, reason: bool = False) -> Transition:
    return Transition(state, act, target, frozenset(roles.split()), needs, reason)


# A town clerk may enter for a village and is named as such, so that what a village does a town may do too.
_FORWARD = (
    _line(State.CHECKING, Act.FINISH_CHECKING, State.STUDY, "grid village town",
          Need.VISITED, Need.AUTHORISED, Need.COMPARED, Need.HITS_EXPLAINED),
    _line(State.STUDY, Act.PASS_STUDY, State.APPRAISAL, "village town", Need.CATEGORY, Need.RISKS, Need.HELPER,
          Need.FIRST_MEASURES),
    _line(State.APPRAISAL, Act.PASS_APPRAISAL, State.NOTICE, "village town", Need.MINUTES, Need.VOTE_PASSED),
    _line(State.NOTICE, Act.END_NOTICE, State.TOWN_REVIEW, "village town", Need.NOTICE_SERVED, Need.OBJECTIONS_SETTLED),
    _line(State.TOWN_REVIEW, Act.APPROVE, State.COUNTY_DECISION, "town", Need.SITTING),
    _line(State.COUNTY_DECISION, Act.DECIDE, State.ANNOUNCEMENT, "county", Need.JOINT_MEETING),
    _line(State.ANNOUNCEMENT, Act.ANNOUNCE, State.ENTRY, "town", Need.DECISION_NUMBER),
    _line(State.ENTRY, Act.ENTER, State.ASSISTED, "town county", Need.SYSTEM_NUMBER),
    _line(State.ASSISTED, Act.PROPOSE_EXIT, State.EXIT_CHECKING, "village town", Need.OBSERVED, Need.MEASURES_LANDED),
    _line(State.EXIT_CHECKING, Act.FINISH_CHECKING, State.EXIT_APPRAISAL, "grid village town",
          Need.VISITED, Need.INCOME_OVER_LINE, Need.FOUR_TESTS, Need.RISKS_GONE, Need.NO_NEW_RISK, Need.HAS_LABOUR),
    _line(State.EXIT_APPRAISAL, Act.PASS_APPRAISAL, State.EXIT_NOTICE, "village town", Need.MINUTES, Need.VOTE_PASSED),
    _line(State.EXIT_NOTICE, Act.END_NOTICE, State.EXIT_TOWN_REVIEW, "village town",
          Need.NOTICE_SERVED, Need.OBJECTIONS_SETTLED),
    _line(State.EXIT_TOWN_REVIEW, Act.APPROVE, State.EXIT_COUNTY_DECISION, "town", Need.SITTING),
    _line(State.EXIT_COUNTY_DECISION, Act.DECIDE, State.EXIT_ANNOUNCEMENT, "county", Need.JOINT_MEETING),
    _line(State.EXIT_ANNOUNCEMENT, Act.ANNOUNCE, State.TRACKED, "town", Need.DECISION_NUMBER),
    _line(State.TRACKED, Act.ROLL_BACK, State.ASSISTED, "county", reason=True),
    _line(State.TRACKED, Act.NEW_RISK, State.CHECKING, "village town county", reason=True),
)  # fmt: skip

_BACK = (
    _line(State.STUDY, Act.SEND_BACK, State.CHECKING, "village town", reason=True),
    _line(State.APPRAISAL, Act.SEND_BACK, State.CHECKING, "village town", reason=True),
    _line(State.NOTICE, Act.SEND_BACK, State.CHECKING, "village town", reason=True),
    _line(State.TOWN_REVIEW, Act.SEND_BACK, State.STUDY, "town", reason=True),
    _line(State.COUNTY_DECISION, Act.SEND_BACK, State.TOWN_REVIEW, "county", reason=True),
    *(_line(state, Act.SEND_BACK, State.ASSISTED, "village town county", reason=True) for state in EXITING),
)

_ASIDE = (
    *(_line(state, Act.REJECT, State.NOT_QUALIFIED, roles, reason=True) for state, roles in (
        (State.CHECKING, "village town"), (State.STUDY, "village town"), (State.APPRAISAL, "village town"),
        (State.NOTICE, "village town"), (State.TOWN_REVIEW, "town"), (State.COUNTY_DECISION, "county"),
    )),
    *(_line(state, Act.WITHDRAW, State.WITHDRAWN, "village town", reason=True) for state in IDENTIFYING[:6]),
    _line(State.CHECKING, Act.NOT_REACHED, State.UNREACHABLE, "grid village town", Need.ATTEMPTS, reason=True),
    _line(State.UNREACHABLE, Act.REACHED, State.CHECKING, "grid village town"),
    *(_line(state, Act.HOUSEHOLD_GONE, State.NATURAL_DECREASE, "village town", Need.GONE_PROVEN, reason=True)
      for state in State if state not in ENDED),
)  # fmt: skip

# What the record shows to be irregular is mended or explained before a case goes forward; nothing keeps it from
# being sent back, withdrawn or ended.
_ANSWERED = tuple(
    line if line.reason else replace(line, needs=(*line.needs, Need.WARNINGS_ANSWERED)) for line in _FORWARD
)
TRANSITIONS: Mapping[tuple[State, Act], Transition] = {(t.state, t.act): t for t in (*_ANSWERED, *_BACK, *_ASIDE)}


def forward(state: State) -> Transition | None:
    """The act that carries a case on from where it stands; None at an end and while tracked."""
    return next((line for line in _ANSWERED if line.state == state and not line.reason), None)


@dataclass(frozen=True)
class Refused:
    """Why an act cannot be done now, and who could do what instead; sentences in Chinese."""

    why: str
    remedy: str


def check_act(state: State, act: Act, *, role: str, lacking: tuple[Need, ...], reason: str) -> Transition | Refused:
    """The transition when the act may be done now; else why not. lacking: the preconditions that do not hold."""
    line = TRANSITIONS.get((state, act))
    if line is None:
        acts = "、".join(ACT_TITLES[a] for (s, a) in TRANSITIONS if s == state)
        return Refused(
            f"现在是“{STATE_TITLES[state]}”，不能“{ACT_TITLES[act]}”",
            f"现在可以：{acts}" if acts else "这一件已经办结；情况有变请另立新件",
        )
    if role not in line.roles:
        who = "、".join(title for r, title in ROLE_TITLES.items() if r in line.roles)
        return Refused(f"“{ACT_TITLES[act]}”由{who}办理", f"请交{who}办理")
    missing = [need for need in line.needs if need in lacking]
    if missing:
        return Refused("；".join(need.value for need in missing), "请先补齐再办")
    if line.reason and len(reason.strip()) < 2:
        return Refused(f"“{ACT_TITLES[act]}”要写理由", "请写明理由，将随案保存")
    return line
