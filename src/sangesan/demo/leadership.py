"""The demonstration's seats: who leads the county, its towns and villages, its departments and offices. People made up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.demo.answering import MARK, fill_posts
from sangesan.demo.facts_of_county import DATA
from sangesan.leadership.actions import Taking, take_seats
from sangesan.leadership.models import Seat
from sangesan.leadership.seats import held_title
from sangesan.leadership.units import departments
from sangesan.regions.queries import tree

FILE = "leadership.yaml"
USERNAME = "z{:06d}"
VILLAGES_OF_A_CONTACT = 4
NUMBERS = "一二三四五六七八九十"

Progress = Callable[[int, int, str], None]


@dataclass
class _Wanted:
    """A seat and the post that takes it: a new one, or one that is there already."""

    seat: str
    scope: str
    post: Post
    from_day: date
    document: str


def write_seats(*, today: date, now: datetime, progress: Progress) -> None:
    """Seats for the whole county with made-up holders; nothing where it has been done before."""
    if Seat.objects.exists():
        progress(1, 1, "已有")
        return
    wanted = list(_wanted(today))
    posts = list({id(one.post): one.post for one in wanted if one.post.pk is None}.values())
    fill_posts(posts, USERNAME, "those who lead")
    takings = [Taking(one.seat, one.scope, one.post, one.from_day, one.document) for one in wanted]
    take_seats(post=_recorder(today), takings=takings, now=now)
    progress(1, 1, f"{len(takings):,} 个职务")


def settings_of(directory: Path = DATA) -> dict[str, Any]:
    """data/leadership.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((directory / FILE).read_text(encoding="utf-8"))
    return loaded


def _recorder(today: date) -> Post:
    return holding(today).filter(role=Post.Role.COUNTY, user__name__startswith=MARK).order_by("pk")[0]


def _wanted(today: date) -> Iterator[_Wanted]:
    words = settings_of()
    yield from _of_county(words)
    yield from _of_towns(words)
    yield from _of_villages(words, today)
    yield from _of_departments(words)


def _of_county(words: dict[str, Any]) -> Iterator[_Wanted]:
    """Each seat of the county has a post of its own, but for those that one person holds together."""
    made: dict[str, Post] = {}
    for entry in words["county"]:
        title = entry.get("post") or held_title(entry["seat"], "")
        day = words["papers"][entry["paper"]]["day"]
        post = made.setdefault(title, Post(role=entry["role"], title=title, valid_from=words["from"]))
        yield _Wanted(entry["seat"], "", post, day, words["papers"][entry["paper"]]["document"])


def _of_towns(words: dict[str, Any]) -> Iterator[_Wanted]:
    """A secretary and a leader of the county for each town; one secretary took over this year."""
    paper, change, places = words["papers"]["chain"], words["papers"]["change"], tree()
    for number, town in enumerate(places.towns()):
        name = places.names[town]
        secretary = Post(role=Post.Role.TOWN, title=f"{name}党委书记", division=town, valid_from=words["from"])
        yield _Wanted("town_secretary", town, secretary, paper["day"], paper["document"])
        if number == words["changed_town"]:
            after = Post(role=Post.Role.TOWN, title=f"{name}党委书记（新任）", division=town, valid_from=change["day"])
            yield _Wanted("town_secretary", town, after, change["day"], change["document"])
        contact = Post(role=Post.Role.COUNTY, title=f"包联{name}县领导", valid_from=words["from"])
        yield _Wanted("county_contact", town, contact, paper["day"], paper["document"])


def _of_villages(words: dict[str, Any], today: date) -> Iterator[_Wanted]:
    """Secretaries are the villages' own posts; contacts of a town see to some villages each; every vacancy is in the file."""
    paper, places = words["papers"]["chain"], tree()
    own = {post.division: post for post in holding(today).filter(role=Post.Role.VILLAGE).order_by("pk")}
    villages = [(town, village) for town in places.towns() for village in places.children.get(town, ())]
    contacts: dict[tuple[str, int], Post] = {}
    for number, (town, village) in enumerate(villages):
        if village in own:
            yield _Wanted("village_secretary", village, own[village], paper["day"], paper["document"])
        nth = places.children[town].index(village) // VILLAGES_OF_A_CONTACT
        title = f"{places.names[town]}包村干部{NUMBERS[nth % len(NUMBERS)]}"
        contact = contacts.setdefault(
            (town, nth), Post(role=Post.Role.TOWN, title=title, division=town, valid_from=words["from"])
        )
        if number not in words["without_contact"]:
            yield _Wanted("town_contact", village, contact, paper["day"], paper["document"])
        if number not in words["without_resident_head"]:
            title = f"{places.names[village]}驻村第一书记"
            head = Post(role=Post.Role.VILLAGE, title=title, division=village, valid_from=words["from"])
            yield _Wanted("resident_team_head", village, head, paper["day"], paper["document"])


def _of_departments(words: dict[str, Any]) -> Iterator[_Wanted]:
    paper = words["papers"]["team"]
    for unit in departments():
        for seat, title in (("department_head", "主要负责人"), ("department_liaison", "联络员")):
            post = Post(
                role=Post.Role.DEPARTMENT, title=f"{unit.title}{title}", department=unit.code, valid_from=words["from"]
            )
            yield _Wanted(seat, unit.code, post, paper["day"], paper["document"])
