"""Which villages and communities of this county an alert covers: by code, by name, by shapes over positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sangesan.alerts.shapes import box, inside
from sangesan.exchange.cap.model import Alert, Area
from sangesan.exchange.cap.places import by_code, by_name, whole_county
from sangesan.exchange.checking.divisions import Directory
from sangesan.regions.queries import tree
from sangesan.registry.models import Residence

CODE, NAME, SHAPE = "code", "name", "shape"
HOW = {CODE: "按区划代码", NAME: "按区域名称", SHAPE: "按图形和农户位置", "": ""}


@dataclass(frozen=True)
class Coverage:
    """The villages' codes, sorted, and by what they were found (the weakest means that was needed)."""

    villages: tuple[str, ...]
    how: str


def directory() -> Directory:
    """The county's divisions as they hold now."""
    known = tree()
    return Directory((c, known.names[c], known.levels[c], known.parents.get(c, "")) for c in known.names)


def covered(told: Alert, places: Directory) -> Coverage:
    """The villages of all areas of the message. The same area in a second language says nothing new.

    A code of a town or village is exact. A code of no more than the county, beside a shape, stands for the shape where
    households have positions. Else names; else shapes.
    """
    villages, means = set[str](), set[str]()
    every = whole_county(places)
    for area in dict.fromkeys(a for info in told.infos for a in info.areas):
        found, how = _of_area(area, places, every)
        villages |= found
        means |= {how} if found else set()
    how = next((m for m in (SHAPE, NAME, CODE) if m in means), "")
    return Coverage(tuple(sorted(villages)), how)


def _of_area(area: Area, places: Directory, every: set[str]) -> tuple[set[str], str]:
    codes = by_code(area, places)
    if codes and (codes != every or not (area.polygons or area.circles)):
        return codes, CODE
    if shaped := in_shapes([area]):
        return shaped, SHAPE
    return (codes, CODE) if codes else (by_name(area, places), NAME)


def in_shapes(areas: Sequence[Area]) -> set[str]:
    """Villages with at least one household inside the areas' polygons and circles."""
    bounds = box(areas)
    if bounds is None:
        return set()
    south, west, north, east = bounds
    rows = Residence.objects.filter(
        valid_to=None, latitude__gte=south, latitude__lte=north, longitude__gte=west, longitude__lte=east
    ).values_list("residence", "latitude", "longitude")
    return _inside(rows.iterator(chunk_size=20_000), areas)


def _inside(rows: Iterable[tuple[str, object, object]], areas: Sequence[Area]) -> set[str]:
    table = [(place, float(str(y)), float(str(x))) for place, y, x in rows]
    if not table:
        return set()
    codes = np.array([row[0] for row in table])
    found = inside(areas, np.array([row[1] for row in table]), np.array([row[2] for row in table]))
    return {str(code) for code in np.unique(codes[found])}
