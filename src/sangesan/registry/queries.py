"""Reads of the register. Lists carry no identity number; a page shows it masked."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import connection
from django.db.models import Q

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.kernel.masking import mask_identity, mask_phone
from sangesan.kernel.sealing import Keyring
from sangesan.registry.domain import age_on, completeness
from sangesan.registry.models import Condition, Household, Living, Membership, Person, Residence, Standing
from sangesan.registry.permissions import visible_households
from sangesan.registry.sealed_fields import IDENTITY, PHONE

LIVING_FIELDS = {
    "house_grade": "住房等级",
    "safe_water": "安全饮水",
    "road": "入户路",
    "house_m2": "住房面积",
    "fuel": "燃料",
}
MEMBER_FIELDS = ("健康状况", "劳动技能", "文化程度或在校生状况", "医疗保险")


@dataclass(frozen=True)
class Member:
    """A member as a page shows it; identity and phone masked."""

    person: Person
    membership: Membership
    condition: Condition | None
    identity: str
    phone: str
    age: int | None
    present: bool


@dataclass(frozen=True)
class HouseholdPage:
    """A household with everything the register holds about it on a day."""

    household: Household
    residence: Residence | None
    living: Living | None
    standing: Standing | None
    standings: list[Standing]
    members: list[Member]
    filled: int
    fields: int
    missing: list[str] = field(default_factory=list)

    @property
    def percent_complete(self) -> int:
        return self.filled * 100 // self.fields if self.fields else 0


def search(post: Post, text: str, *, after: int | None = None, limit: int = 50) -> list[Household]:
    """Households the post may see whose code, head or a member's name begins with `text`, by id; page by key."""
    rows = visible_households(require(post, "registry.see"))
    words = text.strip()
    if words:
        people = Person.objects.filter(name__startswith=words)
        of_member = Membership.objects.filter(valid_to=None, person__in=people).values("household_id")
        rows = rows.filter(Q(code__startswith=words) | Q(head_name__startswith=words) | Q(id__in=of_member))
    if after is not None:
        rows = rows.filter(id__gt=after)
    return list(rows.order_by("id")[:limit])


def in_order(post: Post, numbers: Collection[int]) -> dict[int, Household]:
    """Those of the households that the post may see, by number."""
    return visible_households(require(post, "registry.see")).in_bulk(list(numbers))


def household_page(post: Post, household_id: int, on: date) -> HouseholdPage:
    """Everything about one household; raises NotAllowed outside the post's reach (also where it does not exist)."""
    household = visible_households(require(post, "registry.see")).filter(pk=household_id).first()
    if household is None:
        raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
    current = Q(valid_to=None) | Q(valid_to__gt=on)
    living = Living.objects.filter(current, household=household).order_by("-valid_from").first()
    standings = list(Standing.objects.filter(household=household).order_by("valid_from", "id"))
    members = _members(household, on)
    filled, fields, missing = completeness(_form_values(living, members))
    return HouseholdPage(
        household=household,
        residence=Residence.objects.filter(current, household=household).order_by("-valid_from").first(),
        living=living,
        standing=standings[-1] if standings else None,
        standings=standings,
        members=members,
        filled=filled,
        fields=fields,
        missing=missing,
    )


def _members(household: Household, on: date) -> list[Member]:
    memberships = list(
        Membership.objects.filter(household=household)
        .filter(Q(valid_to=None) | Q(valid_to__gt=on))
        .select_related("person")
    )
    conditions = {
        c.person_id: c
        for c in Condition.objects.filter(person_id__in=[m.person_id for m in memberships], valid_to=None)
    }
    keys = Keyring.load(settings.HOME)
    members = []
    for m in sorted(memberships, key=lambda m: (m.relation != "户主", m.kind, m.person.birth_date or date.max)):
        p, c = m.person, conditions.get(m.person_id)
        identity = mask_identity(keys.open(IDENTITY, bytes(p.identity_sealed)).decode()) if p.identity_sealed else ""
        phone = mask_phone(keys.open(PHONE, bytes(c.phone_sealed)).decode()) if c and c.phone_sealed else ""
        age = age_on(p.birth_date, on) if p.birth_date else None
        present = not (p.died_on and p.died_on <= on) and not (p.left_on and p.left_on <= on)
        members.append(Member(p, m, c, identity, phone, age, present))
    return members


def _form_values(living: Living | None, members: list[Member]) -> dict[str, Any]:
    """The form's fields by name, for completeness: living conditions once, conditions per present member."""
    values: dict[str, Any] = {title: getattr(living, name, None) for name, title in LIVING_FIELDS.items()}
    for member in members:
        if not member.present:
            continue
        c, who = member.condition, member.person.name
        known = (c.health, c.labour, c.education or c.schooling, c.medical_insurance) if c else (None,) * 4
        values |= {f"{who} {title}": value for title, value in zip(MEMBER_FIELDS, known, strict=True)}
    return values


def people_for_matching() -> pa.Table:
    """All people for attaching department rows, in the clear and in memory only.

    Columns: person_no int64, identity string, name string, birth_date date32, village string, residence string.
    """
    keys = Keyring.load(settings.HOME)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.id, p.identity_sealed, p.name, p.birth_date, h.village, h.residence
               FROM registry_person p JOIN registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
               JOIN registry_household h ON h.id = m.household_id ORDER BY p.id"""
        )
        rows = cursor.fetchall()
    ids, sealed, names, births, villages, residences = zip(*rows, strict=True) if rows else ((),) * 6
    return pa.table(
        {
            "person_no": pa.array(ids, pa.int64()),
            "identity": pa.array([keys.open(IDENTITY, s).decode() if s else None for s in sealed], pa.string()),
            "name": pa.array(names, pa.string()),
            "birth_date": dates(births),
            "village": pa.array(villages, pa.string()),
            "residence": pa.array(residences, pa.string()),
        }
    )


def dates(values: Collection[Any]) -> pa.Array:
    """Dates from what a raw cursor gives: date objects (PostgreSQL) or ISO text (SQLite)."""
    if any(isinstance(v, str) for v in values):
        return pa.array(values, pa.string()).cast(pa.date32())
    return pa.array(values, pa.date32())


def household_of_person() -> dict[int, int]:
    """Current household of every person."""
    return dict(Membership.objects.filter(valid_to=None).values_list("person_id", "household_id"))


def names_of(people: Collection[int]) -> dict[int, str]:
    """Names by person number. The caller has made sure that the post may see them."""
    wanted = sorted(set(people))
    names: dict[int, str] = {}
    for start in range(0, len(wanted), 500):
        names |= dict(Person.objects.filter(pk__in=wanted[start : start + 500]).values_list("pk", "name"))
    return names


def members_of(household_id: int) -> list[int]:
    """Person numbers of a household's current members. The caller has made sure that the post may see it."""
    rows = Membership.objects.filter(household=household_id, valid_to=None)
    return list(rows.values_list("person_id", flat=True).order_by("person_id"))
