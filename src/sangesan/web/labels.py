"""Words for codes: risks, rules, audited acts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sangesan.accounts.permissions import matrix

RISKS = {
    "01": "因病",
    "02": "因自然灾害",
    "03": "因残",
    "04": "缺劳动力",
    "05": "因意外事故",
    "06": "因产业项目失败",
    "07": "因务工就业不稳",
    "09": "因学",
    "H1": "因安全住房",
    "H2": "因安全饮水",
    "P1": "因疫（公共卫生）",
    "99": "其他",
}


def risk_titles() -> dict[str, str]:
    """The risk types by code."""
    return RISKS


def rule_title(code: str) -> str:
    """A rule's title; "" for none."""
    return code


def slices_audited() -> dict[str, str | Promise]:
    """What the audit's entries are about, by the first part of their tags."""
    return {
        "clues": _("线索"),
        "registry": _("农户"),
        "exchange": _("部门数据"),
        "screening": _("筛查"),
        "amendments": _("参数修订"),
    }


def act_title(tag: str) -> str:
    """An audit tag (slice:subject:action) as the act's title in the access matrix; the tag itself where there is none."""
    subject, _middle, action = (tag.split(":") + ["", ""])[:3]
    access = matrix().get(f"{subject}.{action}")
    return access.title if access else tag
