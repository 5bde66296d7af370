"""Word to the villages and grids that an alert sends to: counts, the place and the colour, never a household."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Count

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.alerts.domain import COLOURS, RED
from sangesan.alerts.models import Alert
from sangesan.messages.sending import Note, tell_all
from sangesan.messages.templates import line_of
from sangesan.patrols.models import Task
from sangesan.regions.queries import county, today

Role = Post.Role


def tell_sent(alert: Alert, sources: Collection[str], *, hours: int, made_at: datetime, now: datetime) -> int:
    """Towns, villages and grids each learn how many of theirs are to be visited within how many hours.

    sources, made_at: of the tasks that were just made.
    """
    if alert.colour not in COLOURS:
        return 0
    grids, villages, towns = _counted(sources, made_at)
    template = "alert_tasks_at_once" if alert.colour == RED else "alert_tasks"
    step = alert.steps.order_by("-id").values_list("pk", flat=True).first()

    def note(post: Post, place: str, count: int) -> Note:
        fields = {"place": place, "colour": alert.colour, "count": count, "hours": hours}
        return Note(post, [line_of(template, fields, f"/alerts/{alert.pk}/")], f"alert:{alert.pk}:sent:{step}")

    return tell_all(_notes(note, grids, villages, towns, sum(towns.values())), now=now)


def tell_closed(alert: Alert, by_town: Mapping[str, int], *, now: datetime) -> int:
    """Towns learn how many visits are no longer needed."""
    if alert.colour not in COLOURS:
        return 0
    step = alert.steps.order_by("-id").values_list("pk", flat=True).first()
    posts = [p for p in holding(today()) if p.role == Role.TOWN and p.division in by_town]
    return tell_all(
        [
            Note(
                post,
                [
                    line_of(
                        "alert_over",
                        {"place": post.division, "colour": alert.colour, "count": by_town[post.division]},
                        f"/alerts/{alert.pk}/",
                    )
                ],
                f"alert:{alert.pk}:closed:{step}",
            )
            for post in posts
        ],
        now=now,
    )


def _counted(sources: Collection[str], made_at: datetime) -> tuple[Counter[str], Counter[str], Counter[str]]:
    grids, villages, towns = Counter[str](), Counter[str](), Counter[str]()
    rows = Task.objects.filter(source__in=list(sources), made_at=made_at).values_list("grid", "division", "town")
    for grid, village, town, number in rows.annotate(n=Count("pk")):
        grids[grid] += number
        villages[village] += number
        towns[town] += number
    return grids, villages, towns


def _notes(
    note: Callable[[Post, str, int], Note],
    grids: Mapping[str, int],
    villages: Mapping[str, int],
    towns: Mapping[str, int],
    total: int,
) -> Iterable[Note]:
    for post in holding(today()):
        if post.role == Role.GRID and post.grid in grids:
            yield note(post, post.division, grids[post.grid])
        elif post.role == Role.VILLAGE and post.division in villages:
            yield note(post, post.division, villages[post.division])
        elif post.role == Role.TOWN and post.division in towns:
            yield note(post, post.division, towns[post.division])
        elif post.role == Role.COUNTY:
            yield note(post, county().code, total)
