"""Jobs run once per (job, period), report, stop when asked and can be asked for again."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from sangesan.jobs.domain import due_periods, in_order, period_of
from sangesan.jobs.models import JobRun
from sangesan.jobs.periodic import ask_for_due
from sangesan.jobs.running import JOBS, Progress, ask, ask_to_stop, execute, job, resume_interrupted
from sangesan.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted() -> Iterator[list[str]]:
    calls: list[str] = []

    @job("test.count", "试", cycle="daily")
    def work(run: JobRun, progress: Progress) -> dict[str, Any]:
        calls.append(run.period)
        for n in range(3):
            progress(n, 3, "第几步")
            if run.arguments.get("stop_at") == n:
                ask_to_stop(run.pk)
        progress(3, 3, "")
        if run.arguments.get("refuse"):
            raise Refusal("坏了", remedy="请修")
        return {"n": 3}

    yield calls
    del JOBS["test.count"]


def test_once_per_period(counted: list[str]) -> None:
    first, again = ask("test.count", "2022-09-13"), ask("test.count", "2022-09-13")
    assert first.pk == again.pk
    assert execute(first.pk).state == "done"
    assert execute(first.pk).result == {"n": 3}
    assert ask("test.count", "2022-09-13").state == "done"
    assert counted == ["2022-09-13"]


def test_stops_when_asked_and_runs_again(counted: list[str]) -> None:
    run = ask("test.count", "p", arguments={"stop_at": 0})
    from sangesan.jobs import running

    running.REPORT_EVERY, old = 0.0, running.REPORT_EVERY
    try:
        assert execute(run.pk).state == "stopped"
    finally:
        running.REPORT_EVERY = old
    JobRun.objects.filter(pk=run.pk).update(arguments={})
    again = ask("test.count", "p")
    assert (again.pk, again.state) == (run.pk, "waiting")
    done = execute(run.pk)
    assert (done.state, done.attempts) == ("done", 2)


def test_a_waiting_job_that_is_stopped_never_begins(counted: list[str]) -> None:
    run = ask("test.count", "p")
    ask_to_stop(run.pk)
    assert execute(run.pk).state == "stopped"
    assert counted == []


def test_what_a_killed_process_left_running_runs_again(counted: list[str]) -> None:
    run = ask("test.count", "p")
    JobRun.objects.filter(pk=run.pk).update(state="running")
    assert execute(run.pk).state == "running", "another worker's run is left to it"
    assert resume_interrupted() == 1
    assert resume_interrupted() == 0
    assert execute(run.pk).state == "done"


def test_a_refusal_is_told_in_chinese(counted: list[str]) -> None:
    run = execute(ask("test.count", "p", arguments={"refuse": True}).pk)
    assert (run.state, run.message) == ("failed", "坏了。请修")


def test_an_unknown_job_is_refused() -> None:
    with pytest.raises(Refusal, match="没有名为"):
        ask("test.nothing", "p")


def test_missed_days_are_made_up_once(counted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sangesan.jobs.periodic.JOBS", {"test.count": JOBS["test.count"]})
    assert [r.period for r in ask_for_due(date(2022, 9, 13))] == ["2022-09-13"]
    assert ask_for_due(date(2022, 9, 13)) == []
    assert [r.period for r in ask_for_due(date(2022, 9, 16))] == ["2022-09-14", "2022-09-15", "2022-09-16"]


@pytest.mark.parametrize(
    ("after", "order"),
    [
        ({"b": (), "a": ()}, ["a", "b"]),
        ({"a": ("z",), "z": (), "b": ()}, ["b", "z", "a"]),
        ({"a": ("b",), "b": ("c",), "c": ()}, ["c", "b", "a"]),
        ({"a": ("gone",), "b": ()}, ["a", "b"]),
    ],
)
def test_jobs_stand_behind_those_they_come_after(after: dict[str, tuple[str, ...]], order: list[str]) -> None:
    assert in_order(after) == order


@pytest.mark.django_db
def test_the_nights_checks_are_asked_for_behind_the_screening_and_worked_in_that_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handed: list[int] = []
    monkeypatch.setattr("sangesan.jobs.running.enqueue", handed.append)
    monkeypatch.setattr("sangesan.jobs.running.transaction.on_commit", lambda work: work())
    asked = ask_for_due(date(2022, 9, 13))
    assert handed == [run.pk for run in asked]
    order = [run.job for run in asked]
    assert order.index("screening.nightly") < order.index("checks.nightly")
    assert order.index("assistance.measures") < order.index("checks.nightly")


@pytest.mark.parametrize(
    ("cycle", "day", "period"),
    [
        ("daily", date(2022, 9, 13), "2022-09-13"), ("weekly", date(2022, 9, 13), "2022-W37"),
        ("weekly", date(2021, 1, 3), "2020-W53"), ("monthly", date(2022, 9, 30), "2022-09"),
    ],
)  # fmt: skip
def test_periods(cycle: Any, day: date, period: str) -> None:
    assert period_of(cycle, day) == period


def test_catching_up_is_bounded_and_keeps_the_newest() -> None:
    periods = due_periods("daily", date(2022, 1, 1), date(2022, 9, 13))
    assert (len(periods), periods[-1]) == (60, "2022-09-13")
    assert due_periods("monthly", date(2022, 1, 31), date(2022, 3, 1)) == ["2022-01", "2022-02", "2022-03"]
