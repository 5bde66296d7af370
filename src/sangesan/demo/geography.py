"""Villages and communities, and made-up positions inside the county's real outline."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from sangesan.demo.chance import Bools, Floats, Ints, generator, weighted
from sangesan.demo.facts_of_county import DATA, CountyFacts
from sangesan.demo.population import Places

JITTER_DEGREES = 0.008


def lay_out(facts: CountyFacts, seed: int, boundary: Path = DATA / "boundary.geojson") -> Places:
    """All villages and communities with a position; villages lie around the centre of their town."""
    rng = generator(seed, "geography")
    towns = [d for d in facts.divisions if d.level == "town"]
    order = {d.code: i for i, d in enumerate(towns)}
    lowest = [d for d in facts.divisions if d.parent in order]
    town = np.array([order[d.parent] for d in lowest])
    ring = _outline(boundary)
    free = _points_inside(rng, ring, 4000)
    centres = _spread(free, len(towns))
    positions = np.empty((len(lowest), 2))
    for index in range(len(towns)):
        own = np.flatnonzero(town == index)
        near = np.argsort(((free - centres[index]) ** 2).sum(axis=1))[:220]
        positions[own] = _spread(free[near], own.size)
    return Places(
        codes=np.array([d.code for d in lowest]),
        names=np.array([d.name for d in lowest]),
        full_names=np.array([towns[order[d.parent]].name + d.name for d in lowest]),
        community=np.array([d.level == "community" for d in lowest]),
        town=town,
        town_codes=np.array([d.code for d in towns]),
        town_names=np.array([d.name for d in towns]),
        longitude=positions[:, 0],
        latitude=positions[:, 1],
    )


def registered_villages(rng: np.random.Generator, places: Places, households: int) -> Ints:
    """The registered village of each household: sizes differ as villages' do, about 1 to 5."""
    weights = np.clip(rng.lognormal(0.0, 0.36, places.codes.size), 0.5, 2.2)
    weights = np.where(places.community, weights * 0.62, weights)
    least = min(households // places.codes.size, 95)
    base = np.repeat(np.arange(places.codes.size), least)
    rest = weighted(rng, weights, households - base.size)
    return rng.permutation(np.concatenate([base, rest]))


def household_positions(
    rng: np.random.Generator, places: Places, residence: Ints
) -> tuple[Floats, Floats]:
    """Longitude and latitude of each household: near the centre of where it lives."""
    spread = np.where(places.community[residence], JITTER_DEGREES / 4, JITTER_DEGREES)
    longitude = places.longitude[residence] + rng.normal(0, 1, residence.size).clip(-2, 2) * spread / 2
    latitude = places.latitude[residence] + rng.normal(0, 1, residence.size).clip(-2, 2) * spread / 2
    return longitude.round(6), latitude.round(6)


def _outline(path: Path) -> Floats:
    """The largest ring of the county's outline."""
    geometry = json.loads(path.read_text(encoding="utf-8"))["features"][0]["geometry"]
    polygons = geometry["coordinates"]
    rings = [p[0] for p in polygons] if geometry["type"] == "MultiPolygon" else [polygons[0]]
    return np.array(max(rings, key=len), dtype=np.float64)


def _points_inside(rng: np.random.Generator, ring: Floats, count: int) -> Floats:
    low, high = ring.min(axis=0), ring.max(axis=0)
    points = low + rng.random((count * 3, 2)) * (high - low)
    found: Floats = points[_inside(points, ring)][:count]
    return found


def _inside(points: Floats, ring: Floats) -> Bools:
    """Ray casting: whether each point lies in the ring."""
    x, y = points[:, 0], points[:, 1]
    inside = np.zeros(x.size, dtype=bool)
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > y) != (y2 > y)
        inside ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return inside


def _spread(points: Floats, count: int) -> Floats:
    """`count` of the points, each as far as can be from those before."""
    chosen = [int(np.argmin(((points - points.mean(axis=0)) ** 2).sum(axis=1)))]
    distance = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < count:
        chosen.append(int(np.argmax(distance)))
        distance = np.minimum(distance, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return points[chosen]
