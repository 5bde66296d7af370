"""Urgent looks: households that must be seen by an hour, for a reason outside the rounds (an alert, a report)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.patrols.models import Task
from sangesan.registry.permissions import visible_households

BATCH = 500


def assign_tasks(
    *, post: Post, households: Mapping[int, str], source: str, title: str, due_at: datetime, now: datetime
) -> int:
    """Gives each household's grid a task; how many are new.

    households: number -> why, a short sentence the worker reads. source: the record it comes from ("alert:12"); the
    same source and household again changes nothing, also where the first task is done or closed. Raises NotAllowed
    where a household is outside the post's reach.
    """
    with acting(post, "patrols.assign", on=source, reason=title) as act:
        known, numbers = set[int](), sorted(households)
        made: list[Task] = []
        for start in range(0, len(numbers), BATCH):
            part = numbers[start : start + BATCH]
            rows = visible_households(post).filter(pk__in=part)
            homes = {pk: places for pk, *places in rows.values_list("pk", "grid", "residence", "residence_town")}
            if len(homes) < len(part):
                raise NotAllowed("有农户不在您的管理范围内", remedy="请只选本辖区的农户")
            known |= set(Task.objects.filter(source=source, household__in=part).values_list("household_id", flat=True))
            made += [
                Task(
                    household_id=number,
                    grid=homes[number][0],
                    division=homes[number][1],
                    town=homes[number][2],
                    source=source,
                    title=title[:200],
                    why=households[number][:300],
                    due_at=due_at,
                    made_at=now,
                )
                for number in part
                if number not in known
            ]
        # two that assign from the same source at once: the second finds the row there and leaves it
        Task.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True)
        act.detail = {"households": len(numbers), "new": len(made), "due_at": due_at.isoformat()}
    return len(made)


def close_tasks(*, post: Post, source: str, why: str, now: datetime, divisions: Collection[str] | None = None) -> int:
    """Closes what is still open from a source (the alert is over); how many. What was walked stays walked.

    divisions: only of households that live in these villages (the alert no longer covers them); None for all.
    """
    with acting(post, "patrols.assign", on=source, reason=why) as act:
        rows = Task.objects.filter(source=source, state=Task.State.OPEN)
        if divisions is not None:
            rows = rows.filter(division__in=list(divisions))
        closed = rows.update(state=Task.State.CLOSED, done_at=now, closed_why=why[:200])
        act.detail = {"closed": closed}
    return closed


def hasten_tasks(*, post: Post, source: str, title: str, due_at: datetime) -> int:
    """Brings open tasks of a source forward to an earlier hour under a new title (the alert went up); how many."""
    with acting(post, "patrols.assign", on=source, reason=title) as act:
        rows = Task.objects.filter(source=source, state=Task.State.OPEN, due_at__gt=due_at)
        hastened = rows.update(due_at=due_at, title=title[:200])
        act.detail = {"hastened": hastened, "due_at": due_at.isoformat()}
    return hastened
