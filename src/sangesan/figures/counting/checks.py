"""What the checks over the record said, and what inspectors found of it, each with the unit that answers for it."""

from collections.abc import Iterator
from datetime import date

from sangesan.checks.defects import defects
from sangesan.checks.models import Flag, Judgement
from sangesan.figures.counted import Item
from sangesan.figures.counting.asked import Asked
from sangesan.figures.counting.supervision import of_unit

CONFIRMED = {code: f"flags_confirmed_{code}" for code in defects()}
FIGURES = frozenset({"flags_open", "flags_judged", *CONFIRMED.values()})


def count(asked: Asked) -> Iterator[tuple[str, Item]]:
    """Flags as they stood at the end: a verdict counts on its own day, and a later one takes its place."""
    if not asked.wants(*FIGURES):
        return
    verdicts = _verdicts(asked)
    rows = Flag.objects.filter(first_seen__lte=asked.last, recorded_at__lt=asked.known).order_by("pk")
    for number, unit, defect, gone in rows.values_list("pk", "unit", "defect", "gone_on"):
        verdict, on = verdicts.get(number, ("", None))
        item = of_unit(unit, number, hit=verdict == Flag.Verdict.CONFIRMED)
        if (gone is None or gone > asked.last) and verdict != Flag.Verdict.REFUTED:
            yield "flags_open", item._replace(hit=True)
        if asked.within(on):
            yield "flags_judged", item
            if item.hit and defect in CONFIRMED:
                yield CONFIRMED[defect], item


def _verdicts(asked: Asked) -> dict[int, tuple[str, date]]:
    """The last verdict of each flag by the end, with its day."""
    rows = Judgement.objects.filter(on__lte=asked.last, recorded_at__lt=asked.known).order_by("flag", "number")
    return {flag: (verdict, on) for flag, verdict, on in rows.values_list("flag", "verdict", "on")}
