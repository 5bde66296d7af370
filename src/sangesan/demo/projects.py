"""The demonstration's county tasks: dangerous houses by town, rebuilding of 600 and more homes, industry; some lag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml
from django.db import transaction

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.demo.answering import MARK
from sangesan.demo.chance import share_out
from sangesan.demo.facts_of_county import DATA
from sangesan.demo.histories.pictures import keep_pictures
from sangesan.demo.histories.words import Dice
from sangesan.files.attaching import JPEG
from sangesan.files.models import Attachment
from sangesan.kernel.money import FEN_PER_YUAN
from sangesan.leadership.receivers import leaders
from sangesan.leadership.units import departments
from sangesan.projects.domain import Milestone, Planned, percent_of, planned_percent
from sangesan.projects.models import Plan, Project, Report
from sangesan.projects.planning import Given, plan_project
from sangesan.projects.reporting import subject_of
from sangesan.projects.words import seal
from sangesan.regions.queries import CHINA, tree

SPACE = UUID("6f1d3c52-0000-4000-8000-000120220913")  # of the ids of forms that were sent
FILE = "projects.yaml"

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Course:
    """How a project goes. pace: percent of the plan's pace; until: days before today of the last report."""

    pace: int
    until: int
    problem: str = ""
    need: str = ""


@lru_cache(maxsize=1)
def settings_of(directory: Path = DATA) -> dict[str, Any]:
    """data/projects.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((directory / FILE).read_text(encoding="utf-8"))
    return loaded


def write_projects(*, today: date, now: datetime, progress: Progress) -> None:
    """Projects with plans and reports up to the day; nothing where it has been done before."""
    if Project.objects.exists():
        progress(1, 1, "已有")
        return
    pictures = keep_pictures(now)
    county = holding(today).filter(role=Post.Role.COUNTY, user__name__startswith=MARK).order_by("pk")[0]
    reports: list[tuple[Report, bool]] = []
    with transaction.atomic():
        for number, given in enumerate(_plans()):
            set_on = given.start_on - timedelta(days=14)
            project = plan_project(
                post=county, given=given, submission=uuid5(SPACE, given.reference), today=set_on, now=_noon(set_on)
            )
            plan = Plan.objects.select_related("person").get(project=project)
            reports += _reports(project, plan, _course(number), today)
        Report.objects.bulk_create([row for row, _ in reports], batch_size=500)
        Attachment.objects.bulk_create(
            [
                Attachment(
                    subject=subject_of(row.pk), role="photo", file_id=pictures.outdoors, name="照片1.jpg", content_type=JPEG,
                    added_at=row.recorded_at, added_by=row.post,
                )
                for row, grew in reports
                if grew
            ],
            batch_size=500,
        )  # fmt: skip
    progress(1, 1, f"{Project.objects.count()} 个项目，{len(reports):,} 次报送")


def _plans() -> Iterator[Given]:
    """The plans of the file: one a town where the file says so, quantities shared out over the towns."""
    words, places = settings_of(), tree()
    known, answering = {one.code for one in departments()}, leaders(["town", "department"], words["from"])
    for entry in words["projects"]:
        town_codes = sorted(places.towns())
        if entry["owner"] == "each_town":
            amounts = share_out(entry["quantity"], [1.0 + (7 * n) % 5 for n in range(len(town_codes))])
            for n, (town, amount) in enumerate(zip(town_codes, amounts.tolist(), strict=True), start=1):
                if amount and f"town:{town}" in answering:
                    title = f"{places.names[town]}{entry['title']}"
                    yield _given(entry, f"{entry['reference']}-{n:02d}", title, f"town:{town}", int(amount))
            continue
        owner = _owner(entry["owner"], town_codes, known)
        if owner in answering:
            yield _given(entry, entry["reference"], entry["title"], owner, entry["quantity"])


def _owner(text: str, town_codes: list[str], known: set[str]) -> str:
    """The key of "town:<nth>" or "department:<code>"; "" for what this county does not have."""
    kind, _, which = text.partition(":")
    if kind == "town":
        return f"town:{town_codes[int(which) % len(town_codes)]}"
    return text if which in known else ""


def _given(entry: dict[str, Any], reference: str, title: str, owner: str, quantity: int) -> Given:
    return Given(
        reference=reference,
        kind=entry["kind"],
        title=title,
        owner=owner,
        start_on=entry["start"],
        end_on=entry["end"],
        quantity=quantity,
        unit_word=entry.get("unit_word", ""),
        money_plan=quantity * entry["yuan_each"] * FEN_PER_YUAN,
        milestones=tuple(
            Milestone(f"m{n}", one["title"], one["due"], one["percent"])
            for n, one in enumerate(entry["milestones"], start=1)
        ),
        document=settings_of()["document"],
    )


def _course(number: int) -> _Course:
    courses = settings_of()["courses"]
    return _Course(**courses[number % len(courses)])


def _reports(project: Project, plan: Plan, course: _Course, today: date) -> list[tuple[Report, bool]]:
    """A report every ten days from the start to a while before today, and whether what is done grew."""
    dice = Dice(project.reference)
    milestones = tuple(
        Milestone(m["code"], m["title"], date.fromisoformat(m["due_on"]), m["percent"]) for m in plan.milestones
    )
    planned = Planned(plan.start_on, plan.end_on, milestones)
    rows: list[tuple[Report, bool]] = []
    day, last = plan.start_on + timedelta(days=10), min(today - timedelta(days=course.until), plan.end_on)
    before = 0
    while day <= last:
        done = max(before, min(plan.quantity, plan.quantity * planned_percent(planned, day) * course.pace // 10_000))
        late = day + timedelta(days=10) > last
        rows.append((_report(project, plan, day, done, course, dice, trouble=late), done > before))
        before, day = done, day + timedelta(days=10)
    return rows


def _report(
    project: Project, plan: Plan, day: date, done: int, course: _Course, dice: Dice, *, trouble: bool
) -> Report:
    words = settings_of()["words"]
    share = percent_of(done, plan.quantity)
    told = words["progress"][dice.between(0, len(words["progress"]) - 1)].format(done=done, word=plan.unit_word)
    said = {"words": told, "problem": course.problem if trouble else "", "need": course.need if trouble else ""}
    return Report(
        project=project,
        as_of=day,
        entered_on=day,
        done=done,
        percent=share,
        milestones=[m["code"] for m in plan.milestones if share >= m["percent"]],
        money_paid=plan.money_plan * share // 100 * 8 // 10,
        has_problem=bool(said["problem"] or said["need"]),
        sealed=seal(said),
        submission=uuid5(SPACE, f"{project.reference}:{day.isoformat()}"),
        post=plan.person.pk,
        post_title=plan.person.title,
        recorded_at=_noon(day),
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(15, 20), CHINA)
