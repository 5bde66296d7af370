"""Courtyard meetings as pages and papers show them: the list, counts by village and month, who has had none, one record."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.amendments.queries import parameter_number
from sangesan.clues.models import Clue
from sangesan.clues.permissions import visible_clues
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.kernel.period import Month
from sangesan.policy.parameters import load_parameters
from sangesan.registry.models import Household
from sangesan.registry.queries import in_order
from sangesan.village_work.courtyards import subject_of
from sangesan.village_work.kinds import topics
from sangesan.village_work.models import Courtyard
from sangesan.village_work.periods import Cycle, Period, Unit, period_of
from sangesan.village_work.permissions import villages_in, villages_of
from sangesan.village_work.words import COURTYARD, opened

EVERY = "courtyard_months"
MONTHS_SHOWN = 12


@dataclass(frozen=True)
class NoMeeting:
    """A village without a courtyard meeting in the period. last: the day of its last one, None where there is none."""

    village: str
    last: date | None


@dataclass(frozen=True)
class CourtyardPage:
    """One record. content: opened; households: those there in the post's reach; clues: those in its reach."""

    meeting: Courtyard
    content: Mapping[str, Any]
    topics: list[str]
    households: list[Household]
    clues: list[Clue]
    photos: list[Attachment]
    sheets: list[Attachment]
    earlier: Courtyard | None
    later: Courtyard | None


def courtyard_period(on: date) -> Period:
    """The period in which each village holds at least one."""
    try:
        cycle = Cycle(Unit.MONTH, parameter_number(EVERY, on))
    except ValueError:  # an amendment that does not divide the year: what is shipped
        cycle = Cycle(Unit.MONTH, load_parameters().number(EVERY, on))
    return period_of(on, cycle)


def current() -> QuerySet[Courtyard]:
    """Records that count: nothing takes their place. Without what is sealed."""
    return Courtyard.objects.filter(corrected_by=None).defer("sealed")


def courtyards(
    post: Post, *, villages: Sequence[str] | None = None, after: tuple[date, int] | None = None, limit: int = 50
) -> list[Courtyard]:
    """Meetings in the post's reach (of the villages given, of these), newest first, after (day, id)."""
    rows = current().filter(village__in=_reach(require(post, "village_work.see"), villages))
    if after is not None:
        day, number = after
        rows = rows.filter(Q(held_on__lt=day) | Q(held_on=day, pk__lt=number))
    return list(rows.order_by("-held_on", "-pk")[:limit])


def by_month(post: Post, on: date, *, villages: Sequence[str] | None = None) -> list[tuple[Month, int]]:
    """How many meetings in each of the last twelve months, oldest first."""
    reach = _reach(require(post, "village_work.see"), villages)
    months = [Month.of(on).plus(n - MONTHS_SHOWN + 1) for n in range(MONTHS_SHOWN)]
    rows = current().filter(village__in=reach, held_on__gte=months[0].first_day(), held_on__lte=on)
    counts = Counter(Month.of(day) for day in rows.values_list("held_on", flat=True))
    return [(month, counts[month]) for month in months]


def by_village(post: Post, on: date, *, villages: Sequence[str] | None = None) -> list[tuple[str, int, date | None]]:
    """(village, meetings in the last twelve months, day of the last one), by village."""
    reach = _reach(require(post, "village_work.see"), villages)
    since = Month.of(on).plus(1 - MONTHS_SHOWN).first_day()
    rows = current().filter(village__in=reach, held_on__lte=on)
    last = dict(rows.values_list("village").annotate(last=Max("held_on")))
    counts = Counter(rows.filter(held_on__gte=since).values_list("village", flat=True))
    return [(village, counts[village], last.get(village)) for village in reach]


def without_meeting(on: date, division: str = "") -> list[NoMeeting]:
    """Villages of a division without a meeting in the running period up to `on`; who has waited longest first.

    No check of reach: whoever shows it has made it.
    """
    villages, period = villages_in(division), courtyard_period(on)
    rows = current().filter(village__in=villages, held_on__lte=on, entered_on__lte=on)
    last = dict(rows.values_list("village").annotate(last=Max("held_on")))
    none = [NoMeeting(v, last.get(v)) for v in villages if last.get(v) is None or last[v] < period.start]
    return sorted(none, key=lambda one: (one.last or date.min, one.village))


def courtyard_page(post: Post, meeting_id: int) -> CourtyardPage:
    """One record with everything; raises NotAllowed outside the post's reach (also where it does not exist)."""
    meeting = Courtyard.objects.filter(pk=meeting_id, village__in=villages_of(require(post, "village_work.see"))).first()
    if meeting is None:
        raise NotAllowed("没有这次会议，或不在您的管理范围内", remedy="请从院落会议列表进入")
    content, names = opened(COURTYARD, meeting.sealed), topics()
    subject = subject_of(meeting.pk)
    sources = [subject_of(number) for number in _chain(meeting)]
    attached = [one for of in attachments_of(sources).values() for one in of]
    return CourtyardPage(
        meeting=meeting,
        content=content,
        topics=[names.get(code, code) for code in meeting.topics],
        households=list(in_order(post, content.get("households", [])).values()),
        clues=list(
            visible_clues(post).filter(sightings__source__in=[*sources, subject]).select_related("household").distinct()
        ),
        photos=[one for one in attached if one.role == "photo"],
        sheets=[one for one in attached if one.role == "sign_in"],
        earlier=meeting.corrects,
        later=Courtyard.objects.filter(corrects=meeting).first(),
    )


def _chain(meeting: Courtyard) -> list[int]:
    """The record's number with those that it takes the place of: their photos and clues are its own."""
    numbers, row = [meeting.pk], meeting.corrects
    while row is not None:
        numbers.append(row.pk)
        row = row.corrects
    return numbers


def _reach(post: Post, villages: Sequence[str] | None) -> list[str]:
    reach = villages_of(post)
    return reach if villages is None else [village for village in reach if village in set(villages)]
