"""What the leaflets (明白纸) say on a day, taken from the policy data as it then holds; its digest tells editions apart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.amendments.queries import parameter_book
from sangesan.assistance.catalogue import Group, catalogue
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.money import format_yuan
from sangesan.policy.reading import mapping, read_yaml, required
from sangesan.policy.regimes import Regime, regime_on
from sangesan.policy.risks import RISK_TYPES
from sangesan.visits.domain import TESTS

TEXTS = Path(__file__).with_name("leaflets.yaml")
APPLY, HELP = "apply", "help"
LEAFLETS = {APPLY: "申报政策明白纸", HELP: "帮扶政策明白纸"}
DIGEST_LENGTH = 8
# The troubles as the help leaflet lists them: what people call it, and a risk code whose measures stand for it.
TROUBLES = {
    "大病、慢病": "01", "残疾": "03", "上学花费大": "09", "没有活干": "07", "产业亏损": "06", "家里没有劳力": "04",
    "受灾": "0201", "意外事故": "05", "住房不安全": "H1", "饮水不安全": "H2",
}  # fmt: skip
DAY_WORDS = {"calendar": "天", "working": "个工作日"}
VISIT, LATE, MISSING = "first_visit_days", "measures_late_days", "measures_missing_days"


@dataclass(frozen=True)
class Facts:
    """policy: what is printed, by name, in words and numbers; it alone makes the digest. day: on which it holds."""

    leaflet: str
    day: date
    policy: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The edition: eight capital letters and digits."""
        data = json.dumps(self.policy, ensure_ascii=False, sort_keys=True).encode()
        return digest_bytes(data)[:DIGEST_LENGTH].upper()


def leaflet_texts() -> Mapping[str, Any]:
    """leaflets.yaml; raises Refusal where it is broken."""
    return _texts()


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    data = mapping(read_yaml(TEXTS), TEXTS.name)
    for name in (APPLY, HELP, "source", "line_set", "line_unset"):
        required(data, name, TEXTS.name)
    return data


def facts_of(leaflet: str, day: date) -> Facts:
    """A leaflet's facts on a day. Raises Refusal where no regime holds on it, KeyError for another leaflet."""
    made = {APPLY: _apply, HELP: _help}[leaflet](day)
    texts = leaflet_texts()
    said = {"texts": texts[leaflet], "line": texts["line_set"] + texts["line_unset"]}
    return Facts(leaflet, day, {**made, "wording": digest_bytes(json.dumps(said, sort_keys=True).encode())[:8]})


def _apply(day: date) -> dict[str, Any]:
    regime = regime_on(day)
    return {
        "line_sentence": line_sentence(day),
        "categories": [category.title for category in regime.categories],
        "subject": regime.terms["subject"],
        "steps": _steps(regime, day),
        "whole": regime.limits["whole"].value,
        "day_word": DAY_WORDS[regime.day_type],
        "tests": list(TESTS.values()),
    }


def line_sentence(day: date) -> str:
    """The monitoring line in words, with its document; that the county has not published one where it is not set."""
    texts, value = leaflet_texts(), parameter_book().value("monitoring_line", day)
    if value is None:
        return str(texts["line_unset"]).format(year=day.year)
    document = value.document or value.source
    return str(texts["line_set"]).format(year=day.year, line=format_yuan(int(value.value)).removesuffix(".00"), document=document)


def _steps(regime: Regime, day: date) -> list[list[str]]:
    """(step, who, how long) as a household meets them."""
    visit = parameter_book().value(VISIT, day)
    word, limits = DAY_WORDS[regime.day_type], regime.limits
    checked = f"{int(visit.value)}天内" if visit else "尽快"
    return [
        ["上门核查、签承诺授权书", "村、镇", checked],
        ["部门信息比对", "镇、县部门", f"{limits['checking'].value}{word}内"],
        ["民主评议", "村", f"{limits['appraisal'].value}{word}内"],
        ["村里张榜公示", "村", f"不少于{regime.notice_days.value}{word}"],
        ["镇级会审", "镇", f"{limits['town_review'].value}{word}内"],
        ["县级审定、公告", "县、镇", f"{limits['county_decision'].value + limits['announcement'].value}{word}内"],
    ]


def _help(day: date) -> dict[str, Any]:
    regime, groups, book = regime_on(day), list(catalogue().groups.values()), parameter_book()
    missing = book.value(MISSING, day)
    return {
        "first": regime.limits["first_measures"].value,
        "missing": int(missing.value) if missing else 30,
        "measures": {title: measures_for(code, groups) for title, code in TROUBLES.items()},
        "development": [group.title for group in groups if group.development],
        "floor": [group.title for group in groups if group.floor],
        "observed": regime.elimination.months_observed,
        "least": regime.elimination.measures,
        "without_labour": regime.elimination.without_labour,
        "risks": {code: RISK_TYPES[code] for code in TROUBLES.values()},
    }


def measures_for(risk: str, groups: list[Group]) -> list[str]:
    """The titles of the groups of measures that answer a risk, also those only for households that cannot work."""
    return [group.title for group in groups if group.answer_to_risk(risk, can_work=False)]
