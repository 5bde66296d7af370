"""The demonstration's histories: every step of the table, every decision on its record, figures on any day the same."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.assistance.models import Landing, Measure, Need, Request
from sangesan.cases.checking_records import doubts
from sangesan.cases.dossiers import dossiers
from sangesan.cases.history import history
from sangesan.cases.models import AgendaItem, Case, Comparison, Irregularity, Meeting, Notice, NoticeCase, Step
from sangesan.cases.procedure import TRANSITIONS
from sangesan.cases.states import EXITING, IDENTIFYING, Act, State
from sangesan.clues.models import Clue, Scope
from sangesan.clues.refreshing import scopes_of
from sangesan.demo.answering import name_those_who_answer
from sangesan.demo.histories.homes import homes_of
from sangesan.demo.histories.incomes import line_on
from sangesan.demo.histories.writing import write_histories
from sangesan.demo.making import make_county
from sangesan.demo.meeting_days import last_meetings, meeting_days, next_meetings
from sangesan.demo.registry_files import write_registry
from sangesan.demo.run import _amend_line
from sangesan.demo.standing_fits import known_village
from sangesan.figures.queries import county_figures_on
from sangesan.files.models import Attachment, StoredFile
from sangesan.kernel.period import add_months
from sangesan.policy.calendars import is_working
from sangesan.regions.queries import forget_tree, tree
from sangesan.registry.county_folder import load_places, load_register
from sangesan.registry.models import Household, Membership, Standing
from sangesan.responsibility.models import Agreement
from sangesan.visits.models import Visit
from web.small_county import NOW

pytestmark = pytest.mark.django_db
SINCE, TODAY = date(2021, 1, 1), date(2022, 9, 13)
SCALE, CLUES = 0.02, 130
PLACES = {"village", "community"}


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A small county with its histories, in one transaction that is rolled back after the module's tests."""
    folder = tmp_path_factory.mktemp("histories")
    write_registry(make_county(SCALE, 20220913), folder)
    with django_db_blocker.unblock(), transaction.atomic():
        build(folder)
        yield
        transaction.set_rollback(True)
    forget_tree()


def build(folder: Path) -> None:
    forget_tree()
    load_places(folder, SINCE)
    load_register(folder, SINCE, post=system_post(), progress=lambda *_: None)
    name_those_who_answer(SINCE, now=NOW, progress=lambda *_: None)
    _amend_line()
    raise_clues()
    write()


def write() -> None:
    write_histories(today=TODAY, now=NOW, progress=lambda *_: None)


def raise_clues() -> None:
    """Open clues such as a screening leaves."""
    risks = ["01", "07", "0201", "H1", "03", "H2", "09", "06"]
    for n, home in enumerate(Household.objects.filter(stage="").order_by("pk")[::9][:CLUES]):
        clue = Clue.objects.create(
            household=home, division=home.residence, town=home.residence_town, grid=home.grid, risk=risks[n % 8],
            channel="DEPT", state="open", headline="部门数据显示有风险", rule="R01", opened_on=TODAY,
            due_on=TODAY + timedelta(days=3),
        )  # fmt: skip
        scopes = [Scope(clue=clue, scope=s, state=clue.state, due_on=clue.due_on) for s in scopes_of(clue, tree())]
        Scope.objects.bulk_create(scopes)


def steps_by_case() -> dict[int, list[Step]]:
    found: defaultdict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.order_by("case_id", "number"):
        found[step.case_id].append(step)
    return found


def of_history() -> list[Case]:
    """The cases of households that the register has in monitoring."""
    homes = Standing.objects.values_list("household_id", flat=True)
    return list(Case.objects.filter(household__in=homes).select_related("household").order_by("pk"))


def test_every_standing_has_its_case_and_every_case_its_standing(county: None) -> None:
    standing = {s.household_id: s for s in Standing.objects.filter(valid_to=None)}
    cases = {c.household_id: c for c in of_history()}
    assert len(cases) == len(standing) == round(3210 * SCALE)
    for household, s in standing.items():
        case = cases[household]
        assert (case.enrolled_on, case.eliminated_on) == (s.enrolled_on, s.eliminated_on)
        assert case.national_number in {s.national_number, ""}
        assert (case.state in {State.TRACKED, State.EXIT_ANNOUNCEMENT}) == (s.stage == "eliminated")
        assert case.risks
        assert case.regime == "2021"
    assert Case.objects.filter(enrolled_on__isnull=False).count() == len(standing)


