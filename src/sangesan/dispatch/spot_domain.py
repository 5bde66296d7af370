"""The spot call's questions and verdicts: what is asked of which records, and when a call may be ended. Plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, read_yaml, required

FILE = Path(__file__).with_name("spot_questions.yaml")
CONFIRMED, REFUTED, TO_CORRECT = "confirmed", "refuted", "to_correct"
SHORTEST, LONGEST = 2, 500


@dataclass(frozen=True)
class Kind:
    """A kind of question. ask: how it is put; always: asked where no record calls for it too."""

    code: str
    title: str
    ask: str
    always: bool


@dataclass(frozen=True)
class Record:
    """A record behind a question. kind: clue, household, notice …; number: of the record, or a code; words: no names."""

    kind: str
    number: int | str
    words: str


@dataclass(frozen=True)
class Question:
    """One question of a call, with the records it rests on."""

    code: str
    title: str
    ask: str
    records: tuple[Record, ...]

    def as_json(self) -> dict[str, Any]:
        """As a call keeps it."""
        return {
            "code": self.code,
            "title": self.title,
            "ask": self.ask,
            "records": [asdict(one) for one in self.records],
        }


@dataclass(frozen=True)
class Answer:
    """What was answered to a question. question: its place among the call's; asked: of one put by hand; due_on: until when
    a village corrects (only with TO_CORRECT).
    """

    question: int
    verdict: str
    answer: str
    follow_up: str = ""
    asked: str = ""


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds of questions in their order; raises Refusal where the file is broken."""
    rows = mapping(required(mapping(read_yaml(FILE), FILE.name), "questions", FILE.name), FILE.name)
    return {code: Kind(code, row["title"], row["ask"], bool(row.get("always"))) for code, row in rows.items()}


@cache
def verdicts() -> Mapping[str, str]:
    """The verdicts by code."""
    return dict(mapping(read_yaml(FILE), FILE.name)["verdicts"])


@cache
def ways() -> Mapping[str, str]:
    """How one calls, by code."""
    return dict(mapping(read_yaml(FILE), FILE.name)["ways"])


def prepared(found: Mapping[str, Sequence[Record]]) -> list[Question]:
    """The questions of a call, in the order of the file: those with records, and those that are always asked."""
    return [
        Question(kind.code, kind.title, kind.ask, tuple(found.get(kind.code, ())))
        for kind in kinds().values()
        if found.get(kind.code) or kind.always
    ]


def check_answer(given: Answer, questions: int) -> None:
    """Raises Refusal for an answer that says nothing, or of a question that is none."""
    if given.question < 0 or given.question > questions:
        raise Refusal("没有这个问题", place="问题", remedy="请刷新页面")
    if given.question == questions and len(given.asked.strip()) < SHORTEST:
        raise Refusal("没有写补充问了什么", place="补充提问", remedy="请写明问题，或把答复也留空")
    place = f"第 {given.question + 1} 问"
    if given.verdict not in verdicts():
        raise Refusal("没有选核实结论", place=place, remedy=f"请选{'、'.join(verdicts().values())}")
    for text, title in ((given.answer, "答复"), (given.follow_up, "追问")):
        if len(text.strip()) > LONGEST:
            raise Refusal(f"{title}超过 {LONGEST} 字", place=place, remedy="请写要点")
    if len(given.answer.strip()) < SHORTEST:
        raise Refusal("没有写对方怎么答的", place=place, remedy="请记下答复的要点")


def check_end(
    *,
    questions: int,
    answered: Mapping[int, str],
    way: str,
    called_on: date,
    prepared_on: date,
    today: date,
    result: str,
) -> None:
    """Raises Refusal where a call can't be ended yet. answered: verdict by question."""
    left = [n + 1 for n in range(questions) if n not in answered]
    if left:
        raise Refusal(f"第 {'、'.join(map(str, left))} 问还没有答复", place="答复", remedy="每一问都要有答复和结论")
    if way not in ways():
        raise Refusal("没有选怎样调度的", place="方式", remedy=f"请选{'、'.join(ways().values())}")
    if not prepared_on <= called_on <= today:
        raise Refusal("调度日期不对", place="调度日期", remedy=f"应在 {prepared_on} 到 {today} 之间")
    if len(result.strip()) < SHORTEST:
        raise Refusal("没有写调度结果", place="结果", remedy="请用一两句话写明总的情况")
