"""The households the histories are about, as the register has them: members with their dates, living, standing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sangesan.registry.domain import age_on
from sangesan.registry.models import Condition, Household, Living, Membership, Residence, Standing

ADULT_AGE = 18
PENSION_AGE = 60
ABLE = frozenset({"普通劳动力", "技能劳动力", "弱劳动力或半劳动力"})
WORKING_FROM = 16
CARE_BELOW, CARE_FROM = 16, 75


@dataclass(frozen=True)
class Member:
    """A member of a household with the condition that the register holds."""

    person: int
    name: str
    relation: str
    birth: date
    gone_on: date | None
    labour: str
    schooling: str
    works: bool
    disabled: bool
    insured: bool
    subsistence: bool
    destitute: bool

    def present(self, on: date) -> bool:
        """Born, alive and not moved away on a day."""
        return self.birth <= on and (self.gone_on is None or self.gone_on > on)

    def age(self, on: date) -> int:
        return age_on(self.birth, on)

    @property
    def able(self) -> bool:
        return self.labour in ABLE


@dataclass
class Home:
    """A household with its standing. category: title; risks: titles; position: degrees, as text."""

    household: Household
    members: list[Member] = field(default_factory=list)
    position: tuple[float, float] | None = None
    house_grade: str = ""
    returned_mu: Decimal | None = None
    category: str = ""
    risks: tuple[str, ...] = ()
    enrolled_on: date = date.min
    eliminated_on: date | None = None
    way: str = ""
    national_number: str = ""

    def present(self, on: date) -> list[Member]:
        return [m for m in self.members if m.present(on)]

    def adults(self, on: date) -> list[Member]:
        """Everybody of full age on a day: whose promise and authorisation is needed."""
        return [m for m in self.present(on) if m.age(on) >= ADULT_AGE]

    def labour(self, on: date) -> int:
        """How many can work on a day, as the register has it."""
        return sum(1 for m in self.present(on) if m.able and m.age(on) >= WORKING_FROM)


def monitored_homes() -> list[Home]:
    """Every household with a standing that holds, in the order of their numbers; a handful of queries."""
    standings = Standing.objects.filter(valid_to=None, enrolled_on__isnull=False).order_by("household_id")
    by_household = {s.household_id: s for s in standings}
    homes = homes_of(by_household)
    for number, home in homes.items():
        s = by_household[number]
        home.category, home.risks = s.category, tuple(s.risks)
        home.enrolled_on, home.eliminated_on = s.enrolled_on or date.min, s.eliminated_on
        home.way, home.national_number = s.elimination_way, s.national_number
    return list(homes.values())


def homes_of(numbers: Iterable[int]) -> dict[int, Home]:
    """Households by number with their members, without standing."""
    wanted = sorted(numbers)
    homes = {h.pk: Home(h) for h in Household.objects.filter(pk__in=wanted).order_by("pk")}
    for residence in Residence.objects.filter(household__in=wanted, valid_to=None):
        if residence.longitude is not None and residence.latitude is not None:
            homes[residence.household_id].position = (float(residence.longitude), float(residence.latitude))
    for living in Living.objects.filter(household__in=wanted, valid_to=None):
        homes[living.household_id].house_grade = living.house_grade
        homes[living.household_id].returned_mu = living.returned_mu
    rows = list(Membership.objects.filter(household__in=wanted, valid_to=None).select_related("person").order_by("pk"))
    found = Condition.objects.filter(person__in=[r.person_id for r in rows], valid_to=None)
    conditions = {c.person_id: c for c in found}
    for row in rows:
        homes[row.household_id].members.append(_member(row, conditions.get(row.person_id)))
    return homes


def _member(row: Membership, condition: Condition | None) -> Member:
    p, c = row.person, condition or Condition()
    return Member(
        person=p.pk,
        name=p.name,
        relation=row.relation,
        birth=p.birth_date or date(1970, 1, 1),
        gone_on=p.died_on or p.left_on,
        labour=c.labour,
        schooling=c.schooling,
        works=bool(c.work_place),
        disabled="残疾" in c.health,
        insured=bool(c.medical_insurance),
        subsistence=bool(c.subsistence),
        destitute=bool(c.destitute),
    )