def test_steps_follow_the_table_in_order_of_days(county: None) -> None:
    roles = dict(Post.objects.values_list("pk", "role"))
    steps = steps_by_case()
    for case in Case.objects.all():
        own = steps[case.pk]
        assert [s.number for s in own] == list(range(case.steps + 1))
        assert (own[0].act, own[0].target) == ("open", State.CHECKING)
        for before, step in pairwise(own):
            line = TRANSITIONS[State(step.source), Act(step.act)]
            assert (step.source, step.target, step.line) == (
                before.target, line.target, f"{line.state}>{line.act}>{line.target}",
            )  # fmt: skip
            assert roles[step.post] in line.roles, step.line
            assert before.on <= step.on <= TODAY
            assert not line.reason or step.reason
            assert step.recorded_at.date() >= step.on
        since = own[-1].on if case.steps else case.began_on  # the first step counts from the day the clue came up
        assert (case.state, case.step_on) == (own[-1].target, since)


def item_of(case: Case, kind: Meeting.Kind, *, leaving: bool = False) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting").get(case=case, meeting__kind=kind, exit=leaving)


def day_of(steps: list[Step], act: Act, source: State) -> date:
    return next(s.on for s in steps if s.act == act and s.source == source)


def test_every_enrolment_rests_on_its_record(county: None) -> None:
    steps = steps_by_case()
    for case in of_history():
        own = steps[case.pk]
        checked = [s for s in own if s.act == Act.FINISH_CHECKING and s.source == State.CHECKING][-1]
        first = Visit.objects.get(pk=checked.evidence["visits"][0])
        assert len(first.checker_names) >= 2
        assert first.signed
        assert case.began_on <= first.visited_on <= checked.on
        assert set(first.tests) == {"housing", "schooling", "insurance", "water"}
        over = (first.reference_per_head_fen or 0) > line_on(first.visited_on)
        assert over == (case.category == "sudden")
        home = homes_of([case.household_id])[case.household_id]
        adults = {m.person for m in home.adults(checked.on)}
        assert adults <= set(checked.evidence["authorised"])
        assert adults <= set(case.authorisations.values_list("person_id", flat=True))
        comparison = Comparison.objects.get(case=case)
        assert all(hit.explanation for hit in comparison.hits.all())
        assert case.helper_id
        assert Measure.objects.filter(case=case.pk, begins_on__lte=day_of(own, Act.PASS_STUDY, State.STUDY)).exists()
        decided_by_chain(case, own, leaving=False)


def decided_by_chain(case: Case, own: list[Step], *, leaving: bool) -> None:
    """Majority, full notice, sitting, joint meeting with a number: for both ways alike."""
    at = (State.EXIT_APPRAISAL, State.EXIT_NOTICE, State.EXIT_COUNTY_DECISION) if leaving else (
        State.APPRAISAL, State.NOTICE, State.COUNTY_DECISION,
    )  # fmt: skip
    item = item_of(case, Meeting.Kind.APPRAISAL, leaving=leaving)
    votes = (item.votes_for or 0, item.votes_against or 0, item.abstained or 0)
    assert votes[0] * 2 > item.meeting.present >= sum(votes)
    assert 31 <= item.meeting.expected <= 60
    assert item.meeting.minutes
    assert item.meeting.held_on == day_of(own, Act.PASS_APPRAISAL, at[0])
    notice = NoticeCase.objects.select_related("notice").get(case=case, notice__exit=leaving).notice
    ended = day_of(own, Act.END_NOTICE, at[1])
    assert (ended - notice.posted_on).days >= 5 + (0 if leaving else case.stopped_days)
    assert notice.village == case.village
    assert item_of(case, Meeting.Kind.TOWN_REVIEW, leaving=leaving).meeting.division == case.town
    joint = item_of(case, Meeting.Kind.JOINT_MEETING, leaving=leaving).meeting
    decided = case.eliminated_on if leaving else case.enrolled_on
    number = case.exit_decision_number if leaving else case.decision_number
    assert joint.held_on == decided == day_of(own, Act.DECIDE, at[2])
    assert joint.document_number == number != ""
    assert decided > ended >= notice.until


