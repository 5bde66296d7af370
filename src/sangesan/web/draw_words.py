"""What draws are about, in words: names of what can be drawn and of what it is for, as far as the post may know them."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.draws.models import Draw
from sangesan.inspections.models import Plan, Target
from sangesan.inspections.permissions import sees_plans
from sangesan.inspections.planning import words_of_plan
from sangesan.leadership.units import KINDS, Unit
from sangesan.projects.models import Project
from sangesan.regions.queries import tree
from sangesan.registry.models import Household

OF_PLAN, OF_SAMPLE = "plan", "sample"


def names_of(post: Post, codes: Collection[str]) -> Mapping[str, str]:
    """The name of each code drawn from. A household's head only for inspectors: whom they ask is nobody else's to know."""
    inspector, places = sees_plans(post), tree()
    homes = Household.objects.in_bulk(_numbers(codes, "household")) if inspector else {}
    projects = Project.objects.in_bulk(_numbers(codes, "project"))
    names = {}
    for code in codes:
        kind, _kind, own = code.rpartition(":")
        number = int(own) if own.isdecimal() else 0
        if kind == "household":
            names[code] = homes[number].head_name if number in homes else _("%(n)s 号农户") % {"n": number}
        elif kind == "project":
            names[code] = projects[number].title if number in projects else _("%(n)s 号项目") % {"n": number}
        elif kind in {"village", "town"} or code in places.names:
            names[code] = places.full_name(own)
        else:
            names[code] = Unit(kind, own).title if kind in KINDS else code
    return names


def periods_of(post: Post, draws: Sequence[Draw]) -> Mapping[int, str]:
    """For what each draw is, by number: its week or month, the plan's title, the village whose households are drawn.

    The caller leaves out draws that the post does not see; a plan's title is the inspectors' only, a village not begun too.
    """
    keys = {draw.number: draw.period.partition(":") for draw in draws}
    inspector = sees_plans(post)
    plans = Plan.objects.in_bulk(_numbers([draw.period for draw in draws], OF_PLAN)) if inspector else {}
    targets = Target.objects.in_bulk(_numbers([draw.period for draw in draws], OF_SAMPLE))
    found = {}
    for number, (kind, colon, own) in keys.items():
        if not colon:
            found[number] = kind
        elif kind == OF_PLAN and int(own) in plans:
            found[number] = words_of_plan(plans[int(own)])["title"]
        elif kind == OF_SAMPLE and int(own) in targets and (inspector or targets[int(own)].begun_at is not None):
            found[number] = tree().full_name(targets[int(own)].place)
        else:
            found[number] = ""
    return found


def _numbers(codes: Collection[str], kind: str) -> list[int]:
    return [int(code.rpartition(":")[2]) for code in codes if code.startswith(f"{kind}:")]
