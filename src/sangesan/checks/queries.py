"""Reads: flags within a post's reach, their counts by class and place, one flag whole, the checks with their precision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, may, require
from sangesan.amendments.queries import parameter_book, parameter_number
from sangesan.checks.defects import defect, defects
from sangesan.checks.domain import CONFIRMED, REFUTED, Precision
from sangesan.checks.models import Flag, Judgement, Ran
from sangesan.checks.permissions import JUDGE, SEE, visible_flags
from sangesan.checks.reading import Check, check, load_checks
from sangesan.checks.words import opened
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import unit
from sangesan.policy.parameters import Parameter, ParameterValue
from sangesan.regions.queries import county, tree

FLOOR = "check_precision_floor"
STATES = {"open": "待处理", "unjudged": "待认定", "confirmed": "属实", "refuted": "不属实", "gone": "已不再成立"}
NOT_REFUTED = ~Q(verdict=REFUTED)
CONDITIONS: Mapping[str, Q] = {
    "open": Q(gone_on=None) & NOT_REFUTED,
    "unjudged": Q(gone_on=None, verdict=""),
    "confirmed": Q(gone_on=None, verdict=CONFIRMED),
    "refuted": Q(verdict=REFUTED),
    "gone": Q(gone_on__isnull=False),
}


@dataclass(frozen=True)
class ClassCount:
    """Open flags of one class: all, and those that nobody has judged."""

    code: str
    title: str
    meaning: str
    open: int
    unjudged: int
    confirmed: int


@dataclass(frozen=True)
class PlaceCount:
    """Open flags of a place by class."""

    code: str
    name: str
    by_defect: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_defect.values())


@dataclass(frozen=True)
class CheckState:
    """A check as its page shows it. waiting: parameters without a value in the last run; open: its open flags."""

    check: Check
    values: Sequence[tuple[Parameter, ParameterValue | None]]
    waiting: Sequence[str]
    open: int
    precision: Precision


@dataclass(frozen=True)
class FlagPage:
    """One flag whole. words: of each judgement, for inspectors only ("" for others); judgements: the newest first."""

    flag: Flag
    check: Check
    judgements: Sequence[tuple[Judgement, str]]
    may_judge: bool


def flags(
    post: Post,
    *,
    defect: str = "",
    place: str = "",
    check: str = "",
    state: str = "open",
    after: int | None = None,
    limit: int = 50,
) -> list[Flag]:
    """Flags within the reach, the newest first; after: the number of the last row of the page before.

    Raises Refusal for an unknown class, place, check or state.
    """
    rows = _narrowed(post, defect_code=defect, place=place, check_code=check, state=state)
    rows = rows.filter(pk__lt=after) if after is not None else rows
    return list(rows.order_by("-pk")[:limit])


def _narrowed(post: Post, *, defect_code: str, place: str, check_code: str, state: str) -> QuerySet[Flag]:
    rows = visible_flags(post)
    if state:
        if state not in CONDITIONS:
            raise Refusal("没有这种状态", place="状态", remedy=f"可用：{'、'.join(STATES.values())}")
        rows = rows.filter(CONDITIONS[state])
    if defect_code:
        rows = rows.filter(defect=defect(defect_code).code)
    if check_code:
        rows = rows.filter(check_code=check(check_code).code)
    return rows.filter(_in_place(place)) if place else rows


def _in_place(place: str) -> Q:
    """A county, town, village or community, or a unit's key."""
    if ":" in place:
        return Q(unit=place)
    level = tree().levels.get(place)
    if level is None:
        raise Refusal(f"没有代码为“{place}”的地方", place="地点", remedy="请从列出的镇、村中选择")
    if level == "county":
        return Q()
    return Q(town=place) if level == "town" else Q(village=place)


def class_counts(post: Post, *, place: str = "") -> list[ClassCount]:
    """Every class with its open flags within the reach, in the order of defects.yaml; of slow_projects and other, which
    no check finds, only where there are some.
    """
    rows = _narrowed(post, defect_code="", place=place, check_code="", state="open")
    counted = rows.values("defect").annotate(
        n=Count("pk"), waiting=Count("pk", filter=Q(verdict="")), yes=Count("pk", filter=Q(verdict=CONFIRMED))
    )
    found = {row["defect"]: (row["n"], row["waiting"], row["yes"]) for row in counted}
    checked = {one.defect.code for one in load_checks().values()}
    return [
        ClassCount(d.code, d.title, d.meaning, *found.get(d.code, (0, 0, 0)))
        for d in defects().values()
        if d.code in checked or d.code in found
    ]


