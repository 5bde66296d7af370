"""Lists as .xlsx, each from an allow-list of columns: nobody's number, phone or state of health is among them."""

from dataclasses import dataclass

from sangesan.cases.models import Case
from sangesan.cases.papers.context import Asked, Context, Listing
from sangesan.cases.papers.meeting_file import ItemLine, MeetingFile, groups_of
from sangesan.cases.papers.reaching import place_for
from sangesan.cases.papers.review import matter, outcome_of
from sangesan.cases.papers.wording import category_of, iso, risk_words
from sangesan.cases.permissions import visible_cases
from sangesan.cases.states import ENDED, STATE_TITLES, State
from sangesan.policy.regimes import load_regimes
from sangesan.regions.queries import tree

MONITORED = (
    "序号", "镇", "村（社区）", "村民小组", "户主", "户编号", "人口", "类别", "风险类型", "纳入时间",
    "帮扶责任人", "状态", "消除时间", "审定文号", "国家系统编号",
)  # fmt: skip
AGENDA = (
    "序号",
    "镇",
    "村（社区）",
    "村民小组",
    "户主",
    "户编号",
    "人口",
    "事项",
    "类别",
    "风险类型",
    "当前环节",
    "本步期限",
)
DECISIONS = (
    "序号",
    "镇",
    "村（社区）",
    "户主",
    "户编号",
    "人口",
    "事项",
    "类别",
    "风险类型",
    "结果",
    "理由",
    "审定文号",
    "审定时间",
)


@dataclass(frozen=True)
class MonitoredFile:
    """Cases of a place that were taken in, with their groups by household."""

    place: str
    cases: list[Case]
    groups: dict[int, str]


def load_monitored(asked: Asked) -> MonitoredFile:
    """The households taken into monitoring in a place, those eliminated since among them; raises NotAllowed."""
    place = place_for(asked.post, str(asked.subject))
    rows = visible_cases(asked.post).filter(enrolled_on__isnull=False).exclude(state__in=ENDED)
    level = tree().levels[place]
    if level != "county":
        rows = rows.filter(town=place) if level == "town" else rows.filter(village=place)
    cases = list(rows.select_related("household", "helper__user").order_by("town", "village", "id"))
    return MonitoredFile(place, cases, groups_of([c.household_id for c in cases], asked.today))


def monitored(file: MonitoredFile, context: Context) -> Listing:
    """The list of monitored households."""
    names = context.tree.names
    rows = []
    for n, c in enumerate(file.cases, start=1):
        helper = f"{c.helper.user.name} {c.helper.title}" if c.helper and c.helper.user else ""
        rows.append(
            [
                n, names.get(c.town, ""), names.get(c.village, ""), file.groups.get(c.household_id, ""), c.household.head_name,
                c.household.code, c.household.size, category_of(load_regimes()[c.regime], c.category), risk_words(c.risks),
                iso(c.enrolled_on), helper, STATE_TITLES[State(c.state)], iso(c.eliminated_on), c.decision_number,
                c.national_number,
            ]
        )  # fmt: skip
    title = f"监测对象名单_{context.tree.full_name(file.place)}_{context.today:%Y%m%d}"
    return Listing(title, MONITORED, rows, [6, 12, 16, 12, 10, 22, 6, 16, 28, 12, 28, 22, 12, 22, 24])


def agenda(file: MeetingFile, context: Context) -> Listing:
    """The cases on a meeting's agenda."""
    rows = []
    for n, line in enumerate(file.lines, start=1):
        c = line.case
        rows.append(
            [*_place(n, line, context), line.group_name, *_who(line), STATE_TITLES[State(c.state)], iso(c.step_due)]
        )
    title = f"{file.meeting.get_kind_display()}议题_{file.meeting.held_on:%Y%m%d}"
    return Listing(title, AGENDA, rows, [6, 12, 16, 12, 10, 22, 6, 10, 16, 28, 22, 12])


def decisions(file: MeetingFile, context: Context) -> Listing:
    """What a meeting decided on each."""
    m = file.meeting
    rows = [
        [*_place(n, line, context), *_who(line), outcome_of(line), line.item.reason, m.document_number, iso(m.held_on)]
        for n, line in enumerate(file.lines, start=1)
    ]
    title = f"{m.get_kind_display()}结果_{m.held_on:%Y%m%d}"
    return Listing(title, DECISIONS, rows, [6, 12, 16, 10, 22, 6, 10, 16, 28, 24, 40, 24, 12])


def _place(n: int, line: ItemLine, context: Context) -> list[object]:
    names = context.tree.names
    return [n, names.get(line.case.town, ""), names.get(line.case.village, "")]


def _who(line: ItemLine) -> list[object]:
    home = line.case.household
    return [home.head_name, home.code, home.size, matter(line), line.category, risk_words(line.case.risks)]
