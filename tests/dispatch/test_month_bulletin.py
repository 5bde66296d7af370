"""The monthly bulletin from closing to its documents: once, made up after downtime, stoppable, repeatable."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.bulletins.models import Document
from sangesan.bulletins.paper import body_of
from sangesan.dispatch import month_bulletin
from sangesan.dispatch.correcting import correct
from sangesan.dispatch.models import GoodPractice, MonthSheet, Snapshot
from sangesan.dispatch.month_bulletin import (
    make_bulletin,
    make_due,
    newest_sheets,
    subject_of,
    told,
    unfinished,
    withdraw_practice,
    write_practice,
)
from sangesan.dispatch.month_text import annexes_of, parts_of
from sangesan.dispatch.rhythm_tasks import MONTH, ask_for_month
from sangesan.documents.form import Table
from sangesan.figures.counted import Parts
from sangesan.files.models import Attachment
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Stopped, execute
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.messages.models import Message
from sangesan.policy.parameters import ParameterValue
from sangesan.regions.models import County
from sangesan.registry.models import Household
from web.small_county import DAY, NOW, TOWN_A, TOWN_B, VILLAGE_B

AUGUST = Month(2022, 8)
UNITS = 1 + 2 + 18


@pytest.fixture(autouse=True)
def quick_papers(monkeypatch):
    """Rendering has its own tests: here a sheet's bytes are only something that is a PDF or a docx."""
    made = {"docx": b"PK\x03\x04 docx ", "pdf": b"%PDF-1.7 "}
    monkeypatch.setattr(month_bulletin, "produce", lambda paper, kind: made[kind] + paper.title.encode())


def make(month=AUGUST, *, today=DAY, progress=lambda *_: None):
    return make_bulletin(post=system_post(), month=month, now=NOW, today=today, progress=progress)


def texts(document):
    return "\n".join(
        text for part in body_of(document).parts for text in getattr(part, "texts", [getattr(part, "text", "")])
    )


def test_a_month_is_closed_drafted_and_every_unit_has_its_sheet(small_county):
    made = make()
    assert (made.snapshot.period, made.sheets, made.fresh) == ("2022-08", UNITS, UNITS)
    assert made.document.series == "monthly_bulletin"
    assert set(newest_sheets(made.snapshot)) >= {f"town:{TOWN_A}", "department:medical_security", "county:610998"}
    assert Attachment.objects.filter(subject__startswith="month_sheet:").count() == 2 * UNITS
    annexes = body_of(made.document).annexes
    assert [len(next(p for p in one.parts if isinstance(p, Table)).rows) for one in annexes] == [3, 3, 3, 3, 18, 18]
    assert unfinished() == []


def test_the_article_s_rate_is_by_people_and_no_name_stands_in_it(small_county):
    made = make()
    whole = texts(made.document) + "".join(
        "".join(row)
        for one in body_of(made.document).annexes
        for part in one.parts
        if isinstance(part, Table)
        for row in part.rows
    )
    assert "风险消除率0.00%（按人计算，0/2人）" in whole
    assert not [name for name in Household.objects.values_list("head_name", flat=True) if name in whole]


def test_again_changes_nothing(small_county):
    first = make()
    again = make()
    assert again.fresh == 0
    assert (again.document.pk, again.document.version) == (first.document.pk, first.document.version)
    assert MonthSheet.objects.count() == UNITS
    assert Snapshot.objects.filter(kind="month").count() == 1


def test_stopped_half_way_it_goes_on(small_county):
    def stop(done, _total, _message):
        if done > 50:
            raise Stopped

    with pytest.raises(Stopped):
        make(progress=stop)
    kept = MonthSheet.objects.count()
    assert 0 < kept < UNITS
    assert [row.period for row in unfinished()] == ["2022-08"]
    (made,) = make_due(post=system_post(), today=DAY, now=NOW, progress=lambda *_: None)
    assert made.fresh == UNITS - kept
    assert make_due(post=system_post(), today=DAY, now=NOW, progress=lambda *_: None) == []


def test_months_missed_while_the_machine_was_down_are_made_up_once_as_of_their_own_day(small_county):
    make()
    later = date(2022, 12, 20)
    County.objects.update(today=later)
    for _ in range(2):
        make_due(post=system_post(), today=later, now=NOW, progress=lambda *_: None)
    rows = Snapshot.objects.filter(kind="month").order_by("first_on")
    assert [row.period for row in rows] == ["2022-08", "2022-09", "2022-10", "2022-11"]
    assert [row.as_of.month for row in rows] == [9, 10, 11, 12]
    assert Document.objects.filter(series="monthly_bulletin").count() == 4


def test_a_month_that_has_not_ended_is_refused(small_county):
    with pytest.raises(Refusal, match="还不能关账"):
        make(Month(2022, 9))


def test_the_job_shows_progress_and_tells_who_signs(small_county):
    run = ask_for_month(post=small_county.posts["county"], month=AUGUST, now=NOW)
    assert execute(run.pk).state == JobRun.State.DONE
    run.refresh_from_db()
    assert (run.job, run.done, run.total, run.result["sheets"]) == (MONTH, 100, 100, UNITS)
    assert Message.objects.filter(post=small_county.posts["county"], source="month_drafted:2022-08").exists()
    with pytest.raises(NotAllowed):
        ask_for_month(post=small_county.posts["town"], month=AUGUST, now=NOW)


def test_good_practice_is_written_by_people_and_stands_in_the_bulletin(small_county):
    county, form = small_county.posts["county"], uuid4()
    given = {"post": county, "month": AUGUST, "unit_key": f"town:{TOWN_B}", "now": NOW}
    for _ in range(2):
        write_practice(**given, words="每周五晚开院落会，把走访情况说给群众听。", submission=form)
    assert GoodPractice.objects.count() == 1
    made = make()
    assert "西山镇：每周五晚开院落会" in texts(made.document)
    withdraw_practice(post=county, practice_id=GoodPractice.objects.get().pk)
    assert "院落会" not in texts(make().document)
    with pytest.raises(Refusal, match="10 到 600 字"):
        write_practice(**given, words="好", submission=uuid4())
    with pytest.raises(NotAllowed):
        write_practice(
            **(given | {"post": small_county.posts["town"]}), words="我镇做得最好，请表扬", submission=uuid4()
        )


def test_a_correction_makes_the_sheets_anew_only_where_they_say_something_else(small_county):
    made = make()
    row = made.snapshot
    correct(
        post=small_county.posts["county"], snapshot=row, key=VILLAGE_B, code="problems_found", new=Parts(2, 2),
        why="漏记了两个问题", submission=uuid4(), now=NOW,
    )  # fmt: skip
    again = make()
    assert again.fresh == 2, "its town's and the county's"
    assert len(newest_sheets(row)) == UNITS
    assert MonthSheet.objects.count() == UNITS + 2
    assert subject_of(newest_sheets(row)[f"town:{TOWN_B}"].pk)


def test_ranks_are_off_unless_the_county_turns_them_on(small_county):
    snapshot = make().snapshot

    def headings():
        return [
            h for one in annexes_of(told(snapshot, DAY)) for p in one.parts if isinstance(p, Table) for h in p.headings
        ]

    assert not [one for one in headings() if "位次" in one]
    value = ParameterValue("month_rankings", "yes", "text", date(2022, 1, 1), None, "县专班", "县办〔2022〕8号")
    amend(post=small_county.posts["county"], value=value, now=NOW)
    assert [one for one in headings() if "位次" in one]
    assert parts_of(told(snapshot, DAY))
