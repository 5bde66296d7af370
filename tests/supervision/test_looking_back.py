"""回头看 and 移交: what comes back escalates by itself, as a proposal to sign; what is handed over goes with its papers."""

from __future__ import annotations

from uuid import uuid4

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.bulletins.models import Document
from sangesan.bulletins.queries import body_of
from sangesan.documents.form import Table
from sangesan.files.models import Attachment
from sangesan.kernel.refusal import Refusal
from sangesan.messages.models import Message
from sangesan.supervision.handing_over import (
    conclude_hand_over,
    decline_hand_over,
    hand_over,
    receive_hand_over,
)
from sangesan.supervision.looking_back import look_again, look_back
from sangesan.supervision.models import HandOver, LookBack, Sheet, SheetEvent
from sangesan.supervision.nightly import run_night
from sangesan.supervision.queries import look_backs
from sangesan.supervision.reviewing import close
from sangesan.supervision.signing import sign
from sangesan.supervision.table import ORDER
from supervision.sheets_county import Supervised, at, blue, corrected, finding, later, photo, with_seats
from web.small_county import DAY, SmallCounty

TEXT_WIDTH = 156  # mm, of an official paper
LONGEST_DATE = 33  # mm: 2022年12月13日 in the tables' 12 points, and the cell's padding
SIGNER = {"blue": "team_head", "yellow": "style", "red": "group"}


@pytest.fixture
def county(small_county: SmallCounty) -> Supervised:
    return with_seats(small_county)


def closed(county: Supervised, colour: str = "blue") -> LookBack:
    """A sheet of a colour, corrected and closed; the look-back that is due for it."""
    reason = "情况紧急需要从重"
    sheet = blue(county, colour=colour, reason=reason, signed_by=county[SIGNER[colour]])
    corrected(county, sheet, later(1))
    close(post=county[SIGNER[colour]], sheet_id=sheet.pk, words="符合要求", **at(later(2)))
    return LookBack.objects.get(sheet=sheet)


def looked(county: Supervised, row: LookBack, result: str, **more: object) -> LookBack:
    given = {
        "post": county["inspector"], "look_back_id": row.pk, "result": result, "words": "会议记录又缺了签字", "files": [photo()],
        "found_on": later(30), "submission": uuid4(), **at(later(30)),
    } | more  # fmt: skip
    return look_back(**given)  # type: ignore[arg-type]


def test_corrected_ends_it(county: Supervised) -> None:
    row = looked(county, closed(county), "corrected", files=[])
    assert (row.result, row.raised) == ("corrected", None)
    assert Sheet.objects.count() == 1
    assert [one.pk for one in look_backs(later(25), later(31))] == [row.pk]


@pytest.mark.parametrize("colour", ORDER)
@pytest.mark.parametrize("result", ["came_back", "not_corrected"])
def test_what_comes_back_gets_the_next_colour(county: Supervised, colour: str, result: str) -> None:
    row = looked(county, closed(county, colour), result)
    follows = row.raised
    assert follows is not None
    assert follows.colour == {"blue": "yellow", "yellow": "red", "red": "red"}[colour]
    assert (follows.state, follows.cause, follows.root_id, follows.follows_id) == (
        "draft", "repeated", row.sheet_id, row.sheet_id,
    )  # fmt: skip
    assert set(HandOver.objects.values_list("to", flat=True)) == (
        {"discipline", "assessment"} if colour == "red" else set()
    )
    signed = sign(post=county[SIGNER[follows.colour]], sheet_id=follows.pk, **at(later(31)))
    row.sheet.refresh_from_db()
    assert (signed.state, row.sheet.state) == ("issued", "closed")  # the old one was closed and stays so


def test_the_same_form_twice_makes_one_sheet(county: Supervised) -> None:
    row, submission = closed(county), uuid4()
    first = looked(county, row, "came_back", submission=submission)
    assert looked(county, row, "came_back", submission=submission).raised_id == first.raised_id
    with pytest.raises(Refusal, match="已经登记"):
        looked(county, row, "corrected")
    assert Sheet.objects.count() == 2
    assert Attachment.objects.filter(subject=f"look_back:{row.pk}").count() == 1


