"""Sheets from the draft to the end: who may do what, in which order, and what is refused."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.amendments.actions import amend
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.models import Seat
from sangesan.messages.models import Message
from sangesan.policy.parameters import ParameterValue
from sangesan.registry.models import Household
from sangesan.supervision.models import LookBack, Sheet, SheetEvent
from sangesan.supervision.permissions import offered, visible_sheets
from sangesan.supervision.queries import open_sheets, overdue_at
from sangesan.supervision.raising import propose_overdue, raise_sheet
from sangesan.supervision.rectifying import ask_extension, receive, rectify
from sangesan.supervision.reviewing import answer_extension, close, reassign, send_back, withdraw
from sangesan.supervision.sheets import Matter, draft, issue, matter_of
from sangesan.supervision.signing import decline, sign
from sangesan.supervision.words import EVENT, SHEET, number_of, opened
from supervision.sheets_county import UNIT_A, Supervised, at, blue, corrected, finding, later, photo, with_seats
from web.small_county import DAY, VILLAGE_A, SmallCounty


@pytest.fixture
def county(small_county: SmallCounty) -> Supervised:
    return with_seats(small_county)


def told(post: Post) -> list[str]:
    return list(Message.objects.filter(post=post).order_by("pk").values_list("template", flat=True))


def test_days_count_from_the_signing_not_from_the_draft(county: Supervised) -> None:
    about = Matter("双柳村会议记录不规范", "补齐会议记录", UNIT_A, county["village"])
    made = draft(post=county["inspector"], matter=about, submission=uuid4(), **at(DAY))
    assert (made.state, made.due_on, made.number) == ("draft", None, None)
    signed = sign(post=county["team_head"], sheet_id=made.pk, **at(later(4)))
    assert (signed.state, signed.issued_on, signed.due_on) == ("issued", later(4), later(11))
    assert number_of(signed) == "蓝〔2022〕1号"
    assert told(county["team_head"]) == ["sheet_to_sign"]
    assert told(county["village"]) == ["sheet_issued"]


def test_only_who_may_review_hears_that_something_waits(county: Supervised) -> None:
    sheet = blue(county)
    ask_extension(
        post=county["village"], sheet_id=sheet.pk, until=later(9), words="等待上级文件", submission=uuid4(), **at(DAY)
    )
    corrected(county, sheet, later(1))
    for name in ("inspector", "style"):  # who drafted it closes nothing; the office has the team's head for blue
        assert not {"sheet_to_review", "sheet_extension"} & set(told(county[name])), name
    assert told(county["team_head"]) == ["sheet_to_sign", "sheet_extension", "sheet_to_review"]


def test_the_offices_review_a_blue_whose_signer_has_left(county: Supervised) -> None:
    sheet = blue(county)
    Seat.objects.filter(post=county["team_head"]).update(valid_to=DAY)
    corrected(county, sheet, later(1))
    assert told(county["style"]) == ["sheet_to_review"]


def test_an_extension_not_answered_is_said_to_be_dropped(county: Supervised) -> None:
    sheet = blue(county)
    ask_extension(
        post=county["village"], sheet_id=sheet.pk, until=later(9), words="等待上级文件", submission=uuid4(), **at(DAY)
    )
    corrected(county, sheet, later(1))
    assert SheetEvent.objects.get(act="rectify").detail["not_answered"] == later(9).isoformat()


def test_a_findings_words_name_no_household(county: Supervised) -> None:
    home = Household.objects.filter(residence=VILLAGE_A).order_by("pk")[0]
    found = finding(county, words=f"{home.head_name}家公示照片缺失", household=home)
    assert matter_of(found) == "该户家公示照片缺失"
    about = Matter(matter_of(found), "补齐公示照片", UNIT_A, county["village"], found)
    assert draft(post=county["inspector"], matter=about, submission=uuid4(), **at(DAY)).state == "draft"
    assert len(matter_of(finding(county, words="巡查台账空白，" * 60))) == 200


def test_each_colour_is_signed_by_its_own(county: Supervised) -> None:
    about = Matter("双柳村会议记录不规范", "补齐会议记录", UNIT_A, county["village"])
    right = {"blue": "team_head", "yellow": "style", "red": "group"}
    for colour, name in right.items():
        made = draft(
            post=county["inspector"], matter=about, colour=colour, reason="群众反映强烈", submission=uuid4(), **at(DAY)
        )
        for other in {"team_head", "style", "group", "inspector"} - {name}:
            with pytest.raises(NotAllowed):
                sign(post=county[other], sheet_id=made.pk, **at(DAY))
        assert sign(post=county[name], sheet_id=made.pk, **at(DAY)).state == "issued"


def test_yellow_by_choice_needs_a_reason(county: Supervised) -> None:
    about = Matter("双柳村会议记录不规范", "补齐会议记录", UNIT_A, county["village"])
    with pytest.raises(Refusal, match="直接下达的理由"):
        draft(post=county["inspector"], matter=about, colour="yellow", submission=uuid4(), **at(DAY))


def test_only_inspectors_draft(county: Supervised) -> None:
    about = Matter("双柳村会议记录不规范", "补齐会议记录", UNIT_A, county["village"])
    for role in ("county", "town", "village", "grid", "department"):
        with pytest.raises(NotAllowed):
            draft(post=county[role], matter=about, submission=uuid4(), **at(DAY))


def test_a_matter_names_no_household(county: Supervised) -> None:
    from sangesan.registry.models import Household

    home = Household.objects.get(head_name="陈大山")
    found = finding(county, household=home)
    for words in ("陈大山户没有纳入监测", "户主电话13800001234的户没有纳入"):
        with pytest.raises(Refusal, match="户主姓名或号码"):
            blue(county, finding=found, matter=words)
    assert blue(county, finding=found, matter="双柳村1户符合条件没有纳入").origin == f"finding:{found.pk}"


def test_a_finding_has_one_sheet_at_a_time(county: Supervised) -> None:
    found = finding(county)
    first = blue(county, finding=found)
    with pytest.raises(Refusal, match="已经有督办单"):
        blue(county, finding=found)
    withdraw(post=county["team_head"], sheet_id=first.pk, reason="登记到别的村了", **at(DAY))
    assert blue(county, finding=found).state == "issued"


def test_the_person_belongs_to_the_unit(county: Supervised) -> None:
    for name in ("town", "department", "grid", "county"):
        with pytest.raises(Refusal, match="责任人"):
            blue(county, person=county[name])


def test_the_words_are_sealed(county: Supervised) -> None:
    sheet = blue(county, requirement="补齐陈大山户的会议记录")
    assert "陈大山".encode() not in bytes(sheet.sealed)
    assert opened(SHEET, sheet.sealed)["requirement"] == "补齐陈大山户的会议记录"


def test_a_finding_with_fabrication_or_harm_is_red(county: Supervised) -> None:
    for given in ({"fabricated": True}, {"harm": True}):
        made = blue(county, finding=finding(county, **given))
        assert (made.colour, made.state) == ("red", "draft")  # the team's head does not sign red: it waits
        assert sign(post=county["group"], sheet_id=made.pk, **at(DAY)).due_on == later(3)


def test_the_third_blue_of_a_quarter_is_yellow(county: Supervised) -> None:
    first, second = blue(county, later(-40)), blue(county, later(-20))
    third = blue(county, later(-2))
    assert (third.colour, third.state, third.cause) == ("yellow", "draft", "nth_blue")
    assert blue(county, later(-1), unit="town:610998100000", person=county["town"]).colour == "blue"  # another unit
    assert blue(county, later(30)).colour == "blue"  # the next quarter
    assert {first.colour, second.colour} == {"blue"}


def test_two_drafts_wait_and_the_second_to_be_signed_is_the_third(county: Supervised) -> None:
    blue(county, later(-20))
    about = Matter("双柳村会议记录不规范", "补齐会议记录", UNIT_A, county["village"])
    one, two = (draft(post=county["inspector"], matter=about, submission=uuid4(), **at(DAY)) for _ in range(2))
    assert sign(post=county["team_head"], sheet_id=one.pk, **at(DAY)).colour == "blue"
    yellow = sign(post=county["team_head"], sheet_id=two.pk, **at(DAY))
    assert (yellow.colour, yellow.state, yellow.follows_id, yellow.cause) == ("yellow", "draft", two.pk, "nth_blue")
    two.refresh_from_db()
    assert (two.state, two.issued_on) == ("raised", None)
    assert sign(post=county["style"], sheet_id=yellow.pk, **at(DAY)).due_on == later(5)


def test_a_withdrawn_blue_does_not_count(county: Supervised) -> None:
    blue(county, later(-20))
    wrong = blue(county, later(-10))
    withdraw(post=county["team_head"], sheet_id=wrong.pk, reason="登记到别的村了", **at(later(-9)))
    assert blue(county).colour == "blue"


def test_the_same_form_twice_is_one_sheet(county: Supervised) -> None:
    given = {
        "post": county["inspector"], "finding": None, "matter": "会议记录不规范", "requirement": "补齐会议记录", "unit": UNIT_A,
        "person": county["village"], "signed_by": county["team_head"], "submission": uuid4(), **at(DAY),
    }  # fmt: skip
    assert issue(**given).pk == issue(**given).pk
    assert Sheet.objects.count() == 1
    assert SheetEvent.objects.filter(act="sign").count() == 1


def test_received_by_the_person_only(county: Supervised) -> None:
    sheet = blue(county)
    with pytest.raises(NotAllowed):
        receive(post=county["town"], sheet_id=sheet.pk, **at(DAY))
    assert receive(post=county["village"], sheet_id=sheet.pk, **at(DAY)).state == "received"
    receive(post=county["village"], sheet_id=sheet.pk, **at(DAY))
    assert SheetEvent.objects.filter(sheet=sheet, act="receive").count() == 1


def test_rectified_with_evidence_and_closed_by_another(county: Supervised) -> None:
    sheet = blue(county)
    receive(post=county["village"], sheet_id=sheet.pk, **at(DAY))
    with pytest.raises(Refusal, match="佐证"):
        rectify(post=county["village"], sheet_id=sheet.pk, words="已经补齐", submission=uuid4(), **at(DAY))
    given = {"words": "已经补齐", "files": [photo(), photo()], "submission": uuid4(), **at(later(2))}
    rectify(post=county["village"], sheet_id=sheet.pk, **given)
    rectify(post=county["village"], sheet_id=sheet.pk, **given)  # sent twice
    sheet.refresh_from_db()
    assert (sheet.state, sheet.evidence, sheet.events.filter(act="rectify").count()) == ("rectified", 2, 1)
    with pytest.raises(NotAllowed):
        close(post=county["village"], sheet_id=sheet.pk, words="符合要求", **at(later(3)))
    done = close(post=county["team_head"], sheet_id=sheet.pk, words="材料齐全，符合要求", **at(later(3)))
    assert (done.state, done.ended_on) == ("closed", later(3))
    assert LookBack.objects.get(sheet=sheet).due_on == later(33)
    assert "sheet_closed" in told(county["village"])


def test_who_corrected_cannot_close_under_another_post(county: Supervised) -> None:
    """One person, two hats: the village's clerk who is also head of an inspection team."""
    user = county["village"].user
    assert user is not None
    hat = Post.objects.create(user=user, role="inspector", title="督查二组组长", valid_from=date(2021, 1, 1))
    from sangesan.leadership.actions import take_seat

    take_seat(
        post=county["county"], seat="inspection_team_head", scope="2", holder=hat, from_day=date(2021, 3, 1),
        document="测试文件2号", now=at(DAY)["now"],
    )  # fmt: skip
    sheet = corrected(county, blue(county), later(1))
    with pytest.raises(Refusal, match="不能"):
        close(post=hat, sheet_id=sheet.pk, words="符合要求", **at(later(2)))


