"""The week's statistics in the reminders: who has reported nothing yet while the week runs; what the closed week says."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sangesan.accounts.models import Post
from sangesan.clues.permissions import COUNTY
from sangesan.dispatch.models import PlaceRow, Snapshot
from sangesan.dispatch.queries import rhythm
from sangesan.kernel.period import Week
from sangesan.messages.templates import Line, line_of
from sangesan.patrols.models import Entry
from sangesan.regions.models import Grid
from sangesan.regions.queries import tree

Role = Post.Role
SAID_ON = (3, 5)  # Thursday and Saturday: while something can still be done
PAGE = "/weeks/"
Said = tuple[tuple[str, str], Line]  # (role, place), sentence


def week_lines(day: date) -> Iterator[Said]:
    """What grids, villages, towns and the county are told of the running week and of the one closed today."""
    if day.weekday() in SAID_ON:
        yield from _silent_grids(day)
    closed = Week.of(day).plus(-1)
    if rhythm().closing_day(closed) == day:
        row = Snapshot.objects.filter(kind=Snapshot.Kind.WEEK, period=str(closed)).first()
        if row is not None:
            yield from _closed(row)


def _silent_grids(day: date) -> Iterator[Said]:
    """Grids without any entry since Monday; the number for their villages and towns."""
    monday = Week.of(day).first_day()
    reported = Entry.objects.filter(on__range=(monday, day)).values("grid")
    rows = Grid.objects.filter(valid_to=None).exclude(code__in=reported).values_list("code", "division")
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for code, division in rows:
        for told in ((Role.GRID, code), (Role.VILLAGE, division), (Role.TOWN, tree().town_of(division))):
            counted[told] += 1
    for (role, place), number in counted.items():
        yield (role, place), line_of("grids_silent", {"count": number}, "/patrols/" if role == Role.GRID else PAGE)


def _closed(row: Snapshot) -> Iterator[Said]:
    """The closed week: the county hears of it, villages and towns of their grids that had reported nothing."""
    roles = {"county": (Role.COUNTY, Role.INSPECTOR), "town": (Role.TOWN,), "village": (Role.VILLAGE,)}
    for key, level, values in PlaceRow.objects.filter(snapshot=row, level__in=roles).values_list(
        "key", "level", "values"
    ):
        reported, grids, *_ = values.get("grids_reported", [0, 0])
        for role in roles[level]:
            if level == "county":
                yield (role, COUNTY), line_of("week_closed", {"count": grids - reported}, PAGE)
            elif grids > reported:
                yield (role, key), line_of("week_closed_silent", {"count": grids - reported}, PAGE)
