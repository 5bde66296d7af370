"""The demonstration's village teams: who was sent where, their days since April, the towns' word on past months."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding, system_post
from sangesan.assessment.attendance_domain import day_states
from sangesan.assessment.models import Attendance, MonthVerdict, TeamMember
from sangesan.assessment.words import ATTENDANCE, seal
from sangesan.audit.recording import record
from sangesan.demo.answering import MARK
from sangesan.demo.chance import generator
from sangesan.demo.facts_of_county import DATA
from sangesan.demo.names import make_names
from sangesan.kernel.period import Month
from sangesan.leadership.queries import held_rows
from sangesan.policy.reading import read_yaml
from sangesan.regions.queries import CHINA, tree
from sangesan.registry.bulk import insert_rows

FILE = Path(DATA) / "assessment.yaml"
SEED = 20220930
HEAD_SEAT = "resident_team_head"
THOUSAND = 1000
BATCH = 2000
COLUMNS = ["member_id", "day", "state", "sealed", "post", "post_title", "entered_on", "recorded_at"]
EVENING = time(19, 0)
DAY = timedelta(days=1)

Progress = Callable[[int, int, str], None]


@lru_cache(maxsize=1)
def settings_of() -> dict[str, Any]:
    """data/assessment.yaml."""
    loaded: dict[str, Any] = read_yaml(FILE)
    return loaded


@dataclass(frozen=True)
class _Posts:
    """Who enters, who verifies, by village and town."""

    villages: dict[str, Post]
    towns: dict[str, Post]


def write_teams(*, today: date, now: datetime, progress: Progress) -> None:
    """Teams of all villages with their attendance, in bulk; nothing where it has been done before."""
    if TeamMember.objects.exists():
        progress(1, 1, "已有")
        return
    told = settings_of()["teams"]
    posts = _posts(today)
    with transaction.atomic():
        members = TeamMember.objects.bulk_create(_members(told, today, now), batch_size=BATCH)
        progress(0, 2, f"{len(members):,} 名队员")
        days = list(_days(told, members, posts, today))
        insert_rows(Attendance, COLUMNS, days)
        MonthVerdict.objects.bulk_create(list(_verdicts(told, members, days, posts, today)), batch_size=BATCH)
        system = system_post()
        record(
            at=now, user=None, post=system.pk, post_title=system.title, tag="assessment:list:attend", on="list:attendance",
            reason="演示县的驻村考勤", detail={"members": len(members), "days": len(days)},
        )  # fmt: skip
    progress(2, 2, f"{len(members):,} 名队员，{len(days):,} 天考勤")


def _posts(today: date) -> _Posts:
    rows = list(holding(today).filter(role__in=[Post.Role.TOWN, Post.Role.VILLAGE]).order_by("-pk"))
    by_role = {role: {p.division: p for p in rows if p.role == role} for role in (Post.Role.TOWN, Post.Role.VILLAGE)}
    return _Posts(by_role[Post.Role.VILLAGE], by_role[Post.Role.TOWN])


def _members(told: dict[str, Any], today: date, now: datetime) -> list[TeamMember]:
    """The head where somebody holds the seat, one member more, every few villages two."""
    heads = {row.scope: row.post for row in held_rows(today).filter(seat=HEAD_SEAT)}
    places, system = tree(), system_post()
    villages = [village for town in places.towns() for village in places.children.get(town, ())]
    names = iter(_names(2 * len(villages)))
    found = []
    for number, village in enumerate(villages):
        more = 2 if number % told["second_member_every"] == 0 else 1
        people: list[tuple[str, str, Post | None]] = [("member", f"{MARK}{next(names)}", None) for _ in range(more)]
        if (head := heads.get(village)) is not None and head.user is not None:
            people.insert(0, ("head", head.user.name, head))
        sender = told["sent_by"][number % len(told["sent_by"])]
        found += [
            TeamMember(
                village=village, role=role, name=name, sent_by=sender, post=post, valid_from=told["from"],
                document=told["document"], entered_by=system.pk, entered_by_title=system.title, recorded_at=now,
            )
            for role, name, post in people
        ]  # fmt: skip
    return found


def _days(told: dict[str, Any], members: list[TeamMember], posts: _Posts, today: date) -> Iterator[tuple[Any, ...]]:
    """Rows of COLUMNS: every day of every member up to the day, or a few days before where entries come late."""
    rng = generator(SEED, "attendance")
    reasons = {state: seal(ATTENDANCE, words) for state, words in told["reasons"].items()}
    villages = list(dict.fromkeys(one.village for one in members))
    number_of = {village: number for number, village in enumerate(villages)}
    length = (today - told["first_day"]).days + 1
    for one in members:
        post, number = posts.villages.get(one.village), number_of[one.village]
        if post is None:
            continue
        shares = dict(told["days"])
        if number % told["lax_every"] == told["lax_every"] - 1:
            shares["in_village"] = told["lax_in_village"]
        entered = length - (4 if number % told["late_entry_every"] == 0 else 1)
        for n, chance in enumerate(rng.integers(0, THOUSAND, length)[:entered]):
            day = told["first_day"] + n * DAY
            state = _state(int(chance), shares)
            at = datetime.combine(day, EVENING, CHINA)
            yield one.pk, day, state, reasons.get(state), post.pk, post.title, day, at


def _state(chance: int, shares: dict[str, int]) -> str:
    upto = 0
    for state, share in shares.items():
        upto += share
        if chance < upto:
            return state
    return "rest"


def _verdicts(
    told: dict[str, Any], members: list[TeamMember], days: list[tuple[Any, ...]], posts: _Posts, today: date
) -> Iterator[MonthVerdict]:
    """Every ended month verified by the town on the third of the next; last month not yet everywhere."""
    counting = {code for code, state in day_states().items() if state.counts}
    present: dict[tuple[int, Month], int] = {}
    for member, day, state, *_rest in days:
        if state in counting:
            key = (member, Month.of(day))
            present[key] = present.get(key, 0) + 1
    places, last = tree(), Month.of(today).plus(-1)
    month = Month.of(told["first_day"])
    while month <= last:
        on = month.plus(1).first_day() + 2 * DAY
        for number, one in enumerate(members):
            post = posts.towns.get(places.town_of(one.village))
            if post is None or (month == last and number % told["not_verified_every"] == 0):
                continue
            yield MonthVerdict(
                member=one, month=str(month), number=1, verified=True, days=present.get((one.pk, month), 0), post=post.pk,
                post_title=post.title, decided_on=on, recorded_at=datetime.combine(on, EVENING, CHINA),
            )  # fmt: skip
        month = month.plus(1)


def _names(count: int) -> list[str]:
    rng = generator(SEED, "those who were sent")
    _surname, names = make_names(
        SEED, household=np.arange(count), married_in=np.zeros(count, dtype=bool), male=rng.integers(0, 100, count) >= 30,
        birth_year=rng.integers(1972, 1998, count),
    )  # fmt: skip
    return [str(name) for name in names]
