"""Which points lie in an area's polygons and circles. Plain numbers in degrees; flat within a polygon, a sphere's arc
for a circle. A warning errs to include: a point on the edge is inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sangesan.exchange.cap.model import Area, Circle, Point

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
EARTH_KM = 6371.0088
KM_PER_DEGREE = 111.2
EDGE = 1e-9  # degrees, a tenth of a millimetre


def box(areas: Sequence[Area]) -> tuple[float, float, float, float] | None:
    """South, west, north, east of all shapes; None where there are none."""
    points = [p for area in areas for polygon in area.polygons for p in polygon]
    edges = [(p[0], p[1], p[0], p[1]) for p in points]
    for circle in (c for area in areas for c in area.circles):
        latitude, longitude = circle.centre
        up = circle.radius_km / KM_PER_DEGREE
        wide = up / max(0.01, float(np.cos(np.radians(min(89.0, abs(latitude) + up)))))
        edges.append((latitude - up, longitude - wide, latitude + up, longitude + wide))
    if not edges:
        return None
    table = np.array(edges, dtype=np.float64)
    south, west = table[:, :2].min(axis=0)
    north, east = table[:, 2:].max(axis=0)
    return float(south), float(west), float(north), float(east)


def inside(areas: Sequence[Area], latitude: Values, longitude: Values) -> Flags:
    """Whether each point lies in any polygon or circle of the areas."""
    found = np.zeros(latitude.size, dtype=bool)
    for area in areas:
        for polygon in area.polygons:
            found |= in_polygon(polygon, latitude, longitude)
        for circle in area.circles:
            found |= in_circle(circle, latitude, longitude)
    return found


def in_polygon(polygon: Sequence[Point], latitude: Values, longitude: Values) -> Flags:
    """Ray casting along the parallel, the edge counted as inside."""
    odd = np.zeros(latitude.size, dtype=bool)
    edge = np.zeros(latitude.size, dtype=bool)
    for (y1, x1), (y2, x2) in pairwise(polygon):
        crosses = (y1 > latitude) != (y2 > latitude)
        if y1 != y2:
            odd ^= crosses & (longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1)
        along = (latitude - y1) * (x2 - x1) - (longitude - x1) * (y2 - y1)
        near = (
            (np.minimum(y1, y2) - EDGE <= latitude)
            & (latitude <= np.maximum(y1, y2) + EDGE)
            & (np.minimum(x1, x2) - EDGE <= longitude)
            & (longitude <= np.maximum(x1, x2) + EDGE)
        )
        edge |= near & (np.abs(along) <= EDGE)
    return odd | edge


def in_circle(circle: Circle, latitude: Values, longitude: Values) -> Flags:
    """Haversine distance from the centre; a circle of no radius covers what lies within a hundred metres."""
    y, x = np.radians(circle.centre[0]), np.radians(circle.centre[1])
    lat, lon = np.radians(latitude), np.radians(longitude)
    half = np.sin((lat - y) / 2) ** 2 + np.cos(lat) * np.cos(y) * np.sin((lon - x) / 2) ** 2
    distance = 2 * EARTH_KM * np.arcsin(np.sqrt(half))
    found: Flags = distance <= max(circle.radius_km, 0.1)
    return found
