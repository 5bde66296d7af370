"""Down to the phone: only what changed since it last asked."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from sangesan.accounts.acting import acting
from sangesan.field.areas import area_of
from sangesan.field.conflicts import Shown, Side, shown
from sangesan.field.devices import lock_days
from sangesan.field.head import head
from sangesan.field.homes import homes_of
from sangesan.field.inspecting import inspection_part
from sangesan.field.models import Conflict, Device, Submission
from sangesan.field.rescue import public_key
from sangesan.kernel.digest import digest_json
from sangesan.regions.queries import today as county_day
from sangesan.regions.queries import tree

ANSWERED_DAYS, MOST_ANSWERS = 30, 200
PHOTO_SIDE, MOST_PHOTOS, VOICE_SECONDS, PIN_DIGITS = 1280, 6, 120, 6


def bundle(
    *, device: Device, known: Mapping[str, str], known_head: str, known_inspection: str = "", now: datetime
) -> dict[str, Any]:
    """What differs from what the phone knows; the read is audited with the number of households that left."""
    today = county_day(now)
    with acting(device.post, "field.sync", on=f"device:{device.pk}") as act:
        whole = head(device.post, now=now, today=today)
        digest = digest_json(whole)
        round_id = whole["round"]["id"]
        homes, gone = homes_of(device.grid, round_id, today, known)
        places = inspection_part(device.post, device.grid, known_inspection, today)
        act.detail = {"households": len(homes), "gone": len(gone), "grid": device.grid}
    return {
        "server_time": now.isoformat(),
        "policy": policy(now),
        "head": None if digest == known_head else whole | {"digest": digest},
        "households": homes,
        "gone": gone,
        "inspection": places,
        "answers": answers(changed_since_received(device, now)),
    }


def policy(now: datetime) -> dict[str, Any]:
    """What the app has to keep to."""
    return {
        "lock_days": lock_days(county_day(now)),
        "pin_digits": PIN_DIGITS,
        "photo_longest_side": PHOTO_SIDE,
        "most_photos": MOST_PHOTOS,
        "voice_seconds": VOICE_SECONDS,
    }


def welcome(device: Device, token: str, now: datetime) -> dict[str, Any]:
    """What an enrolled phone is told once."""
    grid = area_of(device.grid)
    places = tree()
    return {
        "device": device.pk,
        "token": token,
        "worker": {"name": device.post.user.name if device.post.user else "", "post_title": device.post.title},
        "grid": {
            "code": grid.code,
            "title": grid.name,
            "village": places.names.get(grid.division, ""),
            "town": places.names.get(places.town_of(grid.division), ""),
        },
        "rescue_key": public_key(),
        "policy": policy(now),
        "server_time": now.isoformat(),
    }


def changed_since_received(device: Device, now: datetime) -> list[Submission]:
    """Submissions whose answer is no longer the one that was given at first; told again at each contact."""
    since = now - timedelta(days=ANSWERED_DAYS)
    rows = Submission.objects.filter(device=device, changed_at__gte=since).exclude(changed_at=F("received_at"))
    return list(rows.order_by("number")[:MOST_ANSWERS])


def answers(rows: Iterable[Submission]) -> list[dict[str, Any]]:
    """The answers to submissions, with their clashes."""
    found = list(rows)
    clashes: dict[int, list[Shown]] = {}
    for one in shown(Conflict.objects.filter(submission__in=found).select_related("household").order_by("pk")):
        clashes.setdefault(one.conflict.submission_id, []).append(one)
    return [
        {
            "id": str(row.key),
            "number": row.number,
            "state": row.state,
            "message": row.message,
            "place": row.place,
            "remedy": row.remedy,
            "conflicts": [conflict_json(one) for one in clashes.get(row.number, [])],
            "at": row.received_at.isoformat(),
        }
        for row in found
    ]


def conflict_json(one: Shown) -> dict[str, Any]:
    """A clash as the phone shows it."""
    row = one.conflict
    settled = None
    if row.settled_at is not None:
        settled = {"choice": row.choice, "by": row.settled_by, "at": row.settled_at.isoformat()}
    return {
        "id": row.pk,
        "household": row.household_id,
        "field": row.field,
        "title": one.title,
        "who": one.who,
        "base": _side(one.base),
        "theirs": _side(one.theirs),
        "theirs_by": row.theirs_by,
        "theirs_at": row.theirs_at.isoformat() if row.theirs_at else None,
        "mine": _side(one.mine),
        "mine_by": row.mine_by,
        "open": row.settled_at is None,
        "settled": settled,
    }


def _side(side: Side) -> dict[str, Any]:
    return {"value": side.value, "title": side.title}
