"""What flows in by itself: each source counted against rows written by hand."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from assessment.assessed_county import NOW
from sangesan.assessment.domain import Operand
from sangesan.assessment.supplying import Window, supply
from sangesan.checks.models import Flag
from sangesan.supervision.models import LookBack, Sheet
from village_work.builders import log, owe
from web.small_county import VILLAGE_A

pytestmark = pytest.mark.django_db
Q3 = Window(date(2022, 7, 1), date(2022, 9, 30), date(2022, 9, 30))
UNIT = f"village:{VILLAGE_A}"


def sheet(county, n: int, colour: str = "blue", state: str = "issued", due: date = date(2022, 8, 10), **more) -> Sheet:
    closed = {"evidence": 1, "rectified_user": 1, "closed_user": 2} if state == "closed" else {}
    return Sheet.objects.create(
        origin="x", colour=colour, cause="direct", matter="记录不全", sealed=b"", unit=UNIT, person=county.posts["village"], state=state,
        year=2022, number=n, drafted_on=date(2022, 8, 1), drafted_by=1, drafted_title="x", signed_by=1, issued_on=date(2022, 8, 3),
        due_on=due, submission=uuid4(), recorded_at=NOW, **closed | more,
    )  # fmt: skip


def keys(found, name: str, key: str = UNIT) -> list[str]:
    return [one.key for one in found.records.get(name, {}).get(key, [])]


def test_sheets_in_time_and_late(small_county):
    in_time = sheet(small_county, 1, state="closed", rectified_on=date(2022, 8, 10), ended_on=date(2022, 8, 12))
    late = sheet(small_county, 2, state="closed", rectified_on=date(2022, 8, 11), ended_on=date(2022, 8, 12))
    never = sheet(small_county, 3, colour="red")
    sheet(small_county, 4, state="rectified", rectified_on=date(2022, 8, 9))  # in time, waits for its review
    sheet(small_county, 5, due=date(2022, 10, 9))  # not due yet
    sheet(small_county, 6, state="withdrawn")
    found = supply(Q3)
    assert found.shares["sheets_in_time"][UNIT] == Operand(1, 3)
    assert found.shares["sheets_in_time"][f"post:{small_county.posts['village'].pk}"] == Operand(1, 3)
    assert keys(found, "sheets_overdue") == [f"sheet:{late.pk}", f"sheet:{never.pk}"]
    assert keys(found, "sheets_red") == [f"sheet:{never.pk}"]
    assert f"sheet:{in_time.pk}" in keys(found, "sheets_blue")
    assert len(keys(found, "sheets_blue")) == 4


def test_look_backs(small_county):
    for n, (result, day) in enumerate(
        [("corrected", date(2022, 9, 1)), ("came_back", date(2022, 9, 2)), ("not_corrected", date(2022, 9, 3)), ("came_back", date(2022, 6, 30))],
        start=1,
    ):
        row = sheet(small_county, n, state="closed", rectified_on=date(2022, 8, 9), ended_on=date(2022, 8, 9))
        LookBack.objects.create(sheet=row, unit=UNIT, due_on=day, result=result, found_on=day, post=1, planned_at=NOW, recorded_at=NOW)
    found = supply(Q3)
    assert found.shares["look_backs_held"][UNIT] == Operand(1, 3)
    assert (len(keys(found, "look_backs_returned")), len(keys(found, "look_backs_uncorrected"))) == (1, 1)


def flag(n: int, defect: str = "irregular_records", **more) -> Flag:
    given = {
        "check_code": f"c{n}", "defect": defect, "subject": f"meeting:{n}", "village": VILLAGE_A, "unit": UNIT, "sentence": "无签到表",
        "facts_digest": "x", "version": "1", "first_seen": date(2022, 8, 1), "last_seen": date(2022, 8, 5), "gone_on": date(2022, 8, 6),
        "recorded_at": NOW,
    }  # fmt: skip
    return Flag.objects.create(**given | more)


def test_only_what_was_put_right_before_anybody_judged_it_is_an_own_correction(small_county):
    own = flag(1)
    flag(2, gone_on=None)
    flag(3, defect="missed_enrolment")  # to correct it is to identify
    flag(4, verdict="confirmed", judged_on=date(2022, 8, 3), judged_at=NOW)
    assert keys(supply(Q3), "own_corrections") == [f"flag:{own.pk}"]


def test_duties_count_periods_that_ended_with_a_log_in_time(small_county):
    owe(since=date(2022, 7, 1))
    log(small_county.posts["grid"], on=date(2022, 9, 13))
    log(small_county.posts["grid"], on=date(2022, 9, 7))  # entered on the 13th, when its week was over
    found = supply(Q3)
    kept = found.shares["duties_kept"][UNIT]
    assert kept.numerator == 1
    missing = found.records["duties_missing"][UNIT]
    assert kept.numerator + sum(one.count for one in missing) == kept.denominator
    assert kept.denominator == 12  # weeks that begin on 4 July or later and end by 30 September


def test_a_window_ends_with_its_as_of_day(small_county):
    sheet(small_county, 1)
    early = supply(Window(date(2022, 7, 1), date(2022, 9, 30), date(2022, 8, 2)))
    assert keys(early, "sheets_blue") == []
