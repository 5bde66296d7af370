"""The rhythm: recurring jobs are asked for once per period, and made up for after downtime."""

from datetime import date, timedelta

from sangesan.jobs.domain import due_periods, in_order
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import JOBS, ask

FIRST_LOOK_BACK = timedelta(days=0)


def ask_for_due(today: date) -> list[JobRun]:
    """Asks for every recurring job's periods that are due by `today` and were never asked for, each job behind those
    that it names as coming before it. Safe to call often.
    """
    asked: list[JobRun] = []
    cycles = {name: known.cycle for name, known in JOBS.items() if known.cycle is not None}
    for name in in_order({name: JOBS[name].after for name in cycles}):
        runs = JobRun.objects.filter(job=name, arguments__has_key="today")
        days = [date.fromisoformat(r.arguments["today"]) for r in runs.order_by("-id")[:1]]
        since = days[0] if days else today - FIRST_LOOK_BACK
        existing = set(runs.values_list("period", flat=True))
        missing = [p for p in due_periods(cycles[name], since, today) if p not in existing]
        asked += [ask(name, period, arguments={"today": today.isoformat()}) for period in missing]
    return asked
