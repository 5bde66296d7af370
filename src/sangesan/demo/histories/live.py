"""Identifications under way on the demonstration's day, brought there by the same acts as people use: every state, and
what happens beside the straight way (not qualified, withdrawn, not reached, objections, green channel, requests).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F

from sangesan.accounts.models import Post
from sangesan.assistance.actions import answer_request, land, raise_request
from sangesan.assistance.models import Measure, Request
from sangesan.cases.filling import tried_to_reach
from sangesan.cases.models import Case
from sangesan.cases.opening import open_by_application, open_from_clue, open_green_channel
from sangesan.cases.outcomes import Outcome
from sangesan.cases.posting import object_to, settle
from sangesan.cases.states import Act
from sangesan.cases.taking_up import take_up_new_clues
from sangesan.clues.actions import record_check
from sangesan.clues.models import Clue, Evidence, Scope
from sangesan.demo.histories.actors import (
    Actors,
    act_on,
    answers_for,
    appraise,
    check_all,
    end_notice,
    plan_first,
    post_notice,
    review,
    study_all,
    unlike_photo,
)
from sangesan.demo.histories.choosing import applicants_for_it, chosen_clues
from sangesan.demo.histories.homes import Home, homes_of
from sangesan.demo.histories.pictures import signature_bytes
from sangesan.demo.histories.roster import Roster
from sangesan.demo.histories.visiting import moment
from sangesan.demo.histories.words import Dice, words
from sangesan.policy.risks import RISK_TYPES
from sangesan.registry.models import Household
from sangesan.responsibility.agreeing import agree, confirm_agreement
from sangesan.visits.actions import record_visit

FIRST_VISIT_DAYS = 3
OTHER = "99"
# where the cases stand in the end, in the order in which they are made, again and again; days since the clue
STANDS: tuple[tuple[str, int], ...] = (
    ("county", 12), ("notice", 7), ("checking", 3), ("town", 9), ("study", 2), ("appraisal", 3), ("county", 11),
    ("unvisited", 2), ("notice", 5), ("unreachable", 8), ("town", 10), ("checking", 16), ("appraisal", 4),
    ("objection", 9), ("county", 12), ("green", 9), ("study", 4), ("notice", 8), ("settled", 10), ("town", 12),
)  # fmt: skip
# what applications end as: their households have no clue that a next screening would raise again
ENDS = ("checking", "rejected", "withdrawn", "not_qualified", "withdrawn")


@dataclass
class Live:
    """What the making of the cases shares. waiting: cases before their town's sitting, by town."""

    actors: Actors
    today: date
    waiting: defaultdict[str, list[Case]] = field(default_factory=lambda: defaultdict(list))

    def back(self, days: int) -> date:
        """The day so many days ago, today for days that have not come."""
        return self.today - timedelta(days=max(0, days))


def make_live_cases(roster: Roster, today: date, progress: Callable[[int, int, str], None]) -> int:
    """The cases under way; how many. Inside the caller's transaction."""
    live = Live(Actors(roster, Post.objects.in_bulk()), today)
    clues = list(chosen_clues())
    applicants = list(applicants_for_it()) if clues else []
    homes = homes_of([c.household_id for c in clues if c.household_id] + [h.pk for h in applicants])
    whole = len(clues) + len(applicants)
    for n, clue in enumerate(clues):
        progress(n, whole, "在办的识别")
        _from_clue(live, clue, homes[clue.household_id or 0], *STANDS[n % len(STANDS)])
    for n, household in enumerate(applicants):
        progress(len(clues) + n, whole, "在办的识别")
        _from_application(live, homes[household.pk], ENDS[n % len(ENDS)])
    _sittings(live)
    _agreements(live)
    take_up_new_clues()
    return whole


