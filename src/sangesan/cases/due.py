"""Deadlines kept with a case, so that a desk of any size is one range of an index; budget of one case for its page."""

from datetime import date

from sangesan.cases.deadlines import Budget, budget
from sangesan.cases.models import Case
from sangesan.cases.states import IDENTIFYING, State
from sangesan.policy.calendars import add_days
from sangesan.policy.regimes import load_regimes

# each step of elimination takes what its twin in identification takes
TWIN = {
    State.EXIT_CHECKING: "checking",
    State.EXIT_APPRAISAL: "appraisal",
    State.EXIT_NOTICE: "notice",
    State.EXIT_TOWN_REVIEW: "town_review",
    State.EXIT_COUNTY_DECISION: "county_decision",
    State.EXIT_ANNOUNCEMENT: "announcement",
}


def set_due(case: Case) -> None:
    """Fills in step_due and whole_due from where the case stands and how long objections stopped the clock.

    While assisted and tracked no step is due: what has not landed in time is assistance's own list.
    """
    regime, state = load_regimes()[case.regime], State(case.state)
    limit = state.value if state in IDENTIFYING else TWIN.get(state)
    stopped = case.stopped_days if state in {State.NOTICE, State.EXIT_NOTICE} else 0
    case.step_due = add_days(case.step_on, regime.limits[limit].value + stopped, regime.day_type) if limit else None
    if state in IDENTIFYING:
        case.whole_due = add_days(case.began_on, regime.limits["whole"].value + case.stopped_days, regime.day_type)
    else:
        case.whole_due = None


def budget_of(case: Case, *, stopped_days: int, today: date) -> Budget | None:
    """The deadline budget of a case on a day; None outside identification."""
    return budget(
        load_regimes()[case.regime],
        State(case.state),
        began_on=case.began_on,
        step_on=case.step_on,
        stopped_days=stopped_days,
        today=today,
    )
