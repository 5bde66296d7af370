"""What lies before whom of assessments, cases and village teams' attendance. As `counting`: a query or two each."""

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import Count, Min

from sangesan.accounts.models import Post
from sangesan.amendments.queries import parameter_number
from sangesan.assessment.attending import month_standings
from sangesan.assessment.models import Assessment, Attendance, Objection, Proceeding, TeamMember
from sangesan.assessment.proceeding_domain import Kind, State, deciding_seats
from sangesan.assessment.subjects import tellers
from sangesan.kernel.period import Month
from sangesan.leadership.queries import held_rows
from sangesan.messages.templates import Line, line_of
from sangesan.regions.queries import tree

END_DAYS = frozenset({2, 0})  # days before the end of the objections on which it is said
OFFICE = "assessment_office_head"
REVIEW_DAYS = "assessment_review_days"
ASSESSMENT, CASES, ATTENDANCE = "/assessment/", "/accountability/", "/attendance/"
WAITING_OFFICE = (State.OPENED, State.CHECKED, State.DECIDED)
WAITING_DECIDERS = (State.HEARD, State.APPEALED)

Lines = dict[int, list[Line]]
Key = tuple[str, str]


def assessed_lines(day: date) -> Lines:
    """Sentences by post: objections ending, reviews and cases waiting."""
    found: Lines = defaultdict(list)
    _objections_end(found, day)
    seats: dict[str, list[int]] = defaultdict(list)
    for row in held_rows(day):
        seats[row.seat].append(row.post_id)
    _reviews(found, seats, day)
    _cases(found, seats)
    return found


def attendance_lines(day: date) -> list[tuple[Key, Line]]:
    """Sentences by role and place: days of this month not entered, for villages; last month not verified, for towns."""
    yesterday = day - timedelta(days=1)
    found = []
    for village, missing in _not_entered(yesterday).items():
        if missing > 0:
            line = line_of("attendance_missing", {"count": missing}, ATTENDANCE)
            found.append(((str(Post.Role.VILLAGE), village), line))
    for town, number in _not_verified(day).items():
        line = line_of("attendance_to_verify", {"count": number}, ATTENDANCE)
        found.append(((str(Post.Role.TOWN), town), line))
    return found


def _objections_end(found: Lines, day: date) -> None:
    rows = Assessment.objects.filter(frozen_on=None, objections_until__gte=day)
    ending = [row for row in rows if row.objections_until and (row.objections_until - day).days in END_DAYS]
    if not ending:
        return
    posts = tellers(day)
    for row in ending:
        line = line_of("assessment_objections_end", {"day": row.objections_until}, ASSESSMENT)
        for subject in row.scores.values_list("subject", flat=True):
            for post in posts.get(subject, ()):
                found[post.pk].append(line)


def _reviews(found: Lines, seats: dict[str, list[int]], day: date) -> None:
    rows = Objection.objects.filter(review=None, score__assessment__frozen_on=None)
    counted = rows.aggregate(n=Count("pk"), first=Min("raised_on"))
    if not counted["n"]:
        return
    due = counted["first"] + timedelta(days=parameter_number(REVIEW_DAYS, day))
    for post in seats.get(OFFICE, ()):
        found[post].append(line_of("assessment_reviews_waiting", {"count": counted["n"], "day": due}, ASSESSMENT))


def _cases(found: Lines, seats: dict[str, list[int]]) -> None:
    """The office's share goes to its head; what waits for a decision to those who may decide anything."""
    states = dict(Proceeding.objects.values_list("state").annotate(n=Count("pk")).order_by())
    deciders = {post for seat in deciding_seats() for post in seats.get(seat, ())}
    waiting: dict[int, int] = defaultdict(int)
    for posts, of in ((seats.get(OFFICE, []), WAITING_OFFICE), (deciders, WAITING_DECIDERS)):
        for post in posts:
            waiting[post] += sum(states.get(state, 0) for state in of)
    for post, number in waiting.items():
        if number:
            found[post].append(line_of("proceeding_waiting", {"count": number}, CASES))
    rows = Proceeding.objects.filter(state=State.CHECKED, kind__in=list(Kind), person__isnull=False)
    for person, number in rows.values_list("person").annotate(n=Count("pk")).order_by():
        found[person].append(line_of("proceeding_words_asked", {"count": number}, CASES))


def _not_entered(until: date) -> dict[str, int]:
    """Days of the month up to a day that nobody entered, by village."""
    first = Month.of(until).first_day()
    owed: dict[str, int] = defaultdict(int)
    for village, begin, end in TeamMember.objects.filter(valid_from__lte=until).values_list(
        "village", "valid_from", "valid_to"
    ):
        last = until if end is None else min(until, end - timedelta(days=1))
        owed[village] += max((last - max(first, begin)).days + 1, 0)
    rows = Attendance.objects.filter(replaces=None, day__range=(first, until)).values_list("member__village")
    for village, number in rows.annotate(n=Count("pk")).order_by():
        owed[village] -= number
    return owed


def _not_verified(day: date) -> dict[str, int]:
    """Members whose last month has no verified word yet, by town."""
    month, places = Month.of(day).plus(-1), tree()
    found: dict[str, int] = defaultdict(int)
    for one in month_standings(month.first_day(), month.last_day()):
        if one.verdict != "verified":
            found[places.town_of(one.village)] += 1
    return found
