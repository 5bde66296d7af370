"""Attendance as pages show it: villages of a month, one village's calendar, and the work that stands in the record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from sangesan.accounts.models import Post
from sangesan.assessment.attendance_domain import day_states, days_of, month_over
from sangesan.assessment.attending import Entered, Standing, days_entered, month_standings, team_of
from sangesan.assessment.models import MonthVerdict, TeamMember
from sangesan.assessment.words import VERDICT, opened
from sangesan.kernel.period import Month
from sangesan.leadership.models import Part
from sangesan.patrols.models import Entry
from sangesan.regions.queries import tree
from sangesan.village_work.models import Courtyard
from sangesan.village_work.permissions import reached_village, villages_of
from sangesan.village_work.queries import current_logs
from sangesan.visits.models import Visit


@dataclass(frozen=True)
class TeamRow:
    """One village's month. verified, returned: how many of its members' months."""

    village: str
    members: int
    present: int
    asked: int
    verified: int
    returned: int

    @property
    def waiting(self) -> int:
        """Members whose month has no word yet."""
        return self.members - self.verified - self.returned


@dataclass(frozen=True)
class Cell:
    """A day of the calendar. sign: "" where nothing is entered; on_term: the member was in the village that day."""

    day: date
    entered: Entered | None
    sign: str
    title: str
    on_term: bool
    future: bool


@dataclass(frozen=True)
class MemberMonth:
    """One member's month with its days, what was done, and the town's word. blank: days of the month before the first."""

    member: TeamMember
    standing: Standing
    cells: Sequence[Cell]
    blank: range
    missing: int
    verdict: MonthVerdict | None
    verdict_words: str
    over: bool
    work: Sequence[tuple[str, int]]


def team_rows(post: Post, month: Month, on: date, *, town: str = "") -> list[TeamRow]:
    """The villages in the post's reach that have a team in the month, by code. A fixed number of queries."""
    villages = set(villages_of(post))
    if town:
        villages &= set(tree().children.get(town, ()))
    if month.first_day() > on:
        return []
    by_village: dict[str, list[Standing]] = {}
    for one in month_standings(month.first_day(), min(month.last_day(), on), villages=villages):
        by_village.setdefault(one.village, []).append(one)
    return [
        TeamRow(
            village,
            len(each),
            sum(one.present for one in each),
            sum(one.asked for one in each),
            sum(one.verdict == "verified" for one in each),
            sum(one.verdict == "returned" for one in each),
        )
        for village, each in sorted(by_village.items())
    ]


def villages_without_team(post: Post, on: date, *, town: str = "") -> list[str]:
    """Villages in the reach that have nobody sent to them on a day."""
    villages = [v for v in villages_of(post) if not town or v in tree().children.get(town, ())]
    there = TeamMember.objects.filter(valid_to=None, valid_from__lte=on).values_list("village", flat=True)
    return sorted(set(villages) - set(there))


def village_month(post: Post, village: str, month: Month, on: date) -> list[MemberMonth]:
    """Each member's month of a village, in a fixed number of queries; raises NotAllowed outside the reach."""
    reached_village(post, village)
    until = min(month.last_day(), on)
    team = team_of(village, max(until, month.first_day()))
    entered, work = days_entered(team, month), work_of(team, month)
    numbers = [one.pk for one in team]
    standings = {one.member: one for one in month_standings(month.first_day(), until, members=numbers)}
    words = MonthVerdict.objects.filter(member__in=numbers, month=str(month)).order_by("number")
    verdicts = {verdict.member_id: verdict for verdict in words}
    return [
        _member_month(
            one, month, on, entered.get(one.pk, {}), verdicts.get(one.pk), work[one.pk],
            standings.get(one.pk, Standing(one.pk, village, str(month), 0, 0)),
        )
        for one in team
    ]  # fmt: skip


def work_of(members: Collection[TeamMember], month: Month) -> dict[int, list[tuple[str, int]]]:
    """What the record has of each member's post in a month, nothing typed twice; for one without an account nothing."""
    days = (month.first_day(), month.last_day())
    posts = [one.post_id for one in members if one.post_id is not None]
    kinds: dict[str, QuerySet[Any]] = {
        "排查走访": Entry.objects.filter(on__range=days),
        "入户核查": Visit.objects.filter(visited_on__range=days),
        "日常职责": current_logs().filter(done_on__range=days),
        "院落会议": Courtyard.objects.filter(held_on__range=days, corrected_by=None),
        "办结交办任务": Part.objects.filter(done_on__range=days),
    }
    counted = {
        words: dict(rows.filter(post__in=posts).order_by().values_list("post").annotate(n=Count("pk")))
        for words, rows in kinds.items()
    }
    return {
        one.pk: [(words, of_post.get(one.post_id, 0)) for words, of_post in counted.items()] if one.post_id else []
        for one in members
    }


def _member_month(
    one: TeamMember, month: Month, on: date, entered: Mapping[date, Entered], verdict: MonthVerdict | None,
    work: Sequence[tuple[str, int]], standing: Standing,
) -> MemberMonth:  # fmt: skip
    states = day_states()
    cells = []
    for day in days_of(month):
        there = entered.get(day)
        state = states.get(there.state) if there else None
        on_term = one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
        cells.append(Cell(day, there, state.sign if state else "", state.title if state else "", on_term, day > on))
    missing = sum(cell.on_term and not cell.future and cell.entered is None for cell in cells)
    return MemberMonth(
        one, standing, cells, range(month.first_day().weekday()), missing, verdict,
        opened(VERDICT, verdict.sealed) if verdict else "", month_over(month, end=one.valid_to, today=on), work,
    )  # fmt: skip
