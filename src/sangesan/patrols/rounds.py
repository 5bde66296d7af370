"""Rounds: the week's own opens by itself; campaigns and key-group rounds are opened by somebody."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q, QuerySet

from sangesan.accounts.acting import acting
from sangesan.accounts.queries import system_post
from sangesan.patrols.domain import covers, week_of, weekly_title
from sangesan.patrols.models import KeyGroup, Round
from sangesan.registry.models import Household


def weekly_round(on: date, *, now: datetime) -> Round:
    """The weekly round a day lies in; opened by the system where it is missing. Safe when two ask at once."""
    monday, sunday = week_of(on)
    found = Round.objects.filter(kind=Round.Kind.WEEKLY, starts_on=monday).first()
    if found is not None:
        return found
    post = system_post()
    with acting(post, "patrols.open_round", on=f"round:{monday.isoformat()}", reason="每周自动开始") as act:
        made, new = Round.objects.get_or_create(
            kind=Round.Kind.WEEKLY,
            starts_on=monday,
            defaults={"title": weekly_title(monday), "ends_on": sunday, "opened_by": post.pk, "opened_at": now},
        )
        act.on, act.detail = f"round:{made.pk}", {"new": new}
    return made


def running(on: date) -> QuerySet[Round]:
    """The rounds that run on a day."""
    return Round.objects.filter(starts_on__lte=on, ends_on__gte=on)


def rounds_for(household: Household, on: date) -> list[Round]:
    """The rounds of a day that cover a household, campaigns first."""
    rows = list(running(on).order_by("kind", "-id"))
    groups: list[str] = []
    if any(row.groups for row in rows):
        groups = list(KeyGroup.objects.filter(household=household).values_list("group", flat=True))
    return [row for row in rows if round_covers(row, household, groups)]


def round_covers(row: Round, household: Household, groups: Collection[str]) -> bool:
    """Whether a round is about this household: where it lives, and the key groups the round is narrowed to."""
    places = (household.residence, household.residence_town)
    return covers(row.divisions, row.groups, places=places, belongs_to=groups)


def in_scope(row: Round) -> QuerySet[Household]:
    """Every household the round is about."""
    homes = Household.objects.all()
    if row.divisions:
        homes = homes.filter(Q(residence_town__in=row.divisions) | Q(residence__in=row.divisions))
    if row.groups:
        homes = homes.filter(pk__in=KeyGroup.objects.filter(group__in=row.groups).values("household"))
    return homes
