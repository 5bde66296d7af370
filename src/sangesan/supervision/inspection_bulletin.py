"""The 督查通报 drafted from findings, sheets and look-backs; from then on it is edited, signed and issued as a document."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.bulletins.actions import draft
from sangesan.bulletins.models import Document
from sangesan.bulletins.series import in_county, series_of
from sangesan.checks.defects import defects
from sangesan.inspections.domain import conducts
from sangesan.inspections.models import Finding, Plan, Target
from sangesan.inspections.queries import findings, findings_of_plan, words_of
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import unit
from sangesan.regions.queries import county, tree
from sangesan.registry.models import Household
from sangesan.registry.queries import members_of, names_of
from sangesan.supervision.bulletin_text import (
    Found,
    Item,
    LookedBack,
    bulletin_annexes,
    bulletin_parts,
    masked,
)
from sangesan.supervision.models import Sheet
from sangesan.supervision.queries import look_backs
from sangesan.supervision.table import ORDER, load_table
from sangesan.supervision.words import number_of

SERIES = "inspection_bulletin"
TITLE = "关于巩固拓展脱贫攻坚成果同乡村振兴有效衔接工作督查情况的通报"
PAGE = 500
LONGEST_PERIOD = 92  # days: a quarter
SURELY_A_NAME = 3  # characters: shorter ones are words as well


def draft_inspection_bulletin(
    *,
    post: Post,
    first: date,
    last: date,
    plan: Plan | None = None,
    good: Sequence[str] = (),
    title: str = TITLE,
    now: datetime,
    today: date,
) -> Document:
    """The draft for the days first..last, or for one plan; good: sentences about what was done well.

    The same days or plan again: drafted anew from what has been found since, unless somebody has edited or signed it.
    Raises Refusal for days that are none or where nothing was inspected, found or looked back at; NotAllowed.
    """
    require(post, "bulletins.draft")
    if first > last or last > today or (last - first).days > LONGEST_PERIOD:
        raise Refusal("起止日期不对", place="督查日期", remedy=f"应从早到晚，不超过{LONGEST_PERIOD}天，不晚于今天")
    found = gather(first, last, plan=plan, good=good)
    if not (found.items or found.looked_back or any(number for number, _ in found.inspected)):
        raise Refusal("这段时间没有督查、问题和回头看记录", place="督查日期", remedy="请核对日期，或先登记督查情况")
    origin = f"inspection_plan:{plan.pk}" if plan else f"inspections:{first}:{last}"
    return draft(
        post=post,
        series=SERIES,
        origin=origin,
        title=title,
        parts=bulletin_parts(found),
        annexes=bulletin_annexes(found),
        now=now,
        today=today,
    )


def gather(first: date, last: date, *, plan: Plan | None = None, good: Sequence[str] = ()) -> Found:
    """What there is to tell of the days (of a plan: its own findings), household names taken out."""
    rows = findings_of_plan(plan) if plan else _all_findings(first, last)
    sheets = _sheets_of(rows)
    name = county().name
    return Found(
        first=first,
        last=last,
        offices=[in_county(one, name) for one in series_of(SERIES).offices],
        inspected=_inspected(first, last, plan),
        items=[_item(row, sheets.get(row.pk)) for row in rows],
        looked_back=_looked_back(first, last),
        sheets=_by_colour(sheets.values()),
        good=[one for one in good if one.strip()],
        defects=[one.title for one in defects().values()],
    )


def _all_findings(first: date, last: date) -> list[Finding]:
    found: list[Finding] = []
    while page := findings(first=first, last=last, after=found[-1].pk if found else None, limit=PAGE):
        found += page
    return found


def _sheets_of(rows: Collection[Finding]) -> dict[int, Sheet]:
    """The newest signed sheet of each finding."""
    signed = Sheet.objects.filter(finding__in=[row.pk for row in rows], issued_on__isnull=False)
    return {sheet.finding_id: sheet for sheet in signed.order_by("pk") if sheet.finding_id is not None}


def _item(row: Finding, sheet: Sheet | None) -> Item:
    places, words = tree(), words_of(row)
    level = places.levels.get(row.place, "")
    names, answering = _names(row), unit(row.unit)
    of_department = answering.kind == "department" and level == "county"
    return Item(
        town="" if of_department else places.names.get(places.town_of(row.place), ""),
        place="" if of_department else places.full_name(row.place),
        unit=answering.title,
        defect=defects()[row.defect].title,
        words=masked(words.get("words", ""), names),
        requirement=masked(words.get("requirement", ""), names),
        sheet=number_of(sheet) if sheet else "",
        due=sheet.due_on if sheet else None,
        conduct=tuple(conducts()[code].title for code in row.conduct if code in conducts()),
    )


def _names(row: Finding) -> set[str]:
    """Names that must not stand in the words: of the finding's own household, and of the heads of its village."""
    heads = Household.objects.filter(village=row.place).values_list("head_name", flat=True)
    names = {name for name in heads if len(name) >= SURELY_A_NAME}
    if row.household_id:
        names |= set(names_of(members_of(row.household_id)).values())
    return names


def _inspected(first: date, last: date, plan: Plan | None) -> list[tuple[int, str]]:
    """How many towns, villages and departments were gone to, each once."""
    rows = Target.objects.filter(begun_at__isnull=False, household=None)
    rows = rows.filter(plan=plan) if plan else rows.filter(planned_on__range=(first, last))
    gone = {(subject.partition(":")[0], subject) for subject in rows.values_list("subject", flat=True)}
    towns = {subject for kind, subject in gone if kind == "town"}
    villages = {subject for kind, subject in gone if kind == "village"}
    towns |= {f"town:{tree().town_of(subject.partition(':')[2])}" for subject in villages}
    offices = {subject for kind, subject in gone if kind == "department"}
    projects = {subject for kind, subject in gone if kind == "project"}
    return [
        (len(towns), "个镇"),
        (len(villages), "个村（社区）"),
        (len(offices), "个县级部门"),
        (len(projects), "个重点项目"),
    ]


def _looked_back(first: date, last: date) -> list[LookedBack]:
    rows = [row for row in look_backs(first, last) if row.result and row.found_on and first <= row.found_on <= last]
    return [
        LookedBack(
            where=unit(row.unit).title,
            matter=row.sheet.matter,
            result=row.result,
            raised=number_of(row.raised) if row.raised is not None and row.raised.number else "",
        )
        for row in rows
    ]


def _by_colour(sheets: Collection[Sheet]) -> Mapping[str, int]:
    colours = load_table().colours
    return {colours[code].name: sum(sheet.colour == code for sheet in sheets) for code in ORDER}
