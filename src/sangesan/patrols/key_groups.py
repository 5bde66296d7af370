"""Key groups: who is visited first, and by which expression over facts one belongs. Data: key_groups.yaml, groups/."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required
from sangesan.screening.reading import load_exclusions
from sangesan.screening.rules import Rule

FILE = Path(__file__).parent / "key_groups.yaml"
GROUPS = Path(__file__).parent / "groups"
KEYS = {"title", "weight", "in_alerts", "listed", "source"}


@dataclass(frozen=True)
class Group:
    """One key group. weight: higher is visited earlier; in_alerts: looked at when a red or orange warning comes;
    rule: the expression that makes it each night, None for a group that people list by hand (`listed`).
    """

    code: str
    title: str
    weight: int
    in_alerts: bool
    source: str
    rule: Rule | None

    @property
    def listed(self) -> bool:
        return self.rule is None

    @property
    def meaning(self) -> str:
        return self.rule.meaning if self.rule else "由镇、村逐户登记，走访时核对。"


@lru_cache(maxsize=1)
def key_groups() -> Mapping[str, Group]:
    """The groups by code, first to be visited first; raises Refusal where the data is broken."""
    rules = {rule.code: rule for rule in load_exclusions(GROUPS)}
    groups = []
    for code, entry in mapping(read_yaml(FILE), FILE.name).items():
        place = f"{FILE.name} {code}"
        no_others(mapping(entry, place), KEYS, place)
        listed = bool(entry.get("listed"))
        if listed == (code in rules):
            raise Refusal(
                "既不是逐户登记，也没有判断条件（或两样都有）", place=place, remedy=f"请核对 groups/{code}.yaml"
            )
        weight = required(entry, "weight", place)
        if not isinstance(weight, int):
            raise Refusal("weight 应是整数", place=place, remedy="请改正")
        alerts, source = bool(entry.get("in_alerts")), str(required(entry, "source", place))
        groups.append(Group(code, str(required(entry, "title", place)), weight, alerts, source, rules.pop(code, None)))
    if rules:
        raise Refusal(f"{'、'.join(sorted(rules))}没有写明次序", place=FILE.name, remedy="请补上 title 和 weight")
    return {g.code: g for g in sorted(groups, key=lambda g: (-g.weight, g.code))}


def alert_groups() -> Mapping[str, Group]:
    """The groups that are looked at when a severe warning comes, by code."""
    return {code: group for code, group in key_groups().items() if group.in_alerts}


def titles_of(codes: Collection[str]) -> list[str]:
    """Titles in the order of visiting; codes that are no longer known are passed over."""
    return [group.title for code, group in key_groups().items() if code in codes]


def rank_of(codes: Collection[str]) -> int:
    """The highest weight among a household's groups, 0 for none."""
    return max((key_groups()[code].weight for code in codes if code in key_groups()), default=0)


def check_groups(codes: Collection[str]) -> list[str]:
    """The codes once each; raises Refusal for one that does not exist."""
    for code in codes:
        if code not in key_groups():
            raise Refusal(f"没有“{code}”这类重点户", place="重点户类别", remedy="请从列表中选")
    return list(dict.fromkeys(codes))
