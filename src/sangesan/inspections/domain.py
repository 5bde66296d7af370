"""Decisions about inspections: what a finding must have, which answers there are, how likely a household is drawn.

Plain Python: no Django, no clock.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

CONDUCT = Path(__file__).with_name("conduct.yaml")
SHORTEST_WORDS, LONGEST_WORDS = 4, 1000


class Answer(StrEnum):
    """What an inspector finds of one point of a checklist."""

    TRUE = "true"
    DIFFERENT = "different"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


ANSWERS = {
    Answer.TRUE: "属实",
    Answer.DIFFERENT: "不符",
    Answer.MISSING: "没有",
    Answer.NOT_APPLICABLE: "不适用",
}
WRONG = {Answer.DIFFERENT, Answer.MISSING}


def check_answers(
    questions: Collection[str], answers: Mapping[str, str], words: Mapping[str, str], said: Mapping[str, str]
) -> None:
    """Raises Refusal for a checklist with unknown points or answers, with none at all, or with a wrong one unexplained."""
    unknown = (set(answers) | set(words) | set(said)) - set(questions)
    if unknown:
        raise Refusal("核查单里有不认识的项目", place="核查单", remedy="请刷新页面或更新应用后重填")
    if not answers:
        raise Refusal("一项也没有填", place="核查单", remedy="请至少回答一项")
    for code, given in answers.items():
        if given not in set(Answer):
            raise Refusal("有不认识的答案", place="核查单", remedy=f"可选：{'、'.join(ANSWERS.values())}")
        if given in WRONG and not (words.get(code, "").strip() or said.get(code, "").strip()):
            raise Refusal("答“不符”或“没有”的项目没有写明情况", place="核查单", remedy="请在该项写一句看到或听到的")
    if any(len(text) > LONGEST_WORDS for text in (*words.values(), *said.values())):
        raise Refusal(f"文字超过 {LONGEST_WORDS} 字", place="核查单", remedy="请写要点")


@dataclass(frozen=True)
class Conduct:
    """One of the four faults of conduct. meaning: in plain words."""

    code: str
    title: str
    meaning: str
    source: str


@lru_cache(maxsize=1)
def conducts() -> Mapping[str, Conduct]:
    """The faults of conduct by code; raises Refusal where the file is broken."""
    found = {}
    for code, entry in mapping(read_yaml(CONDUCT), CONDUCT.name).items():
        place = f"{CONDUCT.name} {code}"
        no_others(mapping(entry, place), {"title", "meaning", "source"}, place)
        found[code] = Conduct(code, *(required(entry, key, place) for key in ("title", "meaning", "source")))
    return found


def check_finding(
    *, words: str, requirement: str, conduct: Collection[str], conduct_words: str, found_on: date, today: date
) -> None:
    """Raises Refusal for a finding that says too little, lies ahead, or names a fault of conduct without saying why."""
    if len(words.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写明问题", place="问题描述", remedy="请写清时间、事项和不符之处，如“无安全饮水巡查记录”")
    if max(len(words), len(requirement), len(conduct_words)) > LONGEST_WORDS:
        raise Refusal(f"文字超过 {LONGEST_WORDS} 字", place="问题描述", remedy="请写要点，材料作附件")
    if found_on > today:
        raise Refusal("发现日期在今天之后", place="发现日期", remedy="请核对日期")
    unknown = [code for code in conduct if code not in conducts()]
    if unknown:
        raise Refusal(f"没有“{'、'.join(unknown)}”这类作风问题", place="作风问题", remedy="请从列出的四类中选择")
    if conduct and len(conduct_words.strip()) < SHORTEST_WORDS:
        raise Refusal("认定了作风问题，没有写依据", place="作风问题依据", remedy="请写明依据什么事实这样认定")
    if conduct_words.strip() and not conduct:
        raise Refusal("写了作风问题依据，没有选类别", place="作风问题", remedy="请选择类别，或删去依据")
