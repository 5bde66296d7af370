"""What was lacking, what was planned for it, what was delivered when: by risk, from the catalogue of assistance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sangesan.assistance.catalogue import Group, Item, catalogue
from sangesan.assistance.domain import Situation, needs
from sangesan.assistance.models import Landing, Measure, Need
from sangesan.demo.histories.book import Book, Track
from sangesan.demo.histories.homes import CARE_BELOW, CARE_FROM, Home
from sangesan.demo.histories.incomes import line_on
from sangesan.demo.histories.visiting import moment
from sangesan.demo.histories.words import Dice, words
from sangesan.exchange.contracts import load_contracts
from sangesan.kernel.money import FEN_PER_YUAN
from sangesan.visits.domain import Answers
from sangesan.visits.income import account

DEVELOPMENT = {"100A39": 5, "100A40": 6, "100A42": 2}
# which of the groups that answer a risk are usual for it; others now and then
USUAL: Mapping[str, Mapping[str, float]] = {
    "01": {"100A45": 9, "100A48": 2}, "03": {"100A48": 8, "100A52": 1}, "04": {"100A48": 6, "100A42": 5, "100A52": 2},
    "05": {"100A45": 6, "100A48": 4}, "06": {"100A39": 8, "100A41": 3, "100A52": 1}, "07": {"100A40": 8, "100A42": 3},
    "09": {"100A47": 8, "100A52": 1}, "H1": {"100A50": 9, "100A53": 1}, "H2": {"100A51": 1},
    "99": {"100A52": 6, "100A48": 3},
}  # fmt: skip
OF_DISASTERS = {"100A50": 6, "100A48": 6, "100A39": 1}
MONTHLY = frozenset({"低保", "特困", "护林", "保洁", "护路", "水管", "残疾人两项补贴", "基本养老", "县内务工", "帮扶车间"})
WORKS = frozenset({"危房改造", "修缮加固", "管网维修", "新建供水", "水质处理", "避险搬迁", "种植", "养殖", "林果"})
WORK = frozenset({"县内务工", "省内务工", "省外务工", "帮扶车间", "护林", "保洁", "护路", "水管", "加工", "乡村旅游"})
MORE, LATE, LATEST = 0.55, 0.06, 34


@dataclass(frozen=True)
class Planned:
    """A measure of the plan. row: as its table keeps it; effect: yuan it adds to a year's income."""

    number: int
    row: dict[str, Any]
    item: str
    yuan: int
    effect: int


def write_needs(book: Book, track: Track, answers: Answers, visit: int, on: date) -> list[int]:
    """The needs as the same rules compute them from the visit; their rows' places in the table of needs."""
    home, case = track.home, track.case
    found = needs(_situation(home, answers, on, tuple(case.risks)))
    places = []
    for need in found:
        book.add(
            Need, household_id=home.household.pk, case=track.number, kind=str(need.kind), sentence=need.sentence,
            amount_fen=need.amount_fen, since=on, visit=visit, recorded_at=moment(on),
        )  # fmt: skip
        places.append(len(book.tables[Need].rows) - 1)
    return places


def meet_needs(book: Book, places: list[int], on: date) -> None:
    """Needs met on a day, or on the day they were seen where that is later."""
    for place in places:
        row = book.tables[Need].rows[place]
        row["met_on"] = max(on, row["since"])


def _situation(home: Home, answers: Answers, on: date, risks: tuple[str, ...]) -> Situation:
    present = home.present(on)
    care = [m for m in present if m.age(on) < CARE_BELOW or m.age(on) >= CARE_FROM]
    carers = [m for m in present if CARE_BELOW <= m.age(on) < CARE_FROM and not m.works]
    return Situation(
        income_per_head_fen=_reference(answers),
        line_fen=line_on(on),
        people=answers.people,
        labour=answers.labour,
        at_work=sum(1 for m in present if m.works) if answers.labour else None,
        housing=answers.tests.get("housing"),
        house_grade=answers.house_grade,
        schooling=answers.tests.get("schooling"),
        insurance=answers.tests.get("insurance"),
        water=answers.tests.get("water"),
        untended=len(care) if care and not carers else 0,
        risks=risks,
    )


def _reference(answers: Answers) -> int | None:
    if not answers.people:
        return None
    sums = account(answers.income, claims=answers.claims_fen, self_paid=answers.self_paid, people=answers.people)
    return sums.reference_per_head


