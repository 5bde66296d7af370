"""A parsed message as JSON for its row, in the message's own words; shapes stay latitude, longitude."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sangesan.exchange.cap.model import Alert, Area, Circle

MAPPED_POINTS = 400  # of a polygon on the map; the message as received keeps all


def as_content(told: Alert) -> dict[str, Any]:
    """All that the message says."""
    return _plain(asdict(told))  # type: ignore[no-any-return]  # a dataclass becomes a dict


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value


def areas_of(content: dict[str, Any]) -> list[Area]:
    """The areas with shapes, of all blocks, each once."""
    found = {
        Area(
            area["description"],
            tuple(tuple((p[0], p[1]) for p in polygon) for polygon in area["polygons"]),
            tuple(Circle((c["centre"][0], c["centre"][1]), c["radius_km"]) for c in area["circles"]),
        )
        for info in content.get("infos", [])
        for area in info["areas"]
        if area["polygons"] or area["circles"]
    }
    return sorted(found, key=repr)


def block_of(content: dict[str, Any]) -> dict[str, Any]:
    """The block to show: the Chinese one where there is one, else the first, else an empty one."""
    blocks: list[dict[str, Any]] = content.get("infos") or []
    chinese = (b for b in blocks if str(b["language"]).lower().startswith("zh"))
    return next(chinese, blocks[0] if blocks else {})
