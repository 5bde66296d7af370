"""The demonstration's weekly draws: four weeks published with both secrets, one that was voided, this week's waiting."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.dispatch.spot_calls import WEEKLY, fix_week
from sangesan.draws.actions import commit, reveal, void_late
from sangesan.draws.domain import OFFICES, SEATS, State, commitment_of
from sangesan.draws.models import Draw
from sangesan.draws.queries import draw_of
from sangesan.kernel.period import Week
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holder
from sangesan.regions.queries import CHINA

WEEKS = 4
VOIDED = 3  # so many weeks ago one office did not show its secret
FIXED_AT, COMMITTED_AT, SHOWN_AT = time(8, 30), time(10, 15), time(15, 40)
STYLE, EXECUTION = OFFICES

Progress = Callable[[int, int, str], None]


def write_draws(*, today: date, progress: Progress) -> None:
    """The draws of the last weeks and this week's; what is there stays."""
    if draw_of(WEEKLY, str(Week.of(today))) is not None:
        progress(1, 1, "已有")
        return
    posts = {office: _head(office, today) for office in OFFICES}
    for back in range(WEEKS, 0, -1):
        _write(Week.of(today).plus(-back), posts, voided=back == VOIDED)
    week = Week.of(today)
    _fixed(week)  # both offices have still to hand in: a secret made here would be in nobody's hands
    progress(1, 1, f"{Draw.objects.filter(purpose=WEEKLY, state=State.DONE).count()} 周已公布")


def secret_of(draw: Draw, office: str) -> str:
    """The demonstration's secret of an office: made from the draw, so that a demonstration is the same everywhere."""
    return sha256(f"sangesan-demonstration|{office}|{draw.number}".encode()).hexdigest()


def _write(week: Week, posts: dict[str, Post], *, voided: bool) -> None:
    """A week's draw: committed on Monday, shown on Wednesday; the voided one drawn anew on Friday."""
    draw = _fixed(week)
    for office, post in posts.items():
        commit(post=post, draw=draw, office=office, digest=_digest(draw, office), now=_at(week, 0, COMMITTED_AT))
    shown = _at(week, 2, SHOWN_AT)
    if voided:
        reveal(post=posts[STYLE], draw=draw, office=STYLE, secret=secret_of(draw, STYLE), now=shown)
        void_late(post=system_post(), now=_at(week, 3, SHOWN_AT))
        draw = Draw.objects.get(after=draw)
        shown = _at(week, 3, SHOWN_AT) + timedelta(hours=3)
        for office, post in posts.items():
            commit(post=post, draw=draw, office=office, digest=_digest(draw, office), now=shown)
    for office, post in posts.items():
        reveal(post=post, draw=draw, office=office, secret=secret_of(draw, office), now=shown)


def _fixed(week: Week) -> Draw:
    draw = fix_week(post=system_post(), week=week, today=week.first_day(), now=_at(week, 0, FIXED_AT))
    if draw is None:
        raise Refusal(f"{week} 的抽签已作废", place="演示县", remedy="请换一个 SANGESAN_HOME 重新生成")
    return draw


def _digest(draw: Draw, office: str) -> str:
    return commitment_of(secret_of(draw, office))


def _at(week: Week, days: int, hour: time) -> datetime:
    return datetime.combine(week.first_day() + timedelta(days=days), hour, CHINA)


def _head(office: str, on: date) -> Post:
    found = holder(SEATS[office], "", on=on)
    if found is None:
        raise Refusal(f"演示县没有人担任 {SEATS[office]}", place="演示县", remedy="先建立职务和任期")
    return found
