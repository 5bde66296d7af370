"""What lies before whom of tasks given down the chain and of the county's projects. As `counting`: a query or two each."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Min, Q

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.clues.permissions import COUNTY
from sangesan.leadership.domain import OPEN, State
from sangesan.leadership.models import Part
from sangesan.messages.templates import line_of, templates
from sangesan.projects.domain import Main
from sangesan.projects.queries import lagging
from sangesan.reminders.counting import Before, Tally

Role = Post.Role
TOMORROW = timedelta(days=1)
ASSIGNMENTS, GIVEN, PROJECTS = "/assignments/", "/assignments/?tab=given", "/projects/?main=lagging"

# role, place: as `counting` has it; role, "department:<code>": everybody held there; "post", its number: that post
Key = tuple[str, str]
POST = "post"


def count_chain(found: Before, day: date) -> None:
    """Adds what is to be received, done and verified, and which projects lag."""
    tallies: dict[str, dict[Key, Tally]] = defaultdict(lambda: defaultdict(Tally))
    _assignments(tallies, day)
    _verifying(tallies)
    _projects(tallies, day)
    departments: dict[str, list[int]] = defaultdict(list)
    for pk, department in holding(day).filter(role=Role.DEPARTMENT).values_list("pk", "department"):
        departments[department].append(pk)
    for template, link in (
        ("assignments_overdue", ASSIGNMENTS),
        ("assignments_due", ASSIGNMENTS),
        ("assignments_unread", ASSIGNMENTS),
        ("assignments_to_verify", GIVEN),
        ("projects_behind", PROJECTS),
        ("projects_unreported", PROJECTS),
    ):
        _say(found, template, tallies[template], link, departments)


def _assignments(tallies: dict[str, dict[Key, Tally]], day: date) -> None:
    unread, soon, late = Q(state=State.ISSUED), Q(due_on__range=(day, day + TOMORROW)), Q(due_on__lt=day)
    rows = Part.objects.filter(state__in=OPEN).values_list(
        "post_id", "post__role", "post__division", "post__grid", "post__department"
    )
    counted = rows.annotate(
        unread=Count("pk", filter=unread), unread_first=Min("due_on", filter=unread), soon=Count("pk", filter=soon),
        late=Count("pk", filter=late), late_first=Min("due_on", filter=late),
    )  # fmt: skip
    for pk, role, division, grid, department, new, new_first, due, overdue, overdue_first in counted.order_by():
        key = _key(pk, role, division, grid, department)
        tallies["assignments_unread"][key].add(new, new_first)
        tallies["assignments_due"][key].add(due, None)
        tallies["assignments_overdue"][key].add(overdue, overdue_first)


def _verifying(tallies: dict[str, dict[Key, Tally]]) -> None:
    rows = Part.objects.filter(state=State.DONE).values_list("assignment__giver", "assignment__giver__role")
    for giver, role, number in rows.annotate(n=Count("pk")).order_by():
        key = (Role.COUNTY, COUNTY) if role == Role.SYSTEM else (POST, str(giver))
        tallies["assignments_to_verify"][key].add(number, None)


def _projects(tallies: dict[str, dict[Key, Tally]], day: date) -> None:
    for row in lagging(day):
        kind, _, code = row.project.owner.partition(":")
        own = (Role.DEPARTMENT, code) if kind == "department" else (kind, code)
        if row.standing.unreported:
            tallies["projects_unreported"][own].add(1, None)
        if row.standing.main == Main.BEHIND:
            for key in (own, (Role.COUNTY, COUNTY), (Role.INSPECTOR, COUNTY)):
                tallies["projects_behind"][key].add(1, None)


def _key(pk: int, role: str, division: str, grid: str, department: str) -> Key:
    if role in {Role.TOWN, Role.VILLAGE}:
        return (role, division)
    if role == Role.GRID:
        return (role, grid)
    return (role, department) if role == Role.DEPARTMENT else (POST, str(pk))


def _say(found: Before, template: str, tallies: dict[Key, Tally], link: str, departments: dict[str, list[int]]) -> None:
    """Sentences by place; those of departments and of single posts by post."""
    by_place = {key: tally for key, tally in tallies.items() if key[0] not in {POST, Role.DEPARTMENT}}
    found.say(template, by_place, link)
    for (kind, which), tally in tallies.items():
        if not tally.number or (kind, which) in by_place:
            continue
        fields = {"count": tally.number} | ({"day": tally.first} if "day" in templates()[template].fields else {})
        posts: Iterable[int] = [int(which)] if kind == POST else departments[which]
        for post in posts:
            found.by_post[post].append(line_of(template, fields, link))
