"""信息比对表: what departments' data say of each member, and what explains it. Fields: domain rules 7, form 4."""

from collections.abc import Mapping

from sangesan.cases.comparing import compared_feeds
from sangesan.cases.models import ComparisonHit
from sangesan.cases.papers.case_file import CaseFile, MemberLine
from sangesan.cases.papers.context import Context
from sangesan.cases.papers.visit_parts import opinion
from sangesan.cases.papers.wording import day, yes_no
from sangesan.documents.form import Fields, Heading, Paper, Signatures, Table
from sangesan.exchange.contracts import load_contracts

HEADINGS = ("成员", "项目", "数据来源", "数据截至", "是否命中", "情况", "说明", "说明人")
WIDTHS = (9, 9, 15, 10, 13, 24, 28, 14)
BY_HAND = ("社会保险", "民政救助", "存款等")  # not compared by the system: no feed with such columns is agreed
NOTE = (
    "说明：命中的项目须逐条说明来源、用途和现状，不因命中一票否决；没有部门数据的项目由人工查询后填写。"
    "比对结果只用于本户的核查，不得公开。"
)


def build(file: CaseFile, context: Context) -> Paper:
    """Every member against every kind of data: hits with their explanation, and what was not found."""
    case, comparison = file.case, file.comparison
    hits = list(comparison.hits.all()) if comparison else []
    explained = sum(1 for hit in hits if hit.explanation)
    return Paper(
        title=f"{file.subject}信息比对表",
        organ=context.tree.full_name(case.village),
        landscape=True,
        parts=[
            Heading("一、比对对象"),
            Fields(
                [
                    ("户主", case.household.head_name),
                    ("家庭成员", "、".join(m.person.name for m in file.members)),
                    ("比对日期", day(comparison.as_of if comparison else None)),
                    ("命中", f"{len(hits)}条，已说明{explained}条" if comparison else ""),
                ]
            ),
            Heading("二、比对结果"),
            Table(HEADINGS, _rows(file, hits), WIDTHS),
            opinion("比对意见", "", 3),
            Signatures(["比对人签字：", "核查人签字：", "镇（盖章）："], 22),
        ],
        note=NOTE,
    )


def _rows(file: CaseFile, hits: list[ComparisonHit]) -> list[list[str]]:
    sources = {s["feed"]: s for s in file.comparison.sources} if file.comparison else {}
    members = {m.person.pk: m for m in file.members}
    rows = []
    for member in file.members:
        for feed in compared_feeds():
            own = [h for h in hits if h.person_id == member.person.pk and h.kind == feed.kind]
            source = sources.get(feed.feed, {})
            rows += [_hit(member.person.name, h, source) for h in own] or [_miss(member, feed.feed, feed.kind, source)]
        rows += [[member.person.name, kind, "", "", yes_no(None), "", "", ""] for kind in BY_HAND]
    rows += [_hit("（原成员）", h, {}) for h in hits if h.person_id not in members]
    return rows


def _hit(name: str, hit: ComparisonHit, source: Mapping[str, str]) -> list[str]:
    period = source.get("period", "")[:7]
    return [
        name, hit.kind, _department(hit.department), period, yes_no(True), hit.sentence, hit.explanation, hit.explained_by
    ]  # fmt: skip


def _miss(member: MemberLine, feed: str, kind: str, source: Mapping[str, str]) -> list[str]:
    """No hit: a no where data had come, an open box where they had not."""
    contract = load_contracts().feeds.get(feed)
    period = source.get("period", "")
    shown = period[:7] or ("部门未报送" if source else "")
    answer = yes_no(False) if period else yes_no(None)
    return [member.person.name, kind, _department(contract.department if contract else ""), shown, answer, "", "", ""]


def _department(code: str) -> str:
    known = load_contracts().departments
    return known[code].name if code in known else code
