"""The demonstration's posts: who answers at county, towns, villages and grids, and for which households. People made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction

from sangesan.accounts.models import Post, User
from sangesan.accounts.queries import system_post
from sangesan.demo.chance import generator
from sangesan.demo.names import make_names
from sangesan.regions.models import Grid
from sangesan.regions.queries import county, tree
from sangesan.responsibility.actions import assign_watched

SEED = 20220913
MARK = "演示·"
USERNAME = "p{:06d}"
FIRST = "those who answer"
BIRTH_YEARS = (1966, 1999)
WOMEN_OF_HUNDRED = 38
BATCH = 500

Progress = Callable[[int, int, str], None]


def name_those_who_answer(on: date, *, now: datetime, progress: Progress) -> None:
    """All posts with generated holders, once; then everybody in monitoring and every relocated household gets its rows."""
    posts = list(_posts(on))
    made = 0 if User.objects.filter(username=USERNAME.format(1)).exists() else len(posts)
    if made:
        progress(0, 2, "岗位")
        fill_posts(posts)
    progress(1, 2, f"{len(posts):,} 个岗位")
    duties = assign_watched(post=system_post(), on=on, now=now)
    progress(2, 2, f"新设岗位 {made:,} 个，明确责任 {duties:,} 项")


def _posts(on: date) -> Iterator[Post]:
    """The posts by place, nobody in them yet: county, towns, villages and communities, grids."""
    places = tree()
    yield Post(role=Post.Role.COUNTY, title=f"{county().name}防返贫监测专班", valid_from=on)
    for town in places.towns():
        for title in ("分管领导", "防返贫专干"):
            yield Post(role=Post.Role.TOWN, title=f"{places.names[town]}{title}", division=town, valid_from=on)
    for village, level in places.levels.items():
        if level not in {"village", "community"}:
            continue
        for title in ("包联干部", "社区干部" if level == "community" else "村干部"):
            yield Post(role=Post.Role.VILLAGE, title=f"{places.names[village]}{title}", division=village, valid_from=on)
    for grid in Grid.objects.filter(valid_to=None).order_by("code"):
        title = f"{grid.name}网格员"
        yield Post(role=Post.Role.GRID, title=title, division=grid.division, grid=grid.code, valid_from=on)


def fill_posts(posts: Sequence[Post], username: str = USERNAME, subject: str = FIRST) -> None:
    """A made-up user for each post; none of them can log in. subject: another one gives other names."""
    names = _names(len(posts), subject)
    users = [
        User(username=username.format(n), name=f"{MARK}{name}", password=make_password(None))
        for n, name in enumerate(names, start=1)
    ]
    with transaction.atomic():
        User.objects.bulk_create(users, batch_size=BATCH)
        for post, user in zip(posts, users, strict=True):
            post.user = user
        Post.objects.bulk_create(posts, batch_size=BATCH)


def _names(count: int, subject: str) -> list[str]:
    """Full names, the same ones every time."""
    rng = generator(SEED, subject)
    _surname, names = make_names(
        SEED + (subject != FIRST),
        household=np.arange(count),
        married_in=np.zeros(count, dtype=bool),
        male=rng.integers(0, 100, count) >= WOMEN_OF_HUNDRED,
        birth_year=rng.integers(*BIRTH_YEARS, count),
    )
    return [str(name) for name in names]


def seated(post: Post) -> Post:
    """The generated post of the same place and title, for an account to take over; the given one where there is none."""
    there = Post.objects.filter(
        role=post.role, title=post.title, division=post.division, grid=post.grid, user__name__startswith=MARK
    )
    return there.order_by("pk").first() or post