def plan_measures(book: Book, track: Track, on: date) -> list[Planned]:
    """At least one measure for each risk, development added where somebody can work."""
    dice, book_of, can_work = track.dice, catalogue(), track.home.labour(on) > 0
    chosen: list[tuple[str, Group, Item]] = []
    for risk in track.case.risks:
        code, title = usual_measure(dice, track.home, on, risk)
        chosen.append((risk, book_of.group(code), book_of.group(code).item(title)))
    if can_work and not any(group.development for _, group, _ in chosen) and dice.chance(MORE):
        group = book_of.group(dice.weighted(DEVELOPMENT))
        chosen.append(("", group, _item(dice, group, "", can_work)))
    unique = {item.title: (risk, group, item) for risk, group, item in reversed(chosen)}
    return [_plan(book, track, one, on) for one in reversed(list(unique.values()))]


def _weights(risk: str) -> Mapping[str, float]:
    return OF_DISASTERS if risk.startswith("02") else USUAL.get(risk, {})


def _fits(labour: str, can_work: bool) -> bool:
    return labour == "any" or (labour == "needed") == can_work


def _item(dice: Dice, group: Group, risk: str, can_work: bool) -> Item:
    known = words()["measures"]
    fitting = [i for i in group.items if i.title in known and _fits(i.labour, can_work)]
    answering = [i for i in fitting if not risk or i.answers(risk)]
    return dice.of(answering or fitting or list(group.items))


def usual_measure(dice: Dice, home: Home, on: date, risk: str) -> tuple[str, str]:
    """Group and item of a measure that is usual for a risk of a household."""
    book_of, can_work = catalogue(), home.labour(on) > 0
    groups = book_of.groups_for(risk, can_work=can_work)
    fitting = [g for g in groups if _fits(book_of.group(g).labour, can_work)]
    weights = {g: w for g, w in _weights(risk).items() if g in fitting}
    group = book_of.group(dice.weighted(weights or dict.fromkeys(fitting, 1.0)))
    return group.code, _item(dice, group, risk, can_work).title


def _plan(book: Book, track: Track, chosen: tuple[str, Group, Item], on: date) -> Planned:
    risk, group, item = chosen
    dice, case = track.dice, track.case
    known = words()["measures"].get(item.title, {"titles": [item.title], "yuan": [0, 0], "effect": [0, 0]})
    yuan, effect = (dice.between(known[k][0] // 10, known[k][1] // 10) * 10 for k in ("yuan", "effect"))
    seat = book.roster.contact(case.village)
    number = book.add(
        Measure, household_id=track.home.household.pk, case=track.number, group=group.code, item=item.title,
        title=dice.of(known["titles"]), risk=risk, basis=words()["basis"].get(group.code, ""),
        unit=load_contracts().departments[group.department].name, person=seat.name or seat.title, begins_on=on,
        due_on=on + timedelta(days=dice.between(20, 60)), amount_fen=yuan * FEN_PER_YUAN or None, post=seat.pk,
        post_title=seat.title, recorded_at=moment(on),
    )  # fmt: skip
    return Planned(number, book.tables[Measure].rows[-1], item.title, yuan, effect)


def land_measures(book: Book, track: Track, planned: list[Planned], *, until: date, none: bool) -> None:
    """Deliveries from the decision on: most within ten days, a few late; none where the household got nothing yet."""
    decided = track.case.enrolled_on
    if none or decided is None:
        return
    for measure in planned:
        dice = track.dice
        days = dice.between(11, LATEST) if dice.chance(LATE) else dice.between(1, 9)
        first = decided + timedelta(days=days)
        last = measure.row["begins_on"] + timedelta(days=LATEST)
        if first > until:
            continue
        measure.row.update(state="landed", landed_on=first, row_version=2, due_on=max(measure.row["due_on"], last))
        for n, on in enumerate(_days(first, measure.item, until)):
            _land(book, track, measure, on, first=n == 0)


def _days(first: date, item: str, until: date) -> Iterator[date]:
    """The first delivery and, of what comes by months, one each half year (three at most)."""
    yield first
    later = first + timedelta(days=182)
    for _ in range(2 if item in MONTHLY else 0):
        if later > until:
            return
        yield later
        later += timedelta(days=182)


def _land(book: Book, track: Track, measure: Planned, on: date, *, first: bool) -> None:
    seat, dice = book.roster.cadre(track.case.village), track.dice
    amount = measure.yuan // 2 if measure.item in MONTHLY else measure.yuan
    number = book.add(
        Landing, measure_id=measure.number, on=on, amount_fen=amount * FEN_PER_YUAN or None,
        effect_fen=measure.effect * FEN_PER_YUAN or None if first else None,
        evidence=dice.of(words()["evidence"][_kind(measure)]), post=seat.pk, post_title=seat.title,
        recorded_at=book.recorded(dice, on),
    )  # fmt: skip
    if dice.chance(0.4):
        book.album.photo(f"landing:{number}", "photo", on, seat.pk, dice)


def _kind(measure: Planned) -> str:
    if measure.item in WORK:
        return "work"
    if measure.item in WORKS:
        return "works"
    return "money" if measure.yuan else "other"


