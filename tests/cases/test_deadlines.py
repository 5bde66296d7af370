"""The deadline budget: due days, days left, and the early forecast."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.cases.deadlines import budget
from sangesan.cases.states import IDENTIFYING, State
from sangesan.policy.regimes import regime_on

REGIME = regime_on(date(2022, 9, 1))
BEGAN = date(2022, 9, 1)


@pytest.mark.parametrize(
    ("state", "step_on", "stopped", "today", "step_left", "whole_left", "forecast", "late"),
    [
        # 5 to check and study, 1 to appraise, 5 of notice, 2 and 2: the whole budget of 15, with nothing to spare
        (State.CHECKING, date(2022, 9, 1), 0, date(2022, 9, 1), 5, 15, date(2022, 9, 16), False),
        (State.CHECKING, date(2022, 9, 1), 0, date(2022, 9, 7), -1, 9, date(2022, 9, 17), True),
        (State.NOTICE, date(2022, 9, 6), 0, date(2022, 9, 8), 3, 8, date(2022, 9, 15), False),
        (State.NOTICE, date(2022, 9, 8), 0, date(2022, 9, 8), 5, 8, date(2022, 9, 17), True),
        # an objection stopped the clock for four days
        (State.NOTICE, date(2022, 9, 8), 4, date(2022, 9, 8), 5, 12, date(2022, 9, 17), False),
        (State.COUNTY_DECISION, date(2022, 9, 10), 0, date(2022, 9, 13), -1, 3, date(2022, 9, 13), False),
        (State.COUNTY_DECISION, date(2022, 9, 10), 0, date(2022, 9, 17), -5, -1, date(2022, 9, 17), True),
    ],
)  # fmt: skip
def test_budget(
    state: State, step_on: date, stopped: int, today: date, step_left: int, whole_left: int, forecast: date, late: bool
) -> None:
    found = budget(REGIME, state, began_on=BEGAN, step_on=step_on, stopped_days=stopped, today=today)
    assert found is not None
    assert (found.step_left, found.whole_left, found.forecast, found.late) == (step_left, whole_left, forecast, late)


@pytest.mark.parametrize("state", [s for s in State if s not in IDENTIFYING])
def test_no_budget_outside_identification(state: State) -> None:
    assert budget(REGIME, state, began_on=BEGAN, step_on=BEGAN, stopped_days=0, today=BEGAN) is None


@given(st.sampled_from(IDENTIFYING[:6]), st.integers(0, 20), st.integers(0, 20), st.sampled_from(["calendar", "working"]))
def test_time_never_improves_a_forecast(state: State, waited: int, more: int, day_type: str) -> None:
    regime = replace(REGIME, day_type=day_type)
    days = [BEGAN + timedelta(days=n) for n in (waited, waited + more)]
    early, later = (budget(regime, state, began_on=BEGAN, step_on=BEGAN, stopped_days=0, today=day) for day in days)
    assert early is not None
    assert later is not None
    assert early.forecast <= later.forecast
    assert not early.late or later.late
