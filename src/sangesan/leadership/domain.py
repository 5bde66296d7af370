"""What may become of an assignment: the table of states, who may do which step, what each step needs. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sangesan.kernel.refusal import Refusal

SHORTEST_WORDS, LONGEST_WORDS, LONGEST_TITLE = 4, 2000, 80


class State(StrEnum):
    """How far a part is."""

    ISSUED = "issued"
    RECEIVED = "received"
    DONE = "done"
    RETURNED = "returned"
    VERIFIED = "verified"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """A step. RECEIVE, DO: of the one who received it; the others of the one who gave it."""

    RECEIVE = "receive"
    DO = "do"
    VERIFY = "verify"
    RETURN = "return"
    POSTPONE = "postpone"
    WITHDRAW = "withdraw"


STATE_TITLES = {
    State.ISSUED: "待签收",
    State.RECEIVED: "办理中",
    State.DONE: "已办结，待核验",
    State.RETURNED: "退回重办",
    State.VERIFIED: "已核验",
    State.WITHDRAWN: "已撤回",
}
ACT_TITLES = {
    Act.RECEIVE: "签收",
    Act.DO: "报告办结",
    Act.VERIFY: "核验通过",
    Act.RETURN: "退回",
    Act.POSTPONE: "调整期限",
    Act.WITHDRAW: "撤回",
}
OPEN = (State.ISSUED, State.RECEIVED, State.RETURNED)  # the receiver's turn
UNCLOSED = (*OPEN, State.DONE)
ENDED = (State.VERIFIED, State.WITHDRAWN)
OF_RECEIVER = (Act.RECEIVE, Act.DO)
NEEDS_WORDS = (Act.DO, Act.RETURN, Act.POSTPONE, Act.WITHDRAW)

TABLE: Mapping[tuple[State, Act], State] = {
    (State.ISSUED, Act.RECEIVE): State.RECEIVED,
    (State.ISSUED, Act.POSTPONE): State.ISSUED,
    (State.ISSUED, Act.WITHDRAW): State.WITHDRAWN,
    (State.RECEIVED, Act.DO): State.DONE,
    (State.RECEIVED, Act.POSTPONE): State.RECEIVED,
    (State.RECEIVED, Act.WITHDRAW): State.WITHDRAWN,
    (State.DONE, Act.VERIFY): State.VERIFIED,
    (State.DONE, Act.RETURN): State.RETURNED,
    (State.RETURNED, Act.DO): State.DONE,
    (State.RETURNED, Act.POSTPONE): State.RETURNED,
    (State.RETURNED, Act.WITHDRAW): State.WITHDRAWN,
}


@dataclass(frozen=True)
class Asked:
    """A step as asked for.

    receiver, giver: whether whoever asks stands for the one or the other; did_it: whether the same person reported it
    done; children: parts passed down that are not closed yet; why_open: why it is done all the same; due_on: the new day.
    """

    act: Act
    receiver: bool
    giver: bool
    did_it: bool = False
    words: str = ""
    children: int = 0
    why_open: str = ""
    due_on: date | None = None


def step(state: State, asked: Asked, *, today: date, due_on: date) -> State:
    """The state after the step; raises Refusal where the table, the person or the words do not allow it."""
    title = ACT_TITLES[asked.act]
    after = TABLE.get((state, asked.act))
    if after is None:
        raise Refusal(f"“{STATE_TITLES[state]}”的交办任务不能{title}", remedy="请刷新页面，看现在到了哪一步")
    _by_the_right_one(asked, title)
    if asked.act in NEEDS_WORDS and len(asked.words.strip()) < SHORTEST_WORDS:
        what = "办理情况" if asked.act == Act.DO else f"{title}的理由"
        raise Refusal(f"没有写{what}", place=what, remedy=f"请至少写{SHORTEST_WORDS}个字")
    if asked.act == Act.DO and asked.children and len(asked.why_open.strip()) < SHORTEST_WORDS:
        raise Refusal(
            f"向下交办的还有 {asked.children} 项没有核验",
            place="向下交办",
            remedy="请先催办、核验，或写明为什么仍可办结",
        )
    if asked.act == Act.POSTPONE:
        _later(asked.due_on, today, due_on)
    return after


def _by_the_right_one(asked: Asked, title: str) -> None:
    if asked.act in OF_RECEIVER:
        if not asked.receiver:
            raise Refusal(f"只有承办的岗位可以{title}", remedy="请由承办的岗位登录后办理")
        return
    if not asked.giver:
        raise Refusal(f"只有交办的岗位可以{title}", remedy="请由交办的岗位登录后办理")
    if asked.act == Act.VERIFY and asked.did_it:
        raise Refusal("报告办结的人不能自己核验", remedy="请由另一人核验")


def _later(new: date | None, today: date, due_on: date) -> None:
    if new is None or new < today or new == due_on:
        raise Refusal("新的期限不对", place="期限", remedy="请填今天或以后的日期，且与原期限不同")


@dataclass(frozen=True)
class Place:
    """Where a post stands, as far as giving goes. role: as accounts has it; path: divisions from the county down."""

    role: str
    path: Sequence[str] = ()


BELOW = {
    "county": {"county", "town", "village", "grid", "department", "inspector"},
    "system": {"county", "town", "village", "grid", "department", "inspector"},
    "inspector": {"town", "village", "grid", "department", "inspector"},
    "town": {"village", "grid"},
    "village": {"grid"},
}


def may_give(giver: Place, receiver: Place) -> bool:
    """Whether a post may give a task to another: below it, and within its place where it has one."""
    if receiver.role not in BELOW.get(giver.role, set()):
        return False
    return giver.role not in {"town", "village"} or (bool(giver.path) and giver.path[-1] in receiver.path)


def check_given(title: str, words: str, *, due_on: date, today: date, parent_due: date | None = None) -> None:
    """Raises Refusal for a task without title or words, or due before today or after what it comes from."""
    if not SHORTEST_WORDS <= len(title.strip()) <= LONGEST_TITLE:
        raise Refusal("标题太短或太长", place="标题", remedy=f"请写{SHORTEST_WORDS}至{LONGEST_TITLE}个字，不写户主姓名")
    if not SHORTEST_WORDS <= len(words.strip()) <= LONGEST_WORDS:
        raise Refusal("没有写清要办什么", place="要办什么、办到什么程度", remedy=f"请写{SHORTEST_WORDS}至{LONGEST_WORDS}个字")
    if due_on < today:
        raise Refusal("期限早于今天", place="期限", remedy="请填今天或以后的日期")
    if parent_due is not None and due_on > max(parent_due, today):
        raise Refusal(f"期限晚于上级要求的 {parent_due}", place="期限", remedy="向下交办的期限不能晚于上级的期限")
