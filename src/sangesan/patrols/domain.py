"""What a patrol may record, which week a day lies in, which household comes first. Plain Python."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sangesan.kernel.refusal import Refusal
from sangesan.visits.domain import PURPOSES as VISIT_PURPOSES

SAME, CHANGED, CLUE, ABSENT = "same", "changed", "clue", "absent"
RESULTS = {SAME: "没有变化", CHANGED: "有变化", CLUE: "发现线索", ABSENT: "家中无人"}

WEEKLY_TITLE = "{year}年第{week}周（{month}月{day}日至{last_month}月{last_day}日）"
OWN_PURPOSE = "patrol"
# One walk answers several offices' questions: its own first, then whatever a visit may be for.
PURPOSES = {OWN_PURPOSE: "网格排查"} | {str(code): title for code, title in VISIT_PURPOSES.items()}
OFFERED = ("civil_affairs", "follow_up", "tracking")  # what the two-tap form offers beside the patrol itself

CLUE_SOON_DAYS = 3  # a clue due by then is looked at on this walk
MOST_WORDS = 500
LONGEST_FIELD = 60


@dataclass(frozen=True)
class Seen:
    """What the worker says of one door. clue: (risk, words, event_on) of a clue to be raised."""

    result: str
    on: date
    words: str = ""
    purposes: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    clue: tuple[str, str, date | None] | None = None
    visit: int | None = None


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week a day lies in."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def weekly_title(monday: date) -> str:
    """2022年第37周（9月12日至9月18日）, by ISO weeks."""
    year, week, _ = monday.isocalendar()
    sunday = monday + timedelta(days=6)
    return WEEKLY_TITLE.format(
        year=year, week=week, month=monday.month, day=monday.day, last_month=sunday.month, last_day=sunday.day
    )


def check_entry(seen: Seen, *, today: date, oldest: date) -> None:
    """Passes when the record is in order; raises Refusal that names the field and the remedy."""
    _day(seen.on, today, oldest)
    if seen.result not in RESULTS:
        raise Refusal("没有选择排查结果", place="排查结果", remedy=f"请选{'、'.join(RESULTS.values())}之一")
    if set(seen.purposes) - set(PURPOSES):
        raise Refusal("有不认识的走访目的", place="走访目的", remedy=f"可用：{'、'.join(PURPOSES.values())}")
    if len(seen.words.strip()) > MOST_WORDS:
        raise Refusal(f"情况超过 {MOST_WORDS} 字", place="情况", remedy="请写要点，详情登记为入户核查")
    if any(not name or len(name) > LONGEST_FIELD for name in seen.changed):
        raise Refusal("有不认识的变化项", place="变化", remedy="请刷新页面后重选")
    _consistent(seen)


def _day(on: date, today: date, oldest: date) -> None:
    if on > today:
        raise Refusal("排查日期晚于今天", place="排查日期", remedy=f"请填 {today.isoformat()} 或更早的日期")
    if on < oldest:
        raise Refusal(
            f"排查日期早于 {oldest.isoformat()}，已过补登期限", place="排查日期", remedy="请重新走访后登记当天的情况"
        )


def _consistent(seen: Seen) -> None:
    """The result and what came with it say the same."""
    if seen.result == CLUE and seen.clue is None:
        raise Refusal("选了“发现线索”，没有写线索", place="线索", remedy="请选风险类型，并用一句话写明看到了什么")
    if seen.result != CLUE and seen.clue is not None:
        raise Refusal(f"结果是“{RESULTS[seen.result]}”，却写了线索", place="线索", remedy="请改选“发现线索”")
    if seen.result == CHANGED and not seen.changed and not seen.words.strip():
        raise Refusal("选了“有变化”，没有写什么变了", place="变化", remedy="请改动相应的项目，或用一句话写明")
    if seen.result in {SAME, ABSENT} and seen.changed:
        raise Refusal(f"结果是“{RESULTS[seen.result]}”，却改了农户情况", place="变化", remedy="请改选“有变化”")
    if seen.result == ABSENT and seen.visit is not None:
        raise Refusal("入户核查已登记，不会是“家中无人”", place="排查结果", remedy="请按入户所见改选")


def covers(
    divisions: Collection[str], groups: Collection[str], *, places: Collection[str], belongs_to: Collection[str]
) -> bool:
    """Whether a round covers a household that lives in `places` (village, town) and belongs to key groups."""
    here = not divisions or bool(set(divisions) & set(places))
    return here and (not groups or bool(set(groups) & set(belongs_to)))


@dataclass(frozen=True)
class Standing:
    """What decides a door's place in the worker's list. task_due, clue_due: of the most urgent open one; rank: the
    highest weight among its key groups; number: the household's, so that the order is always the same.
    """

    number: int
    task_due: datetime | None = None
    clue_due: date | None = None
    rank: int = 0
    relocated: bool = False
    walked: bool = False


def order_of(door: Standing, *, today: date) -> tuple[int, float, int, int]:
    """A sort key: urgent looks by hour; clues overdue or due soon by day; then, while not yet walked in this round, key
    groups by weight, relocated households, the others; last those walked already.
    """
    if door.task_due is not None:
        return 0, door.task_due.timestamp(), 0, door.number
    if door.clue_due is not None and door.clue_due <= today + timedelta(days=CLUE_SOON_DAYS):
        return 1, float(door.clue_due.toordinal()), 0, door.number
    return (3 if door.walked else 2), -float(door.rank), int(not door.relocated), door.number
