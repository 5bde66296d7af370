"""The county's outline for maps: rings of longitude and latitude, read from a GeoJSON file once, kept in HOME."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from sangesan.kernel.placing import place
from sangesan.kernel.refusal import Refusal

FILE = "outline.json"
MOST_BYTES = 20 * 1024 * 1024
MOST_POINTS = 4000
FEWEST = 4
Ring = list[tuple[float, float]]
_REMEDY = "请交 WGS 84 坐标的 GeoJSON，几何为 Polygon 或 MultiPolygon，坐标为[经度, 纬度]"


def load_outline(path: Path) -> int:
    """Reads a boundary and keeps it; the number of rings. Raises a Refusal where it is no outline in degrees."""
    if path.stat().st_size > MOST_BYTES:
        raise Refusal(f"文件超过 {MOST_BYTES // 1048576} MB", place=path.name, remedy="请先简化边界")
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, UnicodeDecodeError):
        raise Refusal("不是 GeoJSON", place=path.name, remedy=_REMEDY) from None
    rings = [_ring(ring, path.name) for geometry in _geometries(data) for ring in _rings(geometry)]
    if not rings:
        raise Refusal("里面没有面（Polygon）", place=path.name, remedy=_REMEDY)
    place(Path(settings.HOME) / FILE, json.dumps(_thinned(rings)).encode())
    return len(rings)


def outline() -> list[Ring]:
    """The rings, the largest first; [] where no boundary was loaded."""
    path = Path(settings.HOME) / FILE
    if not path.is_file():
        return []
    rings = [[(p[0], p[1]) for p in ring] for ring in json.loads(path.read_text(encoding="utf-8"))]
    return sorted(rings, key=len, reverse=True)


def _geometries(data: Any) -> Iterator[dict[str, Any]]:
    """Every geometry of a collection, a feature or a bare geometry."""
    if not isinstance(data, dict):
        return
    kind = data.get("type")
    if kind == "FeatureCollection":
        for feature in data.get("features") or []:
            yield from _geometries(feature)
    elif kind == "Feature":
        yield from _geometries(data.get("geometry"))
    elif kind == "GeometryCollection":
        for geometry in data.get("geometries") or []:
            yield from _geometries(geometry)
    elif kind in {"Polygon", "MultiPolygon"}:
        yield data


def _rings(geometry: dict[str, Any]) -> Iterator[Any]:
    polygons = geometry.get("coordinates") or []
    for polygon in [polygons] if geometry["type"] == "Polygon" else polygons:
        yield from polygon


def _ring(points: Any, name: str) -> Ring:
    try:
        ring = [(round(float(p[0]), 6), round(float(p[1]), 6)) for p in points]
    except (TypeError, ValueError, IndexError):
        raise Refusal("坐标认不出", place=name, remedy=_REMEDY) from None
    if len(ring) < FEWEST or any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in ring):
        raise Refusal("坐标超出经纬度的范围，或一圈不足 4 个点", place=name, remedy=_REMEDY)
    return ring


def _thinned(rings: list[Ring]) -> list[Ring]:
    """A map a hand wide needs no more than some thousand points: every n-th stays, the first always."""
    step = max(1, -(-sum(len(r) for r in rings) // MOST_POINTS))
    return [
        [p for n, p in enumerate(ring[:-1]) if n % step == 0 or len(ring) < 4 * FEWEST] + [ring[0]] for ring in rings
    ]
