"""A grown county with a record full of everything the checks ask about, drawn at random from a seed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cases.builders import case_at
from sangesan.accounts.models import Post
from sangesan.amendments.models import Amendment
from sangesan.assistance.models import Measure
from sangesan.cases.irregularity_rules import RULES
from sangesan.cases.models import Irregularity
from sangesan.cases.states import State
from sangesan.clues.models import Clue, Evidence, Sighting
from sangesan.registry.models import Condition, Household, Living, Person, Standing
from sangesan.screening.models import ScreeningRun
from sangesan.visits.models import Visit
from web.grown_county import grow
from web.small_county import DAY, NOW, SmallCounty

ITEMS = [
    ("100A39", "种植"), ("100A40", "技能培训"), ("100A40", "县内务工"), ("100A45", "医疗救助"), ("100A48", "低保"),
    ("100A52", "其他社会帮扶"), ("100A50", "危房改造"),
]  # fmt: skip
RISKS = ["01", "03", "04", "07", "09", "H1", "H2", "99"]
REASONS = ["开支已报销，收入稳定", "村里自行帮扶，不再上报", "村集体帮助购买了农资，已解决"]
STATES = [State.CHECKING, State.APPRAISAL, State.ENTRY, State.ASSISTED, State.TRACKED, State.WITHDRAWN]


LINE = {
    "parameter": "monitoring_line", "value": 700_000, "unit": "fen", "valid_from": date(2021, 1, 1), "source": "default",
    "recorded_at": NOW, "post": 1,
}  # fmt: skip


class Chance:
    """Days and choices from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def day(self, most: int) -> date:
        return DAY - timedelta(days=self.random.randint(0, most))

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def of(self, choices: list[Any]) -> Any:
        return self.random.choice(choices)


def write(folder: Path, seed: int, households: int = 36) -> SmallCounty:
    """The county with its record."""
    made, dice = grow(folder, households), Chance(seed)
    run = ScreeningRun.objects.create(as_of=DAY, known_at=NOW, started_at=NOW, digest="0" * 64, folder="x", post=1)
    Amendment.objects.create(**LINE)
    post = made.posts["county"]
    for home in Household.objects.order_by("pk"):
        _people(home, dice)
        _living(home, dice)
        _standing(home, dice)
        _measures(home, dice, post)
        _visits(home, dice)
        _clues(home, dice, run)
        if dice.maybe(0.5):
            _case(home, dice, post)
    return made


def _people(home: Household, dice: Chance) -> None:
    for membership in home.memberships.all():
        words = dice.of(["普通劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力", ""])
        Condition.objects.filter(person=membership.person, valid_to=None).update(labour=words)
        if dice.maybe(0.08):
            Person.objects.filter(pk=membership.person_id).update(**{dice.of(["died_on", "left_on"]): dice.day(60)})


def _living(home: Household, dice: Chance) -> None:
    if dice.maybe(0.4):
        since = dice.day(400)
        Living.objects.filter(household=home, valid_to=None).update(valid_to=since)
        Living.objects.create(
            household=home, house_grade=dice.of(["A", "B", "C", "D", ""]), safe_water=dice.of([True, False, None]),
            valid_from=since, recorded_at=NOW,
        )  # fmt: skip


def _standing(home: Household, dice: Chance) -> None:
    if dice.maybe(0.4):
        return
    Standing.objects.filter(household=home).delete()
    enrolled = dice.day(dice.of([35, 700, 700]))
    gone = dice.maybe(0.5)
    eliminated = min(enrolled + timedelta(days=dice.random.randint(5, 400)), DAY) if gone else None
    Standing.objects.create(
        household=home, stage="eliminated" if gone else "monitoring", category="unstable",
        risks=dice.random.sample(RISKS, dice.random.randint(1, 3)), enrolled_on=enrolled, eliminated_on=eliminated,
        elimination_way=dice.of(["帮扶消除", "自然消除"]) if gone else "", valid_from=eliminated or enrolled,
        recorded_at=NOW,
    )  # fmt: skip


