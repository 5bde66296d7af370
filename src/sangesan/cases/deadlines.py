"""The deadline budget: days left in the step and in the whole, and a forecast that says early when it cannot be met."""

from dataclasses import dataclass
from datetime import date

from sangesan.cases.states import IDENTIFYING, State
from sangesan.policy.calendars import add_days, days_between
from sangesan.policy.regimes import Regime


@dataclass(frozen=True)
class Budget:
    """step_due, whole_due: last days; *_left: days left of the regime's kind (negative: overdue); forecast: the day on
    which the decision falls if every later step takes its full limit; late: whether that is after whole_due.
    """

    step_due: date
    step_left: int
    whole_due: date
    whole_left: int
    forecast: date
    late: bool


def budget(
    regime: Regime, state: State, *, began_on: date, step_on: date, stopped_days: int, today: date
) -> Budget | None:
    """None outside identification. stopped_days: how long objections stopped the clock, in days of the regime's kind."""
    if state not in IDENTIFYING:
        return None
    kind = regime.day_type
    step_due = add_days(step_on, regime.limits[state].value, kind)
    whole_due = add_days(began_on, regime.limits["whole"].value + stopped_days, kind)
    forecast = max(step_due, today)
    for later in IDENTIFYING[IDENTIFYING.index(state) + 1 : IDENTIFYING.index(State.ANNOUNCEMENT)]:
        forecast = add_days(forecast, _shortest(regime, later), kind)
    return Budget(
        step_due=step_due,
        step_left=days_between(today, step_due, kind),
        whole_due=whole_due,
        whole_left=days_between(today, whole_due, kind),
        forecast=forecast,
        late=forecast > whole_due,
    )


def _shortest(regime: Regime, state: State) -> int:
    """The days a later step takes at the least that is planned: the notice its full term, others their limit."""
    return regime.notice_days.value if state == State.NOTICE else regime.limits[state].value
