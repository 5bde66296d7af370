"""Merit and accountability cases: the table over every state and act, and who may do what."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from assessment.assessed_county import NOW, head, office, seat
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.assessment.models import Proceeding, ProceedingEvent
from sangesan.assessment.proceeding_domain import TABLE, Act, Kind, State, after, forms, forms_of
from sangesan.assessment.proceedings import (
    answer_appeal,
    appeal,
    appeal_until,
    check_facts,
    close,
    decide,
    drop,
    issue,
    open_case,
    speak,
)
from sangesan.assessment.words import PROCEEDING, opened
from sangesan.bulletins.actions import issue as issue_document
from sangesan.bulletins.actions import sign
from sangesan.bulletins.models import Document
from sangesan.bulletins.queries import body_of
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.seats import seat_kind
from sangesan.messages.models import Message
from web.small_county import DAY, TOWN_A

DAYS = {"today": DAY, "now": NOW}
TOWN = f"town:{TOWN_A}"

# every (state, act): where it leads; whatever is not listed is refused
ALLOWED = {
    "opened": {"check": "checked", "drop": "closed"},
    "checked": {"check": "checked", "speak": "heard", "drop": "closed"},
    "heard": {"check": "heard", "speak": "heard", "decide": "decided"},
    "decided": {"issue": "issued"},
    "issued": {"appeal": "appealed", "close": "closed"},
    "appealed": {"uphold": "issued", "change": "decided", "lift": "closed"},
    "closed": {},
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("act", list(Act))
def test_the_table_over_every_state_and_act(state, act):
    expected = ALLOWED[state].get(act)
    if expected is None:
        with pytest.raises(Refusal):
            after(state, act)
    else:
        assert after(state, act) == expected


def test_nothing_is_decided_before_it_was_heard():
    """Every way through the table to a decision passes through the words of whom it is about."""
    before = {state for (state, act), to in TABLE.items() if to == State.DECIDED and act == Act.DECIDE}
    assert before == {State.HEARD}
    assert {act for (_, act), to in TABLE.items() if to == State.HEARD and _ != State.HEARD} == {Act.SPEAK}


@pytest.mark.parametrize("form", list(forms().values()), ids=lambda form: form.code)
def test_forms_name_seats_there_are_and_their_source(form):
    assert all(seat_kind(code).code == code for code in form.seats)
    assert form.source
    assert "{who}" in form.paper


def test_the_forms_of_both_kinds():
    titles = {one.title for kind in Kind for one in forms_of(kind)}
    assert {"提醒谈话", "约谈", "通报批评", "移交纪委监委", "通报表扬", "评优推荐", "容错免责"} <= titles


def opened_case(county, **more) -> Proceeding:
    given = {
        "kind": Kind.ACCOUNTABILITY, "unit": TOWN, "person": county.posts["town"], "origin": "sheet:12", "words": "红单逾期，移交考核办",
        "submission": uuid4(), **DAYS,
    } | more  # fmt: skip
    return open_case(post=county.posts["county"], **given)


def heard_case(county, **more) -> Proceeding:
    row = opened_case(county, **more)
    check_facts(post=county.posts["county"], number=row.pk, words="督办单三次逾期，未申请延期", **DAYS)
    return speak(post=county.posts["town"], number=row.pk, words="七月全镇抗洪，没有顾上整改", **DAYS)


def decided_case(county, chief, form: str = "reminder_talk") -> Proceeding:
    row = heard_case(county)
    return decide(post=chief, number=row.pk, form=form, words="情节较轻，予以提醒谈话", **DAYS)


def issued_case(county, chief) -> Proceeding:
    row = decided_case(county, chief)
    document = Document.objects.get(pk=row.paper)
    sign(post=chief, document=document, **DAYS)
    issue_document(post=county.posts["county"], document=Document.objects.get(pk=row.paper), **DAYS)
    return issue(post=county.posts["county"], number=row.pk, **DAYS)


@pytest.mark.django_db
def test_a_case_from_a_sheet_to_its_end(small_county):
    chief = head(small_county)
    row = issued_case(small_county, chief)
    assert [event.act for event in row.events.order_by("number")] == ["open", "check", "speak", "decide", "issue"]
    assert row.events.get(act="decide").seat == "leading_group_head"
    assert opened(PROCEEDING, row.events.get(act="speak").sealed) == "七月全镇抗洪，没有顾上整改"
    assert Message.objects.filter(post=small_county.posts["town"], source=f"{row.pk}:issued").count() == 1
    until = appeal_until(row)
    with pytest.raises(Refusal, match="申诉期到"):
        close(post=small_county.posts["county"], number=row.pk, today=until, now=NOW)
    done = close(post=small_county.posts["county"], number=row.pk, today=until + timedelta(days=1), now=NOW)
    assert done.state == State.CLOSED


@pytest.mark.django_db
def test_the_paper_names_the_office_and_not_the_words_of_whom_it_is_about(small_county):
    row = decided_case(small_county, head(small_county))
    document = Document.objects.get(pk=row.paper)
    assert document.series == "decision"
    assert "东河镇 防返贫专干" in document.title
    text = str(body_of(document))
    assert "督办单三次逾期" in text
    assert "没有顾上整改" not in text
    assert "申诉" in text


@pytest.mark.django_db
def test_nobody_but_the_seat_decides_and_never_who_checked_or_whom_it_is_about(small_county):
    row = heard_case(small_county)
    given = {"number": row.pk, "form": "public_criticism", "words": "予以通报批评为宜", **DAYS}
    second = office(small_county)
    for post in (small_county.posts["county"], second):  # no seat; a seat that may not decide in this form
        with pytest.raises(NotAllowed):
            decide(post=post, **given)
    with pytest.raises(NotAllowed):
        decide(post=system_post(), **given)
    ProceedingEvent.objects.filter(proceeding=row, act="check").update(post=second.pk)
    with pytest.raises(NotAllowed, match="查事实的人"):
        decide(post=second, **given | {"form": "reminder_talk"})
    chief = head(small_county)
    Proceeding.objects.filter(pk=row.pk).update(person=chief)
    with pytest.raises(NotAllowed, match="关于自己"):
        decide(post=chief, **given)


@pytest.mark.django_db
def test_only_whom_it_is_about_speaks_and_appeals(small_county):
    row = opened_case(small_county)
    check_facts(post=small_county.posts["county"], number=row.pk, words="督办单三次逾期的事实", **DAYS)
    for role in ("county", "village", "inspector"):
        with pytest.raises(NotAllowed):
            speak(post=small_county.posts[role], number=row.pk, words="替别人说几句话", **DAYS)


@pytest.mark.django_db
def test_a_units_case_is_answered_by_its_head(small_county):
    first = seat(small_county, "town_secretary", "town", TOWN_A, "东河镇党委书记", division=TOWN_A)
    row = opened_case(small_county, person=None)
    check_facts(post=small_county.posts["county"], number=row.pk, words="全镇排查进度滞后的事实", **DAYS)
    with pytest.raises(NotAllowed):
        speak(post=small_county.posts["town"], number=row.pk, words="我是镇里的专干，不是书记", **DAYS)
    assert speak(post=first, number=row.pk, words="全镇已部署整改措施", **DAYS).state == State.HEARD


@pytest.mark.django_db
def test_an_appeal_is_answered_by_a_seat_and_a_changed_decision_has_a_paper_of_its_own(small_county):
    chief = head(small_county)
    row = issued_case(small_county, chief)
    first = row.paper
    with pytest.raises(Refusal, match="申诉期"):
        appeal(post=small_county.posts["town"], number=row.pk, words="不服这个决定的理由", today=date(2023, 1, 1), now=NOW)
    appeal(post=small_county.posts["town"], number=row.pk, words="不服这个决定的理由", **DAYS)
    with pytest.raises(NotAllowed):
        answer_appeal(post=small_county.posts["county"], number=row.pk, act=Act.LIFT, words="申诉理由成立", **DAYS)
    deputy = seat(small_county, "leading_group_deputy", title="副组长")
    changed = answer_appeal(post=deputy, number=row.pk, act=Act.CHANGE, form="no_action", words="抗洪期间情有可原", **DAYS)
    assert (changed.state, changed.form) == (State.DECIDED, "no_action")
    assert changed.paper != first


@pytest.mark.django_db
def test_issuing_waits_for_the_signed_paper(small_county):
    row = decided_case(small_county, head(small_county))
    with pytest.raises(Refusal, match="还没有签发"):
        issue(post=small_county.posts["county"], number=row.pk, **DAYS)


@pytest.mark.django_db
def test_the_same_origin_twice_is_one_case_and_accountability_needs_one(small_county):
    first = opened_case(small_county)
    assert opened_case(small_county).pk == first.pk
    assert opened_case(small_county, kind=Kind.MERIT, origin="").pk != first.pk
    for origin, words in (("", "来源"), ("rumour:1", "来源认不出")):
        with pytest.raises(Refusal, match=words):
            opened_case(small_county, origin=origin, person=None)
    drop(post=small_county.posts["county"], number=first.pk, words="立件有误，人员不符", **DAYS)
    first.refresh_from_db()
    assert first.state == State.CLOSED


@pytest.mark.django_db
def test_words_are_asked_for_at_each_step(small_county):
    row = opened_case(small_county)
    with pytest.raises(Refusal, match="事实"):
        check_facts(post=small_county.posts["county"], number=row.pk, words="有", **DAYS)
    assert ProceedingEvent.objects.count() == 1
