"""Visits of the histories: the check before the study, the check before elimination, follow-ups, tracking."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from sangesan.demo.histories.homes import Home
from sangesan.demo.histories.incomes import BELOW, GONE, SUDDEN, account_for
from sangesan.demo.histories.roster import Seat
from sangesan.demo.histories.words import Dice, words
from sangesan.regions.queries import CHINA
from sangesan.visits.domain import Answers, Around, Conclusion
from sangesan.visits.income import account, income_period
from sangesan.visits.plausibility import plausibility

IN_THE_EVENING = time(17, 30)
SUDDEN_CATEGORY = "sudden"
HOUSE, WATER, ILLNESS, NO_LABOUR = "H1", "H2", "01", "04"
WATERS = {"piped": 60, "gravity": 28, "well": 8, "cistern": 4}
UNSAFE_WATERS = {"surface": 4, "carried": 4, "well": 2}
MISSED = {HOUSE: "housing", WATER: "water"}


def moment(on: date, at: time = IN_THE_EVENING) -> datetime:
    """A time of day in the county."""
    return datetime.combine(on, at, CHINA)


def check_before_study(
    dice: Dice, home: Home, on: date, risks: tuple[str, ...], category: str, channel: str, checkers: tuple[Seat, Seat]
) -> Answers:
    """The in-home check of identification: income below the line (above it for sudden hardship), tests after the risks."""
    found = account_for(dice, home, on, SUDDEN if category == SUDDEN_CATEGORY else BELOW, risks=risks)
    fails = {test for risk, test in MISSED.items() if risk in risks}
    if ILLNESS in risks and dice.chance(0.03):
        fails.add("insurance")
    purposes = ("identification",) if channel in {"SELF", "CENTRAL"} else ("clue", "identification")
    return replace(
        _answers(dice, home, on, checkers, fails),
        purposes=purposes,
        conclusion=Conclusion.NEEDS_PROCEDURE,
        risks=risks,
        reason=dice.of(words()["reasons"][risks[0]]),
        household_opinion=dice.of(words()["opinions"]),
        income=found.lines, self_paid=found.self_paid, claims_fen=found.claims_fen, debts_fen=found.debts_fen,
        people=found.people,
        labour=min(home.labour(on), found.people),
    )  # fmt: skip


def check_before_elimination(dice: Dice, home: Home, on: date, checkers: tuple[Seat, Seat]) -> Answers:
    """The in-home check of elimination: income over the line, all tests sound, nobody without labour."""
    found = account_for(dice, home, on, GONE, risks=())
    labour = min(home.labour(on), found.people)
    note = "" if labour else words()["no_work_note"]
    return replace(
        _answers(dice, home, on, checkers, set()),
        purposes=("elimination",),
        conclusion=Conclusion.RISK_GONE,
        household_opinion=dice.of(words()["exit_opinions"]),
        income=found.lines, self_paid=found.self_paid, claims_fen=found.claims_fen, debts_fen=found.debts_fen,
        people=found.people,
        labour=labour or 1,
        members_note=note,
        house_grade="B" if home.house_grade in {"", "C", "D"} else home.house_grade,
    )  # fmt: skip


def later_visit(dice: Dice, home: Home, on: date, purpose: str, checker: Seat, *, better: bool) -> Answers:
    """A follow-up or tracking visit: short, without an account."""
    kind = "tracking" if purpose == "tracking" else ("follow_up_better" if better else "follow_up_remains")
    conclusion = Conclusion.RISK_GONE if purpose == "tracking" else Conclusion.RISK_REMAINS
    answers = _answers(dice, home, on, (checker, checker), set())
    names = answers.checker_names[:1]
    return replace(
        answers, purposes=(purpose,), conclusion=conclusion, checker_names=names, reason=dice.of(words()[kind])
    )


def _answers(dice: Dice, home: Home, on: date, checkers: tuple[Seat, Seat], fails: set[str]) -> Answers:
    present = home.present(on)
    away = {m.person for m in present if m.works and dice.chance(0.6)}
    seen = tuple(m.person for m in present if m.person not in away)
    if not seen and present:
        seen, away = (present[0].person,), away - {present[0].person}
    adults = [m for m in home.adults(on) if m.person in seen] or home.adults(on) or present
    names = [c.name for c in checkers if c.name]
    grade = home.house_grade
    if grade in {"C", "D"} and "housing" not in fails:
        grade = "B"
    tests = {test: test not in fails for test in ("housing", "schooling", "insurance", "water")}
    return Answers(
        purposes=(),
        visited_on=on,
        conclusion="",
        began_at=time(dice.between(8, 17), dice.between(0, 11) * 5),
        checker_names=tuple(dict.fromkeys(names)) or ("核查人",),
        members_seen=seen,
        members_away=tuple(sorted(away)),
        tests=tests,
        tests_notes={test: NOTES[test] for test in fails},
        house_grade="C" if "housing" in fails else grade,
        water_source=dice.weighted(UNSAFE_WATERS if "water" in fails else WATERS),
        signed_how="finger" if dice.chance(0.55) else "fingerprint",
        signed_by=adults[0].person if adults else None,
    )


NOTES = {
    "housing": "墙体开裂，已申请鉴定",
    "water": "水源季节性不足，需挑水",
    "insurance": "一名成员外出，未及时缴费，已督促",
    "schooling": "",
}


def visit_row(answers: Answers, home: Home, case: int, seat: Seat, *, photos: int, recorded: datetime) -> dict[str, Any]:
    """The visit as its table keeps it, its sums and what in it is odd computed by the same rules as for people's own."""
    a, sums = answers, None
    if a.income and a.people:
        sums = account(a.income, claims=a.claims_fen, self_paid=a.self_paid, people=a.people)
    around = Around(
        frozenset(m.person for m in home.members), photos=photos, signature=a.signed_how == "finger",
        scans=a.signed_how != "finger", returned_mu=home.returned_mu,
    )  # fmt: skip
    odd = plausibility(a, around, sums) if sums else []
    names = {m.person: m.name for m in home.members}
    since, until = income_period(a.visited_on) if sums else (None, None)
    return {
        "household_id": home.household.pk, "purposes": list(a.purposes), "visited_on": a.visited_on,
        "began_at": a.began_at.isoformat() if a.began_at else None, "place": "", "checkers": "、".join(a.checker_names),
        "checker_names": list(a.checker_names), "members_seen": list(a.members_seen),
        "members_away": list(a.members_away), "members_note": a.members_note, "tests": dict(a.tests),
        "tests_notes": dict(a.tests_notes), "income": [line.as_row() for line in a.income],
        "income_from": since, "income_to": until, "self_paid": [cost.as_row() for cost in a.self_paid],
        "claims_fen": a.claims_fen, "debts_fen": a.debts_fen, "people": a.people,
        "income_per_head_fen": sums.net_per_head if sums else None,
        "reference_per_head_fen": sums.reference_per_head if sums else None,
        "house_grade": a.house_grade, "water_source": a.water_source, "risks": list(a.risks), "labour": a.labour,
        "conclusion": str(a.conclusion), "reason": a.reason, "household_opinion": a.household_opinion,
        "signed": bool(a.signed_how), "signed_how": a.signed_how, "signed_by": a.signed_by,
        "signed_by_name": names.get(a.signed_by or 0, ""), "case": case,
        "warnings": [{"code": d.code, "text": d.text} for d in odd],
        "post": seat.pk, "post_title": seat.title, "post_division": seat.division, "recorded_at": recorded,
    }  # fmt: skip