def test_who_looks_back_and_how(county: Supervised) -> None:
    row = closed(county)
    for name in ("county", "town", "village"):
        with pytest.raises(NotAllowed):
            looked(county, row, "corrected", post=county[name])
    for wrong, said in (
        ({"files": []}, "照片"), ({"words": "坏"}, "情况"), ({"found_on": later(40)}, "将来"), ({"found_on": DAY}, "销号"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=said):
            looked(county, row, "came_back", **wrong)
    with pytest.raises(Refusal, match="选结果"):
        looked(county, row, "fine")


def test_once_more(county: Supervised) -> None:
    row = looked(county, closed(county), "corrected")
    again = look_again(post=county["inspector"], sheet_id=row.sheet_id, due_on=later(60), **at(later(31)))
    assert again.due_on == later(60)
    with pytest.raises(Refusal, match="已经排了"):
        look_again(post=county["inspector"], sheet_id=row.sheet_id, due_on=later(61), **at(later(31)))


def test_a_red_sheet_is_handed_over_with_its_papers(county: Supervised) -> None:
    sheet = blue(county, colour="red", reason="情况紧急需要从重", signed_by=county["group"])
    night(county, later(4))
    rows = {row.to: row for row in HandOver.objects.all()}
    assert set(rows) == {"discipline", "assessment"}
    night(county, later(5))
    assert HandOver.objects.count() == 2
    with pytest.raises(NotAllowed):
        hand_over(
            post=county["style"], sheet_id=sheet.pk, to="discipline", cause="overdue", reason="逾期不改", **at(later(5))
        )
    given = {"sheet_id": sheet.pk, "to": "discipline", "cause": "overdue", "reason": "逾期不改", **at(later(5))}
    row = hand_over(post=county["group"], **given)
    assert hand_over(post=county["group"], **given).pk == row.pk
    sheet.refresh_from_db()
    assert sheet.state == "handed_over"
    letter = Document.objects.get(pk=row.document)
    assert letter.series == "hand_over"
    body = body_of(letter)
    tables = [part for part in body.parts if isinstance(part, Table)]
    assert [row[2] for row in tables[0].rows] == ["起草", "签发", "提出升级", "移交"][: len(tables[0].rows)]
    shares = [part.shares()[part.headings.index("日期")] for part in tables]
    assert min(shares) * TEXT_WIDTH >= LONGEST_DATE, "a date would break over two lines"
    assert len(body.annexes) == 1
    assert (
        decline_hand_over(
            post=county["group"], hand_over_id=rows["assessment"].pk, reason="已由纪委办理", **at(later(5))
        ).state
        == "declined"
    )
    with pytest.raises(NotAllowed):
        receive_hand_over(post=county["assessment"], hand_over_id=row.pk, **at(later(6)))
    with pytest.raises(Refusal, match="待接收"):
        conclude_hand_over(post=county["discipline"], hand_over_id=row.pk, words="已谈话提醒", **at(later(6)))
    receive_hand_over(post=county["discipline"], hand_over_id=row.pk, **at(later(6)))
    receive_hand_over(post=county["discipline"], hand_over_id=row.pk, **at(later(6)))
    done = conclude_hand_over(post=county["discipline"], hand_over_id=row.pk, words="已谈话提醒", **at(later(9)))
    assert (done.state, done.received_on, done.concluded_on) == ("concluded", later(6), later(9))
    steps = [e.detail.get("step") for e in SheetEvent.objects.filter(sheet=sheet, act="hand_over").order_by("pk")]
    assert steps == [None, "declined", "received", "concluded"]
    assert corrected_after(county, sheet).state == "rectified"


@pytest.mark.parametrize(
    ("told", "receivers"), [({"fabricated": True}, {"discipline"}), ({"harm": True}, {"discipline"})]
)
def test_fabrication_and_harm_are_proposed_at_the_signing(
    county: Supervised, told: dict[str, bool], receivers: set[str]
) -> None:
    made = blue(county, finding=finding(county, **told))
    assert not HandOver.objects.exists()
    sign(post=county["group"], sheet_id=made.pk, **at(DAY))
    assert set(HandOver.objects.values_list("to", flat=True)) == receivers
    assert set(HandOver.objects.values_list("state", flat=True)) == {"proposed"}


def test_only_red_is_handed_over(county: Supervised) -> None:
    sheet = blue(county)
    with pytest.raises((NotAllowed, Refusal)):
        hand_over(
            post=county["group"], sheet_id=sheet.pk, to="discipline", cause="overdue", reason="逾期不改", **at(later(9))
        )


def test_the_night_reminds_proposes_and_signs_nothing(county: Supervised) -> None:
    soon, late = blue(county, later(-6)), blue(county, later(-9))
    first = night(county, DAY)
    assert (first.reminded, first.raised) == (1, 1)
    again = night(county, DAY)
    assert (again.reminded, again.raised) == (0, 0)
    for sheet in (soon, late):
        sheet.refresh_from_db()
        assert sheet.state == "issued"
    told = list(Message.objects.filter(post=county["village"]).order_by("pk").values_list("template", flat=True))
    assert told == ["sheet_issued", "sheet_issued", "sheet_due", "sheet_overdue"]
    proposed = Sheet.objects.get(follows=late)
    assert (proposed.state, proposed.drafted_title, proposed.drafted_on) == ("draft", system_post().title, DAY)


def test_nights_missed_are_made_up_as_of_their_own_day(county: Supervised) -> None:
    late = blue(county, later(-12))
    for back in (-5, -4, -3, 0):
        run_night(post=system_post(), day=later(back), today=DAY, now=at(DAY)["now"], progress=lambda *_: None)
    proposed = Sheet.objects.get(follows=late)
    assert proposed.drafted_on == later(-4)  # due on the fifth day before: the next night is the first that finds it
    assert not Message.objects.filter(template="sheet_due").exists()


def night(county: Supervised, day: object) -> object:
    return run_night(post=system_post(), day=day, today=day, now=at(day)["now"], progress=lambda *_: None)  # type: ignore[arg-type]


def corrected_after(county: Supervised, sheet: Sheet) -> Sheet:
    from sangesan.supervision.rectifying import rectify

    return rectify(
        post=county["village"],
        sheet_id=sheet.pk,
        words="已补齐签字",
        files=[photo()],
        submission=uuid4(),
        **at(later(10)),
    )