def _from_clue(live: Live, clue: Clue, home: Home, stand: str, days: int) -> None:
    """A case from a clue that came up some days ago, brought to where it stands."""
    dice, began = Dice("live case", home.household.code), live.back(days)
    _came_up(clue, began)
    risk = clue.risk if clue.risk in RISK_TYPES else OTHER
    visited = live.back(days - 1)
    finder = live.actors.finder(home)
    if stand in {"unvisited", "unreachable"}:
        village = live.actors.posts[live.actors.roster.cadre(home.household.village).pk]
        case = open_from_clue(post=village, clue_id=clue.pk, today=visited, now=moment(visited))
        if stand == "unreachable":
            _not_reached(live, case, home, visited)
        return
    answers = answers_for(live.actors, dice, home, visited, risk, clue.channel)
    record_check(
        post=finder, clue_id=clue.pk, version=clue.row_version, answers=answers, photos=[unlike_photo(dice)],
        signature=signature_bytes(), today=visited, now=moment(visited),
    )  # fmt: skip
    village = live.actors.posts[live.actors.roster.cadre(home.household.village).pk]
    case = open_from_clue(post=village, clue_id=clue.pk, today=visited, now=moment(visited))
    if stand == "green":
        _green_channel(live, case, home, risk, visited, dice)
    _carry_on(live, case, home, risk, stand, days, dice)


def _came_up(clue: Clue, day: date) -> None:
    """The clue as if the nightly screening of that day had raised it."""
    due = day + timedelta(days=FIRST_VISIT_DAYS)
    Clue.objects.filter(pk=clue.pk).update(opened_on=day, due_on=due)
    Scope.objects.filter(clue=clue).update(due_on=due)
    Evidence.objects.filter(clue=clue).update(seen_on=day, first_seen_on=day)
    Evidence.objects.filter(clue=clue, event_on__gt=day).update(event_on=None)
    Clue.objects.filter(pk=clue.pk, event_on__gt=day).update(event_on=None)
    clue.refresh_from_db()


def _from_application(live: Live, home: Home, end: str) -> None:
    """A case on the household's own application, and how it ended."""
    dice, began = Dice("live case", home.household.code), live.back(9)
    village = live.actors.posts[live.actors.roster.cadre(home.household.village).pk]
    risk = dice.of(("01", "07", "09"))
    case = open_by_application(
        post=village, household_id=home.household.pk, reason=dice.of(words()["reasons"][risk]), today=began,
        now=moment(began),
    )  # fmt: skip
    visited = live.back(8)
    if end == "withdrawn":
        act_on(live.actors, case, Act.WITHDRAW, visited, live.today, reason=dice.of(words()["withdrawals"]))
        return
    record_visit(
        post=live.actors.finder(home), household_id=home.household.pk, case=case.pk, now=moment(visited), today=visited,
        answers=answers_for(live.actors, dice, home, visited, risk, case.channel), photos=[unlike_photo(dice)],
        signature=signature_bytes(),
    )  # fmt: skip
    if end == "checking":
        return
    case = check_all(live.actors, case, live.back(7), live.today, dice)
    if end == "not_qualified":
        act_on(live.actors, case, Act.REJECT, live.back(6), live.today, reason=dice.of(words()["rejections"]))
        return
    case = study_all(live.actors, home, case, risk, live.back(7), live.today, dice)
    appraise(live.actors, case, live.back(6), live.today, dice, outcome=Outcome.REJECT)


def _not_reached(live: Live, case: Case, home: Home, first: date) -> None:
    post = live.actors.village(case)
    for n, tried in enumerate(words()["attempts"]):
        on = min(live.today, first + timedelta(days=n))
        case.refresh_from_db()
        tried_to_reach(
            post=post, case_id=case.pk, version=case.row_version, on=on, how=tried["how"],
            whom=home.household.head_name, result=tried["result"], today=on, now=moment(on),
        )  # fmt: skip
    last = min(live.today, first + timedelta(days=len(words()["attempts"])))
    act_on(live.actors, case, Act.NOT_REACHED, last, live.today, reason=words()["not_reached"])


def _green_channel(live: Live, case: Case, home: Home, risk: str, on: date, dice: Dice) -> None:
    """Help first: the town opens the green channel and a measure lands at once; papers are due later."""
    town = live.actors.town(case)
    open_green_channel(post=town, case_id=case.pk, reason=words()["green_channel"], today=on, now=moment(on))
    measure = Measure.objects.get(pk=plan_first(live.actors, home, case, risk, on, dice))
    land(
        post=live.actors.village(case), measure_id=measure.pk, version=measure.row_version, on=on,
        amount_fen=measure.amount_fen, evidence=words()["evidence"]["other"][0], now=moment(on),
    )  # fmt: skip


