"""镇审核表 and 县审定表: many households of one sitting, with opinions, sampling, signatures. Domain rules 7, form 7."""

from sangesan.cases.outcomes import OUTCOME_TITLES, Outcome
from sangesan.cases.papers.context import Context
from sangesan.cases.papers.meeting_file import ItemLine, MeetingFile
from sangesan.cases.papers.visit_parts import opinion
from sangesan.cases.papers.wording import bare_yuan, day, iso, number, numbered, risk_words
from sangesan.documents.form import Fields, Heading, Paper, Part, Signatures, Table, boxes

TOWN = (
    "序号", "村（社区）", "户主", "人口", "事项", "类别", "风险", "人均收入参考（元）",
    "评议票数（同意/不同意/弃权）", "公示起止", "抽查", "会审意见", "理由",
)  # fmt: skip
TOWN_WIDTHS = (6, 12, 9, 6, 9, 14, 14, 11, 12, 15, 7, 14, 17)
COUNTY = ("序号", "镇", "村（社区）", "户主", "人口", "事项", "类别", "风险", "帮扶责任人", "审定意见", "理由")
COUNTY_WIDTHS = (6, 10, 12, 9, 6, 9, 15, 16, 17, 14, 20)


def town(file: MeetingFile, context: Context) -> Paper:
    """The town's joint review of the households of one sitting."""
    meeting = file.meeting
    rows = numbered(_town_row(line, context) for line in file.lines)
    opinions = "" if meeting.closed_at is None else _counted(file)
    return Paper(
        title=f"{file.subject}镇级审核表",
        subtitle="" if file.whole else "（摘录本管理范围内的户）",
        organ=context.government(meeting.division),
        landscape=True,
        parts=[
            _meeting(file),
            Heading("一、会审名单"),
            Table(TOWN, rows, TOWN_WIDTHS),
            Heading("二、抽查核实"),
            Fields(
                [
                    ("抽查户数", ""),
                    ("抽查方式", boxes(["入户", "电话", "查阅资料"])),
                    ("抽查人", ""),
                    ("抽查日期", day(None)),
                ]
            ),
            opinion("抽查情况", "", 2),
            Heading("三、镇级意见"),
            opinion("会审意见", opinions, 3),
            Signatures(["主持人签字：", "镇主要负责人签字：", f"{context.government(meeting.division)}（盖章）："], 24),
        ],
    )


def county(file: MeetingFile, context: Context) -> Paper:
    """The county's decision of one joint meeting."""
    meeting = file.meeting
    rows = numbered(_county_row(line, context) for line in file.lines)
    parts: list[Part] = [
        _meeting(file),
        Fields([("审定文号", meeting.document_number), ("审定户数", f"{len(file.lines)}户")]),
        Heading("一、审定名单"),
        Table(COUNTY, rows, COUNTY_WIDTHS),
        Heading("二、县级意见"),
        opinion("审定意见", "" if meeting.closed_at is None else _counted(file), 3),
        Signatures(["主持人签字：", "专班负责人签字：", f"{context.county_office}（盖章）："], 24),
    ]
    return Paper(
        title=f"{file.subject}县级审定表",
        subtitle="" if file.whole else "（摘录本管理范围内的户）",
        organ=context.county_office,
        landscape=True,
        parts=parts,
    )


def outcome_of(line: ItemLine) -> str:
    """The outcome's word; boxes to tick while the sitting is open are for the paper itself."""
    return OUTCOME_TITLES[Outcome(line.item.outcome)] if line.item.outcome in set(Outcome) else ""


def matter(line: ItemLine) -> str:
    """What was asked for a household."""
    return "风险消除" if line.item.exit else "拟纳入"


def _meeting(file: MeetingFile) -> Fields:
    m = file.meeting
    names = "、".join(f"{person.get('name', '')}（{person.get('title', '')}）" for person in m.members)
    return Fields(
        [
            ("会议", m.get_kind_display()),
            ("时间", day(m.held_on)),
            ("地点", m.place),
            ("主持人", m.host),
            ("记录人", m.recorder),
            ("会审户数", f"{len(file.lines)}户"),
            ("参会人员", names),
        ],
        columns=3,
    )


def _town_row(line: ItemLine, context: Context) -> list[str]:
    case, visit, notice, voted = line.case, line.visit, line.notice, line.appraisal
    votes = (
        f"{number(voted.votes_for)}/{number(voted.votes_against)}/{number(voted.abstained)}"
        if voted and voted.votes_for is not None
        else ""
    )
    posted = (
        f"{iso(notice.notice.posted_on)}至{iso(notice.notice.taken_down_on or notice.notice.until)}" if notice else ""
    )
    return [
        context.tree.names.get(case.village, ""),
        case.household.head_name,
        number(case.household.size),
        matter(line),
        line.category,
        risk_words(case.risks),
        bare_yuan(visit.reference_per_head_fen) if visit else "",
        votes,
        posted,
        "",
        outcome_of(line),
        line.item.reason,
    ]


def _county_row(line: ItemLine, context: Context) -> list[str]:
    case = line.case
    helper = case.helper.user.name if case.helper and case.helper.user else ""
    return [
        context.tree.names.get(case.town, ""),
        context.tree.names.get(case.village, ""),
        case.household.head_name,
        number(case.household.size),
        matter(line),
        line.category,
        risk_words(case.risks),
        f"{helper} {case.helper.title}".strip() if case.helper else "",
        outcome_of(line),
        line.item.reason,
    ]


def _counted(file: MeetingFile) -> str:
    """纳入3户：通过2户，退回1户。"""
    said = []
    for title, lines in (("拟纳入", file.entering), ("风险消除", file.exiting)):
        if lines:
            counts = [(word, sum(1 for x in lines if x.item.outcome == code)) for code, word in OUTCOME_TITLES.items()]
            said.append(f"{title}{len(lines)}户，其中" + "、".join(f"{word}{n}户" for word, n in counts if n))
    return "；".join(said) + "。"
