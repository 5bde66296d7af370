"""The preconditions of a step in words that also fit when they hold, and where on the pages each is filled in."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from sangesan.cases.case_page import CasePage
from sangesan.cases.models import Meeting
from sangesan.cases.preconditions import Need
from sangesan.cases.states import EXITING

TITLES: dict[Need, str | Promise] = {
    Need.VISITED: _("入户核查"),
    Need.AUTHORISED: _("成年成员承诺授权"),
    Need.COMPARED: _("信息比对"),
    Need.HITS_EXPLAINED: _("比对结果逐条说明"),
    Need.CATEGORY: _("监测对象类别"),
    Need.RISKS: _("风险类型"),
    Need.HELPER: _("帮扶责任人"),
    Need.FIRST_MEASURES: _("初步帮扶措施"),
    Need.MINUTES: _("评议会议记录"),
    Need.VOTE_PASSED: _("评议过半数同意"),
    Need.NOTICE_SERVED: _("公示满期"),
    Need.OBJECTIONS_SETTLED: _("异议已处理"),
    Need.SITTING: _("镇级会审通过"),
    Need.JOINT_MEETING: _("专班联席会议审定通过"),
    Need.DECISION_NUMBER: _("审定文号"),
    Need.SYSTEM_NUMBER: _("国家系统编号"),
    Need.OBSERVED: _("纳入后观察满期"),
    Need.MEASURES_LANDED: _("帮扶措施已落实"),
    Need.INCOME_OVER_LINE: _("收入稳定超过监测范围"),
    Need.FOUR_TESTS: _("三保障和饮水安全"),
    Need.RISKS_GONE: _("原有风险已消除"),
    Need.NO_NEW_RISK: _("没有新的风险"),
    Need.HAS_LABOUR: _("有劳动力"),
    Need.WARNINGS_ANSWERED: _("提醒已改正或写明理由"),
    Need.ATTEMPTS: _("联系登记"),
    Need.GONE_PROVEN: _("死亡或迁出的依据"),
}
ANCHORS = {
    Need.AUTHORISED: "#authorisations",
    Need.COMPARED: "#comparison",
    Need.HITS_EXPLAINED: "#comparison",
    Need.CATEGORY: "#study",
    Need.RISKS: "#study",
    Need.HELPER: "#study",
    Need.SYSTEM_NUMBER: "#number",
    Need.WARNINGS_ANSWERED: "#warnings",
    Need.ATTEMPTS: "#attempts",
    Need.GONE_PROVEN: "#gone",
}
BY_VISIT = {
    Need.VISITED, Need.INCOME_OVER_LINE, Need.FOUR_TESTS, Need.RISKS_GONE, Need.NO_NEW_RISK, Need.HAS_LABOUR,
}  # fmt: skip
BY_MEASURES = {Need.FIRST_MEASURES, Need.MEASURES_LANDED}
MEETINGS = {
    Need.MINUTES: Meeting.Kind.APPRAISAL,
    Need.VOTE_PASSED: Meeting.Kind.APPRAISAL,
    Need.SITTING: Meeting.Kind.TOWN_REVIEW,
    Need.JOINT_MEETING: Meeting.Kind.JOINT_MEETING,
}
BY_NOTICE = {Need.NOTICE_SERVED, Need.OBJECTIONS_SETTLED}


@dataclass(frozen=True)
class ShownNeed:
    """One line of 还缺什么. said: what is lacking, "" where it holds; address: where it is filled in, "" for nowhere."""

    title: str | Promise
    holds: bool
    said: str
    address: str


def shown_needs(page: CasePage) -> list[ShownNeed]:
    """The needs of the act that carries the case on, with links for those who act on it."""
    return [
        ShownNeed(TITLES[need], holds, "" if holds else need.value, "" if holds else place_of(need, page))
        for need, holds in page.needs
    ]


def place_of(need: Need, page: CasePage) -> str:
    """The address or anchor at which a need is filled in; "" where there is none, or the post only looks on."""
    if not page.role:
        return ""
    case = page.case
    if need in BY_VISIT:
        return visit_address(page)
    if need in BY_MEASURES:
        return reverse("household-assistance", args=[case.household_id])
    if need in MEETINGS:
        return meeting_address(page, MEETINGS[need])
    if need in BY_NOTICE:
        notice = page.dossier.notice
        if notice:
            return reverse("notice", args=[notice.notice_id])
        return f"{reverse('notice-new')}?{urlencode({'village': case.village})}"
    return ANCHORS.get(need, "")


def visit_address(page: CasePage) -> str:
    """The form of an in-home check for where the case stands."""
    purpose = "elimination" if page.case.state in EXITING else "identification"
    address = reverse("visit-record", args=[page.case.household_id])
    return f"{address}?case={page.case.pk}&purpose={purpose}"


def meeting_address(page: CasePage, kind: str) -> str:
    """The open meeting that has the case on its agenda, or the form for a new one."""
    item = page.dossier.items.get(kind)
    if item is not None and item.meeting.closed_at is None:
        return reverse("meeting", args=[item.meeting_id])
    return f"{reverse('meeting-new')}?{urlencode({'kind': kind, 'village': page.case.village})}"
