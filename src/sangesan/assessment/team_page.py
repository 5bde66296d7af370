"""Attendance as pages show it: villages of a month, one village's calendar, and the work that stands in the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from sangesan.accounts.models import Post
from sangesan.assessment.attendance_domain import day_states, days_of, month_over
from sangesan.assessment.attending import Entered, Standing, days_entered, month_standings, standing_of, team_of
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
    """Each member's month of a village; raises NotAllowed outside the reach."""
    reached_village(post, village)
    until = min(month.last_day(), on)
    return [_member_month(one, month, on) for one in team_of(village, max(until, month.first_day()))]


def work_of(member: TeamMember, month: Month) -> list[tuple[str, int]]:
    """What the record has of a member's post in a month, nothing typed twice; for one without an account nothing."""
    if member.post_id is None:
        return []
    days = (month.first_day(), month.last_day())
    post = member.post_id
    walked = Entry.objects.filter(post=post, on__range=days).count()
    visits = Visit.objects.filter(post=post, visited_on__range=days).count()
    logs = current_logs().filter(post=post, done_on__range=days).count()
    meetings = Courtyard.objects.filter(post=post, held_on__range=days, corrected_by=None).count()
    parts = Part.objects.filter(post=post, done_on__range=days).aggregate(n=Count("pk"))["n"]
    return [
        ("排查走访", walked),
        ("入户核查", visits),
        ("日常职责", logs),
        ("院落会议", meetings),
        ("办结交办任务", parts),
    ]


def _member_month(one: TeamMember, month: Month, on: date) -> MemberMonth:
    entered, states = days_entered(one, month), day_states()
    cells = []
    for day in days_of(month):
        there = entered.get(day)
        state = states.get(there.state) if there else None
        on_term = one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
        cells.append(Cell(day, there, state.sign if state else "", state.title if state else "", on_term, day > on))
    missing = sum(cell.on_term and not cell.future and cell.entered is None for cell in cells)
    verdict = one.verdicts.filter(month=str(month)).order_by("-number").first()
    return MemberMonth(
        one, standing_of(one, month, on), cells, range(month.first_day().weekday()), missing, verdict,
        opened(VERDICT, verdict.sealed) if verdict else "", month_over(month, end=one.valid_to, today=on), work_of(one, month),
    )  # fmt: skip
