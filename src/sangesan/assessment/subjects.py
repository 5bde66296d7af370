"""Who is assessed: towns, departments, village teams, cadres; and whose assessment a post sees."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import holding
from sangesan.assessment.models import Objection, TeamMember
from sangesan.assessment.sheets import Kind
from sangesan.leadership.units import Unit, departments, towns, unit_of_post
from sangesan.regions.queries import tree
from sangesan.responsibility.domain import CONTACT_WORD

WHOLE_COUNTY = frozenset({Post.Role.COUNTY, Post.Role.INSPECTOR, Post.Role.SYSTEM})


@dataclass(frozen=True)
class Subject:
    """One that is assessed. figures: the place or unit whose figures count; records: keys whose records count.

    place: the division it lies in, "" for departments.
    """

    key: str
    title: str
    place: str
    figures: str
    records: tuple[str, ...]


def subjects_of(kind: Kind, on: date) -> list[Subject]:
    """All subjects of a kind on a day, by code; teams only where a village has a team."""
    return {Kind.TOWN: _towns, Kind.DEPARTMENT: _departments, Kind.TEAM: _teams, Kind.CADRE: _cadres}[kind](on)


def sees(post: Post, subject: str, place: str) -> bool:
    """Whether a post sees an assessment: the county everything, a town its own and what lies in it, others their own."""
    if post.role in WHOLE_COUNTY:
        return True
    kind, _, code = subject.partition(":")
    if kind == Kind.CADRE and code == str(post.pk):
        return True
    unit = unit_of_post(post)
    if unit is None or post.role == Post.Role.GRID:
        return False
    if unit.kind == "town":
        return place == unit.code or place in tree().children.get(unit.code, ())
    if unit.kind == "village":
        return kind in {Kind.TEAM, Kind.CADRE} and place == unit.code
    return subject == unit.key


def reached(post: Post, subject: str, place: str) -> None:
    """Raises NotAllowed where the post does not see it."""
    if not sees(post, subject, place):
        raise NotAllowed("没有这份考核，或不在您的查看范围内", remedy="请从“考核”进入")


def may_see_objection(post: Post, objection_id: int) -> bool:
    """Whether a post sees the assessment that an objection is about."""
    row = Objection.objects.filter(pk=objection_id).values_list("score__subject", "score__place").first()
    return row is not None and sees(post, *row)


def speaks_for(post: Post, subject: str) -> bool:
    """Whether a post may object for a subject: its own unit, village, or itself; a town not for its villages."""
    if post.role in WHOLE_COUNTY:
        return False
    kind, _, code = subject.partition(":")
    if kind == Kind.CADRE:
        return code == str(post.pk)
    unit = unit_of_post(post)
    if unit is None or post.role == Post.Role.GRID:
        return False
    return unit.code == code and unit.kind in {kind, "village" if kind == Kind.TEAM else kind}


def tellers(on: date) -> dict[str, list[Post]]:
    """The posts that are told of an assessment, by subject: one query for the whole county."""
    found: dict[str, list[Post]] = defaultdict(list)
    for post in holding(on).order_by("pk"):
        found[f"{Kind.CADRE}:{post.pk}"].append(post)
        unit = unit_of_post(post) if post.role != Post.Role.GRID else None
        if unit is not None:
            found[f"{Kind.TEAM}:{unit.code}" if unit.kind == "village" else unit.key].append(post)
    return found


def _towns(_on: date) -> list[Subject]:
    places = tree()
    found = []
    for one in towns():
        below = tuple(Unit("village", code).key for code in places.children.get(one.code, ()))
        found.append(Subject(one.key, one.title, one.code, one.code, (one.key, *below)))
    return found


def _departments(_on: date) -> list[Subject]:
    return [Subject(one.key, one.title, "", one.key, (one.key,)) for one in departments()]


def _teams(on: date) -> list[Subject]:
    places = tree()
    villages = sorted(set(TeamMember.objects.filter(valid_from__lte=on).values_list("village", flat=True)))
    held = [code for code in villages if code in places.levels]
    return [
        Subject(
            f"{Kind.TEAM}:{code}", f"{places.full_name(code)}驻村工作队", code, code,
            (f"{Kind.TEAM}:{code}", Unit("village", code).key),
        )
        for code in held
    ]  # fmt: skip


def _cadres(on: date) -> list[Subject]:
    """Grid workers by their grid; contact cadres (a village post named 包联) by their village."""
    posts = holding(on).filter(role__in=[Post.Role.GRID, Post.Role.VILLAGE]).order_by("division", "grid", "pk")
    grids = [post for post in posts if post.role == Post.Role.GRID or CONTACT_WORD in post.title]
    return [
        Subject(f"{Kind.CADRE}:{post.pk}", post.title, post.division, post.grid or post.division, (f"post:{post.pk}",))
        for post in grids
    ]