def test_every_elimination_rests_on_its_record(county: None) -> None:
    steps = steps_by_case()
    gone = [case for case in of_history() if case.eliminated_on]
    assert len(gone) == round(2380 * SCALE)
    for case in gone:
        own = steps[case.pk]
        proposed = day_of(own, Act.PROPOSE_EXIT, State.ASSISTED)
        assert proposed >= add_months(case.enrolled_on, 6)
        assert Measure.objects.filter(case=case.pk, state="landed", landed_on__lte=proposed).exists()
        visit = Visit.objects.get(case=case.pk, conclusion="risk_gone", income_from__isnull=False)
        assert proposed <= visit.visited_on <= day_of(own, Act.PASS_APPRAISAL, State.EXIT_APPRAISAL)
        assert visit.reference_per_head_fen > line_on(case.eliminated_on)
        assert set(visit.tests.values()) == {True}
        assert not visit.risks
        assert visit.labour > 0
        assert not Need.objects.filter(case=case.pk, met_on=None).exists()
        decided_by_chain(case, own, leaving=True)


def test_figures_of_any_day_come_from_the_steps(county: None) -> None:
    decided = list(
        Step.objects.filter(act=Act.DECIDE).values_list("case__household_id", "source", "on").order_by("on")
    )
    members = defaultdict(list)
    for m in Membership.objects.exclude(kind="living_together").select_related("person"):
        gone = m.person.died_on or m.person.left_on
        members[m.household_id].append(gone)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dates(SINCE, TODAY))
    def on_any_day(day: date) -> None:
        entered = {h for h, source, on in decided if source == State.COUNTY_DECISION and on <= day}
        left = {h for h, source, on in decided if source == State.EXIT_COUNTY_DECISION and on <= day}

        def people(homes: set[int]) -> tuple[int, int]:
            alive = {h: sum(1 for gone in members[h] if gone is None or gone > day) for h in homes}
            return sum(1 for n in alive.values() if n), sum(alive.values())

        figures = county_figures_on(day)
        assert (figures.monitored.households, figures.monitored.people) == people(entered)
        assert (figures.eliminated.households, figures.eliminated.people) == people(left)
        assert (figures.open.households, figures.open.people) == people(entered - left)

    on_any_day()
    months = [county_figures_on(add_months(SINCE, n)).monitored.households for n in range(21)]
    assert months == sorted(months)
    assert months[0] < months[-1]


def test_most_cases_keep_the_fifteen_days(county: None) -> None:
    late = [c for c in of_history() if (c.enrolled_on - c.began_on).days > 15]
    assert len(late) <= len(of_history()) // 8
    assert all((c.enrolled_on - c.began_on).days <= 28 for c in of_history())


def test_cases_under_way_stand_everywhere_and_keep_their_deadlines(county: None) -> None:
    states = Counter(Case.objects.values_list("state", flat=True))
    assert set(IDENTIFYING[:6]) <= set(states)
    assert {State.NOT_QUALIFIED, State.WITHDRAWN, State.UNREACHABLE, State.TRACKED, State.ASSISTED} <= set(states)
    assert set(states) & set(EXITING)
    for case in Case.objects.filter(state__in=IDENTIFYING):
        assert case.step_due
        assert case.whole_due
        assert case.step_due >= case.step_on
    assert Case.objects.filter(papers_due__gte=TODAY, enrolled_on=None).exists()
    assert Case.objects.filter(objections__settled_on=None, objections__isnull=False).exists()
    assert Agreement.objects.count() == 0 or Agreement.objects.filter(confirmed_at=None).count() == 1
    assert {"open", "granted", "refused"} == set(Request.objects.values_list("state", flat=True))
    assert not Clue.objects.filter(case__isnull=False, state="open").exists()


