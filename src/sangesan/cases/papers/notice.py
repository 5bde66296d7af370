"""公示 and 公告: the village's poster and the town's announcement. Fields: domain rules 7, form 6.

Both are made from public lines only; the case itself never comes here.
"""

from collections.abc import Sequence

from sangesan.cases.papers.context import Context
from sangesan.cases.papers.public_lines import PublicAnnouncement, PublicLine, PublicNotice
from sangesan.cases.papers.wording import day, numbered
from sangesan.documents.form import Closing, Heading, Paper, Paragraphs, Part, Table

POSTED = ("序号", "村民小组", "户主", "类别", "主要风险")
ANNOUNCED = ("序号", "村（社区）", "户主", "类别", "主要风险")
TO_FILL = "＿＿＿＿＿＿＿＿"


def poster(notice: PublicNotice, context: Context) -> Paper:
    """The village's notice with all its households."""
    committee = context.committee(notice.village)
    organ = f"{context.tree.names.get(context.tree.town_of(notice.village), '')}{committee}"
    entering = (
        f"根据防止返贫动态监测和帮扶有关规定，经农户申请、入户核查、信息比对、村级研判和民主评议，下列{len(notice.lines)}户"
        f"拟纳入{notice.subject}，现予公示。"
    )
    leaving = (
        f"根据防止返贫动态监测和帮扶有关规定，经入户核实和民主评议，下列{len(notice.lines)}户{notice.subject}"
        "的风险已稳定消除，拟按程序标注“风险消除”，现予公示。"
    )
    days = (notice.to_day - notice.from_day).days
    rows = numbered([line.group, line.masked_name, line.category, line.risk_words] for line in notice.lines)
    return Paper(
        title="公　　示",
        organ=organ,
        official=True,
        parts=[
            Paragraphs([leaving if notice.exit else entering]),
            Table(POSTED, rows, [8, 16, 14, 26, 32]),
            Paragraphs(
                [
                    f"公示时间：{day(notice.from_day)}至{day(notice.to_day)}（{days}天）。张贴地点：{notice.place}。",
                    (
                        "如有异议，请在公示期内当面、书面或打电话向村（社区）、镇反映，反映人的姓名予以保密。"
                        f"监督电话：{notice.office_phone or TO_FILL}。"
                    ),
                    "为保护个人信息，户主姓名已隐去一部分。",
                ]
            ),
            Closing(committee, day(notice.from_day)),
        ],
    )


def announcement(said: PublicAnnouncement, context: Context) -> Paper:
    """The town's announcement, under the county's decision number."""
    parts: list[Part] = [
        Paragraphs(["各村（社区）："], indent=False),
        Paragraphs([_decided(said, context)]),
    ]
    lists: list[tuple[str, Sequence[PublicLine]]] = []
    if said.entering:
        lists.append((f"纳入{said.subject}（{len(said.entering)}户）", said.entering))
    if said.exiting:
        lists.append((f"标注“风险消除”（{len(said.exiting)}户）", said.exiting))
    for ordinal, (title, lines) in zip("一二", lists, strict=False):
        rows = numbered([line.village, line.masked_name, line.category, line.risk_words] for line in lines)
        parts += [Heading(f"{ordinal}、{title}"), Table(ANNOUNCED, rows, [8, 20, 14, 26, 32])]
    parts += [
        Paragraphs(["有关村（社区）要按“一户一策”落实帮扶措施；标注“风险消除”的农户继续跟踪，防止返贫。"]),
        Closing(context.government(said.town), day(context.today)),
    ]
    return Paper(
        title=f"关于{context.tree.names.get(said.town, '')}{said.subject}审定结果的公告",
        organ=context.government(said.town),
        number=f"　　〔{context.today.year}〕　　号",
        official=True,
        parts=parts,
    )


def _decided(said: PublicAnnouncement, context: Context) -> str:
    number = f"（{said.decision_number}）" if said.decision_number else ""
    return (
        f"经农户申请、入户核查、信息比对、民主评议、村级公示、镇级会审，{context.county_office}{day(said.decided_day)}"
        f"会议审定{number}，现将审定结果公告如下："
    )
