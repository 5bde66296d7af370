"""Closing a week, month or quarter into a frozen snapshot: once, whole or not at all, the same whenever it is done."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.dispatch.domain import kind_of
from sangesan.dispatch.freezing import digest, frozen_parts, pack
from sangesan.dispatch.models import Behind, PlaceRow, Snapshot
from sangesan.dispatch.queries import snapshot
from sangesan.exchange.contracts import load_contracts
from sangesan.figures.catalogue import DEPARTMENT, catalogue_digest
from sangesan.figures.counted import DEPARTMENT_KEY, Item
from sangesan.figures.homes import Homes
from sangesan.figures.measuring import Measured, measure
from sangesan.kernel.period import Period
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today

Progress = Callable[[int, int, str], None]
BATCH = 500


@dataclass
class Register:
    """Households as the last measuring of several in a row read them."""

    homes: Homes | None = None


def close_period(
    *, post: Post, period: Period, as_of: date, now: datetime, progress: Progress, register: Register | None = None
) -> Snapshot:
    """The snapshot of a period; made where it is not closed yet, else the one that there is.

    as_of: records that happened or were written down after that day do not count, so that a period made up weeks later
    is as it would have been then. register: where several periods are closed, the oldest first. Raises Refusal for a
    period that has not ended, or a day that lies within it or has not passed; NotAllowed.
    """
    require(post, "dispatch.close")
    _in_order(period, as_of, now)
    found = snapshot(period)
    if found is not None:
        return found
    progress(0, 3, f"统计 {period}")
    measured = measure(period, as_of=as_of, earlier=register.homes if register else None)
    if register is not None:
        register.homes = measured.homes
    progress(1, 3, f"核对 {period}")
    rows, behind = list(_rows(measured)), list(_behind(measured))
    made = _snapshot(post, measured, now)
    made.digest = digest(
        head_of(made), ((row.key, content_of(row)) for row in rows), ((b.village, b.packed) for b in behind)
    )
    progress(2, 3, f"存档 {period}")
    try:
        with acting(post, "dispatch.close", on=f"snapshot:{made.kind}:{made.period}") as act:
            _save(made, rows, behind)
            act.detail = {"as_of": as_of.isoformat(), "places": len(rows), "digest": made.digest}
    except IntegrityError:
        other = snapshot(period)
        if other is None:
            raise
        return other  # another worker was first; its snapshot is the one
    progress(3, 3, f"{period} 已关账")
    return made


def head_of(row: Snapshot) -> dict[str, str | list[str]]:
    """What a snapshot says of itself, as the digest covers it: not who closed it when, for that may differ."""
    return {
        "kind": row.kind,
        "period": row.period,
        "as_of": row.as_of.isoformat(),
        "figures": list(row.figures),
        "definitions": row.definitions,
    }


def content_of(row: PlaceRow) -> dict[str, object]:
    """What the digest covers of a place's row."""
    return {"level": row.level, "parent": row.parent, "name": row.name, "values": row.values}


def _in_order(period: Period, as_of: date, now: datetime) -> None:
    day = today(now)
    if period.last_day() >= day:
        raise Refusal(
            f"{period} 到 {period.last_day().isoformat()} 才结束，还不能关账",
            place="期间",
            remedy="期间结束后系统会自动关账；现在可以在统计页面查看未关账的数字",
        )
    if as_of < period.last_day():
        raise Refusal(
            f"截至日期 {as_of.isoformat()} 早于期间的最后一天 {period.last_day().isoformat()}",
            place="截至日期",
            remedy="请填期间的最后一天或更晚的日期",
        )
    if as_of >= day:
        raise Refusal(
            f"截至 {as_of.isoformat()} 的登记还可能增加",
            place="截至日期",
            remedy=f"请填 {day.isoformat()} 之前的日期，或次日再关账",
        )


def _snapshot(post: Post, measured: Measured, now: datetime) -> Snapshot:
    period = measured.period
    return Snapshot(
        kind=kind_of(period),
        period=str(period),
        first_on=period.first_day(),
        last_on=period.last_day(),
        as_of=measured.as_of,
        figures=[one.code for one in measured.figures],
        definitions=catalogue_digest(),
        closed_at=now,
        closed_by=post.pk,
        closed_by_title=post.title,
    )


def _rows(measured: Measured) -> Iterator[PlaceRow]:
    """A row for every place that there was, and every department; those with nothing too."""
    places = measured.places
    for key, level in places.levels.items():
        values = frozen_parts(measured.parts, key)
        yield PlaceRow(key=key, level=level, parent=places.parents[key], name=places.names[key], values=values)
    for code, department in load_contracts().departments.items():
        key = DEPARTMENT_KEY + code
        values = frozen_parts(measured.parts, key)
        yield PlaceRow(key=key, level=DEPARTMENT, parent=places.county, name=department.name, values=values)


def _behind(measured: Measured) -> Iterator[Behind]:
    by_village: dict[str, dict[str, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for code, items in measured.items.items():
        for item in items:
            by_village[item.village or DEPARTMENT_KEY + item.department][code].append(item)
    for village, by_figure in by_village.items():
        yield Behind(village=village, packed=pack(by_figure))


def _save(made: Snapshot, rows: list[PlaceRow], behind: list[Behind]) -> None:
    made.save(force_insert=True)
    for row in rows:
        row.snapshot = made
    for one in behind:
        one.snapshot = made
    PlaceRow.objects.bulk_create(rows, batch_size=BATCH)
    Behind.objects.bulk_create(behind, batch_size=BATCH)
