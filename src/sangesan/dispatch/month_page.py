"""A month's bulletin as a page: its tables with every number's figure and unit, its document, its sheets, good practice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.bulletins.models import Document
from sangesan.bulletins.queries import of_origin
from sangesan.dispatch.models import GoodPractice, MonthSheet, Snapshot
from sangesan.dispatch.month_bulletin import newest_sheets, origin_of, practices, subject_of, told
from sangesan.dispatch.month_domain import TableLayout, ranks, tables
from sangesan.dispatch.month_text import Told
from sangesan.dispatch.permissions import reaches
from sangesan.dispatch.queries import snapshot, snapshots
from sangesan.figures.catalogue import TOWN, Figure, catalogue
from sangesan.figures.counted import Value
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import Unit, departments, towns
from sangesan.regions.queries import county

MOST_LISTED = 36


@dataclass(frozen=True)
class Cell:
    """A number. key: of the place or unit in the snapshot; opens: whether the reader may open the list behind it."""

    value: Value
    key: str
    corrected: bool
    opens: bool
    rank: int | None


@dataclass(frozen=True)
class UnitRow:
    """A unit's row. unit: its key, by which its sheet is fetched; sheet: whether the reader may have it."""

    unit: str
    name: str
    cells: Sequence[Cell]
    sheet: bool


@dataclass(frozen=True)
class PageTable:
    """A table of the bulletin. whole: the county's own row, None for departments."""

    layout: TableLayout
    figures: Sequence[Figure]
    rows: Sequence[UnitRow]
    whole: UnitRow | None


@dataclass(frozen=True)
class MonthPage:
    """A closed month. sheets: unit -> its newest sheet; ranked: whether places are given."""

    month: Month
    snapshot: Snapshot
    document: Document | None
    tables: Sequence[PageTable]
    practices: Sequence[tuple[GoodPractice, str, str]]
    sheets: Mapping[str, MonthSheet]
    ranked: bool


def months(post: Post) -> list[tuple[Snapshot, Document | None]]:
    """The closed months, the newest first, each with its document where there is one."""
    require(post, "dispatch.see")
    rows = snapshots(Snapshot.Kind.MONTH, MOST_LISTED)
    known = Document.objects.filter(origin__in=[f"month:{row.period}" for row in rows])
    living = {one.origin: one for one in known.exclude(state=Document.State.WITHDRAWN)}
    return [(row, living.get(f"month:{row.period}")) for row in rows]


def month_page(post: Post, month: Month, today: date) -> MonthPage:
    """One closed month; raises Refusal for one that is not closed."""
    require(post, "dispatch.see")
    row = snapshot(month)
    if row is None:
        raise Refusal(f"{month} 还没有关账", place="月通报", remedy="到关账日系统自动关账，或由县专班生成")
    found = told(row, today)
    units = {"town": towns(), "department": departments()}
    made = []
    for layout in tables():
        figures = [catalogue()[code] for code in layout.figures if code in row.figures and code in catalogue()]
        placed = _placed(found, layout) if found.ranked else {}
        rows = [
            _row(post, found, figures, one, placed) for one in units[layout.level] if _key(one) in found.frozen.rows
        ]
        whole = _row(post, found, figures, Unit("county", county().code), {}) if layout.level == TOWN else None
        made.append(PageTable(layout, figures, rows, whole))
    return MonthPage(
        month=month,
        snapshot=row,
        document=of_origin(origin_of(month)),
        tables=made,
        practices=[(one, Unit(*one.unit.split(":")).title, words) for one, words in practices(month)],
        sheets=newest_sheets(row),
        ranked=found.ranked,
    )


def sheet_file(post: Post, month: Month, unit: str, kind: str) -> Attachment:
    """A unit's sheet as docx or pdf, for its own posts, the county and inspectors. Raises NotAllowed, Refusal."""
    require(post, "dispatch.see")
    row = snapshot(month)
    known = Unit(*unit.partition(":")[::2])
    sheet = newest_sheets(row).get(unit) if row else None
    if sheet is None:
        raise Refusal("没有这份通报单", place="月通报", remedy="请从月通报页面下载")
    if not _may_have(post, known):
        raise NotAllowed("这份通报单不是您单位的", remedy="请下载本单位的，或看印发的通报")
    for one in attachments_of([subject_of(sheet.pk)]).get(subject_of(sheet.pk), []):
        if one.role == kind:
            return one
    raise Refusal(f"没有“{kind}”格式的通报单", place="月通报", remedy="可用的格式：docx、pdf")


def _row(
    post: Post, found: Told, figures: Sequence[Figure], unit: Unit, placed: Mapping[tuple[str, str], int]
) -> UnitRow:
    key = _key(unit)
    opens = reaches(post, key)
    cells = [
        Cell(
            found.value(one.code, key),
            key,
            found.frozen.corrected(one.code, key) is not None,
            opens and unit.kind in one.levels,
            placed.get((one.code, key)),
        )
        for one in figures
    ]
    return UnitRow(unit.key, unit.title, cells, _may_have(post, unit))


def _placed(found: Told, layout: TableLayout) -> dict[tuple[str, str], int]:
    made: dict[tuple[str, str], int] = {}
    for code, way in layout.ranked.items():
        values = {key: found.value(code, key) for key, _ in found.units(layout.level)}
        made |= {(code, key): place for key, place in ranks(values, way, found.floor).items()}
    return made


def _key(unit: Unit) -> str:
    """A unit's key in a snapshot."""
    return unit.key if unit.kind == "department" else unit.code


def _may_have(post: Post, unit: Unit) -> bool:
    """Whose sheets a post may fetch: its own unit's; the county and inspectors all."""
    return reaches(post, _key(unit))