def place_counts(post: Post, *, defect: str = "", place: str = "") -> list[PlaceCount]:
    """Open flags by town (by village, where `place` is a town or the post sees one town only), in order of their codes."""
    rows = _narrowed(post, defect_code=defect, place=place, check_code="", state="open")
    one_town = tree().levels.get(place) == "town" or post.role in {Post.Role.TOWN, Post.Role.VILLAGE}
    column = "village" if one_town else "town"
    found: dict[str, dict[str, int]] = {}
    for code, kind, n in rows.values_list(column, "defect").annotate(n=Count("pk")):
        found.setdefault(code, {})[kind] = n
    names = tree().names
    made = [PlaceCount(code, names.get(code, code), counts) for code, counts in found.items() if code]
    return sorted(made, key=lambda one: one.code)


def open_count(post: Post) -> int:
    """Open flags within the reach."""
    return visible_flags(post).filter(CONDITIONS["open"]).count()


def open_by_unit() -> list[tuple[str, str, str, int]]:
    """(unit, village, town, how many) of all open flags, for the daily reminder: no check of reach, one query."""
    rows = Flag.objects.filter(CONDITIONS["open"]).values_list("unit", "village", "town").annotate(n=Count("pk"))
    return list(rows.order_by())


def new_to_judge(since: date) -> int:
    """How many open flags first seen since a day nobody has judged."""
    return Flag.objects.filter(CONDITIONS["unjudged"], first_seen__gte=since).count()


def flag_page(post: Post, number: int) -> FlagPage:
    """One flag; raises NotAllowed outside the reach. Words of judgements are for inspectors only."""
    flag = visible_flags(post).select_related("household").filter(pk=number).first()
    if flag is None:
        raise NotAllowed("没有这一件，或不在您的管理范围内", remedy="请从“数据核查”进入")
    inspector = may(post, JUDGE)
    rows = [(row, opened(row.sealed) if inspector else "") for row in flag.judgements.order_by("-number")]
    return FlagPage(flag, check(flag.check_code), rows, inspector and flag.gone_on is None)


def check_states(post: Post, on: date) -> list[CheckState]:
    """All checks with their parameters on a day, their open flags within the reach and their precision."""
    require(post, SEE)
    open_flags = visible_flags(post).filter(CONDITIONS["open"]).values_list("check_code").annotate(n=Count("pk"))
    counts, judged, book, ran = dict(open_flags), precisions(on), parameter_book(), last_run()
    waiting = ran.waiting if ran else {}
    return [
        CheckState(
            one,
            [(book.parameter(code), book.value(code, on)) for code in one.parameters],
            waiting.get(one.code, []),
            counts.get(one.code, 0),
            judged[one.code],
        )
        for one in load_checks().values()
    ]


def check_state(post: Post, code: str, on: date) -> CheckState:
    """One check; raises Refusal for an unknown code."""
    known = check(code)
    return next(state for state in check_states(post, on) if state.check.code == known.code)


def precisions(on: date) -> dict[str, Precision]:
    """By check: of the flags that inspectors judged, gone ones too, how many were true."""
    floor = parameter_number(FLOOR, on)
    rows = (
        Flag.objects.exclude(verdict="")
        .values_list("check_code")
        .annotate(yes=Count("pk", filter=Q(verdict=CONFIRMED)), n=Count("pk"))
    )
    found = {code: (yes, n) for code, yes, n in rows}
    return {code: Precision(*found.get(code, (0, 0)), floor) for code in load_checks()}


def last_run() -> Ran | None:
    """The run of the latest day."""
    return Ran.objects.order_by("-as_of").first()


def place_words(flag: Flag) -> str:
    """Where a flag is: 高桥镇双龙村, a department's name, the county's."""
    places = tree()
    if flag.village in places.names:
        return places.full_name(flag.village)
    return unit(flag.unit).title


def as_dict(flag: Flag) -> dict[str, Any]:
    """What `sangesan checks --json` prints of a flag: no names, no identity numbers."""
    return {
        "flag": flag.pk,
        "subject": flag.subject,
        "place": flag.village or flag.unit,
        "place_name": place_words(flag),
        "unit": flag.unit,
        "household": flag.household_id,
        "sentence": flag.sentence,
        "records": flag.records,
        "first_seen": flag.first_seen.isoformat(),
        "last_seen": flag.last_seen.isoformat(),
        "verdict": flag.verdict,
    }


def listed(post: Post, *, defect: str = "", place: str = "") -> dict[str, Any]:
    """Open flags by class and check, with the records behind them; raises Refusal for an unknown class or place."""
    rows = _narrowed(post, defect_code=defect, place=place, check_code="", state="open").order_by("check_code", "pk")
    ran, known = last_run(), load_checks()
    classes: dict[str, dict[str, list[dict[str, Any]]]] = {
        d.code: {c.code: [] for c in known.values() if c.defect.code == d.code}
        for d in defects().values()
        if not defect or d.code == defect
    }
    for flag in rows:
        classes[flag.defect].setdefault(flag.check_code, []).append(as_dict(flag))
    return {
        "county": county().code,
        "as_of": ran.as_of.isoformat() if ran else None,
        "digest": ran.digest if ran else None,
        "waiting": ran.waiting if ran else {},
        "findings": {code: checks for code, checks in classes.items() if checks},
    }
