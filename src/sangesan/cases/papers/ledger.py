"""排查台账: clues and visits of a town or village between two days, from the record. Domain rules 7, form 10."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.cases.models import Case
from sangesan.cases.papers.context import Asked, Context, Listing
from sangesan.cases.papers.reaching import place_for
from sangesan.cases.papers.wording import day, iso, risk_words
from sangesan.cases.states import STATE_TITLES
from sangesan.cases.states import State as CaseState
from sangesan.clues.domain import STATES, State, channels
from sangesan.clues.models import Clue
from sangesan.clues.permissions import visible_clues
from sangesan.documents.form import Paper, Signatures, Table
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.regions.models import Grid
from sangesan.regions.queries import tree
from sangesan.visits.domain import OUTCOMES, PURPOSES
from sangesan.visits.models import Visit
from sangesan.visits.permissions import visible_visits

HEADINGS = ("序号", "日期", "网格", "户主", "渠道", "发现的问题", "研判", "处理", "办结日期", "核查人")
WIDTHS = (6, 13, 15, 9, 13, 32, 15, 15, 13, 14)
MOST_ROWS, MOST_PRINTED = 20_000, 800
LONGEST_DAYS = 366


@dataclass(frozen=True)
class LedgerFile:
    """Rows without their order number, by day. more: how many there are beyond MOST_ROWS."""

    place: str
    since: date
    until: date
    rows: list[list[str]]
    more: int


def load(asked: Asked) -> LedgerFile:
    """The ledger of a place in the post's reach; the current month where no days are asked. Raises NotAllowed, Refusal."""
    place = place_for(asked.post, str(asked.subject))
    divisions = tree()
    if divisions.levels[place] == "county":
        raise Refusal("台账按镇、村生成", place="排查台账", remedy="请选择一个镇或村（社区）")
    since = asked.since or Month.of(asked.today).first_day()
    until = asked.until or asked.today
    if until < since or (until - since).days > LONGEST_DAYS:
        raise Refusal("起止日期不对", place="排查台账", remedy="止日不早于起日，一次最多一年")
    places = [place, *divisions.children.get(place, ())]
    clues = visible_clues(asked.post).filter(division__in=places, opened_on__range=(since, until))
    visits = visible_visits(asked.post).filter(household__residence__in=places, visited_on__range=(since, until))
    visits = visits.filter(clue=None, clues=None)
    found = list(clues.select_related("household", "visit").order_by("opened_on", "id")[: MOST_ROWS + 1])
    alone = list(visits.select_related("household").order_by("visited_on", "id")[: MOST_ROWS + 1])
    dated = _dated(found, alone)
    return LedgerFile(place, since, until, [row for _, row in dated[:MOST_ROWS]], max(len(dated) - MOST_ROWS, 0))


def _dated(clues: Sequence[Clue], visits: Sequence[Visit]) -> list[tuple[date, list[str]]]:
    grids = dict(Grid.objects.filter(valid_to=None).values_list("code", "name"))
    cases = Case.objects.in_bulk({c.case for c in clues if c.case} | {v.case for v in visits if v.case})
    rows = [(c.opened_on, _clue(c, grids.get(c.grid, ""), cases.get(c.case or 0))) for c in clues]
    rows += [(v.visited_on, _visit(v, grids.get(v.household.grid, ""), cases.get(v.case or 0))) for v in visits]
    return sorted(rows, key=lambda row: row[0])


def _clue(c: Clue, grid: str, case: Case | None) -> list[str]:
    visit = c.visit
    level = STATES[State(c.state)]
    judged = OUTCOMES.get(visit.conclusion, level) if visit else level  # type: ignore[call-overload]  # keys are text
    closed = c.visited_on if c.state == State.CLEARED else case.eliminated_on if case else None
    who = ("、".join(visit.checker_names) or visit.checkers) if visit else ""
    return [
        iso(c.opened_on), grid, c.household.head_name if c.household else "", channels()[c.channel].title, c.headline,
        judged, _done(case), iso(closed), who,
    ]  # fmt: skip


def _visit(v: Visit, grid: str, case: Case | None) -> list[str]:
    purposes = "、".join(title for code, title in PURPOSES.items() if code in v.purposes)
    judged = next((title for code, title in OUTCOMES.items() if code == v.conclusion), "")
    found = "；".join(x for x in (risk_words(v.risks), v.reason) if x)
    closed = v.visited_on if v.conclusion == "no_risk" else None
    who = "、".join(v.checker_names) or v.checkers
    return [iso(v.visited_on), grid, v.household.head_name, purposes, found, judged, _done(case), iso(closed), who]


def _done(case: Case | None) -> str:
    return STATE_TITLES[CaseState(case.state)] if case else ""


def build(file: LedgerFile, context: Context) -> Paper:
    """The ledger to file; beyond MOST_PRINTED rows the rest is in the .xlsx."""
    shown = [[str(n), *row] for n, row in enumerate(file.rows[:MOST_PRINTED], start=1)]
    left = len(file.rows) - len(shown) + file.more
    rest = f"另有{left}条未打印，请下载Excel清单查看全部。" if left else ""
    return Paper(
        title="防止返贫动态监测排查台账",
        subtitle=f"（{day(file.since)}至{day(file.until)}，共{len(file.rows) + file.more}条）",
        organ=context.tree.full_name(file.place),
        landscape=True,
        parts=[
            Table(HEADINGS, shown or [["", "本期没有线索和入户记录", *[""] * 8]], WIDTHS),
            Signatures(["填报人签字：", "负责人签字：", "（盖章）："], 20),
        ],
        note=f"本台账由系统按线索和入户记录生成，不另填写。{rest}",
    )


def listing(file: LedgerFile, context: Context) -> Listing:
    """All rows as a workbook."""
    rows = [[n, *row] for n, row in enumerate(file.rows, start=1)]
    title = f"排查台账_{context.tree.full_name(file.place)}_{file.since:%Y%m%d}-{file.until:%Y%m%d}"
    return Listing(title, HEADINGS, rows, [6, 12, 20, 10, 16, 60, 20, 20, 12, 18])
