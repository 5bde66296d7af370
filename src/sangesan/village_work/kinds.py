"""The kinds of duties as read from duties.yaml, or as a county adds them: what, how often, what a log answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required
from sangesan.policy.risks import RISK_TYPES
from sangesan.village_work.periods import Cycle, Schedule, Unit

SHIPPED = Path(__file__).with_name("duties.yaml")
TOPICS = Path(__file__).with_name("topics.yaml")
KEYS = {"title", "form", "cycle", "within", "questions", "photo", "owner", "applies", "risk", "source"}


class Form(StrEnum):
    """How a duty is done."""

    LOG = "log"
    PLAN = "plan"


class Applies(StrEnum):
    """Which villages have a duty by themselves."""

    ALL = "all"
    HAZARD = "hazard"
    SHORTAGE = "shortage"
    NAMED = "named"


FORM_TITLES = {Form.LOG: "按周期登记", Form.PLAN: "一份方案，到期复核"}
APPLIES_TITLES = {
    Applies.ALL: "各村（社区）",
    Applies.HAZARD: "有地质灾害隐患点的村",
    Applies.SHORTAGE: "有季节性缺水的村",
    Applies.NAMED: "由县、镇指定的村",
}
OWNERS = {"village": "村干部", "grid": "网格员"}
# what is missing, as an inspection writes it down
NO_PLAN, NO_LOG = "未建立{title}", "无{title}记录"
NOT_REVIEWED, LOGS_LATE = "{title}到期未复核", "{title}超期{days}天，缺{periods}期"
FINDINGS = (NO_PLAN, NO_LOG, NOT_REVIEWED, LOGS_LATE)
PHOTOS = {"needed": "必须附照片", "optional": "可附照片"}
WITHIN = 30  # days: default for a plan that says none

T = TypeVar("T", bound=StrEnum)


@dataclass(frozen=True)
class Kind:
    """One kind of duty. questions: code -> what is right when answered yes; within: days in which a plan has to be made."""

    code: str
    title: str
    form: Form
    cycle: Cycle
    questions: Mapping[str, str]
    photo_needed: bool
    owner: str
    applies: Applies
    risk: str
    source: str
    within: int = WITHIN

    @property
    def never_words(self) -> str:
        """What is written down of a village that has none at all."""
        return (NO_PLAN if self.form == Form.PLAN else NO_LOG).format(title=self.title)


@dataclass(frozen=True)
class History:
    """One kind as it was and is: versions with the days from which they hold; None: stopped from that day on."""

    code: str
    versions: tuple[tuple[date, Kind | None], ...]

    def on(self, day: date) -> Kind | None:
        """The kind as it holds on a day; None where it does not."""
        held = [kind for since, kind in self.versions if since <= day]
        return held[-1] if held else None

    @property
    def newest(self) -> Kind:
        """The last version that says something: for titles of what was done before it was stopped."""
        return next(kind for _, kind in reversed(self.versions) if kind is not None)

    @property
    def schedule(self) -> Schedule:
        """Its cycles over time."""
        return Schedule([(since, kind.cycle if kind else None) for since, kind in self.versions])


@lru_cache(maxsize=1)
def shipped_kinds() -> Mapping[str, Kind]:
    """duties.yaml by code; raises Refusal naming the entry."""
    data = mapping(read_yaml(SHIPPED), SHIPPED.name)
    return {code: parse_kind(code, entry, f"{SHIPPED.name} {code}") for code, entry in data.items()}


def parse_kind(code: str, data: Any, place: str) -> Kind:
    """One kind from its mapping; raises Refusal naming what is missing or unknown."""
    entry = mapping(data, place)
    no_others(entry, KEYS, place)
    form = _one_of(Form, required(entry, "form", place), f"{place} form")
    questions = {str(k): str(v).strip() for k, v in mapping(entry.get("questions") or {}, f"{place} questions").items()}
    if form == Form.LOG and not questions:
        raise Refusal("没有写登记时要回答什么", place=f"{place} questions", remedy="请至少写一项，如“水量够用”")
    risk = str(required(entry, "risk", place))
    if risk not in RISK_TYPES:
        raise Refusal(f"没有“{risk}”这种风险类型", place=f"{place} risk", remedy="请对照 policy/risks.py")
    photo, owner = required(entry, "photo", place), required(entry, "owner", place)
    if photo not in PHOTOS or owner not in OWNERS:
        raise Refusal("photo 或 owner 不认识", place=place, remedy=f"可用：{'、'.join([*PHOTOS, *OWNERS])}")
    return Kind(
        code=code,
        title=str(required(entry, "title", place)).strip(),
        form=form,
        cycle=parse_cycle(required(entry, "cycle", place), f"{place} cycle"),
        questions=questions,
        photo_needed=photo == "needed",
        owner=owner,
        applies=_one_of(Applies, required(entry, "applies", place), f"{place} applies"),
        risk=risk,
        source=str(required(entry, "source", place)),
        within=int(entry.get("within") or WITHIN),
    )


def parse_cycle(data: Any, place: str) -> Cycle:
    """A cycle from its mapping; raises Refusal."""
    entry = mapping(data, place)
    no_others(entry, {"unit", "every", "months"}, place)
    unit = _one_of(Unit, required(entry, "unit", place), place)
    try:
        return Cycle(unit, int(entry.get("every", 1)), frozenset(int(m) for m in entry.get("months") or ()))
    except (ValueError, TypeError):
        raise Refusal(
            "周期不成立", place=place, remedy="天数不超过366；按月的应能整除一年（1、2、3、4、6、12个月）；月份为1至12"
        ) from None


def content_of(kind: Kind) -> dict[str, Any]:
    """A kind as the mapping that `parse_kind` reads."""
    cycle = {"unit": str(kind.cycle.unit), "every": kind.cycle.every, "months": sorted(kind.cycle.months)}
    return {
        "title": kind.title, "form": str(kind.form), "cycle": cycle, "within": kind.within, "questions": dict(kind.questions),
        "photo": "needed" if kind.photo_needed else "optional", "owner": kind.owner, "applies": str(kind.applies),
        "risk": kind.risk, "source": kind.source,
    }  # fmt: skip


@lru_cache(maxsize=1)
def topic_groups() -> Mapping[str, Mapping[str, str]]:
    """The policies explained at courtyard meetings: group -> code -> title."""
    data = mapping(read_yaml(TOPICS), TOPICS.name)
    no_others(data, {"source", "groups"}, TOPICS.name)
    required(data, "source", TOPICS.name)
    groups = mapping(required(data, "groups", TOPICS.name), TOPICS.name)
    return {title: mapping(topics, f"{TOPICS.name} {title}") for title, topics in groups.items()}


def topics() -> dict[str, str]:
    """All topics: code -> title."""
    return {code: title for group in topic_groups().values() for code, title in group.items()}


def _one_of(known: type[T], value: Any, place: str) -> T:
    try:
        return known(value)
    except ValueError:
        raise Refusal(f"“{value}”不认识", place=place, remedy=f"可用：{'、'.join(known)}") from None
