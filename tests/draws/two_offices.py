"""The heads of the two offices in the small county, and a draw over its villages."""

from __future__ import annotations

from datetime import date, datetime

from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.draws.actions import fix
from sangesan.draws.domain import OFFICES, SEATS, PoolItem
from sangesan.draws.models import Draw
from sangesan.leadership.actions import take_seat
from web.small_county import COMMUNITY, NOW, PASSWORD, VILLAGE_A, VILLAGE_B, SmallCounty

STYLE, EXECUTION = OFFICES
SECRET = {STYLE: "0a" * 32, EXECUTION: "0b" * 32}
POOL = [PoolItem(VILLAGE_A, 5), PoolItem(VILLAGE_B, 1), PoolItem(COMMUNITY, 2)]


def heads(small: SmallCounty) -> dict[str, Post]:
    """A post by office, seated."""
    posts = {}
    for office, name in OFFICES.items():
        post = Post(role="inspector", title=f"{name}主任", valid_from=date(2021, 1, 1))
        user = open_account(username=office, name=f"测试{name}", password=PASSWORD, posts=[post])
        posts[office] = user.posts.get()
        take_seat(
            post=small.posts["county"], seat=SEATS[office], scope="", holder=posts[office],
            from_day=date(2022, 1, 1), document="县委办〔2022〕5号", now=NOW,
        )  # fmt: skip
    return posts


def weekly(period: str = "2022-W37", *, now: datetime = NOW, **more) -> Draw:
    """This week's draw, fixed by the machine."""
    given = {"pool": POOL, "size": 1, "method": "equal", "title": f"{period} 随机村"} | more
    return fix(post=system_post(), purpose="weekly_village", period=period, now=now, **given)
