"""Words for codes: risks, rules, departments, cycles, audited acts; and the titles of data in the reader's language.

Titles of data (rules, figures, parameters, departments, feeds with their columns and codes, acts, roles, channels, states,
jobs) stand in Chinese where they belong and go through `titled` when they are shown; scripts/messages.py gathers them, so
that none is without its English. Names of people and places, posts, file names, documents, the sentences of evidence,
refusals and the progress of jobs stay Chinese, and so does the workbook of clues that one downloads.
"""

import re
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, npgettext
from django.utils.translation import gettext_lazy as _

from sangesan.accounts.permissions import matrix
from sangesan.exchange.contracts import load_contracts
from sangesan.policy.risks import RISK_TYPES
from sangesan.registry.domain import MULTIPLE
from sangesan.screening.reading import load_exclusions, load_rules
from sangesan.screening.rules import Rule
from sangesan.screening.waiting import REASONS

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
SEXES = (_("男"), _("女"))  # shown by `titled`; no code list of the data holds them
GRAINS: Mapping[str, str | Promise] = {"person": _("人"), "household": _("户"), "division": _("村（社区）")}


def titled(title: str) -> str:
    """A title of the data in the reader's language; as it stands where it has no translation (a name, a place)."""
    return gettext(title)


def several(titles: str | None) -> str:
    """Titles of a code list joined as the national form joins them; "" for None."""
    return gettext(MULTIPLE).join(titled(title) for title in (titles or "").split(MULTIPLE))


def with_unit(text: str, word: str, number: int) -> str:
    """A number as text and its unit's word, which in English depends on the number: 1 car, 2 cars."""
    return f"{text} {npgettext('单位', word, word, number)}" if word else text


def reason(text: str) -> str:
    """Why a rule waits, said again in the reader's language."""
    return reworded(text, REASONS)


def reworded(text: str, forms: Iterable[str]) -> str:
    """A text made by one of the forms (`{name}` for what was put in), said again in the reader's language, with the titles
    in it as well; as a title where no form made it.
    """
    for form in forms:
        if held := held_in(form, text):
            return titled(form).format(**{name: titled(value) for name, value in held.items()})
    return titled(text)


def held_in(form: str, text: str) -> dict[str, str]:
    """What was put into a form (`{name}`) to make a text, by name; empty where the form did not make it."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(form))
    found = re.fullmatch(pattern, text)
    return found.groupdict() if found else {}


def risk_titles() -> Mapping[str, str]:
    """The risk types by code, in Chinese."""
    return RISK_TYPES


def rules_by_code() -> dict[str, Rule]:
    """Rules and exclusions."""
    return {rule.code: rule for rule in (*load_rules(), *load_exclusions())}


def rule_title(code: str) -> str:
    """A rule's code and title; "" for none."""
    rule = rules_by_code().get(code)
    return f"{code} {titled(rule.title)}" if rule else code


def department_name(code: str) -> str:
    """A department's name; the code where there is none."""
    found = load_contracts().departments.get(code)
    return titled(found.name) if found else code


def slices_audited() -> dict[str, str | Promise]:
    """What the audit's entries are about, by the first part of their tags."""
    return {
        "clues": _("线索"),
        "registry": _("农户"),
        "exchange": _("部门数据"),
        "screening": _("筛查"),
        "amendments": _("参数修订"),
        "assistance": _("帮扶"),
        "responsibility": _("责任"),
        "visits": _("入户核查"),
        "patrols": _("网格排查"),
        "cases": _("办理进度"),
        "messages": _("通知"),
        "self_reports": _("自主申报"),
        "village_work": _("村级工作"),
        "alerts": _("预警"),
        "field": _("排查手机"),
        "assessment": _("考核"),
        "leadership": _("层级负责"),
        "projects": _("重点工作"),
        "inspections": _("督查"),
        "supervision": _("督办单"),
    }


def act_title(tag: str) -> str:
    """An audit tag (slice:subject:action) as the act's title in the access matrix; the tag itself where there is none."""
    subject, _middle, action = (*tag.split(":"), "", "")[:3]
    access = matrix().get(f"{subject}.{action}")
    return titled(access.title) if access else tag
