"""The records of a village that a spot call asks about: counted as the statistics count, with the record behind each."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from sangesan.accounts.queries import system_post
from sangesan.cases.models import Irregularity, Notice
from sangesan.clues.models import Clue
from sangesan.dispatch.models import PlaceRow, Snapshot
from sangesan.dispatch.spot_domain import Record
from sangesan.figures.catalogue import catalogue
from sangesan.figures.counted import Parts, Value
from sangesan.figures.measuring import measure
from sangesan.kernel.period import Week
from sangesan.patrols.coverage import left
from sangesan.patrols.models import Round, Task
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import CHINA
from sangesan.registry.models import Standing
from sangesan.supervision.queries import open_sheets
from sangesan.supervision.table import load_table
from sangesan.village_work.kind_history import histories
from sangesan.village_work.models import Problem
from sangesan.village_work.queries import missing

MOST = 30  # records of one question
COUNTED = ("clues_overdue", "without_measures_late", "notices_running", "problems_open", "warnings_open")
LAST_WEEK = (
    "grids_reported", "households_visited", "clues_new", "clues_checked", "clues_open", "problems_found", "problems_solved",
)  # fmt: skip


def records_of(village: str, on: date) -> Mapping[str, list[Record]]:
    """The records of a village that are asked about, by question, as of the end of a day. No names stand in them."""
    measured = measure(Week.of(on), as_of=on, codes=COUNTED)
    numbers = {code: [int(item.number) for item in measured.items[code] if item.village == village] for code in COUNTED}
    found = {
        "clues_overdue": _clues(numbers["clues_overdue"], on),
        "without_measures": _unassisted(numbers["without_measures_late"], on),
        "key_unvisited": _unvisited(village, on),
        "urgent_open": _urgent(village, on),
        "duties_missing": _duties(village, on),
        "problems_open": _problems(numbers["problems_open"], on),
        "notices_running": _notices(numbers["notices_running"]),
        "warnings_open": _warnings(numbers["warnings_open"]),
        "sheets_open": _sheets(village, on),
        "last_week": _last_week(village, on),
    }
    return {code: list(records)[:MOST] for code, records in found.items()}


def weights(villages: list[str], on: date) -> dict[str, int]:
    """How much risk lies open in each village: 1, and one for each monitored household and each clue not yet looked at."""
    measured = measure(Week.of(on), as_of=on, codes=("open", "clues_open"))
    return {
        code: 1 + sum(measured.value(figure, code).numerator for figure in ("open", "clues_open")) for code in villages
    }


def _clues(numbers: list[int], on: date) -> Iterator[Record]:
    for clue in Clue.objects.filter(pk__in=numbers).order_by("due_on", "pk"):
        risk = RISK_TYPES.get(clue.risk, clue.risk)
        yield Record("clue", clue.pk, f"{risk}线索，{clue.due_on} 到期，超期 {(on - clue.due_on).days} 天")


def _unassisted(numbers: list[int], on: date) -> Iterator[Record]:
    rows = Standing.objects.filter(household__in=numbers, valid_to=None, enrolled_on__isnull=False)
    for row in rows.order_by("enrolled_on", "household_id"):
        assert row.enrolled_on is not None  # noqa: S101  filtered above
        risks = "、".join(RISK_TYPES.get(code, code) for code in row.risks)
        days = (on - row.enrolled_on).days
        yield Record("household", row.household_id, f"{row.enrolled_on} 纳入（{risks}），{days} 天没有措施落实")


def _unvisited(village: str, on: date) -> Iterator[Record]:
    """Key households that nobody met in the last weekly round that has ended."""
    last = Round.objects.filter(kind=Round.Kind.WEEKLY, ends_on__lt=on).order_by("-starts_on").first()
    for home in left(system_post(), last, village, key_only=True, limit=MOST) if last else ():
        tried = "有人去过，家中无人" if getattr(home, "tried", False) else "没有人去过"
        yield Record("household", home.pk, f"{last.title if last else ''}：{tried}")


def _urgent(village: str, on: date) -> Iterator[Record]:
    """Those that were asked for by the end of the day; one written down after its own deadline is as old as that."""
    over = datetime.combine(on + timedelta(days=1), time.min, CHINA)
    known = Task.objects.filter(Q(made_at__lt=over) | Q(due_at__lt=over), division=village, state=Task.State.OPEN)
    for task in known.order_by("due_at", "pk")[:MOST]:
        yield Record(
            "household", task.household_id, f"{task.title}，应在 {task.due_at.astimezone(CHINA):%m-%d %H:%M} 前走访"
        )


def _duties(village: str, on: date) -> Iterator[Record]:
    for one in missing(on, village):
        since = f"上次 {one.last_done}" if one.last_done else "从来没有"
        yield Record("duty", one.kind, f"{one.finding}：超期 {one.days_late} 天，{since}（{one.owner}）")


def _problems(numbers: list[int], on: date) -> Iterator[Record]:
    known = histories()
    for row in Problem.objects.filter(pk__in=numbers).order_by("opened_on", "pk"):
        title = known[row.kind].newest.title if row.kind in known else row.kind
        yield Record("problem", row.pk, f"{title}发现问题，{row.opened_on} 起 {(on - row.opened_on).days} 天没有解决")


def _notices(numbers: list[int]) -> Iterator[Record]:
    for row in Notice.objects.filter(pk__in=numbers).order_by("until", "pk"):
        what = "风险消除公示" if row.exit else "纳入公示"
        yield Record("notice", row.pk, f"{what}，贴在{row.place}，{row.posted_on} 至 {row.until}")


def _warnings(numbers: list[int]) -> Iterator[Record]:
    for row in Irregularity.objects.filter(pk__in=numbers).select_related("case").order_by("raised_on", "pk"):
        yield Record("case", row.case.household_id, f"{row.raised_on}：{row.sentence}")


def _sheets(village: str, on: date) -> Iterator[Record]:
    for sheet in open_sheets(f"village:{village}"):
        if sheet.issued_on and sheet.issued_on > on:
            continue
        until = f"{sheet.due_on} 前整改" if sheet.due_on else "未签发"
        late = "，已超期" if sheet.due_on and sheet.due_on < on else ""
        yield Record("sheet", sheet.pk, f"{load_table().colours[sheet.colour].name}：{sheet.matter}，{until}{late}")


def _last_week(village: str, on: date) -> Iterator[Record]:
    """The village's frozen figures of the newest closed week."""
    week = Snapshot.objects.filter(kind=Snapshot.Kind.WEEK, last_on__lt=on).order_by("-first_on").first()
    row = PlaceRow.objects.filter(snapshot=week, key=village).first() if week else None
    for code in LAST_WEEK if week and row else ():
        assert week is not None and row is not None  # noqa: S101, PT018  asked above
        value = Value(catalogue()[code], Parts(*row.values.get(code, ())))
        of = f"（共 {value.denominator}）" if value.denominator is not None else ""
        yield Record(
            "figure", f"{week.period}/{code}", f"{value.figure.title} {value.numerator}{value.figure.unit}{of}"
        )
