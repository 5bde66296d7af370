"""What must be there before a step, checked against what the record holds. Each lack is a sentence that can be shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sangesan.kernel.period import add_months
from sangesan.policy.calendars import days_between
from sangesan.policy.regimes import Regime


class Need(Enum):
    """A precondition; its value is what is said where it is lacking."""

    VISITED = "还没有完成入户核查（核查人数、见到的成员、四项安全、结论和签字缺一不可）"
    AUTHORISED = "还有成年成员没有承诺授权"
    COMPARED = "信息比对还没有返回"
    HITS_EXPLAINED = "比对出的房、车、企业、财政供养还没有逐条说明"
    CATEGORY = "还没有人认定类别"
    RISKS = "还没有认定风险类型（一至五项，按主次排列）"
    HELPER = "还没有明确帮扶责任人"
    FIRST_MEASURES = "还没有按“缺什么补什么”提出初步帮扶措施"
    MINUTES = "还没有民主评议会议记录"
    VOTE_PASSED = "评议没有过半数同意"
    NOTICE_SERVED = "公示还没有满期"
    OBJECTIONS_SETTLED = "还有异议没有处理"
    SITTING = "镇级会审还没有通过"
    JOINT_MEETING = "专班联席会议还没有审定通过"
    DECISION_NUMBER = "还没有审定文号"
    SYSTEM_NUMBER = "还不知道国家系统编号"
    OBSERVED = "纳入后观察的时间不够"
    MEASURES_LANDED = "还没有落实的帮扶措施"
    INCOME_OVER_LINE = "人均纯收入没有稳定超过当年监测范围，或当年监测范围还没有填"
    FOUR_TESTS = "住房、教育、医疗、饮水有一项还有问题"
    RISKS_GONE = "原有风险没有全部消除"
    NO_NEW_RISK = "又有新的风险"
    HAS_LABOUR = "整户没有劳动力，落实兜底后继续跟踪，暂不标注消除"
    WARNINGS_ANSWERED = "有提醒还没有改正，也没有写明理由"
    ATTEMPTS = "还没有登记联系的经过（时间、方式、联系谁）"
    GONE_PROVEN = "还没有死亡或迁出的依据"


@dataclass(frozen=True)
class Record:
    """What a case's record holds on a day, as far as the procedure asks. None means not known, never zero."""

    checkers: int = 0
    visit_signed: bool = False
    adults: int = 0
    adults_authorised: int = 0
    compared: bool = False
    hits: int = 0
    hits_explained: int = 0
    category: str = ""
    risks: int = 0
    helper: str = ""
    measures_planned: int = 0
    warnings_open: int = 0
    minutes: bool = False
    present: int = 0
    votes_for: int = 0
    notice_from: date | None = None
    clock_stopped_days: int = 0
    objections_open: int = 0
    sitting: str = ""
    joint_meeting: str = ""
    decision_number: str = ""
    system_number: str = ""
    enrolled_on: date | None = None
    measures_landed: int = 0
    income_per_head: int | None = None
    line: int | None = None
    four_tests_sound: bool | None = None
    risks_gone: bool | None = None
    new_risks: int | None = None
    labour: int | None = None
    attempts: int = 0
    gone_proof: str = ""


Test = Callable[[Record, Regime, date], bool]


def _notice_served(record: Record, regime: Regime, today: date) -> bool:
    """The full days of the notice, the day it was put up not counted, an objection's standstill added."""
    if record.notice_from is None:
        return False
    served = days_between(record.notice_from, today, "calendar") - record.clock_stopped_days
    return served >= regime.notice_days.value


def _observed(record: Record, regime: Regime, today: date) -> bool:
    if record.enrolled_on is None:
        return False
    return today >= add_months(record.enrolled_on, regime.elimination.months_observed)


def _over_line(record: Record, _: Regime, __: date) -> bool:
    return record.income_per_head is not None and record.line is not None and record.income_per_head > record.line


TESTS: Mapping[Need, Test] = {
    Need.VISITED: lambda r, g, _: r.checkers >= g.checkers.value and r.visit_signed,
    Need.AUTHORISED: lambda r, *_: r.adults > 0 and r.adults_authorised >= r.adults,
    Need.COMPARED: lambda r, *_: r.compared,
    Need.HITS_EXPLAINED: lambda r, *_: r.compared and r.hits_explained >= r.hits,
    Need.CATEGORY: lambda r, g, _: r.category in {c.code for c in g.categories},
    Need.RISKS: lambda r, *_: 1 <= r.risks <= 5,
    Need.HELPER: lambda r, *_: bool(r.helper),
    Need.FIRST_MEASURES: lambda r, *_: r.measures_planned > 0,
    Need.WARNINGS_ANSWERED: lambda r, *_: r.warnings_open == 0,
    Need.MINUTES: lambda r, *_: r.minutes,
    Need.VOTE_PASSED: lambda r, *_: r.present > 0 and r.votes_for * 2 > r.present,
    Need.NOTICE_SERVED: _notice_served,
    Need.OBJECTIONS_SETTLED: lambda r, *_: r.objections_open == 0,
    Need.SITTING: lambda r, *_: bool(r.sitting),
    Need.JOINT_MEETING: lambda r, *_: bool(r.joint_meeting),
    Need.DECISION_NUMBER: lambda r, *_: bool(r.decision_number),
    Need.SYSTEM_NUMBER: lambda r, *_: bool(r.system_number),
    Need.OBSERVED: _observed,
    Need.MEASURES_LANDED: lambda r, g, _: r.measures_landed >= g.elimination.measures,
    Need.INCOME_OVER_LINE: _over_line,
    Need.FOUR_TESTS: lambda r, *_: r.four_tests_sound is True,
    Need.RISKS_GONE: lambda r, *_: r.risks_gone is True,
    Need.NO_NEW_RISK: lambda r, *_: r.new_risks == 0,
    Need.HAS_LABOUR: lambda r, g, _: g.elimination.without_labour or bool(r.labour),
    Need.ATTEMPTS: lambda r, *_: r.attempts > 0,
    Need.GONE_PROVEN: lambda r, *_: bool(r.gone_proof),
}


def lacking(record: Record, regime: Regime, today: date) -> tuple[Need, ...]:
    """The preconditions that do not hold on a day, in the order of the table."""
    return tuple(need for need, test in TESTS.items() if not test(record, regime, today))
