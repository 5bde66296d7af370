"""信息采集表: everything that the national system asks of a household. Fields: domain rules 7, form 3 (S43c)."""

from sangesan.assistance.catalogue import catalogue as measures_catalogue
from sangesan.assistance.models import Measure
from sangesan.cases.papers.case_file import CaseFile, MemberLine
from sangesan.cases.papers.context import Context
from sangesan.cases.papers.visit_parts import income_parts, tests_table
from sangesan.cases.papers.wording import (
    bare_yuan,
    category_boxes,
    day,
    iso,
    number,
    padded,
    ranked_risks,
    yes_no,
)
from sangesan.documents.form import Fields, Heading, Paper, Signatures, Table

WHO = (
    "序号",
    "姓名",
    "性别",
    "证件号码",
    "与户主关系",
    "民族",
    "政治面貌",
    "文化程度",
    "在校生状况",
    "健康状况",
    "劳动技能",
)
WORK = (
    "序号", "姓名", "务工地点", "务工月数", "医疗保险", "大病保险", "商业补充保险", "医疗救助", "养老保险",
    "低保", "特困供养", "公益岗及月数", "失辍学原因", "会讲普通话", "联系电话",
)  # fmt: skip
MEASURES = ("措施类别", "子项", "内容", "起止时间", "金额（元）", "责任单位")
LEAST_MEMBERS = 4


def build(file: CaseFile, context: Context) -> Paper:
    """The form, landscape; what the record lacks stays empty."""
    case = file.case
    return Paper(
        title=f"{file.subject}信息采集表",
        subtitle=f"（{context.today.year}年度）",
        organ=context.tree.full_name(case.village),
        landscape=True,
        parts=[
            Heading("一、家庭基本情况"),
            _household(file, context),
            Fields([("类别", category_boxes(file.regime, case.category))], columns=1),
            Fields([*ranked_risks(case.risks), ("灾害情况备注", case.green_channel_reason)], columns=3),
            Heading("二、家庭成员"),
            Table(WHO, padded([_who(n, m) for n, m in _members(file)], LEAST_MEMBERS, len(WHO)), [5, 9, 5, 20, 10, 7, 10, 11, 11, 11, 14]),
            Table(
                WORK, padded([_work(n, m) for n, m in _members(file)], LEAST_MEMBERS, len(WORK)),
                [5, 8, 10, 6, 8, 7, 7, 7, 8, 6, 6, 8, 8, 7, 13],
            ),
            Heading("三、近12个月收入"),
            *income_parts(file.visit, 3),
            Heading("四、住房、教育、医疗、饮水（“是”为安全）"),
            tests_table(file.visit),
            Heading("五、生产生活条件"),
            _living(file),
            Heading("六、帮扶措施"),
            Table(MEASURES, padded([_measure(m) for m in file.measures], 4, len(MEASURES)), [16, 14, 28, 20, 12, 20]),
            Heading("七、风险消除"),
            _elimination(file),
            Heading("八、帮扶责任人"),
            _helper(file),
            Signatures(["户主签字（按手印）：", "采集人签字：", f"{context.committee(case.village)}（盖章）："], 22),
        ],
        note="填表说明：空白处为尚未采集的项目，请手工补填后录入系统；与系统记录不一致的，请划改并由户主按手印。",
    )  # fmt: skip


def _members(file: CaseFile) -> list[tuple[int, MemberLine]]:
    return list(enumerate(file.members, start=1))


def _household(file: CaseFile, context: Context) -> Fields:
    case, home, head = file.case, file.case.household, file.head
    p, c = (head.person, head.condition) if head else (None, None)
    moved = file.residence and file.residence.cause
    labour = [m.condition.labour for m in file.members if m.condition.labour]
    without = bool(labour) and all(word in {"丧失劳动力", "无劳动力"} for word in labour) if labour else None
    return Fields(
        [
            ("户主姓名", home.head_name),
            ("性别", p.sex if p else ""),
            ("证件类型", "居民身份证" if head and head.identity else ""),
            ("证件号码", head.identity if head else ""),
            ("民族", p.ethnic if p else ""),
            ("政治面貌", c.political if c else ""),
            ("户编号", home.code),
            ("国家系统编号", case.national_number),
            ("联系电话", head.phone if head else ""),
            ("家庭住址", context.tree.full_name(home.residence)),
            ("村民小组（自然村）", file.group_name),
            ("家庭人口数", number(home.size, "人")),
            ("是否脱贫户", yes_no(home.formerly_poor)),
            ("居住安置区和地址", context.tree.full_name(home.residence) if moved else ""),
            ("搬迁方式", f"{file.residence.cause} {iso(file.residence.moved_on)}".strip() if file.residence else ""),
            ("整户无劳动能力兜底保障户", yes_no(without)),
            ("军烈属", yes_no(None)),
            ("识别时间", day(case.enrolled_on)),
        ],
        columns=3,
    )


def _who(n: int, m: MemberLine) -> list[str]:
    p, c = m.person, m.condition
    return [
        str(n), p.name, p.sex, m.identity, m.relation, p.ethnic, c.political, c.education, c.schooling, c.health, c.labour
    ]  # fmt: skip


def _work(n: int, m: MemberLine) -> list[str]:
    c = m.condition
    return [
        str(n), m.person.name, c.work_place, number(c.work_months), c.medical_insurance, _word(c.illness_insurance), "", "",
        c.pension, _word(c.subsistence), _word(c.destitute), "", "", _word(c.mandarin), m.phone,
    ]  # fmt: skip


def _word(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


def _living(file: CaseFile) -> Fields:
    live = file.living
    return Fields(
        [
            ("耕地（亩）", number(live.farmland_mu)),
            ("林地（亩）", number(live.forest_mu)),
            ("退耕还林（亩）", number(live.returned_mu)),
            ("林果（亩）", ""),
            ("牧草地（亩）", ""),
            ("水面（亩）", ""),
            ("入户路", live.road),
            ("距主干路（公里）", number(live.road_km)),
            ("住房面积（平方米）", number(live.house_m2)),
            ("危房级别", f"{live.house_grade}级" if live.house_grade else ""),
            ("卫生厕所", yes_no(live.toilet)),
            ("主要燃料", live.fuel),
            ("生活用电", yes_no(None)),
            ("广播电视", yes_no(None)),
            ("加入合作社", yes_no(None)),
            ("龙头企业带动", yes_no(None)),
            ("创业致富带头人带动", yes_no(None)),
            ("安全饮水", yes_no(live.safe_water)),
        ],
        columns=3,
    )


def _measure(m: Measure) -> list[str]:
    groups = measures_catalogue().groups
    title = groups[m.group].title if m.group in groups else ""
    ends = m.ended_on or m.due_on
    return [title, m.item, m.title, f"{iso(m.begins_on)}至{iso(ends)}", bare_yuan(m.amount_fen), m.unit]


def _elimination(file: CaseFile) -> Fields:
    case = file.case
    return Fields(
        [
            ("消除方式", case.elimination_way),
            ("消除时间", day(case.eliminated_on)),
            ("审定文号", case.exit_decision_number),
            ("监测联系人", ""),
            ("联系方式", ""),
        ],
        columns=3,
    )


def _helper(file: CaseFile) -> Fields:
    helper = file.case.helper
    return Fields(
        [
            ("姓名", helper.user.name if helper and helper.user else ""),
            ("性别", ""),
            ("政治面貌", ""),
            ("单位及职务", helper.title if helper else ""),
            ("帮扶起止", f"{iso(file.case.enrolled_on)}至" if helper and file.case.enrolled_on else ""),
            ("联系电话", ""),
        ],
        columns=3,
    )
