"""Sheets, findings and look-backs as figures: each where its unit lies, as it stood at the end of the days."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from sangesan.figures.catalogue import catalogue
from sangesan.figures.counting.supervision import FIGURES
from sangesan.figures.measuring import measure
from sangesan.inspections.models import Finding
from sangesan.kernel.period import Month
from sangesan.supervision.models import LookBack, Sheet
from web.small_county import NOW, TOWN_A, VILLAGE_A, VILLAGE_B

SEPTEMBER = Month(2022, 9)
LAST = SEPTEMBER.last_day()
DEPARTMENT = "department:medical_security"


def sheet(
    person, unit, *, colour="blue", issued=date(2022, 9, 2), due=date(2022, 9, 9), state="issued", ended=None, **more
):
    number = Sheet.objects.count() + 1
    closed = {"evidence": 1, "rectified_user": 1, "rectified_on": ended, "closed_user": 2} if state == "closed" else {}
    return Sheet.objects.create(
        origin="finding:1", colour=colour, cause="found", matter="评议记录不规范", sealed=b"x", unit=unit, person=person,
        state=state, year=2022, number=number, drafted_on=issued, drafted_by=1, drafted_title="督查组", signed_by=1,
        issued_on=issued, due_on=due, ended_on=ended, submission=uuid4(), recorded_at=NOW, **closed, **more,
    )  # fmt: skip


def numbers(code, *keys):
    measured = measure(SEPTEMBER, as_of=LAST, codes=FIGURES)
    return [measured.value(code, key).numerator for key in keys]


def test_every_figure_stands_in_the_catalogue():
    assert set(catalogue()) >= FIGURES


def test_sheets_count_for_their_unit_and_what_lies_above_it(small_county):
    person = small_county.posts["village"]
    sheet(person, f"village:{VILLAGE_A}")
    sheet(person, f"town:{TOWN_A}", colour="yellow", due=LAST)
    sheet(person, DEPARTMENT, colour="red")
    sheet(person, f"village:{VILLAGE_B}", issued=date(2022, 8, 1), state="closed", ended=date(2022, 9, 5))
    sheet(person, f"village:{VILLAGE_B}", state="withdrawn")
    county = VILLAGE_A[:6]
    assert numbers("sheets_issued_blue", VILLAGE_A, TOWN_A, county, VILLAGE_B) == [1, 1, 1, 0]
    assert numbers("sheets_issued_yellow", VILLAGE_A, TOWN_A, county) == [0, 1, 1]
    assert numbers("sheets_issued_red", DEPARTMENT, TOWN_A, county) == [1, 0, 1]
    assert numbers("sheets_closed", VILLAGE_B, county) == [1, 1]
    assert numbers("sheets_open", VILLAGE_A, TOWN_A, DEPARTMENT, county) == [1, 2, 1, 3]
    assert numbers("sheets_overdue", VILLAGE_A, TOWN_A, DEPARTMENT, county) == [1, 1, 1, 2]


@pytest.mark.parametrize(("ended", "still_open"), [(None, 1), (LAST, 0), (LAST + timedelta(1), 1)])
def test_a_sheet_is_open_as_of_the_day(small_county, ended, still_open):
    state = "issued" if ended is None else "closed"
    sheet(small_county.posts["village"], f"village:{VILLAGE_A}", state=state, ended=ended)
    assert numbers("sheets_open", VILLAGE_A) == [still_open]


def test_findings_and_look_backs(small_county):
    for on in (date(2022, 9, 1), date(2022, 8, 31)):
        Finding.objects.create(
            defect="irregular_records", unit=f"village:{VILLAGE_A}", place=VILLAGE_A, sealed=b"x", found_on=on, post=1,
            post_title="督查组", submission=uuid4(), recorded_at=NOW,
        )  # fmt: skip
    one = sheet(small_county.posts["village"], f"village:{VILLAGE_A}")
    for result, on in (
        ("corrected", date(2022, 9, 3)),
        ("came_back", date(2022, 9, 4)),
        ("corrected", date(2022, 8, 1)),
    ):
        LookBack.objects.create(
            sheet=one,
            unit=one.unit,
            due_on=on,
            result=result,
            found_on=on,
            files=1,
            planned_at=NOW,
            recorded_at=NOW,
            post=1,
            submission=uuid4(),
        )
    measured = measure(SEPTEMBER, as_of=LAST, codes=FIGURES)
    assert measured.value("findings_new", TOWN_A).numerator == 1
    value = measured.value("look_backs_done", VILLAGE_A)
    assert (value.numerator, value.denominator) == (1, 2)
