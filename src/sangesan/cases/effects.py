"""What a step changes beyond the case itself: how the household stands in monitoring. Decisions only; nothing is saved."""

from datetime import date

from sangesan.cases.models import Case
from sangesan.cases.procedure import Transition
from sangesan.cases.states import Act, State
from sangesan.policy.regimes import load_regimes
from sangesan.policy.risks import RISK_TYPES
from sangesan.registry.standing import ELIMINATED, GONE, MONITORING, NewStanding


def follow(case: Case, line: Transition, on: date) -> NewStanding | None:
    """The household's new standing after a step; None where it stays as it was. The case has already moved.

    Identified from the county's decision on, eliminated from its decision on elimination: the announcement and the
    national number follow, and lists must not wait for them.
    """
    if line.act == Act.DECIDE and line.state == State.COUNTY_DECISION:
        return _standing(case, MONITORING, on)
    if line.act == Act.DECIDE:
        return _standing(case, ELIMINATED, on)
    if line.act == Act.ROLL_BACK or (line.act == Act.SEND_BACK and line.state == State.EXIT_ANNOUNCEMENT):
        return _standing(case, MONITORING, on)
    if line.act == Act.HOUSEHOLD_GONE and case.enrolled_on is not None:
        return _standing(case, GONE, on)
    return None


def _standing(case: Case, stage: str, on: date) -> NewStanding:
    return NewStanding(
        household=case.household_id,
        stage=stage,
        on=on,
        category=category_title(case),
        risks=tuple(RISK_TYPES.get(code, code) for code in case.risks),
        enrolled_on=case.enrolled_on,
        eliminated_on=case.eliminated_on if stage == ELIMINATED else None,
        elimination_way=case.elimination_way if stage == ELIMINATED else "",
        national_number=case.national_number,
    )


def category_title(case: Case) -> str:
    """The category's official word under the regime that the case began under."""
    titles = {c.code: c.title for c in load_regimes()[case.regime].categories}
    return titles.get(case.category, "")
