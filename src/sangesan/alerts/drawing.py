"""From degrees to a drawing: a flat projection around the county's middle, outlines and shapes as SVG paths. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

from sangesan.exchange.cap.model import Area

WIDTH = 1000.0
MARGIN = 34.0
TALLEST, FLATTEST = 1150.0, 520.0
KM_PER_DEGREE = 111.2
SMALLEST_DEGREES = 0.02

LonLat = tuple[float, float]


@dataclass(frozen=True)
class Canvas:
    """A projection: x and y of a point, in units of which WIDTH make the drawing's width; y grows downwards."""

    west: float
    north: float
    scale: float  # units per degree of latitude
    squeeze: float  # a degree of longitude in degrees of latitude
    height: float

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = MARGIN + (longitude - self.west) * self.squeeze * self.scale
        y = MARGIN + (self.north - latitude) * self.scale
        return round(x, 1), round(y, 1)

    def path(self, points: Iterable[LonLat]) -> str:
        """A closed ring as an SVG path."""
        steps = [f"{x:g} {y:g}" for x, y in (self.at(*p) for p in points)]
        return f"M{'L'.join(steps)}Z" if steps else ""

    def radius(self, km: float) -> float:
        return round(km / KM_PER_DEGREE * self.scale, 1)


def canvas_for(points: Sequence[LonLat]) -> Canvas | None:
    """A canvas in which all points have room; None without points."""
    if not points:
        return None
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = max(0.1, cos(radians((south + north) / 2)))
    wide = max((east - west) * squeeze, SMALLEST_DEGREES)
    tall = max(north - south, SMALLEST_DEGREES)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / tall)
    height = max(FLATTEST, tall * scale + 2 * MARGIN)
    # what does not fill the drawing stands in its middle
    west -= (WIDTH - 2 * MARGIN - wide * scale) / 2 / scale / squeeze
    north += (height - 2 * MARGIN - tall * scale) / 2 / scale
    return Canvas(west, north, scale, squeeze, round(height, 1))


def shape_paths(canvas: Canvas, areas: Sequence[Area]) -> list[str]:
    """The polygons of areas as paths. Their points are latitude, longitude as CAP writes them."""
    return [canvas.path((x, y) for y, x in polygon) for area in areas for polygon in area.polygons]


def shape_circles(canvas: Canvas, areas: Sequence[Area]) -> list[tuple[float, float, float]]:
    """The circles of areas as x, y, radius."""
    found = []
    for circle in (c for area in areas for c in area.circles):
        latitude, longitude = circle.centre
        found.append((*canvas.at(longitude, latitude), max(6.0, canvas.radius(circle.radius_km))))
    return found
