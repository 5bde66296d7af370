"""Two at once, on the real database: one form is one task, one step; one seat has one holder."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from sangesan.kernel.refusal import Refusal
from sangesan.leadership.actions import take_seat
from sangesan.leadership.assignments import Told, give, take_step
from sangesan.leadership.domain import Act
from sangesan.leadership.models import Assignment, Part, Seat, Step
from web.small_county import DAY, NOW, TOWN_A, build

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


def at_once(work: Callable[[int], Any]) -> list[Any]:
    def closing(number: int) -> Any:
        try:
            return work(number)
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(closing, range(AT_ONCE)))


def test_one_form_is_one_task_and_one_step(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    posts, one = build(tmp_path).posts, uuid.uuid4()
    about = {"due_on": DAY + timedelta(days=7), "submission": one, "now": NOW, "today": DAY}
    found = at_once(
        lambda _: give(post=posts["county"], title="核实情况", words="逐户核实", to=[posts["town"]], **about).pk
    )
    assert len(set(found)) == Assignment.objects.count() == Part.objects.count() == 1
    part, step = Part.objects.get().pk, uuid.uuid4()
    steps = at_once(
        lambda _: (
            take_step(post=posts["town"], part_id=part, act=Act.RECEIVE, submission=step, now=NOW, today=DAY).state
        )
    )
    assert steps == ["received"] * AT_ONCE
    done = at_once(
        lambda _: take_step(
            post=posts["town"], part_id=part, act=Act.DO, told=Told(words="已经办好了"), submission=uuid.uuid4(), now=NOW,
            today=DAY,
        )
    )  # fmt: skip
    assert sum(isinstance(one, Refusal) for one in done) == AT_ONCE - 1
    assert Step.objects.count() == 2


def test_a_seat_for_one_has_one_holder(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    posts = build(tmp_path).posts
    holders = [posts["town"]] * AT_ONCE
    at_once(
        lambda n: take_seat(
            post=posts["county"], seat="town_secretary", scope=TOWN_A, holder=holders[n],
            from_day=date(2022, 1, 1) + timedelta(days=n), document="县委〔2022〕1号", now=NOW,
        )
    )  # fmt: skip
    assert Seat.objects.filter(valid_to=None).count() == 1
    rows = list(Seat.objects.order_by("valid_from"))
    for before, after in pairwise(rows):
        assert before.valid_to == after.valid_from - timedelta(days=1)
