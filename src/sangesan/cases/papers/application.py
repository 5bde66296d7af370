"""申请及承诺授权书: the household asks, every adult promises and authorises. Fields: domain rules 7, form 1."""

from sangesan.cases.filling import WAYS
from sangesan.cases.papers.case_file import CaseFile, MemberLine
from sangesan.cases.papers.context import Context
from sangesan.cases.papers.visit_parts import opinion
from sangesan.cases.papers.wording import day, iso, number, one_of, padded, risk_boxes, yes_no
from sangesan.clues.domain import channels
from sangesan.documents.form import Fields, Heading, Paper, Paragraphs, Signatures, Table, boxes

MEMBERS = ("序号", "姓名", "与户主关系", "证件号码", "年龄", "本次授权")
SCOPE = "不动产、车辆、市场主体（企业和个体经营）、社会保险、财政供养、民政救助、存款等金融资产"
NOTE = (
    "填表说明：1.全体成年成员都要签字或按手印；在外务工的，可用一次性链接签名，或签在纸上拍照交回。"
    "2.不识字的由他人代写，代写人须当面宣读，由本人按手印。3.签好后拍照上传，右上角的编码会把照片归到本户。"
)


def build(file: CaseFile, context: Context) -> Paper:
    """The paper to sign; who has authorised already is named with day and way, and with what was drawn on a screen."""
    case = file.case
    return Paper(
        title=f"{file.subject}申请及承诺授权书",
        organ=context.tree.full_name(case.village),
        parts=[
            Heading("一、申请人情况"),
            _applicant(file, context),
            opinion("申请理由和主要困难", case.reason, 4),
            Fields([("风险类型", risk_boxes(case.risks))], columns=1),
            Heading("二、家庭成员"),
            Table(MEMBERS, padded(_members(file), 4, len(MEMBERS)), [7, 14, 14, 28, 9, 28]),
            Heading("三、承诺"),
            Paragraphs(
                [
                    (
                        "本户承诺：以上申请内容和所提供的材料真实、完整，没有隐瞒收入、财产和家庭成员情况；"
                        "家庭情况发生变化时，及时告知村（社区）。如有不实，愿意承担相应后果。"
                    )
                ]
            ),
            Heading("四、授权"),
            Paragraphs(
                [
                    (
                        f"本户全体成员同意并授权：为识别和管理{file.subject}，有关部门可以依法查询本户全体成员名下的{SCOPE}等信息，"
                        "并与所填情况比对。查询结果只用于本次申请的核查和帮扶，不向无关人员公开。"
                    )
                ]
            ),
            Heading("五、成年成员签字或按手印"),
            Signatures(
                [_sign(m) for m in file.adults]
                or ["户主签字（按手印）：", "成员签字（按手印）：", "成员签字（按手印）："],
                22,
                [file.signed.get(m.person.pk) for m in file.adults],
            ),
            Heading("六、代写和受理"),
            Fields(
                [
                    ("代写人", ""),
                    ("与申请人关系", ""),
                    ("已向本人宣读", boxes(["是"])),
                    ("受理日期", day(case.began_on)),
                ]
            ),
            Signatures(["代写人签字：", "受理人签字：", f"{context.committee(case.village)}（盖章）："], 22),
        ],
        note=NOTE,
    )


def _applicant(file: CaseFile, context: Context) -> Fields:
    case, head = file.case, file.head
    home = case.household
    phones = [head.phone] if head and head.phone else [m.phone for m in file.members if m.phone][:1]
    return Fields(
        [
            ("户主姓名", home.head_name),
            ("证件号码", head.identity if head else ""),
            ("联系电话", "".join(phones)),
            ("家庭人口", number(home.size, "人")),
            ("家庭住址", context.tree.full_name(home.residence) + (file.group_name if not home.relocated else "")),
            ("户籍所在地", context.tree.full_name(home.village) + file.group_name),
            ("是否脱贫户", yes_no(home.formerly_poor)),
            ("户编号", home.code),
            ("申请渠道", one_of({code: c.title for code, c in channels().items()}, case.channel)),
        ]
    )


def _members(file: CaseFile) -> list[list[str]]:
    rows = []
    for n, m in enumerate(file.members, start=1):
        row = file.authorisations.get(m.person.pk)
        done = f"{iso(row.on)} {WAYS.get(row.way, '')}" if row else "未成年" if not m.adult else ""
        rows.append([str(n), m.person.name, m.relation, m.identity, number(m.age), done])
    return rows


def _sign(member: MemberLine) -> str:
    return f"{member.person.name}（{member.relation}）签字、按手印："
