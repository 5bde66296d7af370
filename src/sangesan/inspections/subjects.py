"""What can be inspected: villages, towns, departments, projects, households. A subject is "kind:code"."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sangesan.inspections.checklists import KINDS
from sangesan.inspections.models import Target
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import Unit, departments, towns
from sangesan.leadership.units import unit as unit_of_key
from sangesan.projects.models import Project
from sangesan.regions.queries import county, tree
from sangesan.registry.models import Household
from sangesan.village_work.permissions import villages_in

KIND_TITLES = {"village": "到村", "town": "到镇", "department": "到部门", "project": "到项目", "household": "到户"}
PLACE, REMEDY = "督查对象", "请从列出的镇、村、部门、项目中选择"


@dataclass(frozen=True)
class Subject:
    """Something to inspect. unit: the key of who answers; place: the division where it is."""

    key: str
    unit: str
    place: str
    household: Household | None = None
    project: int | None = None


def subject_of(key: str) -> Subject:
    """The subject of a key; raises Refusal for what there is not."""
    kind, _, code = key.partition(":")
    if kind not in KINDS:
        raise Refusal("没有这类督查对象", place=PLACE, remedy=REMEDY)
    if kind in {"village", "town"}:
        found = unit_of_key(key)
        return Subject(key, found.key, found.code)
    if kind == "department":
        return Subject(key, unit_of_key(key).key, county().code)
    number = int(code) if code.isdecimal() and len(code) < 19 else 0
    if kind == "project":
        project = Project.objects.filter(pk=number).first()
        if project is None:
            raise Refusal("没有这个项目", place=PLACE, remedy=REMEDY)
        return Subject(key, project.owner, project.place, project=project.pk)
    home = Household.objects.filter(pk=number).first()
    if home is None:
        raise Refusal("没有这一户", place=PLACE, remedy="请从农户页面核对")
    return Subject(key, Unit("village", home.residence).key, home.residence, household=home)


def kind_of(key: str) -> str:
    """village, town, department, project or household."""
    return key.partition(":")[0]


def titles_of(targets: Collection[Target]) -> Mapping[int, str]:
    """What each target is called, by number: two queries for however many. Households by their head's name."""
    homes = Household.objects.in_bulk([t.household_id for t in targets if t.household_id])
    projects = Project.objects.in_bulk([t.project for t in targets if t.project])
    found = {}
    for one in targets:
        kind, _, code = one.subject.partition(":")
        if kind == "household":
            home = homes.get(one.household_id or 0)
            found[one.pk] = f"{tree().full_name(one.place)} {home.head_name}" if home else one.subject
        elif kind == "project":
            project = projects.get(one.project or 0)
            found[one.pk] = project.title if project else one.subject
        else:
            found[one.pk] = Unit(kind, code).title
    return found


def pool_of(kind: str, within: str = "") -> list[str]:
    """The keys of all that can be drawn of a kind, of one town's where named; raises Refusal for other kinds."""
    if kind == "village":
        return [Unit("village", code).key for code in villages_in(within)]
    if kind == "town":
        return [one.key for one in towns()]
    if kind == "department":
        return [one.key for one in departments()]
    if kind == "project":
        rows = Project.objects.order_by("pk")
        if within:
            rows = rows.filter(place__in=[within, *tree().children.get(within, ())])
        return [f"project:{number}" for number in rows.values_list("pk", flat=True)]
    raise Refusal("这类对象不能从全县抽", place=PLACE, remedy="农户在到村的督查里抽")
