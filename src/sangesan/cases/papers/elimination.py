"""风险消除评估表: every condition, what is required, what is found, whether it holds. Domain rules 7, form 9."""

from sangesan.cases.models import Meeting
from sangesan.cases.outcomes import OUTCOME_TITLES, Outcome
from sangesan.cases.papers.case_file import CaseFile
from sangesan.cases.papers.context import Context
from sangesan.cases.papers.visit_parts import account_fields, opinion, tests_table
from sangesan.cases.papers.wording import category_of, day, iso, number, numbered, risk_words, yes_no, yuan
from sangesan.documents.form import Fields, Heading, Paper, Signatures, Table
from sangesan.kernel.period import add_months
from sangesan.policy.risks import RISK_TYPES
from sangesan.visits.domain import TESTS
from sangesan.visits.models import Visit

CONDITIONS = ("条件", "要求", "现在的情况", "是否符合")
RISKS = ("序号", "原有风险", "对应的帮扶措施和落实情况", "是否消除", "依据")
PROCEDURE = ("环节", "时间", "结果", "说明")


def build(file: CaseFile, context: Context) -> Paper:
    """The assessment; before the visit of elimination the found column is for the pen."""
    case, home = file.case, file.case.household
    visit = file.visit if file.exiting else None
    return Paper(
        title=f"{file.subject}风险消除评估表",
        organ=context.tree.full_name(case.village),
        parts=[
            Heading("一、基本情况"),
            Fields(
                [
                    ("户主", home.head_name),
                    ("家庭住址", context.tree.full_name(home.residence)),
                    ("家庭人口", number(home.size, "人")),
                    ("类别", category_of(file.regime, case.category)),
                    ("纳入时间", day(case.enrolled_on)),
                    ("审定文号", case.decision_number),
                    ("识别时的风险", risk_words(case.risks)),
                    ("帮扶责任人", file.helper_name),
                ]
            ),
            Heading("二、消除条件"),
            Table(CONDITIONS, _conditions(file, visit, context), [22, 30, 32, 18]),
            Heading("三、原有风险逐项评估"),
            Table(RISKS, numbered(_risk(file, visit, code) for code in case.risks or [""]), [7, 18, 38, 18, 26]),
            Heading("四、住房、教育、医疗、饮水（“是”为安全）"),
            tests_table(visit),
            Heading("五、收入（近12个月）"),
            account_fields(visit),
            Heading("六、评估意见"),
            opinion("核实人意见", visit.reason if visit else "", 2),
            opinion("农户意见", visit.household_opinion if visit else "", 2),
            Signatures(["户主签字（按手印）：", "核实人签字：", "核实人签字："], 22),
            Heading("七、评议、公示和审定"),
            Table(PROCEDURE, _procedure(file), [20, 26, 26, 34]),
            Signatures(
                [
                    f"{context.committee(case.village)}（盖章）：",
                    f"{context.government(case.town)}（盖章）：",
                    "县（盖章）：",
                ],
                22,
            ),
        ],
        note="说明：整户没有劳动力的，落实兜底保障后继续跟踪，暂不标注“风险消除”；当年监测范围没有公布的，请填写所用标准和出处。",
    )


def _conditions(file: CaseFile, visit: Visit | None, context: Context) -> list[list[str]]:
    rule, case = file.regime.elimination, file.case
    months = _months(file, context)
    income = visit.reference_per_head_fen if visit else None
    over = income > file.line if income is not None and file.line is not None else None
    answers = [visit.tests.get(test) for test in TESTS] if visit else [None]
    sound = None if None in answers else all(answers)
    landed = [m for m in file.measures if m.state == "landed"]
    new = [r for r in visit.risks if r not in case.risks] if visit else None
    gone = None if visit is None else not set(visit.risks) & set(case.risks)
    labour = visit.labour if visit else None
    return [
        ["人均纯收入", f"稳定高于当年监测范围{_line(file)}", yuan(income), yes_no(over)],
        ["原有风险", "全部消除", "" if gone is None else "已全部消除" if gone else "还没有全部消除", yes_no(gone)],
        [
            "住房、教育、医疗、饮水",
            "四项全部安全",
            "" if sound is None else "四项安全" if sound else "有一项不安全",
            yes_no(sound),
        ],
        [
            "新的风险",
            "没有",
            "" if new is None else risk_words(new) or "没有",
            yes_no(None if new is None else not new),
        ],
        ["帮扶措施", f"至少{rule.measures}项已落实", f"已落实{len(landed)}项", yes_no(len(landed) >= rule.measures)],
        ["观察时间", f"纳入后满{rule.months_observed}个月", number(months, "个月"), yes_no(_observed(file, context))],
        ["劳动力", "整户没有劳动力的暂不标注", number(labour, "人"), yes_no(None if labour is None else labour > 0)],
    ]


def _line(file: CaseFile) -> str:
    return f"（{yuan(file.line)}）" if file.line is not None else "（　　　　　元）"


def _observed(file: CaseFile, context: Context) -> bool | None:
    begun = file.case.enrolled_on
    return context.today >= add_months(begun, file.regime.elimination.months_observed) if begun else None


def _months(file: CaseFile, context: Context) -> int | None:
    """Full months since enrolment."""
    begun, today = file.case.enrolled_on, context.today
    if begun is None:
        return None
    return max((today.year - begun.year) * 12 + today.month - begun.month - (today.day < begun.day), 0)


def _risk(file: CaseFile, visit: Visit | None, code: str) -> list[str]:
    answered = [m for m in file.measures if m.risk == code and code]
    told = "；".join(f"{m.title}（{iso(m.landed_on) + '落实' if m.landed_on else '未落实'}）" for m in answered)
    gone = code not in visit.risks if visit and code else None
    return [RISK_TYPES.get(code, code), told, yes_no(gone), ""]


def _procedure(file: CaseFile) -> list[list[str]]:
    rows = []
    for kind, title in (
        (Meeting.Kind.APPRAISAL, "民主评议"),
        (Meeting.Kind.TOWN_REVIEW, "镇级审核"),
        (Meeting.Kind.JOINT_MEETING, "县级审定"),
    ):
        item = file.items.get((kind, True))
        if kind == Meeting.Kind.TOWN_REVIEW:
            rows.append(_notice(file))
        if item is None:
            rows.append([title, "", "", ""])
            continue
        result = OUTCOME_TITLES[Outcome(item.outcome)] if item.outcome in set(Outcome) else ""
        votes = f"同意{number(item.votes_for)}票、不同意{number(item.votes_against)}票、弃权{number(item.abstained)}票"
        note = votes if item.votes_for is not None else item.meeting.document_number
        rows.append([title, iso(item.meeting.held_on), result, note])
    return rows


def _notice(file: CaseFile) -> list[str]:
    row = file.notices.get(True)
    if row is None:
        return ["村级公示", "", "", ""]
    n = row.notice
    return ["村级公示", f"{iso(n.posted_on)}至{iso(n.taken_down_on or n.until)}", "", n.place]
