"""Households that were monitored before this system: each gets the case in which it goes on, once.

The register brings how they stand; what was decided before lies on paper or in the national system. Their one step says
so: nothing is made up.
"""

from collections.abc import Iterator
from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.assistance.situation import risk_codes
from sangesan.cases.models import Case, Step
from sangesan.cases.opening import deciding_place
from sangesan.cases.states import State
from sangesan.policy.regimes import Regime, load_regimes
from sangesan.registry.bulk import move_sequence, next_id
from sangesan.registry.models import Standing
from sangesan.registry.standing import ELIMINATED, MONITORING

GOES_ON = {MONITORING: State.ASSISTED, ELIMINATED: State.TRACKED}
CHANNEL = "PLATFORM"
BATCH = 500


def take_over(*, post: Post, today: date, now: datetime) -> int:
    """Cases for all households that stand in monitoring and have none; how many. Run again it adds nothing.

    Category and risks are those of the register, by the regime of the day of enrolment (the first one where that lies
    before it); a word that no code list knows is left out and shows as lacking.
    """
    with acting(post, "cases.open", on="register:all", reason="底册接续") as act:
        standings = list(_without_case())
        first = next_id(Case)
        cases = [_case(first + n, standing) for n, standing in enumerate(standings)]
        steps = [_step(case, standing, post, today, now) for case, standing in zip(cases, standings, strict=True)]
        # steps first: the database takes a case that does not begin at the beginning only with the step that led there
        Step.objects.bulk_create(steps, batch_size=BATCH)
        Case.objects.bulk_create(cases, batch_size=BATCH)
        if cases:
            move_sequence(Case)
        act.detail = {"cases": len(cases)}
    return len(cases)


def _without_case() -> Iterator[Standing]:
    rows = Standing.objects.filter(valid_to=None, stage__in=GOES_ON, household__cases=None)
    yield from rows.select_related("household").order_by("household_id")


def _case(number: int, standing: Standing) -> Case:
    home, regime = standing.household, _regime(standing.enrolled_on or standing.valid_from)
    village, town = deciding_place(home, regime)
    began = standing.enrolled_on or standing.valid_from
    categories = {c.title: c.code for c in regime.categories}
    return Case(
        pk=number,
        household=home,
        village=village,
        town=town,
        residence=home.residence,
        residence_town=home.residence_town,
        grid=home.grid,
        regime=regime.code,
        state=GOES_ON[standing.stage],
        channel=CHANNEL,
        reason=_reason(standing),
        began_on=began,
        step_on=standing.eliminated_on or began,
        category=categories.get(standing.category, ""),
        risks=list(risk_codes(standing.risks)),
        national_number=standing.national_number,
        enrolled_on=began,
        eliminated_on=standing.eliminated_on,
        elimination_way=standing.elimination_way,
    )


def _step(case: Case, standing: Standing, post: Post, today: date, now: datetime) -> Step:
    return Step(
        case=case, round=1, number=0, act="open", target=case.state, on=today, recorded_at=now, post=post.pk,
        post_title=post.title, user=post.user_id, reason=_reason(standing),
        evidence={"category": case.category, "risks": case.risks, "national_number": case.national_number},
    )  # fmt: skip


def _reason(standing: Standing) -> str:
    gone = f"，{standing.eliminated_on}消除" if standing.eliminated_on else ""
    return f"底册接续：{standing.enrolled_on or standing.valid_from}纳入{gone}，此前的材料见纸质档案和国家系统"


def _regime(on: date) -> Regime:
    regimes = sorted(load_regimes().values(), key=lambda r: r.valid_from)
    return next((r for r in regimes if r.holds_on(on)), regimes[0])
