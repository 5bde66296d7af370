"""From a form to a clue: attached where it is sure, chosen by a person where it is not, once however often it is sent."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.clues.actions import record_first_visit
from sangesan.clues.models import Clue, Sighting
from sangesan.files.attaching import attachments_of, prepare
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.self_reports.answering import answer, ask_for_review, case_of, reason_due
from sangesan.self_reports.contents import open_content
from sangesan.self_reports.domain import Given, Standing, State, Way
from sangesan.self_reports.models import Report
from sangesan.self_reports.progress import find, progress_of
from sangesan.self_reports.queries import Filters, counts, own_words, report_list
from sangesan.self_reports.receiving import attach, confirm, receive
from sangesan.self_reports.reporting import NotInOrder, places_to_choose, submit
from sangesan.self_reports.taking_down import take_down
from web.small_county import DAY, GRID_A, TOWN_A, VILLAGE_A, VILLAGE_B, SmallCounty, identity

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
WEBM = b"\x1a\x45\xdf\xa3\x01\x42\x82\x84webm" + bytes(2000)
CHEN = identity(101, date(1968, 3, 5))
CHILD = identity(103, date(2009, 1, 22))
STRANGER = identity(777, date(1980, 1, 1))
OWN = Given("陈大山", "13800001234", CHEN, "父亲住院花了两万多", GRID_A, "01")


def sent(given: Given = OWN, *, form: uuid.UUID | None = None, way: str = Way.QR, **more) -> Report:
    places = places_to_choose(VILLAGE_A)
    return submit(given=given, way=way, form=form or uuid.uuid4(), places=places, today=DAY, now=NOW, **more)


def received(given: Given = OWN, **more) -> Report:
    return receive(report_id=sent(given, **more).pk, today=DAY, now=NOW)


def shown(report: Report) -> Standing:
    return progress_of(Report.objects.select_related("clue").get(pk=report.pk), DAY).standing


def test_number_and_name_together_make_a_clue_whose_words_stay_sealed(small_county: SmallCounty) -> None:
    report = received()
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    assert (report.state, report.household, report.sent_on, report.joined) == (State.SENT, home, DAY, False)
    clue = report.clue
    assert (clue.household, clue.risk, clue.channel, clue.grid) == (home, "01", "SELF", GRID_A)
    sighting = Sighting.objects.get(clue=clue)
    assert (sighting.source, sighting.event_on) == (f"self_report:{report.pk}", None)
    for text in (clue.headline, sighting.words, *Entry.objects.values_list("reason", flat=True)):
        assert "两万" not in text
    assert "两万" not in str(bytes(report.content_sealed))
    assert open_content(report).words == OWN.words


def test_the_same_form_twice_is_one_report_and_other_words_are_another(small_county: SmallCounty) -> None:
    form = uuid.uuid4()
    first, again = sent(form=form), sent(form=form)
    assert (first.pk, first.receipt) == (again.pk, again.receipt)
    other = sent(replace(OWN, words="后来又欠了一万块"), form=form)
    assert other.pk != first.pk
    assert Report.objects.count() == 2


def test_a_second_report_of_the_same_household_and_risk_joins_the_clue(small_county: SmallCounty) -> None:
    first = received()
    second = received(replace(OWN, words="又住院了，还在借钱"))
    assert (second.clue, second.joined, Clue.objects.count()) == (first.clue, True, 1)
    assert progress_of(second, DAY).joined
    assert progress_of(second, DAY).standing == progress_of(first, DAY).standing


def test_receiving_again_changes_nothing(small_county: SmallCounty) -> None:
    report = received()
    before = report.row_version
    assert receive(report_id=report.pk, today=DAY, now=NOW).row_version == before
    assert Clue.objects.count() == Sighting.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "state", "candidates"),
    [
        (replace(OWN, head_name="赵六"), State.DOUBTFUL, 1),
        (replace(OWN, identity=STRANGER), State.DOUBTFUL, 1),
        (replace(OWN, identity=STRANGER, head_name="赵六"), State.UNREGISTERED, 0),
        (replace(OWN, identity=CHILD, head_name="陈小禾"), State.CHILD, 1),
    ],
)
def test_what_is_not_sure_waits_for_a_person(small_county: SmallCounty, given, state, candidates) -> None:
    report = received(given)
    assert (report.state, len(report.candidates), report.clue) == (state, candidates, None)
    assert report.due_on == DAY + timedelta(days=2)
    assert shown(report) == Standing.LOOKED_UP
    assert Clue.objects.count() == 0


def test_a_child_told_by_an_adult_is_no_childs_report(small_county: SmallCounty) -> None:
    proxy = replace(OWN, identity=CHILD, by_proxy=True, proxy_name="李芳", proxy_phone="13900005678")
    assert received(proxy, way=Way.PROXY).state == State.SENT


def test_a_person_chooses_and_only_within_reach(small_county: SmallCounty) -> None:
    report = received(replace(OWN, head_name="赵六"))
    posts, home = small_county.posts, Household.objects.get(code=f"{VILLAGE_A}00002")
    other = Household.objects.get(code=f"{VILLAGE_B}00001")
    choose = {"report_id": report.pk, "version": report.row_version, "today": DAY, "now": NOW}
    with pytest.raises(NotAllowed):
        attach(post=posts["village"], household_id=other.pk, **choose)
    with pytest.raises(NotAllowed):
        attach(post=posts["grid"], household_id=home.pk, **choose)
    with pytest.raises(Refusal, match="有了变化"):
        attach(post=posts["village"], household_id=home.pk, **(choose | {"version": 99}))
    done = attach(post=posts["village"], household_id=home.pk, **choose)
    assert (done.state, done.household, done.candidates) == (State.SENT, home, [])
    with pytest.raises(Refusal, match="已转村核查"):
        attach(post=posts["village"], household_id=home.pk, **(choose | {"version": done.row_version}))


def test_the_registers_phone_proves_who_reports_another_waits_for_the_village(small_county: SmallCounty) -> None:
    assert received().confirmed_on == DAY
    unknown = received(replace(OWN, phone="13911112222", risk="05"))
    assert unknown.confirmed_on is None
    assert [
        row.pk
        for row in report_list(small_county.posts["village"], Filters(tab="confirm"), today=DAY, after=None, limit=9)
    ] == [unknown.pk]
    cleared(small_county, unknown)
    assert shown(unknown) == Standing.SENT
    confirm(post=small_county.posts["village"], report_id=unknown.pk, version=unknown.row_version, today=DAY, now=NOW)
    assert shown(unknown) == Standing.NOT_TAKEN_IN


def cleared(county: SmallCounty, report: Report) -> None:
    """The grid worker's visit finds no risk."""
    clue = Clue.objects.get(pk=report.clue_id)
    record_first_visit(
        post=county.posts["grid"], clue_id=clue.pk, version=clue.row_version, visited_on=DAY, conclusion="no_risk",
        reason="自付费用已报销，家中收入稳定", checkers="张三、李四", today=DAY, now=NOW,
    )  # fmt: skip


