"""What may become of a sheet: (state, act) -> state, and nothing else. Plain Python, no clock.

A sheet never changes its colour: what is raised is followed by a sheet of the next colour, signed by whoever signs that
colour, and the sheets of one matter form a chain.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import DayType, add_days, days_between


class State(StrEnum):
    """Where a sheet stands. DRAFT is not in force yet: nobody is bound by it, its days do not count."""

    DRAFT = "draft"
    ISSUED = "issued"
    RECEIVED = "received"
    RECTIFIED = "rectified"
    RETURNED = "returned"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    RAISED = "raised"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


STATES: Mapping[State, str] = {
    State.DRAFT: "待签发",
    State.ISSUED: "待签收",
    State.RECEIVED: "整改中",
    State.RECTIFIED: "待审核",
    State.RETURNED: "退回整改",
    State.HANDED_OVER: "已移交",
    State.CLOSED: "已销号",
    State.RAISED: "已升级",
    State.WITHDRAWN: "已撤销",
    State.DECLINED: "不予签发",
}


class Act(StrEnum):
    """What is done to a sheet."""

    DRAFT = "draft"
    SIGN = "sign"
    DECLINE = "decline"
    RECEIVE = "receive"
    RECTIFY = "rectify"
    ASK_EXTENSION = "ask_extension"
    ACCEPT_EXTENSION = "accept_extension"
    REFUSE_EXTENSION = "refuse_extension"
    RETURN = "return"
    CLOSE = "close"
    PROPOSE = "propose"
    RAISE = "raise"
    WITHDRAW = "withdraw"
    REASSIGN = "reassign"
    HAND_OVER = "hand_over"
    LOOK_BACK = "look_back"


ACTS: Mapping[Act, str] = {
    Act.DRAFT: "起草",
    Act.SIGN: "签发",
    Act.DECLINE: "不予签发",
    Act.RECEIVE: "签收",
    Act.RECTIFY: "报送整改",
    Act.ASK_EXTENSION: "申请延期",
    Act.ACCEPT_EXTENSION: "批准延期",
    Act.REFUSE_EXTENSION: "不批准延期",
    Act.RETURN: "退回整改",
    Act.CLOSE: "审核销号",
    Act.PROPOSE: "提出升级",
    Act.RAISE: "升级",
    Act.WITHDRAW: "撤销",
    Act.REASSIGN: "更换责任人",
    Act.HAND_OVER: "移交",
    Act.LOOK_BACK: "回头看",
}

_S, _A = State, Act
# Everything a sheet can do. What is not here cannot happen.
TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (_S.DRAFT, _A.SIGN): _S.ISSUED,
    (_S.DRAFT, _A.DECLINE): _S.DECLINED,
    (_S.DRAFT, _A.RAISE): _S.RAISED,  # the unit's n-th blue: drafted anew as yellow
    (_S.DRAFT, _A.REASSIGN): _S.DRAFT,
    (_S.ISSUED, _A.RECEIVE): _S.RECEIVED,
    (_S.RECEIVED, _A.RECTIFY): _S.RECTIFIED,
    (_S.RETURNED, _A.RECTIFY): _S.RECTIFIED,
    (_S.RECTIFIED, _A.RECTIFY): _S.RECTIFIED,  # more evidence while it waits
    (_S.HANDED_OVER, _A.RECTIFY): _S.RECTIFIED,
    (_S.RECTIFIED, _A.RETURN): _S.RETURNED,
    (_S.RECTIFIED, _A.CLOSE): _S.CLOSED,
    (_S.CLOSED, _A.LOOK_BACK): _S.CLOSED,
    (_S.CLOSED, _A.HAND_OVER): _S.CLOSED,
    (_S.CLOSED, _A.PROPOSE): _S.CLOSED,
    **{
        (state, act): state
        for state in (_S.ISSUED, _S.RECEIVED, _S.RETURNED)
        for act in (_A.ASK_EXTENSION, _A.ACCEPT_EXTENSION, _A.REFUSE_EXTENSION)
    },
    **{(state, _A.PROPOSE): state for state in (_S.ISSUED, _S.RECEIVED, _S.RECTIFIED, _S.RETURNED)},
    **{(state, _A.RAISE): _S.RAISED for state in (_S.ISSUED, _S.RECEIVED, _S.RECTIFIED, _S.RETURNED)},
    **{(state, _A.HAND_OVER): _S.HANDED_OVER for state in (_S.ISSUED, _S.RECEIVED, _S.RECTIFIED, _S.RETURNED)},
    (_S.HANDED_OVER, _A.HAND_OVER): _S.HANDED_OVER,
    **{
        (state, _A.WITHDRAW): _S.WITHDRAWN
        for state in (_S.ISSUED, _S.RECEIVED, _S.RECTIFIED, _S.RETURNED, _S.HANDED_OVER)
    },
    **{(state, _A.REASSIGN): state for state in (_S.ISSUED, _S.RECEIVED, _S.RECTIFIED, _S.RETURNED, _S.HANDED_OVER)},
}
IN_FORCE = frozenset({_S.ISSUED, _S.RECEIVED, _S.RECTIFIED, _S.RETURNED, _S.HANDED_OVER})
ENDED = frozenset({_S.CLOSED, _S.RAISED, _S.WITHDRAWN, _S.DECLINED})
CLOCK_RUNS = frozenset({_S.ISSUED, _S.RECEIVED, _S.RETURNED})  # the unit's turn: its deadline is what counts
SHORTEST_WORDS = 4


def step(state: str, act: Act) -> State:
    """The state after an act; raises Refusal that says where the sheet stands."""
    after = TRANSITIONS.get((State(state), act))
    if after is None:
        raise Refusal(
            f"这张督办单{STATES[State(state)]}，不能{ACTS[act]}", place="督办单", remedy="请刷新页面看现在的状态"
        )
    return after


def acts_of(state: str) -> frozenset[Act]:
    """The acts that the table has for a state."""
    return frozenset(act for (before, act) in TRANSITIONS if before == State(state))


def is_overdue(state: str, due_on: date | None, today: date) -> bool:
    """Whether the unit's turn has lasted beyond the deadline. The day itself still belongs to it."""
    return due_on is not None and State(state) in CLOCK_RUNS and today > due_on


