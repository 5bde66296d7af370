"""The official steps of a case as a line with days: the nine of identification, or those of elimination."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sangesan.cases.dossiers import Dossier
from sangesan.cases.models import Case
from sangesan.cases.preconditions import Need
from sangesan.cases.states import ENDED, EXITING, IDENTIFYING, State

DONE, NOW, LATER = "done", "now", "later"

# Shaanxi's nine steps [S5a] by the state in which each is taken; the study and the announcement have no number there.
NINE: tuple[tuple[str, str, State], ...] = (
    ("1", "风险预警", State.CHECKING),
    ("2", "入户核查", State.CHECKING),
    ("3", "承诺授权", State.CHECKING),
    ("4", "信息比对", State.CHECKING),
    ("", "研判初审", State.STUDY),
    ("5", "民主评议", State.APPRAISAL),
    ("6", "村级公示", State.NOTICE),
    ("7", "镇级审核", State.TOWN_REVIEW),
    ("8", "县级审定", State.COUNTY_DECISION),
    ("", "公告", State.ANNOUNCEMENT),
    ("9", "信息录入", State.ENTRY),
)
# the six of elimination [S6a] and the announcement [S49a]
EXIT: tuple[tuple[str, str, State], ...] = (
    ("1", "提出名单", State.ASSISTED),
    ("2", "入户核实", State.EXIT_CHECKING),
    ("3", "民主评议", State.EXIT_APPRAISAL),
    ("4", "村级公示", State.EXIT_NOTICE),
    ("5", "镇级审核", State.EXIT_TOWN_REVIEW),
    ("6", "县级审定", State.EXIT_COUNTY_DECISION),
    ("", "公告", State.EXIT_ANNOUNCEMENT),
)
AT_CHECKING = {
    "入户核查": {Need.VISITED},
    "承诺授权": {Need.AUTHORISED},
    "信息比对": {Need.COMPARED, Need.HITS_EXPLAINED},
}
STAGE_TITLES = sorted({title for _, title, _ in (*NINE, *EXIT)})


@dataclass(frozen=True)
class Stage:
    """One official step. number: of the nine or six, "" for one without; on: its day, None where not taken yet."""

    number: str
    title: str
    on: date | None
    at: str


def stages(
    case: Case, steps: Sequence[Mapping[str, Any]], dossier: Dossier, missing: Collection[Need]
) -> list[Stage]:
    """The line of the phase in which the case is. steps: as history.steps_of gives them."""
    state = State(case.state)
    where = _stood(state, steps)
    taken = {s["from"]: s["on"] for s in steps if s["round"] == case.round and s["act"] not in ASIDE}
    if where in EXITING or where == State.TRACKED:
        order: tuple[State, ...] = (State.ASSISTED, *EXITING, State.TRACKED)
        return [_stage(row, order.index(where), order, taken) for row in EXIT]
    order = (*IDENTIFYING, State.ASSISTED)
    made = [_stage(row, order.index(where), order, taken) for row in NINE]
    made[0] = Stage("1", NINE[0][1], case.began_on, DONE)
    if where == State.CHECKING:
        days = _days_of_checking(case, dossier)
        made[1:4] = [_checked(stage, missing, days) for stage in made[1:4]]
    return made


ASIDE = {"open", "send_back", "not_reached", "reached", "reject", "withdraw", "household_gone"}


def _stood(state: State, steps: Sequence[Mapping[str, Any]]) -> State:
    """Where a case stands on the line; one that ended, or could not be reached, where it stood before."""
    if state == State.UNREACHABLE:
        return State.CHECKING
    if state in ENDED:
        before = State(steps[-1]["from"]) if steps and steps[-1]["from"] else State.CHECKING
        return State.CHECKING if before == State.UNREACHABLE else before
    return state


def _stage(
    row: tuple[str, str, State], here: int, order: Sequence[State], taken: Mapping[str, date]
) -> Stage:
    number, title, state = row
    place = order.index(state)
    at = DONE if place < here else NOW if place == here and state != State.ASSISTED else LATER
    return Stage(number, title, taken.get(str(state)) if at == DONE else None, at)


def _days_of_checking(case: Case, dossier: Dossier) -> dict[str, date | None]:
    comparison, visit = dossier.comparison, dossier.visit
    last = case.authorisations.filter(round=case.round).order_by("-on").values_list("on", flat=True).first()
    return {
        "入户核查": visit.visited_on if visit else None,
        "承诺授权": last,
        "信息比对": comparison.as_of if comparison else None,
    }


def _checked(stage: Stage, missing: Collection[Need], days: Mapping[str, date | None]) -> Stage:
    held = not AT_CHECKING[stage.title] & set(missing)
    return Stage(stage.number, stage.title, days[stage.title] if held else None, DONE if held else NOW)
