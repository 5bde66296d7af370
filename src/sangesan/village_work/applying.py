"""Which villages have a duty by themselves: all, or those that a department's rows name."""

from collections.abc import Mapping

from sangesan.exchange.about_people import rows_about
from sangesan.village_work.kinds import Applies, Kind
from sangesan.village_work.permissions import villages_in

SEASONAL = "季节性缺水"
FEEDS = {Applies.HAZARD: "geohazard", Applies.SHORTAGE: "water_supply"}


def villages_with(applies: Applies) -> dict[str, str]:
    """Village -> why, for one way of applying; NAMED has none of itself."""
    if applies == Applies.ALL:
        return dict.fromkeys(villages_in(""), "各村（社区）都做")
    if applies == Applies.HAZARD:
        return {village: f"自然资源局：{n}处地质灾害隐患点" for village, n in _hazard_points().items()}
    if applies == Applies.SHORTAGE:
        return {village: f"水利局：{n}次季节性缺水" for village, n in _shortages().items()}
    return {}


def owing(kinds: Mapping[str, Kind]) -> dict[tuple[str, str], str]:
    """(village, kind) -> why, for all kinds given; each department's rows are read once."""
    found = {applies: villages_with(applies) for applies in {kind.applies for kind in kinds.values()}}
    return {(village, code): why for code, kind in kinds.items() for village, why in found[kind.applies].items()}


def _hazard_points() -> dict[str, int]:
    """Village -> how many points the natural resources department lists in it."""
    sites: dict[str, set[str]] = {}
    for about in rows_about(people=(), divisions=villages_in(""), feeds=[FEEDS[Applies.HAZARD]]):
        rows = about.rows.select(["division", "site"]).to_pydict()
        for village, site in zip(rows["division"], rows["site"], strict=True):
            sites.setdefault(village, set()).add(site)
    return {village: len(of) for village, of in sites.items()}


def _shortages() -> dict[str, int]:
    """Village -> how many seasonal shortages the water department has reported of it."""
    times: dict[str, int] = {}
    for about in rows_about(people=(), divisions=villages_in(""), feeds=[FEEDS[Applies.SHORTAGE]]):
        rows = about.rows.select(["division", "cause"]).to_pydict()
        for village, cause in zip(rows["division"], rows["cause"], strict=True):
            if cause == SEASONAL:
                times[village] = times.get(village, 0) + 1
    return times
