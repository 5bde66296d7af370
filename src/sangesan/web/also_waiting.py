"""What waits for a post beside households: sheets, tasks, documents, draws, calls. Only what is there is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import may
from sangesan.bulletins.queries import to_sign, unread
from sangesan.checks.queries import open_count
from sangesan.dispatch.spot_queries import open_calls
from sangesan.draws.queries import owed_by
from sangesan.leadership.assignments import open_for
from sangesan.supervision.queries import overdue_now
from sangesan.supervision.sheet_lists import waiting_rows


@dataclass(frozen=True)
class Waits:
    """One kind of thing that waits. route: where it is done; late: how many of it are overdue."""

    title: str | Promise
    route: str
    number: int
    late: int = 0


Counting = Callable[[Post, date, datetime], tuple[int, int]]


def also_waiting(post: Post, *, today: date, now: datetime) -> list[Waits]:
    """Kinds with anything in them, the most binding first."""
    return [
        Waits(title, route, number, late)
        for title, route, act, count in _KINDS
        if may(post, act)
        for number, late in [count(post, today, now)]
        if number
    ]


def _sheets(post: Post, today: date, _now: datetime) -> tuple[int, int]:
    found = waiting_rows(post, today).aggregate(all=Count("pk"), late=Count("pk", filter=overdue_now(today)))
    return found["all"], found["late"]


def _tasks(post: Post, today: date, _now: datetime) -> tuple[int, int]:
    parts = open_for(post, on=today)
    return len(parts), sum(part.due_on < today for part in parts)


def _signatures(post: Post, today: date, _now: datetime) -> tuple[int, int]:
    return len(to_sign(post, on=today)), 0


def _unread(post: Post, today: date, _now: datetime) -> tuple[int, int]:
    return unread(post, on=today), 0


def _draws(post: Post, _today: date, now: datetime) -> tuple[int, int]:
    return len(owed_by(post, now)), 0


def _calls(_post: Post, today: date, _now: datetime) -> tuple[int, int]:
    number, first = open_calls()
    return number, int(first is not None and first < today)


def _flags(post: Post, _today: date, _now: datetime) -> tuple[int, int]:
    return open_count(post), 0


# Title, route, act of the access matrix, and how it is counted.
_KINDS: tuple[tuple[str | Promise, str, str, Counting], ...] = (
    (_("督办单等您办理"), "sheets", "supervision.see", _sheets),
    (_("交办任务"), "assignments", "leadership.answer", _tasks),
    (_("公文待签发"), "bulletins", "bulletins.sign", _signatures),
    (_("公文待签收"), "bulletins", "bulletins.read", _unread),
    (_("抽签待交密数"), "draws", "draws.commit", _draws),
    (_("点对点调度待打"), "spot-calls", "dispatch.call", _calls),
    (_("数据核查提示"), "checks", "checks.see", _flags),
)