def _carry_on(live: Live, case: Case, home: Home, risk: str, stand: str, days: int, dice: Dice) -> None:
    """From the visit on, a day or two a step, until the case stands where it shall."""
    actors, today = live.actors, live.today
    if stand == "checking":
        return
    on = live.back(days - 2)
    case = check_all(actors, case, on, today, dice)
    if stand == "study":
        return
    case = study_all(actors, home, case, risk, on, today, dice)
    if stand in {"appraisal", "green"}:
        return
    on = live.back(days - 3)
    case = appraise(actors, case, on, today, dice)
    notice = post_notice(actors, case, on, dice)
    if stand in {"objection", "settled"}:
        case = _objected(live, case, notice, on + timedelta(days=2), settled=stand == "settled", dice=dice)
    if stand in {"notice", "objection"}:
        return
    until = on + timedelta(days=5 + case.stopped_days)
    case = end_notice(actors, case, notice, min(until, today), today, dice)
    if stand == "county":
        live.waiting[case.town].append(case)


def _objected(live: Live, case: Case, notice: int, on: date, *, settled: bool, dice: Dice) -> Case:
    post, said = live.actors.village(case), dice.of(words()["objections"])
    made = object_to(
        post=post, notice_id=notice, case_id=case.pk, received_on=on, text=said["text"], by="", today=on
    )
    if settled:
        case.refresh_from_db()
        day = on + timedelta(days=1)
        settle(
            post=post, objection_id=made.pk, version=case.row_version, on=day, finding=said["finding"], upheld=False,
            today=day,
        )  # fmt: skip
    case.refresh_from_db()
    return case


def _sittings(live: Live) -> None:
    """Each town's sitting on what waits for the county; some need more than the town has and ask for it.

    The county has answered the first request with a yes and the second with a no; the others wait.
    """
    asked = 0
    for town in sorted(live.waiting):
        cases = live.waiting[town]
        on = max(live.back(1), *(case.step_on for case in cases))
        outcomes = [Outcome.SOLVE if n % 3 == 1 else Outcome.PASS for n in range(len(cases))]
        asks = [""] * len(cases)
        if asked < len(words()["requests"]):
            outcomes[0], asks[0] = Outcome.SEND_UP, words()["requests"][asked]
            asked += 1
        review(live.actors, cases, on, live.today, outcomes, asks)
    _answers(live, asked)


def _answers(live: Live, asked: int) -> None:
    if not asked:
        return
    for town in sorted(live.actors.roster.towns)[:2]:
        clerk = live.actors.posts[live.actors.roster.of_town(town).pk]
        said = words()["town_request"]
        raise_request(post=clerk, need=said["need"], asked=said["asked"], on=live.back(6), now=moment(live.back(6)))
    for n, request in enumerate(Request.objects.filter(state=Request.State.OPEN).order_by("raised_on", "pk")[:2]):
        said, on = words()["answers"][n], live.today
        answer_request(
            post=live.actors.county(), request_id=request.pk, version=request.row_version, granted=said["granted"],
            policy=said.get("policy", ""), department=said.get("department", ""), refusal=said.get("refusal", ""),
            due_on=on + timedelta(days=30) if said["granted"] else None, on=on, now=moment(on),
        )  # fmt: skip


def _agreements(live: Live) -> None:
    """Both lines of three relocated households in monitoring talked; of the first only one line has confirmed."""
    rows = Household.objects.filter(stage="monitoring").exclude(village=F("residence")).order_by("pk")[:3]
    said, on, roster = words()["agreement"], live.back(5), live.actors.roster
    for n, household in enumerate(rows):
        here, there = roster.cadres.get(household.residence), roster.cadres.get(household.village)
        if here is None or there is None:
            continue
        made = agree(
            post=live.actors.posts[here.pk], household_id=household.pk, held_on=on, place=said["place"],
            participants=f"{here.title}{here.name}、{there.title}{there.name}、户主{household.head_name}",
            agreed=said["agreed"][n % len(said["agreed"])], today=live.today, now=moment(on),
        )  # fmt: skip
        if n:
            confirm_agreement(post=live.actors.posts[there.pk], agreement_id=made.pk, now=moment(live.back(4)))
