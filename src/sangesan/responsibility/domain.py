"""Who must answer for a household: line x duty x role, and from which posts a gap is filled first. Plain Python.

The article: both the community a household lives in and the village it is registered in name somebody for it. Finding is
led by the community it lives in, assistance by the village of registration; each supports the other (S0a, domain 5).
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType


class Line(StrEnum):
    """origin: the village of registration; residence: where a relocated household lives."""

    ORIGIN = "origin"
    RESIDENCE = "residence"


class Duty(StrEnum):
    """find: patrol and warning (排查预警); assist: putting assistance into effect (落实帮扶)."""

    FIND = "find"
    ASSIST = "assist"


class Role(StrEnum):
    """lead: 主责; support: 配合."""

    LEAD = "lead"
    SUPPORT = "support"


class Kind(StrEnum):
    """Posts at a village or community that answer for households, and the town above it."""

    CONTACT = "contact"
    CADRE = "cadre"
    GRID = "grid"
    TOWN = "town"


LINES = MappingProxyType({Line.ORIGIN: "户籍村", Line.RESIDENCE: "居住社区"})
DUTIES = MappingProxyType({Duty.FIND: "排查预警", Duty.ASSIST: "落实帮扶"})
ROLES = MappingProxyType({Role.LEAD: "主责", Role.SUPPORT: "配合"})

Slot = tuple[Line, Duty, Role]

_ORDINARY: tuple[Slot, ...] = (
    (Line.ORIGIN, Duty.FIND, Role.LEAD),
    (Line.ORIGIN, Duty.ASSIST, Role.LEAD),
)
_RELOCATED: tuple[Slot, ...] = (
    (Line.RESIDENCE, Duty.FIND, Role.LEAD),
    (Line.ORIGIN, Duty.FIND, Role.SUPPORT),
    (Line.ORIGIN, Duty.ASSIST, Role.LEAD),
    (Line.RESIDENCE, Duty.ASSIST, Role.SUPPORT),
)
CONTACT_WORD = "包联"
# Who is asked first. An ordinary household is found by its grid worker; for relocated ones the article names the contact
# cadres of both places for both duties. The rest of each order is our own.
_FIRST: Mapping[tuple[bool, Duty], tuple[Kind, ...]] = MappingProxyType(
    {
        (False, Duty.FIND): (Kind.GRID, Kind.CONTACT, Kind.CADRE),
        (False, Duty.ASSIST): (Kind.CONTACT, Kind.CADRE),
        (True, Duty.FIND): (Kind.CONTACT, Kind.CADRE, Kind.GRID),
        (True, Duty.ASSIST): (Kind.CONTACT, Kind.CADRE),
    }
)


def slots(relocated: bool) -> tuple[Slot, ...]:
    """What must be answered for, in the order of a page: leading rows before supporting ones of the same duty."""
    return _RELOCATED if relocated else _ORDINARY


def expected(relocated: bool) -> set[Slot]:
    """The rows a household needs: two, or four for a relocated one."""
    return set(slots(relocated))


def missing(relocated: bool, held: Collection[tuple[str, str, str]]) -> list[Slot]:
    """The rows nobody holds, in page order."""
    return [slot for slot in slots(relocated) if slot not in held]


def one_sided(relocated: bool, held: Collection[tuple[str, str, str]]) -> Line | None:
    """The line of a relocated household with nobody at all (双线空缺); None where each line has somebody."""
    if not relocated:
        return None
    wanted = expected(relocated)
    named = {line for line, duty, role in held if (line, duty, role) in wanted}
    return next((line for line in (Line.RESIDENCE, Line.ORIGIN) if line not in named), None)


def who_leads(duty: Duty, relocated: bool) -> Line:
    """The line that leads a duty."""
    return next(line for line, of, role in slots(relocated) if of == duty and role == Role.LEAD)


def kind_of(role: str, title: str) -> Kind | None:
    """What a post is to households, from its role in the access matrix and its title; None for others."""
    if role == "village":
        return Kind.CONTACT if CONTACT_WORD in title else Kind.CADRE
    return {"grid": Kind.GRID, "town": Kind.TOWN}.get(role)


def asked_first(duty: Duty, relocated: bool) -> tuple[Kind, ...]:
    """Which kinds of posts fill a gap by default, the first one first."""
    return _FIRST[relocated, duty]


def other(line: Line) -> Line:
    """The line that must be told."""
    return Line.RESIDENCE if line == Line.ORIGIN else Line.ORIGIN


def to_tell(seen_by: Line | None) -> tuple[Line, ...]:
    """Which lines are told of something that one of them, or neither (a department), has seen."""
    return (Line.ORIGIN, Line.RESIDENCE) if seen_by is None else (other(seen_by),)
