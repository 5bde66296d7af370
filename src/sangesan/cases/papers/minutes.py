"""民主评议会议记录: the whole meeting, all its households, votes and sign-in lines. Fields: domain rules 7, form 5."""

from sangesan.cases.outcomes import OUTCOME_TITLES, Outcome
from sangesan.cases.papers.context import Context
from sangesan.cases.papers.meeting_file import ItemLine, MeetingFile
from sangesan.cases.papers.visit_parts import opinion
from sangesan.cases.papers.wording import bare_yuan, day, number, numbered, risk_words
from sangesan.documents.form import Fields, Heading, Paper, Part, Photos, Signatures, Table
from sangesan.visits.domain import OUTCOMES, Conclusion

REPORTED = ("序号", "户主", "组", "人口", "类别", "主要风险", "入户核查", "人均收入参考（元）", "信息比对")
VOTED = ("序号", "户主", "事项", "应到", "实到", "同意", "不同意", "弃权", "回避的亲属", "评议结果")
SIGN_IN = ("序号", "姓名", "签字（按手印）") * 2
LEAST_SIGNERS, MOST_SIGNERS = 20, 200
NOTE = (
    "说明：1.会前先入户核查、信息比对；到会人数按应到人数的规定比例。2.逐户讨论、逐户表决，亲属回避，"
    "记录要写各户的具体情况，不能几户照抄。3.会议照片另附或拍照上传。"
)


def build(file: MeetingFile, context: Context) -> Paper:
    """The minutes; what was not written down yet is left open for the pen."""
    meeting = file.meeting
    parts: list[Part] = [
        Heading("一、会议情况"),
        _meeting(file, context),
        opinion("议题", _topic(file), 1),
        Heading("二、入户核查和信息比对情况通报"),
        Table(REPORTED, numbered(_reported(line) for line in file.lines), [7, 10, 9, 7, 16, 15, 14, 14, 13]),
        Heading("三、讨论情况"),
        opinion("记录", meeting.minutes, 10),
        Heading("四、逐户表决"),
        Table(VOTED, numbered(_voted(line, file) for line in file.lines), [7, 10, 10, 7, 7, 7, 9, 7, 16, 20]),
        Heading("五、到会人员签到"),
        _sign_in(meeting.present or meeting.expected or LEAST_SIGNERS),
        Signatures(["主持人签字：", "记录人签字：", "监督委员会成员签字："], 22),
    ]
    if file.photos:
        parts += [Heading("六、会议照片"), Photos(file.photos)]
    return Paper(
        title="民主评议会议记录",
        subtitle="" if file.whole else "（摘录本管理范围内的户）",
        organ=context.tree.full_name(meeting.division),
        parts=parts,
        note=NOTE,
    )


def _meeting(file: MeetingFile, context: Context) -> Fields:
    m = file.meeting
    share = f"{m.present * 100 // m.expected}%" if m.present is not None and m.expected else ""
    return Fields(
        [
            ("村（社区）", context.tree.full_name(m.division)),
            ("时间", day(m.held_on)),
            ("地点", m.place),
            ("主持人", m.host),
            ("记录人", m.recorder),
            ("应到人数", number(m.expected, "人")),
            ("实到人数", number(m.present, "人")),
            ("到会比例", share),
        ]
    )


def _topic(file: MeetingFile) -> str:
    said = []
    if file.entering:
        said.append(f"{len(file.entering)}户拟纳入{file.subject}")
    if file.exiting:
        said.append(f"{len(file.exiting)}户{file.subject}拟标注风险消除")
    return f"对{'、'.join(said)}进行民主评议"


def _reported(line: ItemLine) -> list[str]:
    visit, home = line.visit, line.case.household
    found = OUTCOMES.get(Conclusion(visit.conclusion), "") if visit and visit.conclusion in set(Conclusion) else ""
    seen = f"{visit.visited_on} {found}" if visit else ""
    compared = (
        "" if line.hits is None else "没有命中" if not line.hits else f"命中{line.hits}条，已说明{line.explained}条"
    )
    income = bare_yuan(visit.reference_per_head_fen) if visit else ""
    return [
        home.head_name, line.group_name, number(home.size), line.category, risk_words(line.case.risks[:2]), seen, income, compared
    ]  # fmt: skip


def _voted(line: ItemLine, file: MeetingFile) -> list[str]:
    item, m = line.item, file.meeting
    result = OUTCOME_TITLES[Outcome(item.outcome)] if item.outcome in set(Outcome) else ""
    if item.reason and item.outcome != Outcome.PASS:
        result += f"：{item.reason}"
    votes = [number(v) for v in (item.votes_for, item.votes_against, item.abstained)]
    matter = "风险消除" if item.exit else "纳入"
    return [line.case.household.head_name, matter, number(m.expected), number(m.present), *votes, item.withdrew, result]


def _sign_in(count: int) -> Table:
    rows = -(-max(LEAST_SIGNERS, min(count, MOST_SIGNERS)) // 2)
    lines = [[str(n), "", "", str(n + rows), "", ""] for n in range(1, rows + 1)]
    return Table(SIGN_IN, lines, [7, 18, 25, 7, 18, 25])
