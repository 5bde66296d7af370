"""How an alert's colour and state are shown. The word always stands with the colour; these signs are not the sheets' chips."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sangesan.alerts.coverage import HOW
from sangesan.alerts.domain import COLOURS, FROM, KINDS, STATES, STATUSES, WHYS, State
from sangesan.alerts.models import Alert
from sangesan.alerts.signing import TITLES
from sangesan.regions.queries import CHINA, tree
from sangesan.web.labels import reworded, titled

register = template.Library()

URGENCY = {"Immediate": "立即行动", "Expected": "即将发生", "Future": "近期", "Past": "已过去", "Unknown": "未知"}
SEVERITY = {"Extreme": "特别严重", "Severe": "严重", "Moderate": "较重", "Minor": "一般", "Unknown": "未知"}
CERTAINTY = {
    "Observed": "已发生",
    "Likely": "可能性大",
    "Possible": "有可能",
    "Unlikely": "可能性小",
    "Unknown": "未知",
}
RESPONSE = {
    "Shelter": "就地避险", "Evacuate": "转移", "Prepare": "做好准备", "Execute": "按预案行动", "Avoid": "远离",
    "Monitor": "关注", "Assess": "评估", "AllClear": "威胁解除", "None": "无需行动",
}  # fmt: skip
WORDS = {
    "urgency": URGENCY, "severity": SEVERITY, "certainty": CERTAINTY, "response": RESPONSE, "status": STATUSES,
    "kind": KINDS, "colour": COLOURS, "from": FROM, "signature": TITLES, "how": HOW,
    "state": {str(state): title for state, title in STATES.items()},
}  # fmt: skip
TONES = {State.LIVE: "red", State.EXPIRED: "secondary", State.CANCELLED: "green", State.WAITING: "orange"}


@register.filter
def said(code: str, table: str) -> str:
    """A code of CAP in the reader's language; as it stands where it is none."""
    return titled(WORDS[table].get(str(code), str(code)))


@register.filter
def why_words(why: str) -> str:
    """Why households are visited on an alert, or why not."""
    return reworded(why, WHYS)


@register.simple_tag
def warning_sign(colour: str) -> SafeString:
    """The colour with its word: 橙色预警."""
    word = _("%(colour)s预警") % {"colour": titled(COLOURS[colour])} if colour in COLOURS else _("未分级预警")
    return format_html('<span class="warning-sign warning-{}">{}</span>', colour if colour in COLOURS else "none", word)


@register.simple_tag
def alert_state(state: str) -> SafeString:
    """How the alert stands, in a badge."""
    return format_html('<span class="badge bg-{}-lt">{}</span>', TONES[State(state)], titled(STATES[State(state)]))


@register.filter
def drill(alert: Alert) -> str:
    """“演练”, “测试” … for what is no real alert; "" for a real one."""
    return "" if alert.status == "Actual" else titled(STATUSES.get(alert.status, alert.status))


@register.filter
def hour(at: datetime | str | None) -> str:
    """Day and minute in China's time; also of the ISO texts of a message."""
    if not at:
        return ""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{instant.astimezone(CHINA):%Y-%m-%d %H:%M}"


@register.simple_tag
def total_of(tasks: dict[str, int]) -> int:
    """All tasks of an alert, whatever their state."""
    return sum(tasks.values())


@register.simple_tag
def village_name(code: str) -> str:
    """A village's name without its town."""
    return tree().names.get(code, code)
