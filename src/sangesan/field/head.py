"""What a phone needs beside its households: the round, words for codes, fields and questions of the forms."""

from datetime import date, datetime
from typing import Any

from sangesan.accounts.models import Post
from sangesan.alerts.domain import COLOURS
from sangesan.alerts.models import Alert
from sangesan.alerts.queries import in_force
from sangesan.patrols.key_groups import key_groups
from sangesan.patrols.models import Entry, Round
from sangesan.patrols.rounds import weekly_round
from sangesan.policy.risks import RISK_TYPES
from sangesan.registry.changeable import FIELDS, Field
from sangesan.registry.domain import MULTIPLE
from sangesan.visits.domain import (
    HOUSE_GRADES,
    OUTCOMES,
    PURPOSES,
    SIGNED_HOW,
    TESTS,
    WATER_SOURCES,
    Purpose,
    conclusions_for,
)
from sangesan.visits.income import catalogue

OWN_PURPOSE = {"patrol": "网格排查"}


def head(post: Post, *, now: datetime, today: date) -> dict[str, Any]:
    """The part of the bundle that is the same for all households, without its digest.

    An inspection is an inspector's purpose, and an inspector's only one; nobody else goes to a household for it.
    """
    inspector = post.role == Post.Role.INSPECTOR
    purposes = {str(code): title for code, title in PURPOSES.items() if (code == Purpose.INSPECTION) == inspector}
    return {
        "today": today.isoformat(),
        "round": _round(weekly_round(today, now=now)),
        "groups": {code: group.title for code, group in key_groups().items()},
        "risks": dict(RISK_TYPES),
        "purposes": purposes if inspector else OWN_PURPOSE | purposes,
        "results": {str(code): str(title) for code, title in Entry.Result.choices},
        "fields": [_field(one) for one in FIELDS.values()],
        "visit": {
            "tests": dict(TESTS),
            "house_grades": dict(HOUSE_GRADES),
            "water_sources": dict(WATER_SOURCES),
            "signed_how": dict(SIGNED_HOW),
            "conclusions": {code: {str(c): OUTCOMES[c] for c in conclusions_for([code])} for code in purposes},
            "income_items": _income_items(),
        },
        "alerts": [_alert(line.alert) for line in in_force(post, now)],
        "notes": [],
    }


def _alert(alert: Alert) -> dict[str, Any]:
    """The colour with its word: nobody has to know what orange means."""
    colour = COLOURS.get(alert.colour, "")
    return {
        "id": alert.pk,
        "title": f"{alert.event}{colour}预警" if colour else alert.event,
        "colour": alert.colour,
        "colour_title": colour,
        "until": alert.expires_at.isoformat(),
        "words": alert.headline,
    }


def _round(row: Round) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "title": row.title,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
    }


def _field(one: Field) -> dict[str, Any]:
    """several: the phone shows ticks and joins them as the register writes them."""
    made: dict[str, Any] = {"code": one.code, "title": one.title, "kind": one.kind, "of": "person"}
    if one.section == "living":
        made["of"] = "household"
    if one.choices:
        made["choices"] = {choice: choice for choice in one.choices}
    if one.kind == "several":
        made["joined_by"] = MULTIPLE
    if one.unit:
        made["unit"] = one.unit
    if one.most:
        made["most"] = one.most
    return made


def _income_items() -> list[dict[str, str]]:
    book = catalogue()
    return [
        {"code": item.code, "title": item.title, "group": group.title}
        for code, group in book.groups.items()
        for item in book.of_group(code)
    ]
