"""The kinds of duties as the county has them: duties.yaml with what the county added, changed or stopped laid over."""

from collections.abc import Mapping
from datetime import date

from sangesan.village_work.kinds import History, Kind, parse_kind, shipped_kinds
from sangesan.village_work.models import DutyChange


def histories() -> dict[str, History]:
    """Every kind there is or was, by code, shipped ones first; of two changes from one day on the later counts."""
    versions: dict[str, list[tuple[date, Kind | None]]] = {
        code: [(date.min, kind)] for code, kind in shipped_kinds().items()
    }
    for row in DutyChange.objects.order_by("from_day", "id"):
        kind = parse_kind(row.code, row.content, f"职责 {row.code}") if row.content else None
        versions.setdefault(row.code, []).append((row.from_day, kind))
    return {code: History(code, tuple(list_)) for code, list_ in versions.items()}


def kinds_on(day: date, known: Mapping[str, History] | None = None) -> dict[str, Kind]:
    """The kinds that hold on a day, by code."""
    found = ((code, one.on(day)) for code, one in (known or histories()).items())
    return {code: kind for code, kind in found if kind is not None}