def _measures(home: Household, dice: Chance, post: Post) -> None:
    for number in range(dice.of([0, 0, 1, 1, 2, 4])):
        group, item = dice.of(ITEMS)
        state = dice.of(["planned", "landed", "landed", "stopped"])
        landed = dice.day(500) if state == "landed" or (state == "stopped" and dice.maybe(0.5)) else None
        stopped = (landed or DAY - timedelta(days=90)) + timedelta(days=5) if state == "stopped" else None
        department = dice.maybe(0.2)
        Measure.objects.create(
            household=home, group=group, item=item, title=item, unit="村", begins_on=DAY - timedelta(days=600), state=state,
            landed_on=landed, stopped_on=stopped, stopped_reason="不再需要" if stopped else "",
            ended_on=dice.day(100) if state == "landed" and dice.maybe(0.3) else None, post=post.pk, post_title=post.title,
            recorded_at=NOW, source="department" if department else "person", delivery=1 if department else None,
            row_no=1 if department else None, source_key=f"x:{home.pk}:{number}" if department else "",
        )  # fmt: skip


def _visits(home: Household, dice: Chance) -> None:
    for _ in range(dice.of([0, 1, 1, 2, 3])):
        Visit.objects.create(
            household=home, purposes=[dice.of(["clue", "follow_up", "elimination"])], visited_on=dice.day(500),
            tests={"housing": dice.of([True, False, None]), "water": dice.of([True, True, False, None])},
            house_grade=dice.of(["A", "B", "C", ""]), people=dice.of([None, 2, 2, 3]), labour=dice.of([None, 0, 1]),
            reference_per_head_fen=dice.of([None, 500_000, 700_000, 900_000]), reason=dice.of(REASONS),
            conclusion=dice.of(["no_risk", "needs_procedure", "risk_gone", ""]), post=1, post_title="网格员",
            recorded_at=NOW,
        )  # fmt: skip


def _clues(home: Household, dice: Chance, run: ScreeningRun) -> None:
    for risk in dice.random.sample(["01", "H1", "99"], dice.of([0, 1, 1, 2])):
        opened, state = dice.day(60), dice.of(["open", "open", "confirmed", "cleared", "taken"])
        visit = Visit.objects.filter(household=home).order_by("pk").first()
        clue = Clue.objects.create(
            household=home, division=home.village, town=home.town, risk=risk, channel=dice.of(["DEPT", "GRID", "PLATFORM"]),
            state=state, headline="x", opened_on=opened, due_on=opened + timedelta(days=3), visit=visit,
            visited_on=dice.day(30) if state == "confirmed" and dice.maybe(0.8) else None,
            case=7 if state == "taken" or dice.maybe(0.1) else None,
        )  # fmt: skip
        for rule in ("R36", "R38", "R01"):
            if dice.maybe(0.4):
                day = dice.day(40)
                Evidence.objects.create(
                    clue=clue, rule=rule, rule_version="1", sentence="命中", run=run, seen_on=DAY, first_seen_on=day
                )
        if dice.maybe(0.4):
            Sighting.objects.create(
                clue=clue, channel=dice.of(["SUPERVISE", "PLATFORM", "SELF"]), source=f"t:{clue.pk}", words="x",
                seen_on=dice.day(60), post=1, post_title="x", recorded_at=NOW,
            )  # fmt: skip


def _case(home: Household, dice: Chance, post: Post) -> None:
    state = dice.of(STATES)
    decided = dice.day(120) if state in {State.ENTRY, State.ASSISTED, State.TRACKED} else None
    exited = dice.day(20) if state == State.TRACKED else None
    case = case_at(
        home, state, post, began_on=DAY - timedelta(days=150), enrolled_on=decided,
        national_number=dice.of(["", "6109"]), exit_on=exited, eliminated_on=exited and dice.of([exited, DAY]),
    )  # fmt: skip
    for code in dice.random.sample(sorted(RULES), dice.of([0, 1, 3, 5])):
        Irregularity.objects.create(
            case=case, round=1, code=code, sentence=f"{code}的问题", raised_on=dice.day(140),
            gone_on=DAY if dice.maybe(0.2) else None, reason="已说明" if dice.maybe(0.3) else "",
        )  # fmt: skip