def test_what_inspectors_found_in_one_village_can_be_found(county: None) -> None:
    known = known_village()
    village = next(c for c in tree().levels if tree().full_name(c) == known["town"] + known["village"])
    month = (known["month"].year, known["month"].month)
    new = [c for c in of_history() if c.village == village and (c.enrolled_on.year, c.enrolled_on.month) == month]
    assert len(new) == 3
    for case in new:
        codes = set(case.irregularities.values_list("code", flat=True))
        assert {"below_quorum", "no_appraisal_photo"} <= codes
        assert item_of(case, Meeting.Kind.APPRAISAL).meeting.recorder == ""


def test_what_is_irregular_now_is_written_down(county: None) -> None:
    cases = of_history()
    found = doubts(dossiers(cases, TODAY))
    kept = set(Irregularity.objects.values_list("case_id", "code"))
    assert {(case, doubt.code) for case, of_case in found.items() for doubt in of_case} <= kept
    rows = Irregularity.objects.filter(case__in=cases)
    reasoned = rows.exclude(reason="").count()
    assert 0 < reasoned < rows.count()


def test_few_minutes_are_alike(county: None) -> None:
    appraisals = Meeting.objects.filter(kind=Meeting.Kind.APPRAISAL)
    digests = Counter(appraisals.values_list("minutes_digest", flat=True))
    alike = sum(n for digest, n in digests.items() if n > 1)
    assert alike <= appraisals.count() * 0.08
    assert "" not in digests


def test_deliveries_come_after_the_decision(county: None) -> None:
    for landing in Landing.objects.select_related("measure"):
        case = Case.objects.get(pk=landing.measure.case)
        assert landing.on <= TODAY
        assert landing.on >= landing.measure.begins_on
        assert case.green_channel_on or landing.on > case.enrolled_on
    still = Case.objects.filter(state=State.ASSISTED)
    without = [c for c in still if not Measure.objects.filter(case=c.pk, state="landed").exists()]
    assert 1 <= len(without) <= len(still) // 2


def test_pictures_say_that_they_are_made_up_and_are_kept_once(county: None) -> None:
    assert StoredFile.objects.filter(attachments__note="演示照片（程序生成）").distinct().count() <= 4
    subjects = {s.split(":")[0] for s in Attachment.objects.values_list("subject", flat=True)}
    assert {"visit", "meeting", "notice", "landing"} <= subjects
    assert Notice.objects.exclude(taken_down_on=None).count() > 50


def test_a_history_is_told_whole(county: None) -> None:
    case = next(c for c in of_history() if c.state == State.TRACKED)
    told = json.loads(json.dumps(history(case.household, TODAY), default=str, ensure_ascii=False))
    (only,) = told["cases"]
    assert [step["number"] for step in only["steps"]] == list(range(case.steps + 1))
    for step in only["steps"]:
        assert step["post"]
        assert step["on"]
        assert step["recorded_at"]
        assert step["actor"]
        assert step["evidence"] or step["act"] == "open"


def test_a_second_time_adds_nothing_and_all_keys_lead_somewhere(county: None) -> None:
    before = (Step.objects.count(), Visit.objects.count(), Attachment.objects.count())
    write()
    assert (Step.objects.count(), Visit.objects.count(), Attachment.objects.count()) == before
    connection.check_constraints()


def test_meetings_are_on_working_days() -> None:
    days = meeting_days(TODAY)
    assert all(is_working(day) for day in days)
    assert sum(day.weekday() == 3 for day in days) > len(days) * 0.9
    assert days == tuple(sorted(set(days)))


@given(st.dates(date(2020, 3, 5), date(2022, 9, 8)))
def test_the_meeting_before_and_after_a_day(day: date) -> None:
    import numpy as np

    one = np.array([day], dtype="datetime64[D]")
    before, after = last_meetings(one, TODAY)[0].item(), next_meetings(one, TODAY)[0].item()
    assert before <= day <= after
    assert {before, after} <= set(meeting_days(TODAY))
    assert not [d for d in meeting_days(TODAY) if before < d < after]