def deadline(signed_on: date, days: int, day_type: DayType) -> date:
    """The last day of a sheet signed on a day: days count from the signing, the first is not counted."""
    return add_days(signed_on, days, day_type)


def after_return(due_on: date, today: date, days: int, day_type: DayType) -> date:
    """The deadline of a rectification that was sent back: never less than `days`, however long the review took."""
    return max(due_on, add_days(today, days, day_type))


def check_words(words: str, place: str) -> str:
    """The words, trimmed; raises Refusal for none."""
    said = words.strip()
    if len(said) < SHORTEST_WORDS:
        raise Refusal("没有写明情况", place=place, remedy=f"请写至少{SHORTEST_WORDS}个字，说清楚事情")
    return said


def check_extension(
    *, due_on: date, until: date, asked: date | None, today: date, most: int, day_type: DayType
) -> None:
    """Raises Refusal: only before the deadline has passed, only later than it, not beyond `most` days, one at a time."""
    if today > due_on:
        raise Refusal(
            f"整改期限 {due_on} 已过，不能再申请延期",
            place="申请延期",
            remedy="请尽快报送整改；确有原因的写在整改情况里",
        )
    if asked is not None:
        raise Refusal("已经申请过延期，还没有答复", place="申请延期", remedy="请等答复")
    if until <= due_on:
        raise Refusal(f"延期应晚于现在的期限 {due_on}", place="延到哪一天", remedy="请改日期")
    if days_between(due_on, until, day_type) > most:
        raise Refusal(
            f"一次最多延长 {most} 天", place="延到哪一天", remedy=f"最晚到 {add_days(due_on, most, day_type)}"
        )


@dataclass(frozen=True)
class Closing:
    """What counts when a sheet is to be closed. users: ids of those who corrected, and of who closes."""

    evidence: int
    corrected_by: Collection[int]
    closer: int
    of_the_unit: bool


def check_closing(closing: Closing) -> None:
    """Raises Refusal: a matter closes only with evidence, by somebody who neither corrected nor belongs to the unit."""
    if closing.evidence < 1 or not closing.corrected_by:
        raise Refusal("没有整改的佐证，不能销号", place="审核销号", remedy="请退回，要求补充照片或扫描件")
    if closing.closer in closing.corrected_by:
        raise Refusal("整改的人不能自己销号", place="审核销号", remedy="请由没有参与整改的人审核")
    if closing.of_the_unit:
        raise Refusal("责任单位的人不能给本单位的督办单销号", place="审核销号", remedy="请由督查方审核")


def is_nth_blue(before: int, nth: int) -> bool:
    """Whether the next blue of a unit is its n-th (or later) of the quarter: it is issued yellow. nth 0: never."""
    return nth > 0 and before + 1 >= nth
