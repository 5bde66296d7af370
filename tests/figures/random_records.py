"""A county full of records at random: every kind that a figure counts, with days and moments of recording that disagree."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sangesan.assistance.models import Landing, Measure, Request
from sangesan.cases.models import Case, Irregularity, Notice, Objection, Step
from sangesan.cases.procedure import TRANSITIONS
from sangesan.cases.states import Act, State
from sangesan.clues.domain import channels
from sangesan.clues.models import Clue
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.models import Delivery
from sangesan.patrols.models import Entry, Round, Task
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.models import Division, Grid
from sangesan.registry.models import Household, Membership, Person, Residence, Standing
from sangesan.screening.reading import load_rules
from sangesan.village_work.models import Log, Problem
from sangesan.visits.models import Visit
from web.small_county import COMMUNITY, GRID_A, GRID_B, GRID_C, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B

PLACES = [(VILLAGE_A, TOWN_A, GRID_A), (VILLAGE_B, TOWN_B, GRID_B), (COMMUNITY, TOWN_A, GRID_C)]
PLACES.append((VILLAGE_A, TOWN_A, f"{VILLAGE_A}-02"))
BEGIN = datetime(2021, 1, 1, tzinfo=UTC)
SPAN = 70  # days before the last in which things happen
LAST = date(2022, 9, 13)
DECIDING = {"enrol": State.COUNTY_DECISION, "eliminate": State.EXIT_COUNTY_DECISION}
COURSES = [
    ("enrol", "eliminate", "new_risk", "enrol", "eliminate", "roll_back", "eliminate"),
    ("enrol", "eliminate", "roll_back", "eliminate", "new_risk"),
]
RISKS = ["01", "03", "07", "H2", "99"]


class Dice(random.Random):
    """Days and moments of the span."""

    def day(self) -> date:
        return LAST - timedelta(days=self.randrange(SPAN))

    def maybe_day(self) -> date | None:
        return self.day() if self.random() < 0.6 else None

    def recorded(self, on: date) -> datetime:
        """Mostly the same day, sometimes weeks later."""
        late = self.choice([0, 0, 0, 1, 3, 12, 30])
        return datetime(on.year, on.month, on.day, self.randrange(24), 30, tzinfo=UTC) + timedelta(days=late)


def fill(seed: int) -> None:
    """Records of every kind in the small county, which is loaded already."""
    dice = Dice(seed)
    Grid.objects.create(code=f"{VILLAGE_A}-02", division=VILLAGE_A, name="双柳村第2网格", valid_from=date(2021, 1, 1))
    Grid.objects.create(code=f"{VILLAGE_B}-02", division=VILLAGE_B, name="高坪村第2网格", valid_from=dice.day())
    homes = [*Household.objects.order_by("id"), *(_household(dice, n) for n in range(14))]
    for home in homes:
        _standings(dice, home)
    visits = [_visit(dice, home) for home in homes for _ in range(dice.randrange(3))]
    for home in homes:
        _patrol(dice, home)
        _case(dice, home)
        _help(dice, home)
        _clues(dice, home, visits)
    for village in (VILLAGE_A, VILLAGE_B, COMMUNITY):
        _village(dice, village)
    _requests(dice)
    _deliveries(dice)


def _household(dice: Dice, n: int) -> Household:
    village, town, grid = dice.choice(PLACES)
    home = Household.objects.create(
        code=f"{village}7{n:04d}", head_name="演示户", village=village, town=town, residence=village,
        residence_town=town, grid=grid, size=1, formerly_poor=dice.random() < 0.5,
    )  # fmt: skip
    since, recorded = date(2021, 1, 1), BEGIN
    if dice.random() < 0.5:  # it moved
        moved = dice.day()
        old_village, _, old_grid = dice.choice(PLACES)
        Residence.objects.create(
            household=home, village=village, residence=old_village, grid=old_grid, valid_from=since, valid_to=moved,
            recorded_at=BEGIN,
        )  # fmt: skip
        since, recorded = moved, dice.recorded(moved)
    Residence.objects.create(
        household=home, village=village, residence=village, grid=grid, valid_from=since, recorded_at=recorded
    )
    for _ in range(dice.randrange(4)):
        person = Person.objects.create(
            name="演示人",
            died_on=dice.choice([None, None, dice.day()]),
            left_on=dice.choice([None, None, None, dice.day()]),
        )
        Membership.objects.create(
            household=home, person=person, relation="其他", recorded_at=BEGIN, valid_from=date(2021, 1, 1),
            kind=dice.choice(["registered", "registered", "living_together"]),
            valid_to=dice.choice([None, None, dice.day()]),
        )  # fmt: skip
    return home


def _standings(dice: Dice, home: Household) -> None:
    days = sorted({dice.day() for _ in range(dice.randrange(4))})
    before = None
    for on, stage in zip(days, ["monitoring", "eliminated", "gone"], strict=False):
        if before is not None:
            Standing.objects.filter(pk=before.pk).update(valid_to=on)
        elif Standing.objects.filter(household=home).exists():
            return
        before = Standing.objects.create(
            household=home, stage=stage, valid_from=on, recorded_at=dice.recorded(on), enrolled_on=on,
            risks=[RISK_TYPES[code] for code in dice.sample(RISKS, dice.randrange(3))],
        )  # fmt: skip


def _visit(dice: Dice, home: Household, case: int | None = None) -> Visit:
    on = dice.day()
    return Visit.objects.create(
        household=home, visited_on=on, conclusion=dice.choice(["no_risk", "needs_procedure"]), case=case, post=1,
        post_title="演示", recorded_at=dice.recorded(on),
    )  # fmt: skip


def _patrol(dice: Dice, home: Household) -> None:
    row, _ = Round.objects.get_or_create(
        kind="key", title="演示", starts_on=date(2022, 1, 1), ends_on=date(2022, 12, 31), opened_by=1, opened_at=BEGIN
    )
    for _ in range(dice.randrange(4)):
        on, (village, town, grid) = dice.day(), dice.choice(PLACES)
        Entry.objects.create(
            round=row, household=home, grid=grid, division=village, town=town, on=on, post=1, post_title="演示",
            result=dice.choice(["same", "changed", "absent"]), recorded_at=dice.recorded(on),
        )  # fmt: skip
    for n in range(dice.randrange(3)):
        due = dice.recorded(dice.day())
        state = dice.choice(["open", "done", "closed"])
        Task.objects.create(
            household=home, grid=GRID_A, division=VILLAGE_A, town=TOWN_A, source=f"alert:{n}", title="演示", why="演示",
            state=state, due_at=due, made_at=due - timedelta(days=dice.randrange(4)),
            done_at=due + timedelta(hours=dice.choice([-5, 0, 5, 90])) if state == "done" else None,
        )  # fmt: skip


def _case(dice: Dice, home: Household) -> None:
    if dice.random() < 0.3:
        return
    began = dice.day()
    case = Case.objects.create(
        household=home, village=home.village, town=home.town, residence=home.residence,
        residence_town=home.residence_town, grid=home.grid, regime="2021", state=State.CHECKING, channel="GRID",
        reason="演示", began_on=began, step_on=began,
    )  # fmt: skip
    _step(case, dice, 0, "open", "", began, 1)
    number, rounds = 1, 1
    for kind, on in _course(dice, began):
        if kind == "new_risk":
            rounds += 1
        _step(case, dice, number, *_line_of(kind), on, rounds)
        number += 1
    for _ in range(dice.randrange(3)):
        _visit(dice, home, case.pk)
    for n in range(dice.randrange(3)):
        on = dice.day()
        Irregularity.objects.create(
            case=case, round=1, code="notice_short", subject=str(n), sentence="演示", raised_on=on, gone_on=dice.maybe_day(),
            reason=dice.choice(["", "已说明"]), reasoned_at=dice.recorded(on),
        )  # fmt: skip
    if dice.random() < 0.5:
        on = dice.day()
        notice = Notice.objects.create(
            village=home.village, place="村委会", phone="0", posted_on=on, until=on + timedelta(days=dice.randrange(9)),
            post_title="演示", recorded_at=dice.recorded(on),
        )  # fmt: skip
        settled = dice.choice([None, on + timedelta(days=3)])
        Objection.objects.create(
            notice=notice, case=case, round=1, received_on=on, text="演示", settled_on=settled,
            upheld=None if settled is None else False, post_title="演示",
        )  # fmt: skip


def _course(dice: Dice, began: date) -> Iterator[tuple[str, date]]:
    on = began
    for kind in dice.choice(COURSES):
        on += timedelta(days=dice.randrange(25))
        if on > LAST or dice.random() < 0.15:
            return
        yield kind, on


def _line_of(kind: str) -> tuple[str, str]:
    if kind in DECIDING:
        return Act.DECIDE, DECIDING[kind]
    return (Act.NEW_RISK if kind == "new_risk" else Act.ROLL_BACK), State.TRACKED


def _step(case: Case, dice: Dice, number: int, act: str, source: str, on: date, rounds: int) -> None:
    target = State.CHECKING if number == 0 else TRANSITIONS[(State(source), Act(act))].target
    Step.objects.create(
        case=case, round=rounds, number=number, act=act, source=source, target=target, on=on,
        line="" if number == 0 else f"{source}>{act}>{target}", recorded_at=dice.recorded(on), post=1, post_title="演示",
    )  # fmt: skip


def _help(dice: Dice, home: Household) -> None:
    for _ in range(dice.randrange(3)):
        begins, state = dice.day(), dice.choice(["planned", "landed", "landed", "stopped"])
        landed = dice.day() if state == "landed" else (dice.maybe_day() if state == "stopped" else None)
        measure = Measure.objects.create(
            household=home, group="1", item="演示", title="演示措施", unit="演示", begins_on=begins, state=state,
            landed_on=landed, stopped_on=dice.day() if state == "stopped" else None, stopped_reason="演示",
            post=1, post_title="演示", recorded_at=dice.recorded(begins),
        )  # fmt: skip
        for _ in range(dice.randrange(3) if landed else 0):
            on = dice.day()
            Landing.objects.create(
                measure=measure, on=on, evidence="演示", post=1, post_title="演示", recorded_at=dice.recorded(on)
            )


def _clues(dice: Dice, home: Household, visits: list[Visit]) -> None:
    case = Case.objects.filter(household=home).first()
    own = [visit for visit in visits if visit.household_id == home.pk]
    rules = sorted(rule.code for rule in load_rules())
    for risk in dice.sample(RISKS, dice.randrange(4)):
        opened, visit = dice.day(), dice.choice([None, None, *own])
        taken = case is not None and dice.random() < 0.5
        Clue.objects.create(
            household=home, division=home.residence, town=home.residence_town, grid=home.grid, risk=risk,
            channel=dice.choice(sorted(channels())), rule=dice.choice(["", *rules]), headline="演示",
            state="taken" if taken else dice.choice(["open", "open", "cleared", "settled"]), opened_on=opened,
            due_on=opened + timedelta(days=dice.randrange(15)), case=case.pk if taken and case else None,
            visit=visit, visited_on=visit.visited_on if visit else None,
        )  # fmt: skip
    if dice.random() < 0.2:
        Clue.objects.create(
            division=home.village, town=home.town, risk=dice.choice(RISKS[:4]), channel="SUPERVISE",
            state="settled", headline="演示", opened_on=dice.day(), due_on=dice.day(),
        )  # fmt: skip


def _village(dice: Dice, village: str) -> None:
    for _ in range(dice.randrange(2, 6)):
        opened = dice.day()
        closed = dice.choice([None, opened + timedelta(days=dice.randrange(20))])
        problem = Problem.objects.create(
            village=village, kind="water_patrol", opened_on=opened, closed_on=closed, mistaken=dice.random() < 0.2
        )
        first = _log(dice, village, opened, problem=problem, result="problem")
        if problem.mistaken:
            Problem.objects.filter(pk=problem.pk).update(closed_on=None)
            _log(dice, village, opened, corrects=first, result="ok")
        elif closed:
            _log(dice, village, closed, problem=problem, follow_up=True, solved=True, result="ok")


def _log(dice: Dice, village: str, on: date, **more: object) -> Log:
    return Log.objects.create(
        village=village, kind="water_patrol", done_on=on, entered_on=on, period_start=on, period_end=on,
        submission=uuid.UUID(int=dice.getrandbits(128)), post=1, post_title="演示", recorded_at=dice.recorded(on), **more,
    )  # fmt: skip


def _requests(dice: Dice) -> None:
    departments = sorted(load_contracts().departments)
    for _ in range(8):
        raised = dice.day()
        answer = {"state": "open"}
        if dice.random() < 0.6:
            answered = raised + timedelta(days=dice.randrange(20))
            answer = {
                "state": "granted", "answered_on": answered, "policy": "演示", "department": dice.choice(departments),
                "due_on": answered + timedelta(days=dice.randrange(10)), "fulfilled_on": dice.maybe_day(),
            }  # fmt: skip
        Request.objects.create(
            town=dice.choice([TOWN_A, TOWN_B]), need="演示", asked="演示", raised_on=raised, raised_by=1,
            raised_by_title="演示", recorded_at=dice.recorded(raised), **answer,
        )  # fmt: skip


def _deliveries(dice: Dice) -> None:
    for feed in load_contracts().feeds.values():
        for month in (6, 7, 8):
            if dice.random() < 0.6:
                Delivery.objects.create(
                    feed=feed.code, period=date(2022, month, 1), file_name="演示", sha256=f"{feed.code}{month}", size=1,
                    state=dice.choice(["accepted", "accepted_partly", "refused"]), rows_read=1, accepted=1, refused=0,
                    attached=1, not_attached=0, delivered_by=1, accepted_at=dice.recorded(date(2022, month, 28)),
                    withdrawn_reason=dice.choice(["", "", "", "误报"]),
                )  # fmt: skip


def towns() -> list[str]:
    """The codes of the towns."""
    return list(Division.objects.filter(level="town").values_list("code", flat=True))
