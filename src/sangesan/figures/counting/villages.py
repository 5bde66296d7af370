"""Problems that village rounds found and solved."""

from collections.abc import Iterator

from sangesan.figures.counted import Item
from sangesan.figures.counting.asked import Asked
from sangesan.village_work.models import Log, Problem

FIGURES = frozenset({"problems_found", "problems_solved", "problems_open"})


def count(asked: Asked) -> Iterator[tuple[str, Item]]:
    """A problem is known by the log that found it; one taken back counts until its correction was written."""
    logs = Log.objects.filter(problem__isnull=False, done_on__lte=asked.last, recorded_at__lt=asked.known)
    found = logs.filter(follow_up=False).values("problem")
    corrected = Log.objects.filter(
        recorded_at__lt=asked.known, corrects__problem__isnull=False, corrects__follow_up=False
    )
    mistaken = set(corrected.values_list("corrects__problem_id", flat=True))
    solved = set(logs.filter(follow_up=True, solved=True).values_list("problem_id", flat=True))
    rows = Problem.objects.filter(pk__in=found, opened_on__lte=asked.last)
    for number, village, opened, closed, wrong in rows.values_list(
        "pk", "village", "opened_on", "closed_on", "mistaken"
    ):
        if wrong and number in mistaken:
            continue
        if asked.within(opened):
            yield "problems_found", Item(number, village)
        if number in solved and asked.within(closed):
            yield "problems_solved", Item(number, village)
        if number not in solved or closed is None or closed > asked.last:
            yield "problems_open", Item(number, village)
