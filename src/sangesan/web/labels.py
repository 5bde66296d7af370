"""Words for codes: risks, rules, departments, cycles, audited acts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sangesan.accounts.permissions import matrix
from sangesan.exchange.contracts import load_contracts
from sangesan.screening.reading import load_exclusions, load_rules
from sangesan.screening.rules import RISK_TYPES, Rule

CYCLES: Mapping[str, str | Promise] = {
    "monthly": _("每月"),
    "quarterly": _("每季"),
    "yearly": _("每年"),
    "event": _("随时"),
}
STAGES: Mapping[str, str | Promise] = {"monitoring": _("监测中"), "eliminated": _("风险已消除")}
SEVERITIES: Mapping[str, str | Promise] = {"high": _("高"), "normal": _("中"), "low": _("低")}
METHODS: Mapping[str, str | Promise] = {
    "identity_number": _("按身份证号"),
    "identity_number_mended": _("按身份证号（修正空格、全角、15位等之后）"),
    "name_birth_village": _("按姓名、出生日期和村"),
}
GRAINS: Mapping[str, str | Promise] = {"person": _("人"), "household": _("户"), "division": _("村（社区）")}

# Words that stand in the slices' own data and are shown through gettext by template tags.
WORDS = (
    _("待核查"),
    _("待进入程序"),
    _("已核查无风险"),
    _("无风险"),
    _("有风险，需进入程序"),
    _("县级专班"),
    _("镇级"),
    _("村（社区）"),
    _("网格员"),
    _("行业部门"),
    _("督查组"),
    _("等待"),
    _("进行中"),
    _("完成"),
    _("未完成"),
    _("已停止"),
    _("已接收"),
    _("部分接收"),
    _("已退回"),
    _("按时"),
    _("从未报送"),
    _("随时报送"),
)


def risk_titles() -> Mapping[str, str]:
    """The risk types by code."""
    return RISK_TYPES


def rules_by_code() -> dict[str, Rule]:
    """Rules and exclusions."""
    return {rule.code: rule for rule in (*load_rules(), *load_exclusions())}


def rule_title(code: str) -> str:
    """A rule's code and title; "" for none."""
    rule = rules_by_code().get(code)
    return f"{code} {rule.title}" if rule else code


def department_name(code: str) -> str:
    """A department's name; the code where there is none."""
    found = load_contracts().departments.get(code)
    return found.name if found else code


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
    subject, _middle, action = (*tag.split(":"), "", "")[:3]
    access = matrix().get(f"{subject}.{action}")
    return access.title if access else tag
