"""The register's fields on the patrol form: prefilled, and only what differs from what was shown is a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from sangesan.kernel.refusal import Refusal
from sangesan.registry.changeable import FIELDS, LIVING, PERSON, Field
from sangesan.registry.changing import sections_of
from sangesan.registry.queries import members_of, names_of

ASKED = {
    LIVING: ("house_grade", "safe_water", "road", "toilet"),
    PERSON: ("work_place", "work_months", "labour", "medical_insurance", "phone"),
}
YES, NO = "yes", "no"
VERSION, SHOWN, VALUE = "version.", "shown.", "value."


@dataclass(frozen=True)
class Asked:
    """One field as the form shows it. code: "person:12.work_place"; shown: the register's value as the form writes it."""

    code: str
    field: Field
    shown: str
    value: str


@dataclass(frozen=True)
class Part:
    """One section of the household: its living conditions, or a member's."""

    code: str
    name: str
    version: int
    fields: list[Asked]


def form_sections(household_id: int, given: QueryDict) -> list[Part]:
    """The parts with the register's values, or with what was typed. The view has made sure that the post may see it."""
    members, parts = members_of(household_id), []
    names = names_of(members)
    for section, (version, values) in sections_of(household_id).items():
        kind, _, number = section.partition(":")
        if kind == PERSON and int(number) not in names:
            continue
        fields = []
        for name in ASKED[kind]:
            one, code = FIELDS[f"{kind}.{name}"], f"{section}.{name}"
            shown = "" if one.kind == "phone" else _text(values.get(name))
            fields.append(Asked(code, one, shown, given.get(f"{VALUE}{code}", shown)))
        parts.append(Part(section, names[int(number)] if kind == PERSON else "", version, fields))
    return parts


def changes_of(given: QueryDict) -> dict[str, Any]:
    """The fields whose value differs from the one shown; raises Refusal for a number that is none."""
    changes: dict[str, Any] = {}
    for key, text in given.items():
        if not key.startswith(VALUE) or not isinstance(text, str):
            continue
        code = key.removeprefix(VALUE)
        if text.strip() != given.get(f"{SHOWN}{code}", ""):
            changes[code] = _value(code, text.strip())
    return changes


def versions_of(given: QueryDict) -> Mapping[str, int]:
    """The version of each section that was in sight."""
    found = {key.removeprefix(VERSION): str(text) for key, text in given.items() if key.startswith(VERSION)}
    return {section: int(text) for section, text in found.items() if text.isdecimal() and len(text) < 9}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


def _value(code: str, text: str) -> str | int | bool | None:
    section, _, name = code.partition(".")
    one = FIELDS.get(f"{section.partition(':')[0]}.{name}")
    if one is not None and one.kind == "yesno":
        return {YES: True, NO: False}.get(text)
    if one is not None and one.kind == "number" and text:
        if not text.isdecimal() or len(text) > 6:
            raise Refusal(f"{one.title}不是整数", place=one.title, remedy="请改正")
        return int(text)
    return text
