"""Where a case may stand, and what may be done with it. Titles are the official words."""

from enum import StrEnum


class State(StrEnum):
    """Standing of a case. Identification, then assistance, then elimination by the same chain, then tracking."""

    CHECKING = "checking"
    STUDY = "study"
    APPRAISAL = "appraisal"
    NOTICE = "notice"
    TOWN_REVIEW = "town_review"
    COUNTY_DECISION = "county_decision"
    ANNOUNCEMENT = "announcement"
    ENTRY = "entry"
    ASSISTED = "assisted"
    EXIT_CHECKING = "exit_checking"
    EXIT_APPRAISAL = "exit_appraisal"
    EXIT_NOTICE = "exit_notice"
    EXIT_TOWN_REVIEW = "exit_town_review"
    EXIT_COUNTY_DECISION = "exit_county_decision"
    EXIT_ANNOUNCEMENT = "exit_announcement"
    TRACKED = "tracked"
    UNREACHABLE = "unreachable"
    NOT_QUALIFIED = "not_qualified"
    WITHDRAWN = "withdrawn"
    NATURAL_DECREASE = "natural_decrease"


STATE_TITLES = {
    State.CHECKING: "入户核查与信息比对",
    State.STUDY: "村级研判初审",
    State.APPRAISAL: "民主评议",
    State.NOTICE: "村级公示",
    State.TOWN_REVIEW: "镇级会审",
    State.COUNTY_DECISION: "县级审定",
    State.ANNOUNCEMENT: "公告",
    State.ENTRY: "信息录入",
    State.ASSISTED: "已纳入，帮扶中",
    State.EXIT_CHECKING: "拟消除：入户核实",
    State.EXIT_APPRAISAL: "拟消除：民主评议",
    State.EXIT_NOTICE: "拟消除：村级公示",
    State.EXIT_TOWN_REVIEW: "拟消除：镇级审核",
    State.EXIT_COUNTY_DECISION: "拟消除：县级审定",
    State.EXIT_ANNOUNCEMENT: "拟消除：公告",
    State.TRACKED: "风险已消除，跟踪中",
    State.UNREACHABLE: "联系不上",
    State.NOT_QUALIFIED: "不符合条件",
    State.WITHDRAWN: "申请人撤回",
    State.NATURAL_DECREASE: "自然减少",
}
ENDED = frozenset({State.NOT_QUALIFIED, State.WITHDRAWN, State.NATURAL_DECREASE})
IDENTIFYING = (
    State.CHECKING,
    State.STUDY,
    State.APPRAISAL,
    State.NOTICE,
    State.TOWN_REVIEW,
    State.COUNTY_DECISION,
    State.ANNOUNCEMENT,
    State.ENTRY,
)
EXITING = (
    State.EXIT_CHECKING,
    State.EXIT_APPRAISAL,
    State.EXIT_NOTICE,
    State.EXIT_TOWN_REVIEW,
    State.EXIT_COUNTY_DECISION,
    State.EXIT_ANNOUNCEMENT,
)


class Act(StrEnum):
    """What people do with a case."""

    FINISH_CHECKING = "finish_checking"
    PASS_STUDY = "pass_study"
    PASS_APPRAISAL = "pass_appraisal"
    END_NOTICE = "end_notice"
    APPROVE = "approve"
    DECIDE = "decide"
    ANNOUNCE = "announce"
    ENTER = "enter"
    PROPOSE_EXIT = "propose_exit"
    ROLL_BACK = "roll_back"
    NEW_RISK = "new_risk"
    SEND_BACK = "send_back"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    NOT_REACHED = "not_reached"
    REACHED = "reached"
    HOUSEHOLD_GONE = "household_gone"


ACT_TITLES = {
    Act.FINISH_CHECKING: "完成核查、授权和比对",
    Act.PASS_STUDY: "研判通过",
    Act.PASS_APPRAISAL: "评议通过",
    Act.END_NOTICE: "公示期满",
    Act.APPROVE: "会审通过",
    Act.DECIDE: "审定",
    Act.ANNOUNCE: "公告",
    Act.ENTER: "录入系统",
    Act.PROPOSE_EXIT: "提出消除",
    Act.ROLL_BACK: "回退（消除有误）",
    Act.NEW_RISK: "出现新风险，再次识别",
    Act.SEND_BACK: "退回",
    Act.REJECT: "认定不符合",
    Act.WITHDRAW: "撤回申请",
    Act.NOT_REACHED: "登记联系不上",
    Act.REACHED: "已联系上",
    Act.HOUSEHOLD_GONE: "整户死亡或迁出",
}
