"""帮扶计划（一户一策）: each risk or need, what answers it, who, until when, for how much. Domain rules 7, form 8."""

from sangesan.assistance.catalogue import catalogue
from sangesan.assistance.models import Measure
from sangesan.cases.papers.case_file import CaseFile
from sangesan.cases.papers.context import Context
from sangesan.cases.papers.visit_parts import opinion
from sangesan.cases.papers.wording import (
    bare_yuan,
    category_of,
    day,
    iso,
    number,
    numbered,
    padded,
    risk_words,
    yuan,
)
from sangesan.documents.form import Fields, Heading, Paper, Signatures, Table
from sangesan.policy.risks import RISK_TYPES

NEEDS = ("序号", "缺什么", "具体情况", "金额（元）", "发现日期")
MEASURES = (
    "序号",
    "针对的风险或短板",
    "帮扶措施",
    "政策依据",
    "责任单位、责任人",
    "开始",
    "完成时限",
    "金额（元）",
    "落实情况和凭据",
)


def build(file: CaseFile, context: Context) -> Paper:
    """The plan with what has been delivered of it."""
    case, home = file.case, file.case.household
    return Paper(
        title="帮扶计划（一户一策）",
        organ=context.tree.full_name(case.village),
        landscape=True,
        parts=[
            Heading("一、基本情况"),
            Fields(
                [
                    ("户主", home.head_name),
                    ("家庭住址", context.tree.full_name(home.residence)),
                    ("家庭人口", number(home.size, "人")),
                    ("类别", category_of(file.regime, case.category)),
                    ("纳入时间", day(case.enrolled_on)),
                    ("劳动力", number(file.visit.labour, "人") if file.visit else ""),
                    ("人均收入参考", yuan(file.visit.reference_per_head_fen) if file.visit else ""),
                    ("帮扶责任人", file.helper_name),
                    (
                        "绿色通道",
                        f"{iso(case.green_channel_on)} {case.green_channel_reason}" if case.green_channel_on else "",
                    ),
                    ("风险类型（主次）", risk_words(case.risks)),
                ],
                columns=3,
            ),
            Heading("二、短板（缺什么）"),
            Table(NEEDS, padded(_needs(file), 1, len(NEEDS)), [6, 18, 50, 13, 13]),
            Heading("三、措施（补什么）"),
            Table(MEASURES, padded(_measures(file), 4, len(MEASURES)), [6, 14, 19, 15, 19, 13, 13, 11, 24]),
            opinion("农户意见", "", 2),
            Signatures(
                [
                    "户主签字（按手印）：",
                    "帮扶责任人签字：",
                    f"{context.committee(case.village)}（盖章）：",
                    f"{context.government(case.town)}（盖章）：",
                ],
                24,
            ),
        ],
        note="说明：没有劳动力的户先落实兜底保障，有劳动力的户以产业、就业等开发式帮扶为主；措施有变动的，重新打印后由户主签字。",
    )


def _needs(file: CaseFile) -> list[list[str]]:
    titles = {str(kind): title for kind, title in catalogue().needs.items()}
    return numbered([titles.get(n.kind, ""), n.sentence, bare_yuan(n.amount_fen), iso(n.since)] for n in file.needs)


def _measures(file: CaseFile) -> list[list[str]]:
    return numbered(_measure(file, m) for m in file.measures)


def _measure(file: CaseFile, m: Measure) -> list[str]:
    groups = catalogue().groups
    group = groups[m.group].title if m.group in groups else ""
    needs = {n.pk: n.sentence for n in file.needs}
    aim = RISK_TYPES.get(m.risk, "") or needs.get(m.need_id or 0, "")
    landed = [
        f"{iso(x.on)} {x.evidence}{f'，{bare_yuan(x.amount_fen)}元' if x.amount_fen else ''}"
        for x in file.landings.get(m.pk, ())
    ]
    state = "\n".join(landed) or (f"{iso(m.landed_on)} 已落实" if m.landed_on else "")
    return [
        aim,
        f"{group}：{m.title}" if group else m.title,
        m.basis,
        "、".join(x for x in (m.unit, m.person) if x),
        iso(m.begins_on),
        iso(m.due_on),
        bare_yuan(m.amount_fen),
        state,
    ]
