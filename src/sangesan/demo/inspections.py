"""The demonstration's inspections: five teams, a plan that has ended with what it found, one that nobody may know of yet.

Words are in data/inspections.yaml; places are looked up there by name. Everything goes through the same acts as on the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

import yaml

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.checks.models import Flag
from sangesan.demo.answering import MARK, fill_posts
from sangesan.demo.facts_of_county import DATA
from sangesan.demo.histories.words import Dice
from sangesan.draws.actions import commit, reveal
from sangesan.draws.domain import OFFICES, SEATS, commitment_of, digest
from sangesan.draws.models import Draw
from sangesan.inspections.conducting import Filled, answer, begin, end, form_of
from sangesan.inspections.confirming import confirm_flag
from sangesan.inspections.findings import record_finding
from sangesan.inspections.models import Member, Plan, Reply, Target
from sangesan.inspections.planning import PlanContent, choose_target, make_plan
from sangesan.inspections.sampling import draw_targets, take_drawn
from sangesan.inspections.teams import place_in_team, set_up_team
from sangesan.leadership.actions import take_seat
from sangesan.leadership.queries import holder
from sangesan.projects.models import Project
from sangesan.regions.queries import CHINA, tree
from sangesan.registry.models import Household
from sangesan.village_work.permissions import villages_in

SPACE = UUID("6f1d3c52-0000-4000-8000-000220220913")  # of the ids of forms that were sent
USERNAME = "d{:06d}"
NUMBERS = "一二三四五六七八九十"
HEAD = "inspection_team_head"
ACCOUNTS = ("zuzhang", "ducha")  # of the demonstration: the first team's head and its first member

Progress = Callable[[int, int, str], None]


@lru_cache(maxsize=1)
def settings_of() -> dict[str, Any]:
    """data/inspections.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "inspections.yaml").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class _Teams:
    """The first member of each team, who acts for it, by the team's number."""

    heads: Mapping[int, Post]


def write_inspections(*, today: date, progress: Progress) -> None:
    """Teams, seats of their heads, plans with findings; nothing where it has been done before."""
    if Plan.objects.exists():
        progress(1, 1, "已有")
        return
    words = settings_of()
    teams = _teams(words, today)
    found = _ended(words["ended"], teams)
    drawn = _coming(words["coming"], teams, today)
    progress(1, 1, f"{Member.objects.count()} 人，{found} 个问题，{drawn} 处待督查")


def _teams(words: Mapping[str, Any], today: date) -> _Teams:
    """23 people in five teams, half from each office; the accounts one can log in with head the first and are in it."""
    own = {place: _account(username) for place, username in enumerate(ACCOUNTS)}
    made: list[tuple[int, Post]] = []
    for team, size in enumerate(words["teams"], start=1):
        for place in range(size):
            title = f"县督查{NUMBERS[team - 1]}组{'组长' if place == 0 else f'组员{place}'}"
            keep = own.get(place) if team == 1 else None
            made.append((team, keep or Post(role=Post.Role.INSPECTOR, title=title, valid_from=words["from"])))
    fill_posts([post for _, post in made if post.pk is None], USERNAME, "those who inspect")
    first = made[0][1]
    now = _at(words["from"], 9)
    offices, heads = list(Member.Office.values), {}
    for number, (team, post) in enumerate(made):
        if team not in heads:
            set_up_team(post=first, code=team, title=f"县督查{NUMBERS[team - 1]}组", now=now)
            heads[team] = post
        office = offices[number % len(offices)]
        place_in_team(post=first, team=team, member=post, office=office, from_day=words["from"], now=now)
    recorder = holding(today).filter(role=Post.Role.COUNTY, user__name__startswith=MARK).order_by("pk")[0]
    for team, post in heads.items():
        take_seat(
            post=recorder, seat=HEAD, scope=str(team), holder=post, from_day=words["from"], document=words["document"],
            now=now,
        )  # fmt: skip
    return _Teams(heads)


def _account(username: str) -> Post | None:
    return Post.objects.filter(role=Post.Role.INSPECTOR, user__username=username).first()


def _ended(words: Mapping[str, Any], teams: _Teams) -> int:
    """The plan of early September, each place with what was answered and found there; how many findings."""
    plan = _plan(words, teams, "ended", tuple(teams.heads))
    found, gone = 0, set()
    for told in words["targets"]:
        subject = _subject(told["place"])
        if subject is None or subject in gone:
            continue
        gone.add(subject)
        found += _visited(plan, subject, told, teams.heads[told["team"]])
    return found


def _visited(plan: Plan, subject: str, told: Mapping[str, Any], post: Post) -> int:
    day = told["day"]
    target = choose_target(
        post=post, plan_id=plan.pk, subject=subject, team=told["team"], planned_on=day, reason=told["reason"],
        now=_at(plan.first_day, 8),
    )  # fmt: skip
    begin(post=post, target_id=target.pk, now=_at(day, 9))
    reply = answer(
        post=post, target_id=target.pk, filled=Filled(told["answers"], told["words"]), checked_on=day,
        submission=_uuid("reply", subject), now=_at(day, 11), today=day,
    )  # fmt: skip
    for number, one in enumerate(told["findings"]):
        _found(target, reply, one, post, day, number)
    _households(plan, target, told, post)
    end(post=post, target_id=target.pk, summary=told["summary"], now=_at(day, 16))
    return len(told["findings"])


