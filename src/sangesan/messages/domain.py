"""When a message may go out, when it is tried again, and how many become one. Plain Python; times are local and aware."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sangesan.kernel.refusal import Refusal
from sangesan.messages.templates import Line, Value, templates


@dataclass(frozen=True)
class Schedule:
    """quiet_from to quiet_to: hours of rest, over midnight too, equal for none; digests: times of day, in order;
    waits: minutes before each further try, so len(waits) + 1 tries in all.
    """

    quiet_from: time
    quiet_to: time
    digests: tuple[time, ...]
    waits: tuple[int, ...]


def parse_time(text: str) -> time:
    """8:30 or 08:30; raises Refusal."""
    try:
        hour, minute = text.strip().replace("：", ":").split(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise Refusal(f"“{text}”不是时刻", remedy="请写成 21:00") from None


def parse_schedule(*, quiet_from: str, quiet_to: str, digests: str, waits: str) -> Schedule:
    """The schedule as policy data has it: lists are separated by spaces. Raises Refusal for what makes no sense."""
    times = tuple(sorted({parse_time(part) for part in digests.split()}))
    if not times:
        raise Refusal("没有汇总发送的时刻", remedy="请写成 8:30 17:30")
    try:
        minutes = tuple(int(part) for part in waits.split())
    except ValueError:
        raise Refusal("重试间隔应是整数分钟", remedy="请写成 1 5 15 60 240") from None
    if not minutes or min(minutes) < 1 or list(minutes) != sorted(minutes):
        raise Refusal("重试间隔应从短到长，至少1分钟", remedy="请写成 1 5 15 60 240")
    return Schedule(parse_time(quiet_from), parse_time(quiet_to), times, minutes)


def is_quiet(schedule: Schedule, at: datetime) -> bool:
    """Whether a moment lies in the quiet hours: their beginning does, their end does not."""
    start, end, moment = schedule.quiet_from, schedule.quiet_to, at.time()
    if start == end:
        return False
    return start <= moment < end if start < end else moment >= start or moment < end


def due_at(schedule: Schedule, made_at: datetime, *, urgent: bool) -> datetime:
    """When a message made at a moment is to go out: urgent at once, others at the next digest."""
    if urgent:
        return made_at
    for days in (0, 1):
        day = made_at.date() + timedelta(days=days)
        for digest in schedule.digests:
            moment = datetime.combine(day, digest, made_at.tzinfo)
            if moment > made_at:
                return moment
    raise AssertionError("a schedule has a digest each day: parse_schedule refuses one without")


def may_send(schedule: Schedule, at: datetime, *, passes_quiet: bool) -> bool:
    """Whether something that is due may go out at a moment."""
    return passes_quiet or not is_quiet(schedule, at)


def next_try(schedule: Schedule, tried: int, at: datetime) -> datetime | None:
    """When to try again after `tried` failures; None: give up."""
    if tried > len(schedule.waits):
        return None
    return at + timedelta(minutes=schedule.waits[tried - 1])


Key = tuple[str, tuple[tuple[str, Value], ...]]


def merged(lines: Iterable[Line]) -> list[Line]:
    """Lines of several messages for one group as one each: counts add up, the earliest day stands, places stay apart.

    A link is kept where all had the same. Order: of first appearance.
    """
    made: dict[Key, Line] = {}
    for line in lines:
        kinds = templates()[line.template].fields
        apart = tuple((name, line.fields[name]) for name, kind in kinds.items() if kind in {"place", "colour"})
        key = (line.template, apart)
        made[key] = _added(made[key], line) if key in made else line
    return list(made.values())


def _added(first: Line, second: Line) -> Line:
    fields: dict[str, Value] = {}
    template = templates()[first.template]
    for name, kind in template.fields.items():
        one, other = first.fields[name], second.fields[name]
        if kind == "count":
            both = int(one), int(other)
            fields[name] = min(both) if name in template.least else sum(both)
        else:
            fields[name] = min(str(one), str(other))
    return Line(first.template, fields, first.link if first.link == second.link else "")


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Urgent sentences first, else as they came."""
    return sorted(lines, key=lambda line: not templates()[line.template].urgent)
