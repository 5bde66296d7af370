"""Lists behind the numbers: of a closed period as they were frozen, of a running one as it is measured now."""

from collections.abc import Iterator
from datetime import date

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.clues.queries import EXPORT_LIMIT
from sangesan.dispatch.freezing import unpack
from sangesan.dispatch.frozen import frozen_places
from sangesan.dispatch.models import Snapshot
from sangesan.dispatch.queries import snapshot
from sangesan.figures.behind import LIMIT, BehindPage, Line, chosen_items, lines, own, page_of
from sangesan.figures.catalogue import Figure, figure
from sangesan.figures.counted import DEPARTMENT_KEY, Item
from sangesan.figures.measuring import measure
from sangesan.figures.places import Places
from sangesan.kernel.period import Period
from sangesan.kernel.uncollected import uncollected

BATCH = 500


def list_behind(
    post: Post, code: str, place: str, period: Period, *, as_of: date, part: str, after: str = "", limit: int = LIMIT
) -> BehindPage:
    """One page of the records behind a number: the frozen ones where the period is closed, else as known by `as_of`.

    Raises NotAllowed outside the post's own places, Refusal for an unknown figure, part or page.
    """
    key, one = own(post, place), figure(code)
    chosen, places = _chosen(one, key, period, as_of, part)
    return page_of(post, one, chosen, key, part, places, after=after, limit=limit)


def export_behind(*, post: Post, code: str, place: str, period: Period, as_of: date, part: str) -> list[Line]:
    """The list as a download, at most EXPORT_LIMIT. Names leave the system with it: the audit keeps who took how many."""
    key, one = own(post, place), figure(code)
    chosen, places = _chosen(one, key, period, as_of, part)
    with acting(post, "clues.export", on=f"list:{code}") as act:
        found: list[Line] = []
        for start in range(0, min(len(chosen), EXPORT_LIMIT), BATCH):
            found += lines(post, one, chosen[start : min(start + BATCH, EXPORT_LIMIT)], places)
        act.detail = {"rows": len(found), "filters": {"place": key, "period": str(period), "part": part}}
    return found


def frozen_items(row: Snapshot, code: str, key: str, places: Places) -> Iterator[Item]:
    """The frozen items of a figure that may lie in a place or belong to a department: only its villages are unpacked."""
    department = key.startswith(DEPARTMENT_KEY)
    village = places.parents.get(key, "") if places.levels.get(key) == "grid" else key
    for name, packed in row.behind.order_by("village").values_list("village", "packed"):
        own_list = name.startswith(DEPARTMENT_KEY)
        if department or own_list or village in places.path(name):
            yield from unpack("" if own_list else name, packed, code)


@uncollected()
def _chosen(one: Figure, key: str, period: Period, as_of: date, part: str) -> tuple[list[Item], Places]:
    row = snapshot(period)
    if row is None or one.code not in row.figures:
        measured = measure(period, as_of=as_of, codes=(one.code,))
        return chosen_items(one, measured.items[one.code], measured.places, key, part), measured.places
    places = frozen_places(row.rows.exclude(level="department"))
    return chosen_items(one, frozen_items(row, one.code, key, places), places, key, part), places
