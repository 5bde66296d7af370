"""What a household lacks, what the catalogue offers for it, and which risks nothing answers. Decisions only.

缺什么补什么: a need is computed from what is known; what is not known never becomes one. A household that can work is
offered development first, one without labour the floor (低保, 特困) (domain rules 2.9).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sangesan.assistance.catalogue import Catalogue, Group, NeedKind
from sangesan.kernel.money import format_yuan
from sangesan.policy.risks import RISK_TYPES

DISABLED, STUDY = "03", "09"
UNSAFE_GRADES = frozenset("CD")


@dataclass(frozen=True)
class Situation:
    """What is known of a household on a day; None: not known. Amounts in fen.

    income_per_head_fen: over 12 months, as held against the line; labour: members who can work, at_work: of them, with
    work; housing … water: True safe, False not; uninsured: members without basic medical insurance; untended: members
    who need care while nobody is there to give it; risks: codes in order; welfare: items it has already.
    """

    income_per_head_fen: int | None = None
    line_fen: int | None = None
    people: int | None = None
    labour: int | None = None
    at_work: int | None = None
    housing: bool | None = None
    house_grade: str = ""
    schooling: bool | None = None
    insurance: bool | None = None
    uninsured: int | None = None
    water: bool | None = None
    untended: int | None = None
    disabled: int | None = None
    in_school: int | None = None
    risks: tuple[str, ...] = ()
    welfare: frozenset[str] = frozenset()

    @property
    def can_work(self) -> bool | None:
        """Whether somebody can work; None where that is not known."""
        return None if self.labour is None else self.labour > 0


@dataclass(frozen=True)
class Need:
    """Something lacking, said with its values. amount_fen: what it would take, where that is a sum of money."""

    kind: NeedKind
    sentence: str
    amount_fen: int | None = None


@dataclass(frozen=True)
class Reason:
    """Why a measure is suggested: the need's kind or the risk's code, and a sentence. source: who says it answers it."""

    of: Literal["need", "risk"]
    code: str
    sentence: str
    source: str


@dataclass(frozen=True)
class Suggestion:
    """A group with the items that fit, for these reasons. notes: what to check first. items empty: it has them all."""

    group: Group
    items: tuple[str, ...]
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mismatch:
    """A risk that no measure answers, and the groups that would."""

    risk: str
    fitting: tuple[str, ...]
    sentence: str


def needs(situation: Situation) -> tuple[Need, ...]:
    """What the household lacks, the gap in income first."""
    return tuple(_needs(situation))


def _needs(s: Situation) -> Iterator[Need]:
    gap = income_gap(s)
    if gap and s.line_fen is not None and s.income_per_head_fen is not None:
        yield Need(
            NeedKind.INCOME,
            f"人均年收入{format_yuan(s.income_per_head_fen)}元，监测范围{format_yuan(s.line_fen)}元，"
            f"{s.people}人共差{format_yuan(gap)}元",
            gap,
        )
    if s.housing is False:
        graded = f"住房为{s.house_grade}级" if s.house_grade in UNSAFE_GRADES else "住房有安全问题"
        yield Need(NeedKind.HOUSING, f"{graded}，要改造、加固或安置")
    if s.water is False:
        yield Need(NeedKind.WATER, "饮水不安全，水量、水质、取水或供水保证有一项不达标")
    if s.schooling is False:
        yield Need(NeedKind.SCHOOLING, "有义务教育阶段的孩子不在学")
    if s.insurance is False:
        who = f"{s.uninsured}名家庭成员" if s.uninsured else "有家庭成员"
        yield Need(NeedKind.INSURANCE, f"{who}没有参加基本医疗保险")
    if s.labour and s.at_work == 0:
        yield Need(NeedKind.WORK, f"有劳动力{s.labour}人，没有人就业")
    if s.untended:
        yield Need(NeedKind.CARE, f"{s.untended}名老人、孩子或丧失劳动力的人在家没有人照料")


def income_gap(s: Situation) -> int:
    """Fen by which the whole household is below the line in a year; 0 where it is not, or where that is not known."""
    if s.income_per_head_fen is None or s.line_fen is None or s.people is None:
        return 0
    return max(s.line_fen - s.income_per_head_fen, 0) * s.people


def suggest(situation: Situation, lacking: Sequence[Need], catalogue: Catalogue) -> tuple[Suggestion, ...]:
    """What the catalogue offers for the needs and risks, best first: the same input gives the same list.

    With labour, development comes first; without, it is left out and the floor comes first; where labour is not known
    the suggestions say so. Then by the risks' order, then as in the catalogue.
    """
    found = []
    for place, group in enumerate(catalogue.groups.values()):
        if not _fits(group.labour, situation.can_work):
            continue
        reasons = tuple(_reasons(group, situation, lacking))
        if reasons:
            found.append((_rank(group, situation, reasons), place, _suggestion(group, situation, reasons)))
    return tuple(suggestion for _rank_, _place, suggestion in sorted(found, key=lambda one: one[:2]))


def mismatch(
    risks: Sequence[str], groups: Collection[str], catalogue: Catalogue, *, can_work: bool | None = None
) -> tuple[Mismatch, ...]:
    """The risks that none of the groups of a household's measures answers, in order (domain rules 6.4, item 1)."""
    found = []
    for risk in risks:
        fitting = catalogue.groups_for(risk, can_work=can_work)
        if fitting and not set(fitting) & set(groups):
            titles = "、".join(catalogue.groups[code].title for code in fitting)
            sentence = f"风险“{RISK_TYPES.get(risk, risk)}”没有对应的措施，可以是：{titles}"
            found.append(Mismatch(risk, tuple(fitting), sentence))
    return tuple(found)


def _fits(labour: str, can_work: bool | None) -> bool:
    return can_work is None or labour == "any" or (labour == "needed") == can_work


def _reasons(group: Group, situation: Situation, lacking: Sequence[Need]) -> Iterator[Reason]:
    for risk in situation.risks:
        source = group.answer_to_risk(risk, can_work=situation.can_work)
        if source:
            yield Reason("risk", risk, RISK_TYPES.get(risk, risk), source)
    for need in lacking:
        if need.kind in group.needs:
            yield Reason("need", need.kind, need.sentence, group.needs[need.kind])


def _rank(group: Group, situation: Situation, reasons: Sequence[Reason]) -> tuple[bool, int]:
    first = group.development if situation.can_work else group.floor and situation.can_work is False
    places = [situation.risks.index(r.code) for r in reasons if r.of == "risk"]
    return not first, min(places, default=len(situation.risks))


def _suggestion(group: Group, situation: Situation, reasons: tuple[Reason, ...]) -> Suggestion:
    answering = [
        item.title
        for item in group.items
        if _fits(item.labour, situation.can_work) and any(item.answers(reason.code) for reason in reasons)
    ]
    had = [title for title in answering if title in situation.welfare]
    notes = []
    if had:
        notes.append(f"已享受{'、'.join(had)}")
    if group.labour == "needed" and situation.can_work is None:
        notes.append("劳动力情况还没有登记，先核实再安排")
    codes = {reason.code for reason in reasons}
    if DISABLED in codes and situation.disabled == 0:
        notes.append("登记的成员里没有残疾人，请核对风险类型")
    if STUDY in codes and situation.in_school == 0:
        notes.append("登记的成员里没有在校生，请核对风险类型")
    return Suggestion(group, tuple(t for t in answering if t not in situation.welfare), reasons, tuple(notes))
