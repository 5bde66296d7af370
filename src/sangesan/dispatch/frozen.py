"""Reading a closed period: frozen figures of places and units, what was corrected since, whether it is still as it was."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from sangesan.dispatch.closing import content_of, head_of
from sangesan.dispatch.freezing import digest, unpack_all
from sangesan.dispatch.models import Correction, PlaceRow, Snapshot
from sangesan.figures.catalogue import Figure, catalogue
from sangesan.figures.counted import DEPARTMENT_KEY, Item, Parts, Value
from sangesan.figures.measuring import place_key, rolled_up
from sangesan.figures.places import Places
from sangesan.kernel.refusal import Refusal

NOTHING = Parts()


@dataclass(frozen=True)
class Frozen:
    """Rows of a snapshot with what was corrected. deltas: (place or unit, figure) -> what corrections add, carried up."""

    snapshot: Snapshot
    rows: Mapping[str, PlaceRow]
    deltas: Mapping[tuple[str, str], Parts]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures it holds, as the catalogue words them now; one that is no longer in the catalogue is left out."""
        return tuple(catalogue()[code] for code in self.snapshot.figures if code in catalogue())

    def value(self, code: str, place_or_unit: str) -> Value:
        """A frozen figure, exactly as it was closed; raises Refusal for a figure that nobody knows."""
        row = self.rows.get(place_key(place_or_unit))
        parts = Parts(*row.values[code]) if row is not None and code in row.values else NOTHING
        return Value(_figure(code), parts)

    def corrected(self, code: str, place_or_unit: str) -> Value | None:
        """The figure with all corrections of the place and of what lies in it; None where none touches it."""
        delta = self.deltas.get((place_key(place_or_unit), code))
        if delta is None or delta == NOTHING:
            return None
        return Value(_figure(code), self.value(code, place_or_unit).parts.plus(delta))

    def best(self, code: str, place_or_unit: str) -> Value:
        """The corrected figure where there is one, else the frozen."""
        return self.corrected(code, place_or_unit) or self.value(code, place_or_unit)

    def children(self, key: str) -> list[PlaceRow]:
        """The places right below one, in order of their codes; no departments."""
        below = [row for row in self.rows.values() if row.parent == key and not row.key.startswith(DEPARTMENT_KEY)]
        return sorted(below, key=lambda row: row.key)

    def of_level(self, level: str) -> list[PlaceRow]:
        """The rows of one level that were read, in order of their codes."""
        return sorted((row for row in self.rows.values() if row.level == level), key=lambda row: row.key)


def frozen(snapshot: Snapshot, *, place: str = "", levels: Sequence[str] = (), keys: Collection[str] = ()) -> Frozen:
    """A closed period for one place with what lies right below it, for whole levels (town, department …), for some keys."""
    wanted = (Q(level__in=levels) if levels else Q(pk=None)) | Q(key__in=keys)
    if place:
        wanted |= Q(key=place_key(place)) | Q(parent=place_key(place))
    rows = {row.key: row for row in PlaceRow.objects.filter(wanted, snapshot=snapshot)}
    return Frozen(snapshot, rows, corrections_by_place(snapshot))


def corrections_by_place(snapshot: Snapshot) -> Mapping[tuple[str, str], Parts]:
    """What corrections add to each figure of a place and of all above it; a department's to itself only."""
    made = list(Correction.objects.filter(snapshot=snapshot).order_by("id"))
    if not made:
        return {}
    parents = dict(PlaceRow.objects.filter(snapshot=snapshot).values_list("key", "parent"))
    found: dict[tuple[str, str], Parts] = defaultdict(Parts)
    for one in made:
        delta = Parts(*one.new).minus(Parts(*one.old))
        for key in _upwards(one.key, parents):
            found[(key, one.figure)] = found[(key, one.figure)].plus(delta)
    return found


def verify(snapshot: Snapshot) -> list[str]:
    """What is wrong with a closed period, in Chinese; [] while every stored row is as it was closed.

    The digest is computed anew from the stored rows and lists; besides, every frozen number must be what its list adds
    up to.
    """
    rows = list(snapshot.rows.all())
    behind = list(snapshot.behind.all())
    places = ((row.key, content_of(row)) for row in rows)
    lists = ((one.village, one.packed) for one in behind)
    faults = []
    if digest(head_of(snapshot), places, lists) != snapshot.digest:
        faults.append("摘要和关账时的不一致：存下的数字或名单被改动过")
    return faults + _lists_against_numbers(
        rows, {one.village: unpack_all(_place(one.village), one.packed) for one in behind}
    )


def _lists_against_numbers(rows: list[PlaceRow], lists: Mapping[str, Mapping[str, list[Item]]]) -> list[str]:
    places = frozen_places(rows)
    by_figure: dict[str, list[Item]] = defaultdict(list)
    for of_village in lists.values():
        for code, items in of_village.items():
            by_figure[code] += items
    counted = {
        code: rolled_up(catalogue()[code], items, places) for code, items in by_figure.items() if code in catalogue()
    }
    faults = []
    for row in rows:
        for code in sorted({*row.values, *(c for c, of_place in counted.items() if row.key in of_place)}):
            listed = counted.get(code, {}).get(row.key, NOTHING)
            if code in catalogue() and list(listed) != row.values.get(code, list(NOTHING)):
                faults.append(f"{row.name}（{row.key}）的“{catalogue()[code].title}”和名单对不上")
    return faults


def frozen_places(rows: Iterable[PlaceRow]) -> Places:
    """The places of a closed period, as they were then."""
    found = [row for row in rows if not row.key.startswith(DEPARTMENT_KEY)]
    county = next(row.key for row in found if row.level == "county")
    return Places(
        county=county,
        names={row.key: row.name for row in found},
        levels={row.key: row.level for row in found},
        parents={row.key: row.parent for row in found},
        grids={},
    )


def _place(village: str) -> str:
    """The item's own place: lists of departments belong to none."""
    return "" if village.startswith(DEPARTMENT_KEY) else village


def _upwards(key: str, parents: Mapping[str, str]) -> list[str]:
    if key.startswith(DEPARTMENT_KEY):
        return [key]
    found = []
    while key:
        found.append(key)
        key = parents.get(key, "")
    return found


def _figure(code: str) -> Figure:
    found = catalogue().get(code)
    if found is None:
        raise Refusal(f"没有名为“{code[:60]}”的指标", place="指标", remedy="请从统计页面点开")
    return found