def test_no_household_is_told_it_is_not_taken_in_before_somebody_was_there(small_county: SmallCounty) -> None:
    report, village = received(), small_county.posts["village"]
    say = {"post": village, "report_id": report.pk, "note": "", "today": DAY, "now": NOW}
    with pytest.raises(Refusal, match="还没有入户核查"):
        answer(answer="no_risk", version=report.row_version, **say)
    with pytest.raises(Refusal, match="没有选答复"):
        answer(answer="whatever", version=report.row_version, **say)
    with pytest.raises(Refusal, match="没有可以复核"):
        ask_for_review(report=report, today=DAY, now=NOW)
    cleared(small_county, report)
    report.refresh_from_db()
    assert reason_due(report, case_of(report), 5) == date(2022, 9, 20)  # five working days
    assert counts(village, Filters(), today=DAY)["reason"] == 1
    answer(answer="no_risk", version=report.row_version, **say)
    page = progress_of(Report.objects.get(pk=report.pk), DAY)
    assert (page.standing, page.may_ask_review) == (Standing.NOT_TAKEN_IN, True)
    assert page.reason == "入户核查后，目前没有返贫致贫的风险"
    ask_for_review(report=report, today=DAY, now=NOW)
    assert counts(village, Filters(), today=DAY)["review"] == 1
    with pytest.raises(Refusal, match="已经申请过"):
        ask_for_review(report=report, today=DAY, now=NOW)


def test_a_childs_report_is_closed_only_with_what_was_seen(small_county: SmallCounty) -> None:
    report = received(replace(OWN, identity=CHILD, head_name="陈小禾"))
    say = {
        "post": small_county.posts["village"],
        "report_id": report.pk,
        "version": report.row_version,
        "today": DAY,
        "now": NOW,
    }
    with pytest.raises(Refusal, match="看望"):
        answer(answer="withdrawn", note="", **say)
    answer(answer="child_cared", note="村儿童主任当天上门，母亲在家", **say)
    assert shown(report) == Standing.CLOSED


