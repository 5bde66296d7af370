"""The demonstration's tasks given down the chain: one from county to grid, others at different steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.demo.histories.choosing import busiest_grid
from sangesan.demo.leadership import settings_of
from sangesan.leadership.assignments import Told, give, take_step
from sangesan.leadership.domain import Act, State
from sangesan.leadership.models import Assignment, Part
from sangesan.leadership.queries import holder
from sangesan.leadership.receivers import leaders
from sangesan.regions.queries import CHINA, tree

SPACE = UUID("6f1d3c52-0000-4000-8000-000220220913")  # of the ids of forms that were sent
STEPS = {
    State.ISSUED: (),
    State.RECEIVED: (Act.RECEIVE,),
    State.DONE: (Act.RECEIVE, Act.DO),
    State.RETURNED: (Act.RECEIVE, Act.DO, Act.RETURN),
    State.VERIFIED: (Act.RECEIVE, Act.DO, Act.VERIFY),
}

Progress = Callable[[int, int, str], None]


def write_assignments(*, today: date, progress: Progress) -> None:
    """Some tasks in every state; nothing where it has been done before or where nobody leads."""
    head = holder("leading_group_head", "", on=today)
    if Assignment.objects.exists() or head is None:
        progress(1, 1, "已有")
        return
    words = settings_of()["assignments"]
    _chain(words["chain"], head, today)
    for number, entry in enumerate(words["others"]):
        _other(entry, words["done"], head, today, number)
    progress(1, 1, f"{Assignment.objects.count()} 项任务")


def _chain(words: dict[str, Any], head: Post, today: date) -> None:
    """County to two towns, one of them to its villages, one village to its grids, and back up as far as it has got."""
    places, units = tree(), leaders(["town", "village"], today)
    grids = list(holding(today).filter(role=Post.Role.GRID).order_by("grid"))
    own = busiest_grid() or grids[0].grid
    village = next(post.division for post in grids if post.grid == own)
    town = places.town_of(village)
    towns = [town, *(code for code in places.towns() if code != town)][:4]
    given, due = today - timedelta(days=6), today + timedelta(days=4)
    task = _give(head, words["title"], words["words"], [units[f"town:{code}"] for code in towns], given, due)
    part = task.parts.get(post=units[f"town:{town}"])
    for other in task.parts.exclude(pk=part.pk).order_by("pk")[:1]:
        _take(other, Act.RECEIVE, "", given + timedelta(days=1))
    villages = [village, *(code for code in places.children[town] if code != village)][:3]
    day = given + timedelta(days=1)
    below = _give(
        part.post, words["title"], words["town_words"], [units[f"village:{code}"] for code in villages if f"village:{code}" in units],
        day, today + timedelta(days=1), parent=part,
    )  # fmt: skip
    mine = below.parts.get(post=units[f"village:{village}"])
    workers = [post for post in grids if post.division == village][:3]
    day += timedelta(days=1)
    last = _give(
        mine.post, words["title"], words["village_words"], workers, day, today - timedelta(days=1), parent=mine
    )
    for part_of_grid in last.parts.order_by("pk")[:2]:
        _take(part_of_grid, Act.RECEIVE, "", day)
        _take(part_of_grid, Act.DO, words["grid_done"], day + timedelta(days=1))
        _take(part_of_grid, Act.VERIFY, "", day + timedelta(days=1))


def _other(entry: dict[str, Any], done: str, head: Post, today: date, number: int) -> None:
    """A task whose parts are at the steps of `mix`, in turn. given, due: days before today."""
    to = _receivers(entry["to"], today)
    if not to:
        return
    given, due = today - timedelta(days=entry["given"]), today - timedelta(days=entry["due"])
    task = _give(head, entry["title"], entry["words"], to, given, due)
    for n, part in enumerate(task.parts.order_by("pk")):
        day = given + timedelta(days=1)
        for act in STEPS[State(entry["mix"][(n + number) % len(entry["mix"])])]:
            said = done if act == Act.DO else entry.get("back", "")
            _take(part, act, said, min(day, today))
            day += timedelta(days=3 + n % 4)


def _receivers(text: str, today: date) -> list[Post]:
    units = leaders(["town", "department"], today)
    codes = sorted(tree().towns())
    if text == "towns":
        return [units[f"town:{code}"] for code in codes if f"town:{code}" in units]
    kind, _, which = text.partition(":")
    key = f"town:{codes[int(which) % len(codes)]}" if kind == "town" else text
    return [units[key]] if key in units else []


def _give(
    post: Post, title: str, words: str, to: Sequence[Post], day: date, due: date, parent: Part | None = None
) -> Assignment:
    one = uuid5(SPACE, f"{title}:{post.pk}:{day.isoformat()}")
    return give(
        post=post, title=title, words=words, to=to, due_on=due, submission=one, now=_moment(day), today=day, parent=parent
    )  # fmt: skip


def _take(part: Part, act: Act, words: str, day: date) -> None:
    acting = part.assignment.giver if act in {Act.VERIFY, Act.RETURN} else part.post
    told, one = Told(words=words), uuid5(SPACE, f"{part.pk}:{act}:{day.isoformat()}")
    take_step(post=acting, part_id=part.pk, act=act, told=told, submission=one, now=_moment(day), today=day)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9, 40), CHINA)
