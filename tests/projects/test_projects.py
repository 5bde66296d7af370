"""Projects over the database: planned, reported, corrected, changed, given up; what was known on a day."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.builders import BUILT, END, OPENED, jpeg, plan, planned, reported
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.files.models import Attachment
from sangesan.kernel.refusal import Refusal
from sangesan.messages.models import Message
from sangesan.projects.domain import Main, Milestone, Told
from sangesan.projects.models import Plan, Project, Report
from sangesan.projects.planning import change_plan, plan_project, stop_project
from sangesan.projects.project_page import project_list, project_page
from sangesan.projects.queries import lagging, rows_of
from sangesan.projects.reporting import correct_report, report_progress, subject_of
from web.small_county import DAY, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty


def main_of(project: Project, on: date = DAY) -> Main:
    return rows_of([project], on)[0].standing.main


def test_a_plan_is_told_to_the_unit_that_answers(small_county: SmallCounty) -> None:
    project = planned(small_county.posts["county"])
    row = project.plans.get()
    assert (row.person, row.unit_word, project.place) == (small_county.posts["town"], "户", TOWN_A)
    assert Message.objects.get(post=row.person).source == f"project:{project.pk}"
    assert Entry.objects.filter(object=f"project:{project.pk}", tag="projects:project:plan").exists()


def test_the_same_submission_plans_one_project(small_county: SmallCounty) -> None:
    one = uuid4()
    made = [
        plan_project(post=small_county.posts["county"], given=plan(), submission=one, today=DAY, now=NOW)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(Refusal, match="已有项目"):
        planned(small_county.posts["county"])


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"owner": f"village:{VILLAGE_A}"}, "不由"),
        ({"owner": "town:999999999999"}, "没有“town"),
        ({"owner": "department:water"}, "没有责任人"),
        ({"place": "1"}, "没有代码"),
        ({"kind": "airport"}, "没有“airport”"),
        ({"document": ""}, "依据"),
        ({"reference": " "}, "编号"),
    ],
)
def test_a_plan_names_who_answers_and_where(small_county: SmallCounty, more: dict[str, str], says: str) -> None:
    with pytest.raises(Refusal, match=says):
        planned(small_county.posts["county"], **more)
    assert not Project.objects.exists()


def test_progress_is_reported_with_photos_and_the_lag_follows(small_county: SmallCounty) -> None:
    project, town = planned(small_county.posts["county"]), small_county.posts["town"]
    assert main_of(project) == Main.BEHIND  # never reported, half a year after its start
    row = reported(town, project, 32, milestones=("m1", "m2"))
    assert (row.percent, Attachment.objects.get(subject=subject_of(row.pk)).role) == (80, "photo")
    assert main_of(project) == Main.ON_TIME
    assert not lagging(DAY)
    assert [main_of(project, DAY + timedelta(days=n)) for n in (15, 16, 60)] == [
        Main.ON_TIME,
        Main.UNREPORTED,
        Main.BEHIND,
    ]
    assert "主体" not in str(bytes(row.sealed))


def test_a_report_sent_twice_is_one(small_county: SmallCounty) -> None:
    project, town, one = planned(small_county.posts["county"]), small_county.posts["town"], uuid4()
    told = Told(as_of=DAY, done=10, words="完成十户主体")
    for _ in range(2):
        report_progress(
            post=town, project_id=project.pk, told=told, photos=[jpeg()], submission=one, today=DAY, now=NOW
        )
    assert Report.objects.count() == 1
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "error"), [("village", NotAllowed), ("department", NotAllowed), ("inspector", NotAllowed)]
)
def test_only_the_unit_that_answers_reports(small_county: SmallCounty, role: str, error: type[Exception]) -> None:
    project = planned(small_county.posts["county"])
    with pytest.raises(error):
        reported(small_county.posts[role], project, 3)


def test_a_town_reports_for_its_villages_and_no_others(small_county: SmallCounty) -> None:
    county, town = small_county.posts["county"], small_county.posts["town"]
    own = planned(county, reference="CY-1", kind="industry", owner=f"village:{VILLAGE_A}")
    assert reported(town, own, 5).done == 5
    assert [row.project for row in project_list(small_county.posts["village"], DAY).rows] == [own]
    Project.objects.filter(pk=own.pk).update(owner=f"town:{TOWN_B}", place=VILLAGE_B)
    with pytest.raises(NotAllowed):
        reported(town, own, 6)


def test_the_newest_report_is_corrected_by_a_row(small_county: SmallCounty) -> None:
    project, town = planned(small_county.posts["county"]), small_county.posts["town"]
    first = reported(town, project, 10, DAY - timedelta(days=10))
    wrong = reported(town, project, 38)
    about = {"post": town, "reason": "户数填错了", "today": DAY, "now": NOW}
    with pytest.raises(Refusal, match="之后已有新的报送"):
        correct_report(**about, report_id=first.pk, told=None, submission=uuid4())
    right = correct_report(
        **about, report_id=wrong.pk, told=Told(as_of=DAY, done=18, words="实际完成十八户"), submission=uuid4()
    )
    assert rows_of([project], DAY)[0].last == right
    assert Report.objects.count() == 3
    with pytest.raises(Refusal, match="已经更正"):
        correct_report(**about, report_id=wrong.pk, told=None, submission=uuid4())
    correct_report(**about, report_id=right.pk, told=None, submission=uuid4())
    last = rows_of([project], DAY)[0].last
    assert last == first  # void: what was reported before counts again


def test_a_correction_needs_its_own_photo_only_where_none_was(small_county: SmallCounty) -> None:
    project, town = planned(small_county.posts["county"]), small_county.posts["town"]
    row = reported(town, project, 10)
    kept = correct_report(
        post=town, report_id=row.pk, told=Told(as_of=DAY, done=12, words="补上两户"), reason="漏报两户",
        submission=uuid4(), today=DAY, now=NOW,
    )  # fmt: skip
    assert kept.done == 12


def test_what_was_known_on_a_day_stays_what_was_known(small_county: SmallCounty) -> None:
    county, town = small_county.posts["county"], small_county.posts["town"]
    project, before = planned(county), DAY - timedelta(days=3)
    wrong = reported(town, project, 38, before)
    correct_report(
        post=town, report_id=wrong.pk, told=Told(as_of=before, done=8, words="实际八户"), reason="户数填错",
        submission=uuid4(), today=DAY, now=NOW,
    )  # fmt: skip
    assert [rows_of([project], day)[0].last.done for day in (before, DAY)] == [38, 8]  # type: ignore[union-attr]
    assert rows_of([project], date(2022, 2, 1)) == []


def test_a_changed_plan_stands_beside_the_one_before(small_county: SmallCounty) -> None:
    county = small_county.posts["county"]
    project = planned(county)
    later = plan(end_on=END + timedelta(days=60), milestones=(OPENED, Milestone("m2", "主体完工", BUILT.due_on, 60)))
    about = {"post": county, "project_id": project.pk, "today": DAY, "now": NOW}
    with pytest.raises(Refusal, match="没有写理由"):
        change_plan(**about, given=later, reason="", submission=uuid4())
    change_plan(**about, given=later, reason="汛期道路中断", submission=uuid4())
    page = project_page(county, project.pk, DAY)
    assert [p.end_on for p in page.plans] == [END + timedelta(days=60), END]
    assert rows_of([project], DAY - timedelta(days=1))[0].plan.end_on == END  # as it stood the day before


def test_a_given_up_project_lags_no_more_and_takes_no_report(small_county: SmallCounty) -> None:
    county = small_county.posts["county"]
    project = planned(county)
    stop_project(
        post=county, project_id=project.pk, document="县政办〔2022〕40号", reason="选址不符合要求", submission=uuid4(),
        today=DAY, now=NOW,
    )  # fmt: skip
    assert main_of(project) == Main.STOPPED
    assert Plan.objects.count() == 2
    with pytest.raises(Refusal, match="已终止"):
        reported(small_county.posts["town"], project, 3)


def test_the_list_takes_the_same_queries_for_however_many(small_county: SmallCounty) -> None:
    county = small_county.posts["county"]
    counts = []
    for number in (1, 8):
        for n in range(number):
            planned(county, reference=f"WF-{number}-{n}", title=f"危房改造第{n}批")
        with CaptureQueriesContext(connection) as caught:
            project_list(county, DAY)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_lagging_of_one_unit_the_furthest_behind_first(small_county: SmallCounty) -> None:
    county, town = small_county.posts["county"], small_county.posts["town"]
    one, two = planned(county), planned(county, reference="WF-02", title="第二批危房改造")
    reported(town, two, 12)
    assert [row.project for row in lagging(DAY, f"town:{TOWN_A}")] == [one, two]
    assert lagging(DAY, f"town:{TOWN_B}") == []