def _found(target: Target, reply: Reply, one: Mapping[str, Any], post: Post, day: date, number: int) -> None:
    """One finding; bound to what the checks said of the place where they said so too."""
    title = _title_of(target, one["question"])
    given: dict[str, Any] = {
        "post": post, "defect": one["defect"], "unit": target.unit, "place": target.place,
        "requirement": one["requirement"], "target": target, "project": target.project,
        "records": [{"kind": "reply", "number": reply.pk, "words": title}], "conduct": one.get("conduct", ()),
        "conduct_words": one.get("conduct_words", ""), "fabricated": one.get("fabricated", False), "found_on": day,
        "submission": _uuid("finding", target.subject, str(number)), "today": day,
    }  # fmt: skip
    flag = _flag(target, one) if one.get("flag") else None
    if flag is None:
        record_finding(**given, words=one["words"], now=_at(day, 14))
    else:
        confirm_flag(flag_id=flag.pk, words=one["words"], now=_at(day, 14), household=flag.household_id, **given)


def _flag(target: Target, one: Mapping[str, Any]) -> Flag | None:
    rows = Flag.objects.filter(village=target.place, defect=one["defect"], gone_on=None, verdict="")
    return rows.order_by("pk").first()


def _households(plan: Plan, village: Target, told: Mapping[str, Any], post: Post) -> None:
    """Where the village of the water patrol lies, some households are asked too: what they say beside the record."""
    wanted = settings_of()["ended"]["households"] if told["answers"].get("plans") == "missing" else 0
    homes = Household.objects.filter(residence=village.place).order_by("-stage", "pk")[:wanted]
    for home in homes:
        day = told["day"]
        target = choose_target(
            post=post, plan_id=plan.pk, subject=f"household:{home.pk}", team=told["team"], planned_on=day,
            reason="水源点附近的住户，当面问用水", now=_at(day, 9),
        )  # fmt: skip
        begin(post=post, target_id=target.pk, now=_at(day, 13))
        said = {"water": "七八月常断水，自己到河边拉水", "helper": "认得，去年来过"}
        answer(
            post=post, target_id=target.pk, filled=Filled({"water": "different", "helper": "true"}, said=said),
            checked_on=day, submission=_uuid("reply", target.subject), now=_at(day, 14), today=day,
        )  # fmt: skip
        end(post=post, target_id=target.pk, summary="当面问了用水和责任人", now=_at(day, 15))


def _coming(words: Mapping[str, Any], teams: _Teams, today: date) -> int:
    """The plan that is still sealed: its villages drawn with both offices' secrets, one department chosen."""
    plan = _plan(words, teams, "coming", tuple(teams.heads))
    made, first, draw = words["made"], teams.heads[1], words["draw"]
    row = draw_targets(
        post=first, plan_id=plan.pk, kind=draw["kind"], within="", size=draw["size"], method=draw["method"],
        now=_at(made, 10), today=made,
    )  # fmt: skip
    drawn = []
    if _secrets(row, made, today):
        drawn = take_drawn(post=first, plan_id=plan.pk, now=_at(made, 17))
    chosen = words["chosen"]
    subject = _subject(chosen["place"])
    if subject is not None:
        choose_target(
            post=first, plan_id=plan.pk, subject=subject, team=chosen["team"], planned_on=chosen["day"],
            reason=chosen["reason"], now=_at(made, 17),
        )  # fmt: skip
    return len(drawn) + (subject is not None)


def _secrets(draw: Draw, on: date, today: date) -> bool:
    """Both offices hand in and show what the dice give; False where an office has nobody at its head."""
    heads = {office: holder(SEATS[office], "", on=today) for office in OFFICES}
    if not all(heads.values()):
        return False
    secrets = {office: digest(f"{office}:{Dice('inspections', office).share()}") for office in OFFICES}
    for office, post in heads.items():
        if post is not None:
            commit(post=post, draw=draw, office=office, digest=commitment_of(secrets[office]), now=_at(on, 14))
    for office, post in heads.items():
        if post is not None:
            draw = reveal(post=post, draw=draw, office=office, secret=secrets[office], now=_at(on, 16))
    return draw.result is not None


def _plan(words: Mapping[str, Any], teams: _Teams, name: str, codes: tuple[int, ...]) -> Plan:
    content = PlanContent(
        words["kind"], words["title"], words["first"], words["last"], codes, words["scope"], words["why"]
    )
    made = words["made"]
    return make_plan(post=teams.heads[1], content=content, submission=_uuid("plan", name), now=_at(made, 9), today=made)


def _subject(place: Any) -> str | None:
    """The key of a place as the file names it; None where this county has none such."""
    places = tree()
    if isinstance(place, list):
        town = next((code for code in places.towns() if places.names[code] == place[0]), "")
        village = next((code for code in places.children.get(town, ()) if places.names[code] == place[1]), None)
        return f"village:{village}" if village else None
    first, _or, otherwise = place.partition("|")
    if otherwise:
        return _subject(first) or _subject(otherwise)
    kind, _, code = place.partition(":")
    if kind == "department":
        return str(place)
    if kind == "project":
        rows = list(Project.objects.order_by("pk").values_list("pk", flat=True))
        return f"project:{rows[int(code)]}" if int(code) < len(rows) else None
    if kind == "flagged":  # the first village of which the checks say so and nobody has judged
        flags = Flag.objects.filter(defect=code, gone_on=None, verdict="").exclude(village="").order_by("-town", "pk")
        row = flags.first()
        return f"village:{row.village}" if row else None
    villages = villages_in("")
    return f"village:{villages[int(code)]}" if int(code) < len(villages) else None


def _title_of(target: Target, question: str) -> str:
    return form_of(target).questions[question].title


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), CHINA)


def _uuid(*subject: str) -> UUID:
    """The same subject always has the same id."""
    return uuid5(SPACE, ":".join(subject))
