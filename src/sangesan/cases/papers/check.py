"""入户核查表: what two checkers saw, asked and found. Fields: domain rules 7, form 2."""

from sangesan.cases.papers.case_file import CaseFile
from sangesan.cases.papers.context import Context
from sangesan.cases.papers.visit_parts import income_parts, opinion, paid_table, tests_table
from sangesan.cases.papers.wording import (
    category_boxes,
    day,
    number,
    one_of,
    padded,
    ranked_risks,
    yuan,
)
from sangesan.clues.domain import channels
from sangesan.documents.form import Fields, Heading, Paper, Part, Photos, Signatures, Table, boxes
from sangesan.visits.domain import HOUSE_GRADES, OUTCOMES, PURPOSES, SIGNED_HOW, WATER_SOURCES, conclusions_for

MEMBERS = ("序号", "姓名", "与户主关系", "年龄", "健康状况", "劳动能力", "务工或就学", "是否见到")
SEEN, AWAY = "在家", "外出"


def build(file: CaseFile, context: Context) -> Paper:
    """The check as recorded; before any visit a form to take along, filled with what is known."""
    case, visit = file.case, file.visit
    house = visit.house_grade if visit and visit.house_grade else file.living.house_grade
    parts: list[Part] = [
        Heading("一、入户情况"),
        _visit_fields(file, context),
        Heading("二、家庭成员"),
        Table(MEMBERS, padded(_members(file), 5, len(MEMBERS)), [7, 11, 12, 7, 14, 16, 15, 23]),
        opinion("成员变化", visit.members_note if visit else "", 1),
        Heading("三、住房、教育、医疗、饮水（“是”为安全）"),
        tests_table(visit),
        Fields(
            [
                ("住房等级", one_of(HOUSE_GRADES, house)),
                ("水源", one_of(WATER_SOURCES, visit.water_source if visit else "")),
            ],
            columns=1,
        ),
        Heading("四、近12个月收入"),
        *income_parts(visit),
        Heading("五、必要支出和负债"),
        paid_table(visit),
        Fields(
            [
                ("家庭负债", yuan(visit.debts_fen) if visit else ""),
                ("劳动力人数", number(visit.labour, "人") if visit else ""),
            ]
        ),
        Heading("六、核查结论"),
        *_conclusion(file),
    ]
    if file.photos:
        parts += [Heading("七、入户照片"), Photos(file.photos)]
    return Paper(
        title=f"{file.subject}入户核查表",
        subtitle="（风险消除）" if file.exiting else "",
        organ=context.tree.full_name(case.village),
        parts=parts,
        note="填表说明：核查须两人以上入户，逐项查看、询问；金额填近12个月的合计数；支出须见票据。",
    )


def _visit_fields(file: CaseFile, context: Context) -> Fields:
    case, visit = file.case, file.visit
    clock = f" {visit.began_at:%H:%M}" if visit and visit.began_at else ""
    channel = channels().get(case.channel)
    return Fields(
        [
            ("户主", case.household.head_name),
            ("家庭住址", context.tree.full_name(case.residence)),
            ("入户时间", f"{day(visit.visited_on)}{clock}" if visit else day(None)),
            ("核查人", "、".join(visit.checker_names) or visit.checkers if visit else ""),
            (
                "入户目的",
                boxes(list(PURPOSES.values()), [PURPOSES[p] for p in visit.purposes if p in PURPOSES] if visit else []),
            ),
            ("地点", visit.place if visit else ""),
            ("线索来源", channel.title if channel else ""),
            ("线索内容", case.reason),
        ]
    )


def _members(file: CaseFile) -> list[list[str]]:
    visit, rows = file.visit, []
    for n, m in enumerate(file.members, start=1):
        seen = set(visit.members_seen) if visit else set()
        away = set(visit.members_away) if visit else set()
        ticked = [SEEN] if m.person.pk in seen else [AWAY] if m.person.pk in away else []
        c = m.condition
        doing = c.schooling or (f"{c.work_place}{number(c.work_months, '个月')}" if c.work_place else "")
        rows.append(
            [str(n), m.person.name, m.relation, number(m.age), c.health, c.labour, doing, boxes([SEEN, AWAY], ticked)]
        )
    return rows


def _conclusion(file: CaseFile) -> list[Part]:
    case, visit = file.case, file.visit
    purposes = visit.purposes if visit else ["elimination" if file.exiting else "identification"]
    titles = {str(code): OUTCOMES[code] for code in conclusions_for(purposes)}
    risks = visit.risks if visit and visit.risks else [] if file.exiting else case.risks
    signed = f"{SIGNED_HOW.get(visit.signed_how, '')} {visit.signed_by_name}".strip() if visit else ""
    return [
        Fields([("核查结论", one_of(titles, visit.conclusion if visit else ""))], columns=1),
        Fields([("建议类别", category_boxes(file.regime, case.category))], columns=1),
        Fields(ranked_risks(risks), columns=3),
        opinion("理由", visit.reason if visit else "", 2),
        opinion("农户意见", visit.household_opinion if visit else "", 2),
        Fields([("签字方式", signed)], columns=1),
        Signatures(["农户签字（按手印）：", "核查人签字：", "核查人签字："], 24, [file.visit_signed]),
    ]
