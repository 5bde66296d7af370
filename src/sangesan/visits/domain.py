"""What a visit asks, what it may conclude, and what in its record is impossible. What is only odd: plausibility.py."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import MOST_RISKS, RISK_TYPES
from sangesan.visits.income import Line, SelfPaid


class Purpose(StrEnum):
    """Why somebody goes to a household."""

    CLUE = "clue"
    IDENTIFICATION = "identification"
    ELIMINATION = "elimination"
    FOLLOW_UP = "follow_up"
    INSPECTION = "inspection"
    CIVIL_AFFAIRS = "civil_affairs"
    TRACKING = "tracking"


PURPOSES = {
    Purpose.CLUE: "线索核查",
    Purpose.IDENTIFICATION: "识别入户核查",
    Purpose.ELIMINATION: "风险消除核查",
    Purpose.FOLLOW_UP: "帮扶回访",
    Purpose.INSPECTION: "督查走访",
    Purpose.CIVIL_AFFAIRS: "民政救助核查",
    Purpose.TRACKING: "消除后跟踪",
}


class Conclusion(StrEnum):
    """The result of a visit: the first two where one looks for risk, the last two where it was found before."""

    NO_RISK = "no_risk"
    NEEDS_PROCEDURE = "needs_procedure"
    RISK_GONE = "risk_gone"
    RISK_REMAINS = "risk_remains"


CONCLUSIONS = {Conclusion.NO_RISK: "无风险", Conclusion.NEEDS_PROCEDURE: "有风险，需进入程序"}
OUTCOMES = CONCLUSIONS | {Conclusion.RISK_GONE: "原有风险已消除", Conclusion.RISK_REMAINS: "风险仍在，继续帮扶"}
AT_RISK = {Conclusion.NEEDS_PROCEDURE, Conclusion.RISK_REMAINS}
AFTER_ENROLMENT = {Purpose.ELIMINATION, Purpose.FOLLOW_UP, Purpose.TRACKING}
BEFORE_ENROLMENT = {Purpose.CLUE, Purpose.IDENTIFICATION}

# The four tests (domain rules 2.8), asked so that "yes" is safe.
TESTS = {
    "housing": "住房是否安全",
    "schooling": "义务教育阶段适龄儿童少年是否都在学",
    "insurance": "家庭成员是否都参加了基本医疗保险",
    "water": "饮水是否安全",
}
HOUSE_GRADES = {"A": "A级（安全）", "B": "B级（基本安全）", "C": "C级（局部危险）", "D": "D级（整栋危险）"}
UNSAFE_GRADES = {"C", "D"}
WATER_SOURCES = {
    "piped": "自来水",
    "gravity": "引山泉水入户",
    "well": "水井",
    "cistern": "水窖",
    "surface": "河沟水",
    "carried": "外出挑运",
    "other": "其他",
}
SIGNED_HOW = {"finger": "手机上签名", "fingerprint": "按手印", "paper": "纸质签字", "proxy": "代签（已当面宣读）"}
ON_PAPER = {"fingerprint", "paper", "proxy"}
TWO_CHECKERS = {Purpose.CLUE, Purpose.IDENTIFICATION, Purpose.ELIMINATION}
ALL_TESTS = {Purpose.IDENTIFICATION, Purpose.ELIMINATION}
MOST_PEOPLE = 30
SHORTEST_REASON = 4  # characters; "无" or "好的" explains nothing


@dataclass(frozen=True)
class Answers:
    """What the checkers write down. Amounts in fen; tests: True safe, False not, None not known.

    members_*: numbers of persons; labour: how many can work; signed_how: a key of SIGNED_HOW or "" where not signed;
    signed_by: a person's number, or None with the name of somebody who is no member; entered_for: code of the village
    that a town clerk enters for.
    """

    purposes: tuple[str, ...]
    visited_on: date
    conclusion: str
    reason: str = ""
    began_at: time | None = None
    place: str = ""
    checker_names: tuple[str, ...] = ()
    members_seen: tuple[int, ...] = ()
    members_away: tuple[int, ...] = ()
    members_note: str = ""
    tests: Mapping[str, bool | None] = field(default_factory=dict)
    tests_notes: Mapping[str, str] = field(default_factory=dict)
    income: tuple[Line, ...] = ()
    self_paid: tuple[SelfPaid, ...] = ()
    claims_fen: int = 0
    debts_fen: int = 0
    people: int | None = None
    labour: int | None = None
    house_grade: str = ""
    water_source: str = ""
    risks: tuple[str, ...] = ()
    household_opinion: str = ""
    signed_how: str = ""
    signed_by: int | None = None
    signed_by_name: str = ""
    entered_for: str = ""

    @property
    def tests_known(self) -> bool:
        return all(self.tests.get(test) is not None for test in TESTS)


@dataclass(frozen=True)
class Around:
    """What the register and the attached files say beside the answers. returned_mu: forest returned from farmland."""

    members: frozenset[int]
    photos: int = 0
    signature: bool = False
    scans: int = 0
    returned_mu: Decimal | None = None


def conclusions_for(purposes: Collection[str]) -> list[Conclusion]:
    """What a visit with these purposes may conclude; both kinds where it has both or is an inspection."""
    first = [Conclusion.NO_RISK, Conclusion.NEEDS_PROCEDURE]
    later = [Conclusion.RISK_GONE, Conclusion.RISK_REMAINS]
    given = set(purposes)
    if given & BEFORE_ENROLMENT:
        return first
    if given & AFTER_ENROLMENT:
        return [*later, Conclusion.NEEDS_PROCEDURE]
    return [*first, *later]


def check_first_visit(*, visited_on: date, today: date, opened_on: date, conclusion: str, reason: str) -> Conclusion:
    """The conclusion when the record is in order; raises Refusal naming the field and the remedy."""
    if conclusion not in CONCLUSIONS:
        raise Refusal("没有选择核查结果", place="核查结果", remedy="请选“无风险”或“有风险，需进入程序”")
    _day(visited_on, today)
    if visited_on < opened_on:
        raise Refusal(
            f"入户日期早于线索产生的日期（{opened_on.isoformat()}）",
            place="入户日期",
            remedy="请填线索产生之后的入户日期；之前的走访不能代替本次核查",
        )
    _reason(conclusion, reason)
    return Conclusion(conclusion)


def check_visit(answers: Answers, around: Around, *, today: date) -> Conclusion:
    """The conclusion when nothing in the record is impossible; raises Refusal naming the field and the remedy."""
    _purposes(answers)
    _day(answers.visited_on, today)
    _checkers(answers)
    _members(answers, around)
    _tests(answers)
    _living(answers)
    _amounts(answers)
    if answers.conclusion not in conclusions_for(answers.purposes):
        choices = "、".join(f"“{OUTCOMES[c]}”" for c in conclusions_for(answers.purposes))
        raise Refusal("没有选择核查结果，或结果与入户目的不符", place="核查结果", remedy=f"请选{choices}之一")
    _risks(answers)
    _reason(answers.conclusion, answers.reason)
    _signature(answers, around)
    return Conclusion(answers.conclusion)


def answered_by(
    purpose: str, *, purposes: Collection[str], tests_known: bool, income_known: bool, signed: bool
) -> bool:
    """Whether a visit made for other purposes already answers this one's question, so that nobody need go again.

    An inspection looks for itself and is never answered by those it inspects.
    """
    if purpose == Purpose.INSPECTION or purpose in purposes:
        return purpose in purposes
    enough = {
        Purpose.CLUE: tests_known,
        Purpose.FOLLOW_UP: tests_known,
        Purpose.IDENTIFICATION: tests_known and income_known and signed,
        Purpose.ELIMINATION: tests_known and income_known and signed,
        Purpose.TRACKING: tests_known and income_known,
        Purpose.CIVIL_AFFAIRS: income_known,
    }
    return enough[Purpose(purpose)]


def _purposes(answers: Answers) -> None:
    if not answers.purposes or set(answers.purposes) - set(Purpose):
        raise Refusal("没有选择入户目的", place="入户目的", remedy="请至少选一项，一次入户可以有几个目的")
    if set(answers.purposes) & BEFORE_ENROLMENT and set(answers.purposes) & AFTER_ENROLMENT:
        raise Refusal(
            "识别和消除、回访不能在同一次登记里", place="入户目的", remedy="新的风险按识别重新核查，请分开登记"
        )


def _day(visited_on: date, today: date) -> None:
    if visited_on > today:
        raise Refusal("入户日期晚于今天", place="入户日期", remedy=f"请填 {today.isoformat()} 或更早的日期")


def _reason(conclusion: str, reason: str) -> None:
    if conclusion == Conclusion.NO_RISK and len(reason.strip()) < SHORTEST_REASON:
        raise Refusal(
            "没有写清为什么无风险", place="理由", remedy="请写明看到的情况，如“费用已由大病保险报销，自付不足千元”"
        )


def _checkers(answers: Answers) -> None:
    names = answers.checker_names
    if len(set(names)) != len(names):
        raise Refusal("同一个核查人写了两次", place="核查人", remedy="请填另一位同去的人")
    if not names:
        raise Refusal("没有填核查人", place="核查人", remedy="请填入户的人的姓名")
    if set(answers.purposes) & TWO_CHECKERS and len(names) < 2:
        raise Refusal("核查须两人以上入户", place="核查人", remedy="请填另一位同去的人；一个人去的请约人再去")


def _members(answers: Answers, around: Around) -> None:
    if set(answers.members_seen) & set(answers.members_away):
        raise Refusal("同一个人既在家又外出", place="家庭成员", remedy="请改正")
    named = {*answers.members_seen, *answers.members_away, *([answers.signed_by] if answers.signed_by else [])}
    if named - around.members:
        raise Refusal("填了不是这一户的人", place="家庭成员", remedy="请刷新页面；新增的成员请写在“成员变化”里")
    for count, name in ((answers.people, "家庭人口"), (answers.labour, "劳动力人数")):
        if count is not None and not 0 <= count <= MOST_PEOPLE:
            raise Refusal(f"{name}应在 0 到 {MOST_PEOPLE} 之间", place=name, remedy="请改正")
    if answers.people == 0:
        raise Refusal("家庭人口不能是 0", place="家庭人口", remedy="请填共同生活、共享收支的人数")
    if answers.labour is not None and answers.people is not None and answers.labour > answers.people:
        raise Refusal("劳动力比家庭人口还多", place="劳动力人数", remedy="请改正其中一个数")


def _tests(answers: Answers) -> None:
    if set(answers.tests) - set(TESTS) or set(answers.tests.values()) - {True, False, None}:
        raise Refusal("四项保障里有不认识的项", place="四项保障", remedy="请刷新页面后重填")
    if set(answers.purposes) & ALL_TESTS and not answers.tests_known:
        lacking = "；".join(title for test, title in TESTS.items() if answers.tests.get(test) is None)
        raise Refusal(f"识别和消除时四项都须查清，还缺：{lacking}", place="四项保障", remedy="请当场查看、询问后填写")


def _living(answers: Answers) -> None:
    if answers.house_grade and answers.house_grade not in HOUSE_GRADES:
        raise Refusal("住房等级应为 A 至 D", place="住房等级", remedy="请重选")
    if answers.water_source and answers.water_source not in WATER_SOURCES:
        raise Refusal("没有这种水源", place="水源", remedy="请重选")
    if answers.house_grade in UNSAFE_GRADES and answers.tests.get("housing") is True:
        raise Refusal(
            f"住房是 {answers.house_grade} 级，却填了住房安全", place="四项保障", remedy="请改正等级，或改为住房不安全"
        )


def _amounts(answers: Answers) -> None:
    items = [line.item for line in answers.income if line.group]
    if len(set(items)) != len(items):
        raise Refusal("同一项收入填了两次", place="收入", remedy="请合并成一项")
    amounts = [line.fen for line in answers.income] + [cost.fen for cost in answers.self_paid]
    if min([*amounts, answers.claims_fen, answers.debts_fen], default=0) < 0:
        raise Refusal("金额不能小于 0", place="收入和支出", remedy="支出也填正数，系统会自己减")
    if any(not cost.what.strip() for cost in answers.self_paid):
        raise Refusal("自付支出没有写是什么", place="自付支出", remedy="请写明，如“住院自付”“大学学费”")
    if answers.income and answers.people is None:
        raise Refusal("填了收入，没有填家庭人口", place="家庭人口", remedy="请填共同生活、共享收支的人数")


def _risks(answers: Answers) -> None:
    risks = answers.risks
    if set(risks) - set(RISK_TYPES) or len(set(risks)) != len(risks) or len(risks) > MOST_RISKS:
        raise Refusal(
            "风险类型重复、过多或不认识", place="风险类型", remedy=f"请按主次选一至{MOST_RISKS}项，每项只选一次"
        )
    if answers.conclusion == Conclusion.NEEDS_PROCEDURE and Purpose.IDENTIFICATION in answers.purposes and not risks:
        raise Refusal("有风险却没有选风险类型", place="风险类型", remedy="请至少选第一风险")
    if answers.conclusion in {Conclusion.NO_RISK, Conclusion.RISK_GONE} and risks:
        raise Refusal(
            f"结果是“{OUTCOMES[Conclusion(answers.conclusion)]}”，却选了风险类型",
            place="风险类型",
            remedy="请改核查结果，或清空风险类型",
        )


def _signature(answers: Answers, around: Around) -> None:
    how = answers.signed_how
    if how and how not in SIGNED_HOW:
        raise Refusal("没有这种签字方式", place="签字", remedy="请重选")
    if how and not (answers.signed_by or answers.signed_by_name.strip()):
        raise Refusal("没有填谁签的字", place="签字", remedy="请选家庭成员，或写签字人的姓名")
    if how == "finger" and not around.signature:
        raise Refusal("签名框是空的", place="签字", remedy="请用手指在框内签名，或改选“按手印”“纸质签字”并附照片")
    if how in ON_PAPER and not around.scans:
        raise Refusal("没有附签字纸的照片", place="签字", remedy="请拍下签字、按手印的那一页")