def test_a_voice_instead_of_words(small_county: SmallCounty) -> None:
    voice = prepare(WEBM, StoredFile.Kind.VOICE)
    report = received(replace(OWN, words=""), voice=voice)
    (kept,) = attachments_of([f"self_report:{report.pk}"])[f"self_report:{report.pk}"]
    assert (kept.role, kept.content_type, report.state) == ("voice", "audio/webm", State.SENT)
    with pytest.raises(NotInOrder):
        sent(replace(OWN, words=""))


def test_reach_and_words_by_role(small_county: SmallCounty) -> None:
    report = received()
    seen = {
        role: len(report_list(post, Filters(tab="sent"), today=DAY, after=None, limit=9))
        for role, post in small_county.posts.items()
        if role != "department"
    }
    assert seen == {"county": 1, "town": 1, "village": 1, "grid": 1, "inspector": 1}
    with pytest.raises(NotAllowed):
        report_list(small_county.posts["department"], Filters(), today=DAY, after=None, limit=9)
    (words,) = own_words(small_county.posts["grid"], clue=report.clue_id)
    assert words.content.words == OWN.words


def test_not_accepted_in_time_is_late(small_county: SmallCounty) -> None:
    received(replace(OWN, head_name="赵六"))
    for after, late in ((2, False), (3, True)):
        (line,) = report_list(
            small_county.posts["town"], Filters(), today=DAY + timedelta(days=after), after=None, limit=9
        )
        assert line.late is late
    assert report_list(small_county.posts["town"], Filters(late=True), today=DAY, after=None, limit=9) == []


@pytest.mark.parametrize("tabs", [1, 12])
def test_a_list_costs_the_same_however_long(small_county: SmallCounty, django_assert_max_num_queries, tabs) -> None:
    for n in range(tabs):
        report = received(replace(OWN, words=f"第{n}次说明情况", risk=("01", "05", "06", "07")[n % 4]))
        if n < 4:
            cleared(small_county, report)
    with django_assert_max_num_queries(5):
        report_list(small_county.posts["town"], Filters(tab=""), today=DAY, after=None, limit=51)


def test_a_person_at_the_window_types_nothing_that_the_register_knows(small_county: SmallCounty) -> None:
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    town = small_county.posts["town"]
    given = replace(OWN, identity="", place=VILLAGE_A)
    say = {"post": town, "form": uuid.uuid4(), "places": places_to_choose(), "today": DAY, "now": NOW}
    with pytest.raises(Refusal, match="怎样来的"):
        take_down(given=given, way="qr", household_id=home.pk, **say)
    report = take_down(given=given, way="window", household_id=home.pk, **say)
    assert (report.state, report.household, report.post_title) == (State.SENT, home, "东河镇 防返贫专干")
    assert open_content(report).identity == CHEN
    assert report.confirmed_on == DAY
    assert take_down(given=given, way="window", household_id=home.pk, **say).pk == report.pk
    with pytest.raises(NotAllowed):
        take_down(given=given, way="window", household_id=Household.objects.get(code=f"{VILLAGE_B}00001").pk, **say)


def test_progress_needs_both_numbers_and_tells_no_more(small_county: SmallCounty) -> None:
    report = received()
    ask = {"address": "203.0.113.9", "today": DAY, "now": NOW}
    assert find(receipt=report.receipt, last_four="1234", **ask) == report
    with pytest.raises(Refusal, match="对不上"):
        find(receipt=report.receipt, last_four="9999", **ask)
    with pytest.raises(Refusal, match="写错"):
        find(receipt=report.receipt[:-1] + str((int(report.receipt[-1]) + 1) % 10), last_four="1234", **ask)
    page = progress_of(report, DAY)
    said = " ".join([page.title, page.reason, *(title for title, _ in page.stages)])
    assert "陈" not in said
    assert (report.town, report.division) == (TOWN_A, VILLAGE_A)


def test_the_proxys_phone_opens_it_too(small_county: SmallCounty) -> None:
    proxy = replace(OWN, by_proxy=True, proxy_name="李芳", proxy_phone="13900005678", proxy_relation="邻居")
    report = received(proxy, way=Way.PROXY)
    assert find(receipt=report.receipt, last_four="5678", address="x", today=DAY, now=NOW) == report