def test_the_database_itself_refuses_a_closed_sheet_without_two_people(county: Supervised) -> None:
    sheet = corrected(county, blue(county), later(1))
    for more in ({"evidence": 0, "closed_user": 1}, {"closed_user": sheet.rectified_user}, {"closed_user": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sheet.objects.filter(pk=sheet.pk).update(state="closed", **more)


def test_sent_back_with_days_to_do_it_again(county: Supervised) -> None:
    sheet = corrected(county, blue(county), later(7))
    back = send_back(post=county["team_head"], sheet_id=sheet.pk, words="缺少参会人签字", **at(later(12)))
    assert (back.state, back.due_on, back.rectified_on) == ("returned", later(15), None)
    again = rectify(
        post=county["village"],
        sheet_id=sheet.pk,
        words="签字已补",
        files=[photo()],
        submission=uuid4(),
        **at(later(14)),
    )
    assert again.state == "rectified"
    assert close(post=county["team_head"], sheet_id=sheet.pk, words="符合要求", **at(later(14))).state == "closed"


def test_extension_before_due_only_and_answered_by_the_other_side(county: Supervised) -> None:
    sheet = blue(county)
    receive(post=county["village"], sheet_id=sheet.pk, **at(DAY))
    ask_extension(
        post=county["village"],
        sheet_id=sheet.pk,
        until=later(12),
        words="参会人外出务工",
        submission=uuid4(),
        **at(later(7)),
    )
    with pytest.raises(NotAllowed):
        answer_extension(post=county["village"], sheet_id=sheet.pk, until=later(12), words="同意延期", **at(later(8)))
    assert propose_overdue(post=system(), sheet_id=sheet.pk, **at(later(8))) is None  # an answer is owed first
    with pytest.raises(Refusal, match="不晚于"):
        answer_extension(post=county["team_head"], sheet_id=sheet.pk, until=later(13), words="同意延期", **at(later(8)))
    held = answer_extension(
        post=county["team_head"], sheet_id=sheet.pk, until=later(10), words="同意延到这天", **at(later(8))
    )
    assert (held.due_on, held.extension_asked) == (later(10), None)
    assert propose_overdue(post=system(), sheet_id=sheet.pk, **at(later(10))) is None
    with pytest.raises(Refusal, match="已过"):
        ask_extension(
            post=county["village"],
            sheet_id=sheet.pk,
            until=later(15),
            words="再延几天",
            submission=uuid4(),
            **at(later(11)),
        )
    assert propose_overdue(post=system(), sheet_id=sheet.pk, **at(later(11))) is not None


def test_overdue_is_proposed_once_and_signed_by_a_person(county: Supervised) -> None:
    sheet = blue(county)
    assert propose_overdue(post=system(), sheet_id=sheet.pk, **at(later(7))) is None
    made = propose_overdue(post=system(), sheet_id=sheet.pk, **at(later(8)))
    assert made is not None
    assert (made.colour, made.state, made.cause, made.root_id) == ("yellow", "draft", "overdue", sheet.pk)
    assert propose_overdue(post=system(), sheet_id=sheet.pk, **at(later(9))) is None
    sheet.refresh_from_db()
    assert sheet.state == "issued"  # nothing has changed yet: it stays overdue and to be seen
    assert [s.pk for s in open_sheets(UNIT_A)] == [sheet.pk]
    assert Sheet.objects.filter(overdue_at(later(9))).count() == 1
    signed = sign(post=county["style"], sheet_id=made.pk, **at(later(9)))
    sheet.refresh_from_db()
    assert (sheet.state, sheet.ended_on, signed.due_on) == ("raised", later(9), later(14))
    red = propose_overdue(post=system(), sheet_id=signed.pk, **at(later(15)))
    assert red is not None
    assert (red.colour, red.root_id, red.follows_id) == ("red", sheet.pk, signed.pk)


def test_a_declined_proposal_does_not_come_again_for_the_same_deadline(county: Supervised) -> None:
    sheet = blue(county)
    made = propose_overdue(post=system(), sheet_id=sheet.pk, **at(later(8)))
    assert made is not None
    decline(post=county["style"], sheet_id=made.pk, reason="正在整改，先观察", **at(later(8)))
    assert propose_overdue(post=system(), sheet_id=sheet.pk, **at(later(9))) is None
    made.refresh_from_db()
    assert (made.state, made.ended_on) == ("declined", later(8))


def test_corrected_and_closed_before_the_signature_drops_the_proposal(county: Supervised) -> None:
    sheet = blue(county)
    made = propose_overdue(post=system(), sheet_id=sheet.pk, **at(later(8)))
    assert made is not None
    corrected(county, sheet, later(9))
    close(post=county["team_head"], sheet_id=sheet.pk, words="符合要求", **at(later(9)))
    made.refresh_from_db()
    assert made.state == "declined"
    with pytest.raises(Refusal):
        sign(post=county["style"], sheet_id=made.pk, **at(later(9)))


def test_a_person_raises_with_a_reason_and_only_one_waits(county: Supervised) -> None:
    sheet = blue(county)
    with pytest.raises(Refusal, match="理由"):
        raise_sheet(
            post=county["inspector"], sheet_id=sheet.pk, cause="direct", reason="", submission=uuid4(), **at(DAY)
        )
    made = raise_sheet(
        post=county["inspector"],
        sheet_id=sheet.pk,
        cause="fabricated",
        reason="会议记录系后补",
        submission=uuid4(),
        **at(DAY),
    )
    assert (made.colour, made.cause) == ("red", "fabricated")
    with pytest.raises(Refusal, match="后面的一张单"):
        raise_sheet(
            post=county["inspector"],
            sheet_id=sheet.pk,
            cause="direct",
            reason="群众反映",
            submission=uuid4(),
            **at(DAY),
        )
    with pytest.raises(Refusal, match="系统提出"):
        raise_sheet(
            post=county["inspector"],
            sheet_id=sheet.pk,
            cause="overdue",
            reason="逾期未办",
            submission=uuid4(),
            **at(DAY),
        )


def test_withdrawn_stays_with_its_reason(county: Supervised) -> None:
    sheet = blue(county)
    withdraw(post=county["team_head"], sheet_id=sheet.pk, reason="登记到别的村了", **at(DAY))
    event = SheetEvent.objects.get(sheet=sheet, act="withdraw")
    assert opened(EVENT, event.sealed) == {"words": "登记到别的村了"}
    assert open_sheets() == []
    assert visible_sheets(county["village"]).filter(pk=sheet.pk).exists()


def test_another_person_of_the_unit_takes_over(county: Supervised) -> None:
    sheet = blue(county)
    other = Post.objects.create(
        user=county["grid"].user, role="village", title="双柳村 支书", division=county["village"].division,
        valid_from=date(2021, 1, 1),
    )  # fmt: skip
    with pytest.raises(Refusal, match="不是这个单位"):
        reassign(post=county["team_head"], sheet_id=sheet.pk, person=county["town"], reason="原责任人调离", **at(DAY))
    reassign(post=county["team_head"], sheet_id=sheet.pk, person=other, reason="原责任人调离", **at(DAY))
    assert receive(post=other, sheet_id=sheet.pk, **at(DAY)).state == "received"


def test_what_each_post_sees(county: Supervised) -> None:
    sheet = blue(county)
    about = Matter("双柳村会议记录不规范", "补齐会议记录", UNIT_A, county["village"])
    waiting = draft(post=county["inspector"], matter=about, submission=uuid4(), **at(DAY))
    for name, seen in {
        "county": {sheet.pk, waiting.pk}, "inspector": {sheet.pk, waiting.pk}, "town": {sheet.pk}, "village": {sheet.pk},
        "grid": {sheet.pk}, "department": set(),
    }.items():  # fmt: skip
        assert set(visible_sheets(county[name]).values_list("pk", flat=True)) == seen, name


def test_the_page_offers_what_the_post_may(county: Supervised) -> None:
    sheet = blue(county)
    wanted = {
        "village": {"receive", "ask_extension"}, "town": set(), "grid": set(), "department": set(),
        "inspector": {"propose", "reassign"},
        "team_head": {"accept_extension", "refuse_extension", "propose", "withdraw", "reassign"},
        "county": set(),
    }  # fmt: skip
    assert {name: set(offered(county[name], sheet, DAY)) for name in wanted} == wanted


def test_working_days_by_amendment(county: Supervised) -> None:
    value = ParameterValue("sheet_day_type", "工作日", "text", date(2022, 9, 1), None, "试验县〔2022〕9号")
    amend(post=county["county"], value=value, now=at(DAY)["now"])
    assert blue(county).due_on == later(9)  # 7 working days over a weekend
    assert SheetEvent.objects.count() == 2


def system() -> Post:
    from sangesan.accounts.queries import system_post

    return system_post()
