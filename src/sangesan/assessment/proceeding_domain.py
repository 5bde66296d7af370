"""A merit or accountability case: its states and acts, and the forms it may end in. Plain Python.

opened -> checked -> heard -> decided -> issued -> closed; an issued decision may be appealed and is then upheld, changed or
lifted. Nothing is decided before whom it is about has spoken; and nothing at all by a machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FILE = Path(__file__).with_name("proceeding_forms.yaml")
SHORTEST_WORDS, LONGEST_WORDS = 6, 4000
KEYS = {"title", "kind", "paper", "seats", "handed_to", "source"}


class Kind(StrEnum):
    """What a case is about."""

    ACCOUNTABILITY = "accountability"
    MERIT = "merit"


class State(StrEnum):
    """How far a case is."""

    OPENED = "opened"
    CHECKED = "checked"
    HEARD = "heard"
    DECIDED = "decided"
    ISSUED = "issued"
    APPEALED = "appealed"
    CLOSED = "closed"


class Act(StrEnum):
    """What is done to a case. DROP: opened by mistake; UPHOLD, LIFT: of an appeal; CHANGE: it is decided anew."""

    OPEN = "open"
    CHECK = "check"
    SPEAK = "speak"
    DECIDE = "decide"
    ISSUE = "issue"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    CHANGE = "change"
    LIFT = "lift"
    CLOSE = "close"
    DROP = "drop"


KIND_TITLES = {Kind.ACCOUNTABILITY: "问责", Kind.MERIT: "表扬"}
STATE_TITLES = {
    State.OPENED: "已立件，待查清事实", State.CHECKED: "事实已查清，待本人陈述", State.HEARD: "已陈述，待决定",
    State.DECIDED: "已决定，待印发", State.ISSUED: "已印发", State.APPEALED: "已申诉，待答复", State.CLOSED: "已办结",
}  # fmt: skip
ACT_TITLES = {
    Act.OPEN: "立件", Act.CHECK: "查清事实", Act.SPEAK: "本人（单位）陈述", Act.DECIDE: "作出决定", Act.ISSUE: "印发决定",
    Act.APPEAL: "申诉", Act.UPHOLD: "维持原决定", Act.CHANGE: "改变决定", Act.LIFT: "撤销决定", Act.CLOSE: "办结",
    Act.DROP: "撤件",
}  # fmt: skip
TABLE: Mapping[tuple[State, Act], State] = {
    (State.OPENED, Act.CHECK): State.CHECKED,
    (State.OPENED, Act.DROP): State.CLOSED,
    (State.CHECKED, Act.CHECK): State.CHECKED,
    (State.CHECKED, Act.SPEAK): State.HEARD,
    (State.CHECKED, Act.DROP): State.CLOSED,
    (State.HEARD, Act.SPEAK): State.HEARD,
    (State.HEARD, Act.CHECK): State.HEARD,
    (State.HEARD, Act.DECIDE): State.DECIDED,
    (State.DECIDED, Act.ISSUE): State.ISSUED,
    (State.ISSUED, Act.APPEAL): State.APPEALED,
    (State.ISSUED, Act.CLOSE): State.CLOSED,
    (State.APPEALED, Act.UPHOLD): State.ISSUED,
    (State.APPEALED, Act.CHANGE): State.DECIDED,
    (State.APPEALED, Act.LIFT): State.CLOSED,
}
OF_CONCERNED = frozenset({Act.SPEAK, Act.APPEAL})
OF_DECIDERS = frozenset({Act.DECIDE, Act.UPHOLD, Act.CHANGE, Act.LIFT})


@dataclass(frozen=True)
class Form:
    """A way in which a case may end. paper: title of the decision with {who}; seats: who may decide so."""

    code: str
    title: str
    kind: Kind
    paper: str
    seats: tuple[str, ...]
    handed_to: str
    source: str


@lru_cache(maxsize=1)
def forms() -> Mapping[str, Form]:
    """proceeding_forms.yaml by code; raises Refusal where it is broken."""
    return {code: _form(code, entry) for code, entry in mapping(read_yaml(FILE), FILE.name).items()}


def forms_of(kind: str) -> list[Form]:
    """The forms of one kind of case."""
    return [one for one in forms().values() if one.kind == kind]


def deciding_seats() -> frozenset[str]:
    """Every seat that decides some form."""
    return frozenset(seat for one in forms().values() for seat in one.seats)


def after(state: str, act: Act) -> State:
    """The state that an act leads to; raises Refusal where the table has none."""
    found = TABLE.get((State(state), act))
    if found is None:
        raise Refusal(
            f"现在是“{STATE_TITLES[State(state)]}”，不能{ACT_TITLES[act]}", place="办理步骤", remedy="请刷新页面"
        )
    return found


def acts_of(state: str) -> list[Act]:
    """What the table allows in a state, in the order of the acts."""
    return [act for act in Act if (State(state), act) in TABLE]


def check_words(act: Act, words: str) -> str:
    """The words, when they say something; raises Refusal naming what is asked for."""
    said = words.strip()
    if act in {Act.ISSUE, Act.CLOSE} or len(said) >= SHORTEST_WORDS:
        return said[:LONGEST_WORDS]
    asked = {
        Act.OPEN: "为什么立件", Act.CHECK: "查清的事实和依据", Act.SPEAK: "陈述", Act.DECIDE: "决定的理由", Act.APPEAL: "申诉的理由",
        Act.DROP: "为什么撤件",
    }.get(act, "理由")  # fmt: skip
    raise Refusal(f"没有写{asked}", place=asked, remedy=f"请至少写{SHORTEST_WORDS}个字")


def _form(code: str, data: Any) -> Form:
    place = f"{FILE.name} {code}"
    entry = mapping(data, place)
    no_others(entry, KEYS, place)
    seats = required(entry, "seats", place)
    if not isinstance(seats, list) or not seats:
        raise Refusal("没有写由谁决定", place=f"{place} seats", remedy="请写职务代码")
    return Form(
        code, required(entry, "title", place), Kind(required(entry, "kind", place)), required(entry, "paper", place),
        tuple(seats), str(entry.get("handed_to") or ""), required(entry, "source", place),
    )  # fmt: skip
