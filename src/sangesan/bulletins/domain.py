"""Decisions about official documents: which step may follow which, which text may go out. Plain Python."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sangesan.documents.numbers_in_text import numbers_in
from sangesan.kernel.refusal import Refusal

LONGEST_TITLE = 200
SHORTEST_REASON = 4


class State(StrEnum):
    """As Document.State has them."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What can be done with a document."""

    REDRAFT = "redraft"
    EDIT = "edit"
    SIGN = "sign"
    SEND_BACK = "send_back"
    ISSUE = "issue"
    WITHDRAW = "withdraw"


STEP_TITLES: Mapping[Step, str] = MappingProxyType(
    {
        Step.REDRAFT: "重新起草",
        Step.EDIT: "修改",
        Step.SIGN: "签发",
        Step.SEND_BACK: "退回修改",
        Step.ISSUE: "印发",
        Step.WITHDRAW: "撤销",
    }
)
STATE_TITLES: Mapping[State, str] = MappingProxyType(
    {State.DRAFTED: "起草中", State.SIGNED: "已签发", State.ISSUED: "已印发", State.WITHDRAWN: "已撤销"}
)
# (state, whether anybody has signed) -> what may follow. A signature freezes the text; what is issued never changes.
ALLOWED: Mapping[tuple[State, bool], frozenset[Step]] = MappingProxyType(
    {
        (State.DRAFTED, False): frozenset({Step.REDRAFT, Step.EDIT, Step.SIGN, Step.WITHDRAW}),
        (State.DRAFTED, True): frozenset({Step.SIGN, Step.SEND_BACK}),
        (State.SIGNED, True): frozenset({Step.SEND_BACK, Step.ISSUE}),
        (State.ISSUED, True): frozenset({Step.WITHDRAW}),
    }
)


def allowed(state: str, *, signed: bool) -> frozenset[Step]:
    """What may be done with a document in a state, somebody having signed or not."""
    return ALLOWED.get((State(state), signed), frozenset())


def check_step(step: Step, state: str, *, signed: bool) -> None:
    """Raises Refusal where the step may not follow."""
    if step in allowed(state, signed=signed):
        return
    now = STATE_TITLES[State(state)] if not (signed and state == State.DRAFTED) else "已有人签发"
    remedy = {
        Step.EDIT: "签发后要修改的，请先退回；已印发的，请另发更正",
        Step.ISSUE: "请先由规定的职务全部签发",
        Step.SEND_BACK: "没有签发的可以直接修改；已印发的只能撤销或另发更正",
    }.get(step, "请刷新页面，查看现在的状态")
    raise Refusal(f"这份公文{now}，不能{STEP_TITLES[step]}", place="公文", remedy=remedy)


def check_numbering(last: int, *, start: int, issued: int) -> None:
    """Whether a year's numbers may begin after `start`. last: the counter as it stands; issued: documents with numbers.

    Raises Refusal: numbers given here already would be given twice.
    """
    if start < 0:
        raise Refusal("起始号不能是负数", place="已发到第几号", remedy="没有发过的请填0")
    if issued:
        raise Refusal(
            f"本年已在系统内印发到第{last}号，不能再改起始号", place="已发到第几号", remedy="编号会自动接着往下排"
        )


def check_title(title: str) -> str:
    """The title without spaces around it; raises Refusal where there is none or too long a one."""
    clean = " ".join(title.split())
    if not clean or len(clean) > LONGEST_TITLE:
        raise Refusal(f"标题应有1至{LONGEST_TITLE}字", place="标题", remedy="请填写标题")
    return clean


def check_reason(reason: str, what: str) -> str:
    """A reason of a few words; raises Refusal without."""
    clean = reason.strip()
    if len(clean) < SHORTEST_REASON:
        raise Refusal(f"没有写为什么{what}", place=f"{what}原因", remedy="请用一句话写明，印发后可以查到")
    return clean[:200]


def texts_in(content: Any, place: str = "正文") -> Iterable[tuple[str, str]]:
    """(place, text) of every text in the JSON of a document's body."""
    if isinstance(content, str):
        yield place, content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            if key != "kind":
                yield from texts_in(value, place)
    elif isinstance(content, Sequence):
        for number, one in enumerate(content, start=1):
            yield from texts_in(one, f"{place}第{number}部分" if place in {"正文", "附件"} else place)


def personal_numbers(title: str, content: Mapping[str, Any]) -> list[str]:
    """What leads to a person in a document's texts: “正文第2部分有身份证号（18位）”; never the number itself."""
    found: dict[str, None] = {}
    for place, text in [
        ("标题", title),
        *texts_in(content.get("parts", [])),
        *texts_in(content.get("annexes", []), "附件"),
    ]:
        for number in numbers_in(unicodedata.normalize("NFKC", text)):
            found[f"{place}有{number.what}（{len(number.digits)}位）"] = None
    return list(found)


def check_publishable(title: str, content: Mapping[str, Any]) -> None:
    """Raises Refusal where a document still has an identity number, phone or account in it."""
    if found := personal_numbers(title, content):
        raise Refusal(
            f"不能签发：{'；'.join(found[:5])}",
            place="公文正文",
            remedy="请删去身份证号、电话和账号，写到镇村和户数为止",
        )


def difference(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str]]:
    """Lines of two texts as ("same" | "out" | "in", line), for people who want to see what an edit changed."""
    rows: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [("same", line) for line in before[a:b]]
        else:
            rows += [("out", line) for line in before[a:b]]
            rows += [("in", line) for line in after[c:d]]
    return rows
