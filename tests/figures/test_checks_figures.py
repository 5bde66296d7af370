"""What the checks said and what became of it as figures: recounted the slow way from the rows as they stood."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from sangesan.checks.defects import defects
from sangesan.checks.models import Flag, Judgement
from sangesan.checks.words import seal
from sangesan.figures.behind import ALL, NUMERATOR, chosen_items, lines
from sangesan.figures.catalogue import catalogue
from sangesan.figures.counting.checks import CONFIRMED, FIGURES
from sangesan.figures.measuring import known_until, measure
from sangesan.kernel.period import Month
from web.small_county import COUNTY, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B

AUGUST = Month(2022, 8)
LAST = AUGUST.last_day()
DEPARTMENT = "department:medical_security"
UNITS = (f"village:{VILLAGE_A}", f"village:{VILLAGE_B}", f"town:{TOWN_A}", DEPARTMENT)
KEYS = (VILLAGE_A, VILLAGE_B, TOWN_A, TOWN_B, COUNTY, DEPARTMENT)


def flag(unit=UNITS[0], *, defect="irregular_records", seen=date(2022, 8, 3), gone=None, judged=(), recorded=None):
    number = Flag.objects.count() + 1
    verdict, on = judged[-1] if judged else ("", None)
    moment = recorded or known_until(seen) - timedelta(hours=1)
    made = Flag.objects.create(
        check_code="test", defect=defect, subject=f"case:{number}", unit=unit, sentence="评议记录不规范",
        village=VILLAGE_A if unit == UNITS[0] else "", facts_digest="x", version="x", first_seen=seen,
        last_seen=max(seen, gone or seen), gone_on=gone, verdict=verdict, judged_on=on, judged_at=NOW if on else None,
        recorded_at=moment,
    )  # fmt: skip
    for n, (said, day) in enumerate(judged, start=1):
        Judgement.objects.create(
            flag=made, number=n, verdict=said, sealed=seal("看过"), on=day, post=1, post_title="督查组",
            recorded_at=known_until(day) - timedelta(hours=1),
        )  # fmt: skip
    return made


def number(code, key=VILLAGE_A, as_of=LAST):
    value = measure(AUGUST, as_of=as_of, codes=FIGURES).value(code, key)
    return (value.numerator, value.denominator)


def test_every_class_has_its_figure_in_the_months_and_quarters():
    assert set(CONFIRMED) == set(defects())
    assert {cycle for code in FIGURES for cycle in catalogue()[code].cycles} == {"month", "quarter"}


@pytest.mark.parametrize(
    ("given", "still_open", "judged"),
    [
        ({}, 1, (0, 0)),
        ({"gone": LAST}, 0, (0, 0)),
        ({"gone": LAST + timedelta(1)}, 1, (0, 0)),
        ({"seen": LAST + timedelta(1)}, 0, (0, 0)),
        ({"recorded": known_until(LAST)}, 0, (0, 0)),
        ({"judged": [("confirmed", LAST)]}, 1, (1, 1)),
        ({"judged": [("refuted", LAST)]}, 0, (0, 1)),
        ({"judged": [("refuted", LAST + timedelta(1))]}, 1, (0, 0)),
        ({"judged": [("confirmed", date(2022, 8, 5)), ("refuted", LAST)]}, 0, (0, 1)),
        ({"judged": [("refuted", date(2022, 8, 5)), ("confirmed", LAST + timedelta(1))]}, 0, (0, 1)),
        ({"seen": date(2022, 7, 1), "judged": [("confirmed", date(2022, 7, 9))]}, 1, (0, 0)),
        ({"gone": date(2022, 8, 9), "judged": [("confirmed", date(2022, 8, 5))]}, 0, (1, 1)),
    ],
)
def test_a_flag_as_it_stood_at_the_end(small_county, given, still_open, judged):
    flag(**given)
    assert number("flags_open")[0] == still_open
    assert number("flags_judged") == judged
    assert number("flags_confirmed_irregular_records")[0] == judged[0]
    assert number("flags_confirmed_missed_enrolment")[0] == 0


@pytest.mark.parametrize("seed", range(3))
def test_against_a_slow_count_and_the_lists_behind(small_county, seed):
    dice = random.Random(seed)
    for _ in range(60):
        seen = date(2022, 7, 1) + timedelta(days=dice.randrange(80))
        days = sorted(seen + timedelta(days=dice.randrange(40)) for _ in range(dice.randrange(3)))
        gone = dice.choice([None, max([*days, seen]) + timedelta(days=dice.randrange(20))])
        verdicts = [(dice.choice(["confirmed", "refuted"]), day) for day in days]
        flag(dice.choice(UNITS), defect=dice.choice(list(defects())), seen=seen, gone=gone, judged=verdicts)
    measured = measure(AUGUST, as_of=LAST, codes=FIGURES)
    for key in KEYS:
        expected = slowly(key)
        for code in FIGURES:
            figure, items = catalogue()[code], measured.items[code]
            value = measured.value(code, key)
            behind = [len(chosen_items(figure, items, measured.places, key, part)) for part in (NUMERATOR, ALL)]
            assert [value.numerator, value.denominator or behind[1]] == behind, (code, key)
            assert value.numerator == expected[code], (code, key)


def slowly(key):
    """Each figure's number for a place or unit, flag by flag."""
    found = dict.fromkeys(FIGURES, 0)
    for row in Flag.objects.prefetch_related("judgements"):
        above = {row.unit, row.unit.partition(":")[2], COUNTY}
        if row.unit in UNITS[:2]:
            above.add(TOWN_A if row.unit == UNITS[0] else town_of_b())
        if key not in above or row.first_seen > LAST:
            continue
        said = [one for one in row.judgements.order_by("number") if one.on <= LAST]
        verdict = said[-1].verdict if said else ""
        found["flags_open"] += (row.gone_on is None or row.gone_on > LAST) and verdict != "refuted"
        if verdict == "confirmed" and said[-1].on >= AUGUST.first_day():
            found["flags_judged"] += 1
            found[CONFIRMED[row.defect]] += 1
    return found


def town_of_b():
    return TOWN_A if VILLAGE_B.startswith(TOWN_A[:9]) else TOWN_B


def test_who_may_open_the_list_sees_what_the_check_says(small_county):
    made = flag()
    measured = measure(AUGUST, as_of=LAST, codes=FIGURES)
    items = measured.items["flags_open"]
    told = lines(small_county.posts["village"], catalogue()["flags_open"], items, measured.places)
    assert [(line.described.words, line.described.leads_to) for line in told] == [("评议记录不规范", ("flag", made.pk))]
    assert (
        lines(small_county.posts["department"], catalogue()["flags_open"], items, measured.places)[0].described is None
    )
