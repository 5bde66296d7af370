"""The left menu: groups of places, of which a post sees those it may open."""

from dataclasses import dataclass
from typing import TypeAlias

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import may


@dataclass(frozen=True)
class Place:
    """One line of the menu. route: URL name; act: of the access matrix; icon: of Tabler's outline set."""

    title: str | Promise
    route: str
    act: str
    icon: str

    @property
    def address(self) -> str:
        return reverse(self.route)


Menu: TypeAlias = list[tuple[str | Promise, list[Place]]]

MENU: tuple[tuple[str | Promise, tuple[Place, ...]], ...] = (
    (
        _("发现"),
        (
            Place(_("首页"), "front", "county.see", icon="home"),
            Place(_("线索"), "clues", "clues.see", icon="list-check"),
            Place(_("网格排查"), "patrols", "patrols.see", icon="walk"),
            Place(_("三道防线"), "lines", "clues.see", icon="shield-half"),
            Place(_("自主申报"), "self-reports", "self_reports.see", icon="message-report"),
            Place(_("监督渠道"), "tickets", "self_reports.see", icon="speakerphone"),
            Place(_("排查手机"), "phones", "field.see", icon="device-mobile"),
            Place(_("预警"), "alerts", "alerts.see", icon="urgent"),
            Place(_("地图"), "county-map", "alerts.see", icon="map"),
            Place(_("农户"), "households", "registry.see", icon="users"),
        ),
    ),
    (
        _("办理"),
        (
            Place(_("办理进度"), "cases", "cases.see", icon="progress-check"),
            Place(_("会议"), "meetings", "cases.see", icon="users-group"),
            Place(_("公示"), "notices", "cases.see", icon="clipboard-text"),
            Place(_("交回纸件"), "paper-return", "cases.fill", icon="camera"),
            Place(_("台账和名单"), "papers", "cases.print", icon="printer"),
            Place(_("录系核对"), "national", "cases.reconcile", icon="arrows-diff"),
        ),
    ),
    (
        _("村级工作"),
        (
            Place(_("日常职责"), "duties", "village_work.see", icon="clipboard-check"),
            Place(_("院落会议"), "courtyards", "village_work.see", icon="users-group"),
            Place(_("明白纸"), "leaflets", "village_work.see", icon="printer"),
        ),
    ),
    (
        _("责任"),
        (
            Place(_("双线责任"), "responsibility", "responsibility.see", icon="arrows-left-right"),
            Place(_("责任链条"), "chain", "responsibility.see", icon="sitemap"),
            Place(_("职务和任期"), "seats", "leadership.see", icon="id-badge"),
            Place(_("交办任务"), "assignments", "leadership.see", icon="list-tree"),
        ),
    ),
    (
        _("帮扶"),
        (
            Place(_("帮扶请求"), "requests", "assistance.see", icon="message-circle"),
            Place(_("没有落实措施"), "unassisted", "assistance.see", icon="heart-off"),
        ),
    ),
    (
        _("部门数据"),
        (
            Place(_("数据到位"), "departments", "exchange.see", icon="building"),
            Place(_("上传数据"), "upload", "exchange.deliver", icon="upload"),
        ),
    ),
    (
        _("筛查"),
        (
            Place(_("规则"), "rules", "screening.see", icon="scale"),
            Place(_("参数"), "parameters", "screening.see", icon="adjustments"),
            Place(_("筛查记录"), "runs", "screening.see", icon="filter-search"),
        ),
    ),
    (
        _("督查督办"),
        (
            Place(_("重点工作"), "projects", "projects.see", icon="building-factory"),
            Place(_("督查"), "inspections", "inspections.see", icon="eye-check"),
            Place(_("发现的问题"), "findings", "inspections.see", icon="alert-triangle"),
            Place(_("督办单"), "sheets", "supervision.see", icon="file-alert"),
            Place(_("回头看"), "look-backs", "supervision.see", icon="refresh"),
            Place(_("移交"), "hand-overs", "supervision.hand_over", icon="file-export"),
            Place(_("数据核查"), "checks", "checks.see", icon="report-search"),
            Place(_("通报公文"), "bulletins", "bulletins.see", icon="gavel"),
            Place(_("抽签"), "draws", "draws.see", icon="scale"),
        ),
    ),
    (
        _("调度考核"),
        (
            Place(_("周统计"), "weeks", "dispatch.see", icon="report-analytics"),
            Place(_("点对点调度"), "spot-calls", "dispatch.see", icon="phone"),
            Place(_("月通报"), "months", "dispatch.see", icon="clipboard-text"),
            Place(_("季调度"), "quarters", "dispatch.see", icon="users-group"),
            Place(_("指标目录"), "figure-catalogue", "dispatch.see", icon="list-numbers"),
            Place(_("考核"), "assessment", "assessment.see", icon="list-check"),
            Place(_("表扬和问责"), "proceedings", "assessment.see", icon="scale"),
            Place(_("驻村考勤"), "attendance", "assessment.see", icon="calendar"),
        ),
    ),
    (
        _("监督"),
        (
            Place(_("审计"), "audit", "audit.see", icon="shield-check"),
            Place(_("通知送达"), "message-log", "messages.see_log", icon="send"),
            Place(_("对外通知渠道"), "message-channels", "messages.set_up", icon="settings"),
        ),
    ),
)


def menu_of(post: Post | None) -> Menu:
    """The groups with at least one place that the post may open."""
    groups = [(title, [place for place in places if may(post, place.act)]) for title, places in MENU]
    return [(title, places) for title, places in groups if places]
