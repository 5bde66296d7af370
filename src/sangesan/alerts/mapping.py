"""The map of the county: outline, towns, villages as points with their numbers, areas of alerts in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
from django.db.models import Avg, Count, Q

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import may, require
from sangesan.alerts.content import areas_of
from sangesan.alerts.domain import RANK
from sangesan.alerts.drawing import Canvas, LonLat, canvas_for, shape_circles, shape_paths
from sangesan.alerts.models import Alert, Message
from sangesan.alerts.moment import county_now
from sangesan.alerts.queries import alerts_of_villages, in_force
from sangesan.clues.domain import State as ClueState
from sangesan.clues.models import Clue
from sangesan.exchange.queries import open_feeds
from sangesan.patrols.models import Task
from sangesan.regions.outline import outline
from sangesan.regions.queries import Tree, county, today, tree
from sangesan.registry.models import Residence
from sangesan.registry.permissions import WHOLE_COUNTY

GEOHAZARD = "geohazard"
POINT = 5  # a village's radius, in units of the drawing
LEVELS = ("特大型", "大型", "中型", "小型")
Role = Post.Role


@dataclass
class Spot:
    """A village or community with what is known of it. own: within the post's reach, so that its numbers are told."""

    code: str
    town: str
    community: bool
    x: float | None = None
    y: float | None = None
    own: bool = False
    alerts: list[Alert] = field(default_factory=list)
    tasks: int = 0
    late: int = 0
    clues: int = 0
    hazards: int = 0

    @property
    def colour(self) -> str:
        return self.alerts[0].colour if self.alerts else ""

    @property
    def size(self) -> float:
        """Points with something left to do are larger, up to a measure."""
        return round(POINT + min(6.0, self.tasks**0.5), 1) if self.tasks else POINT

    @property
    def halo(self) -> float:
        """The ring around a point that says: clues to be visited."""
        return self.size + 4


@dataclass(frozen=True)
class Shape:
    """The area of an alert in force, drawn: paths, and circles as x, y, radius."""

    alert: Alert
    paths: list[str]
    circles: list[tuple[float, float, float]]


@dataclass(frozen=True)
class Label:
    """A town's name at the middle of its villages."""

    code: str
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class CountyMap:
    """What is drawn. canvas is None where neither an outline nor positions are known: then only the table is shown."""

    canvas: Canvas | None
    rings: list[str]
    shapes: list[Shape]
    labels: list[Label]
    spots: list[Spot]
    made_up: bool
    alerts: list[Alert]

    @property
    def unplaced(self) -> list[Spot]:
        return [s for s in self.spots if s.x is None]


def county_map(post: Post, now: datetime) -> CountyMap:
    """The county as it stands now; numbers only of places within the post's reach. Warnings are for all to see."""
    require(post, "alerts.see")
    places = tree()
    codes = [c for c, level in places.levels.items() if level in {"village", "community"}]
    positions, rings = _positions(), outline()
    canvas = canvas_for([p for ring in rings for p in ring] or list(positions.values()))
    spots = {c: _spot(c, places, positions, canvas, post) for c in codes}
    _count(post, spots, now)
    everywhere: dict[int, Alert] = {}
    for code, found in alerts_of_villages(codes, now).items():
        spots[code].alerts = found
        everywhere |= {alert.pk: alert for alert in found}
    return CountyMap(
        canvas=canvas,
        rings=[canvas.path(ring) for ring in rings] if canvas else [],
        shapes=_shapes(list(everywhere.values()), canvas) if canvas else [],
        labels=_labels(spots.values(), places),
        spots=sorted(spots.values(), key=lambda s: (s.town, s.code)),
        made_up=county().is_demonstration,
        alerts=[line.alert for line in in_force(post, now)],
    )


def _positions() -> dict[str, LonLat]:
    """The middle of where a village's households live."""
    rows = Residence.objects.filter(valid_to=None, longitude__isnull=False, latitude__isnull=False)
    return {
        code: (float(x), float(y))
        for code, x, y in rows.values_list("residence").annotate(Avg("longitude"), Avg("latitude"))
    }


def _spot(code: str, places: Tree, positions: dict[str, LonLat], canvas: Canvas | None, post: Post) -> Spot:
    town = places.town_of(code)
    own = post.role in WHOLE_COUNTY or post.division in {code, town}
    spot = Spot(code, town, places.levels[code] == "community", own=own)
    if canvas and code in positions:
        spot.x, spot.y = canvas.at(*positions[code])
    return spot


def _count(post: Post, spots: dict[str, Spot], now: datetime) -> None:
    """Households with open tasks, clues to be visited and hazard points by village."""
    for code, number in hazard_points().items():
        if code in spots:
            spots[code].hazards = number
    here = county_now(now)
    if may(post, "patrols.see"):
        rows = Task.objects.filter(state=Task.State.OPEN, source__startswith="alert:").values_list(
            "household__residence"
        )
        homes = Count("household", distinct=True)  # a household under two warnings is visited once
        late_homes = Count("household", distinct=True, filter=Q(due_at__lt=here))
        for code, number, late in rows.annotate(n=homes, late=late_homes):
            if code in spots and spots[code].own:
                spots[code].tasks, spots[code].late = number, late
    if may(post, "clues.see"):
        clues = Clue.objects.filter(state=ClueState.OPEN).values_list("division")
        for code, number in clues.annotate(n=Count("pk")):
            if code in spots and spots[code].own:
                spots[code].clues = number


def hazard_points() -> dict[str, int]:
    """Known geological hazard points by village, as the natural resources department last reported each."""
    with duckdb.connect() as con:
        open_feeds(con, feeds=[GEOHAZARD], columns={GEOHAZARD: ("division", "site", "as_of")})
        rows = con.execute(
            f"SELECT division, count(DISTINCT site) FROM feed_{GEOHAZARD} WHERE as_of IS NULL OR as_of <= ? GROUP BY ALL",  # noqa: S608
            [today()],
        ).fetchall()
    return dict(rows)


def _shapes(alerts: Sequence[Alert], canvas: Canvas) -> list[Shape]:
    """The least severe first, so that the worst lies on top."""
    contents = dict(
        Message.objects.filter(pk__in=[pk for alert in alerts for pk in alert.live]).values_list("pk", "content")
    )
    found = []
    for alert in sorted(alerts, key=lambda a: RANK[a.colour]):
        areas = [area for pk in alert.live for area in areas_of(contents[pk])]
        if areas:
            found.append(Shape(alert, shape_paths(canvas, areas), shape_circles(canvas, areas)))
    return found


def _labels(spots: Iterable[Spot], places: Tree) -> list[Label]:
    by_town: dict[str, list[Spot]] = {}
    for spot in spots:
        if spot.x is not None:
            by_town.setdefault(spot.town, []).append(spot)
    return [
        Label(
            town,
            places.names.get(town, town),
            round(sum(s.x or 0 for s in found) / len(found), 1),
            round(sum(s.y or 0 for s in found) / len(found), 1),
        )
        for town, found in sorted(by_town.items())
    ]
