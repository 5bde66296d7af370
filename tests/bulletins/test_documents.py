"""Documents from draft to receipt: who may do what, what freezes, what stays."""

import itertools
from datetime import timedelta

import pytest

from bulletins.offices import PARTS, a_post, drafted, heads, issued, seat
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.bulletins import domain
from sangesan.bulletins.actions import discard, draft, edit, issue, read, send_back, set_start, sign, withdraw
from sangesan.bulletins.domain import ALLOWED, State, Step, check_step
from sangesan.bulletins.models import Document, Version
from sangesan.bulletins.queries import (
    body_of,
    cited,
    documents,
    files_of,
    listed,
    number_of,
    paper_of,
    receipts,
    unread,
)
from sangesan.bulletins.series import all_series
from sangesan.documents.form import Paragraphs
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.seats import seat_kinds
from sangesan.messages.models import Message
from web.small_county import DAY, NOW, TOWN_A, TOWN_B, VILLAGE_A, SmallCounty

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("state", "signed", "step"), [*itertools.product(State, (False, True), Step)])
def test_only_the_table_allows_a_step(state: State, signed: bool, step: Step) -> None:
    expected = {
        (State.DRAFTED, False): {"redraft", "edit", "sign", "withdraw"},
        (State.DRAFTED, True): {"sign", "send_back"},
        (State.SIGNED, True): {"send_back", "issue"},
        (State.ISSUED, True): {"withdraw"},
    }.get((state, signed), set())
    if step in expected:
        check_step(step, state, signed=signed)
    else:
        with pytest.raises(Refusal):
            check_step(step, state, signed=signed)
    assert set(ALLOWED.get((state, signed), ())) == expected


def test_every_series_names_seats_that_there_are() -> None:
    for series in all_series().values():
        assert set(series.signers) <= set(seat_kinds())
        assert {key.partition(":")[2] for key in series.main if key.startswith("seat:")} <= set(seat_kinds())


def test_the_first_issue_follows_the_numbers_given_outside(small_county: SmallCounty) -> None:
    signers = heads(small_county)
    set_start(
        post=small_county.posts["inspector"], series="inspection_bulletin", year=2022, last_number=20,
        document="2022年发文登记簿", now=NOW,
    )  # fmt: skip
    document = issued(small_county, signers)
    assert (document.year, document.number, number_of(document)) == (2022, 21, "第21期")
    assert cited(document) == "2022年第21期《督查通报》"
    assert issued(small_county, signers, "test:2").number == 22
    with pytest.raises(Refusal, match="不能再改起始号"):
        set_start(
            post=small_county.posts["inspector"], series="inspection_bulletin", year=2022, last_number=30,
            document="登记簿", now=NOW,
        )  # fmt: skip


def test_a_draft_is_made_anew_until_somebody_edits_it(small_county: SmallCounty) -> None:
    first = drafted(small_county)
    again = drafted(small_county, parts=[Paragraphs(["重新统计。"])])
    assert again.pk == first.pk
    assert again.version == 2
    assert drafted(small_county, parts=[Paragraphs(["重新统计。"])]).version == 2, "the same text is no new version"
    edit(
        post=small_county.posts["county"],
        document=again,
        title="改过的标题",
        parts=[Paragraphs(["人工修改。"])],
        version=2,
        now=NOW,
    )
    kept = drafted(small_county)
    assert (kept.title, kept.version) == ("改过的标题", 3)
    assert [part.texts for part in body_of(kept).parts] == [["人工修改。"]]
    assert [v.kind for v in Version.objects.filter(document=kept).order_by("serial")] == ["draft", "draft", "edit"]


def test_two_editors_of_one_version(small_county: SmallCounty) -> None:
    document = drafted(small_county)
    edit(post=small_county.posts["county"], document=document, title="甲", parts=PARTS, version=1, now=NOW)
    with pytest.raises(Refusal, match="刚被别人改过"):
        edit(post=small_county.posts["county"], document=document, title="乙", parts=PARTS, version=1, now=NOW)


def test_both_offices_sign_and_a_signature_freezes(small_county: SmallCounty) -> None:
    style, execution = heads(small_county)
    document = drafted(small_county)
    with pytest.raises(NotAllowed, match="不担任"):
        sign(post=small_county.posts["county"], document=document, now=NOW, today=DAY)
    document = sign(post=style, document=document, now=NOW, today=DAY)
    assert document.state == Document.State.DRAFTED
    with pytest.raises(Refusal, match="已签发过"):
        sign(post=style, document=document, now=NOW, today=DAY)
    with pytest.raises(Refusal, match="已有人签发"):
        edit(post=small_county.posts["county"], document=document, title="甲", parts=PARTS, version=1, now=NOW)
    assert drafted(small_county, parts=[Paragraphs(["别的"])]).version == 1, "a signed draft is not drafted anew"
    with pytest.raises(Refusal, match="不能印发"):
        issue(post=style, document=document, now=NOW, today=DAY)
    document = send_back(post=execution, document=document, reason="期限写错了", now=NOW, today=DAY)
    document = edit(post=small_county.posts["county"], document=document, title="甲", parts=PARTS, version=1, now=NOW)
    for post in (style, execution):
        document = sign(post=post, document=document, now=NOW, today=DAY)
    assert document.state == Document.State.SIGNED
    assert document.signatures.count() == 3, "the signature that was undone stays on record"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("电话13800001234", "电话号码"),
        ("身份证６１０９９８１９８００１０１００３４", "身份证号"),
        ("卡号 6222 0000 1111 2222 333", "银行账号"),
    ],
)
def test_numbers_that_lead_to_a_person_are_not_signed(small_county: SmallCounty, words: str, what: str) -> None:
    style, _ = heads(small_county)
    document = drafted(small_county, parts=[*PARTS, Paragraphs([words])])
    with pytest.raises(Refusal, match=what) as refused:
        sign(post=style, document=document, now=NOW, today=DAY)
    assert "13800001234" not in str(refused.value)
    assert "第5部分" in str(refused.value)


def test_issuing_keeps_the_files_and_tells_the_addressees(small_county: SmallCounty) -> None:
    document = issued(small_county, heads(small_county))
    files = {file.role: file for file in files_of(document)}
    assert set(files) == {"issued_docx", "issued_pdf"}
    assert files["issued_pdf"].name.endswith("（2022年第1期《督查通报》）.pdf")
    told = set(Message.objects.filter(source=f"bulletin:{document.pk}").values_list("post", flat=True))
    assert {small_county.posts["town"].pk, small_county.posts["department"].pk} <= told
    assert small_county.posts["grid"].pk not in told
    again = issue(post=small_county.posts["inspector"], document=document, now=NOW, today=DAY)
    assert again.number == 1
    assert len(files_of(document)) == 2
    paper = paper_of(document)
    assert paper.head is not None
    assert (paper.head.issue, paper.head.day) == ("第1期", "2022年9月13日")
    assert paper.head.organs == ["试验县加强作风建设工作领导小组办公室", "试验县狠抓落实工作领导小组办公室"]


def test_a_unit_signs_once_and_the_rest_are_named(small_county: SmallCounty) -> None:
    document = issued(small_county, heads(small_county), addressees=[f"town:{TOWN_A}", f"town:{TOWN_B}"])
    town = small_county.posts["town"]
    assert unread(town, on=DAY) == 1
    assert listed(town, on=DAY)[0].waiting
    assert unread(small_county.posts["department"], on=DAY) == 0
    read(post=town, document=document, now=NOW, today=DAY)
    read(post=town, document=document, now=NOW + timedelta(hours=1), today=DAY)
    assert unread(town, on=DAY) == 0
    assert [(one.title, one.read_at, one.late) for one in receipts(document, on=DAY)] == [
        ("西山镇", None, False), ("东河镇", NOW, False)
    ]  # fmt: skip
    assert receipts(document, on=DAY + timedelta(days=4))[0].late
    with pytest.raises(Refusal, match="不用签收"):
        read(post=small_county.posts["village"], document=document, now=NOW, today=DAY)


def test_what_is_not_open_is_seen_by_whom_it_is_for(small_county: SmallCounty) -> None:
    signers, discipline = heads(small_county), a_post("county", "纪委监委联络员")
    seat(small_county, "discipline_liaison", discipline)
    letter = drafted(small_county, series="hand_over", title="关于移交问题线索的函")
    for role in ("town", "village", "department"):
        assert not documents(small_county.posts[role], on=DAY).exists()
    for post in signers:
        letter = sign(post=post, document=letter, now=NOW, today=DAY)
    letter = issue(post=signers[0], document=letter, now=NOW, today=DAY)
    assert number_of(letter) == "督移函〔2022〕1号"
    assert not documents(small_county.posts["town"], on=DAY).exists()
    with pytest.raises(NotAllowed):
        read(post=small_county.posts["town"], document=letter, now=NOW, today=DAY)
    assert unread(discipline, on=DAY) == 1
    read(post=discipline, document=letter, now=NOW, today=DAY)
    assert receipts(letter)[0].title == "县纪委监委联络员"


def test_a_withdrawn_document_stays_and_its_number_is_not_used_again(small_county: SmallCounty) -> None:
    signers = heads(small_county)
    first = issued(small_county, signers)
    with pytest.raises(Refusal, match="没有写为什么撤销"):
        withdraw(post=signers[0], document=first, reason=" ", now=NOW, today=DAY)
    first = withdraw(post=signers[0], document=first, reason="期号排错", now=NOW, today=DAY)
    assert (first.state, first.number) == ("withdrawn", 1)
    assert first in documents(small_county.posts["town"], on=DAY)
    assert unread(small_county.posts["town"], on=DAY) == 0
    second = issued(small_county, signers, "test:1", corrects=first)
    assert second.number == 2
    assert "2022年第1期《督查通报》" in str(paper_of(second).parts)


def test_a_draft_can_be_given_up(small_county: SmallCounty) -> None:
    document = discard(post=small_county.posts["county"], document=drafted(small_county), reason="重复起草", now=NOW)
    assert (document.state, document.number) == ("withdrawn", None)
    assert not documents(small_county.posts["town"], on=DAY).exists()
    assert drafted(small_county).pk != document.pk


@pytest.mark.parametrize("role", ["town", "village", "grid", "department"])
def test_those_below_write_no_documents(small_county: SmallCounty, role: str) -> None:
    document = drafted(small_county)
    post = small_county.posts[role]
    with pytest.raises(NotAllowed):
        draft(
            post=post, series="notice", origin="x", title="题目", parts=PARTS, addressees=[f"village:{VILLAGE_A}"],
            now=NOW, today=DAY,
        )  # fmt: skip
    for act in (edit, sign, issue):
        more = {"title": "甲", "parts": PARTS, "version": 1} if act is edit else {"today": DAY}
        with pytest.raises(NotAllowed):
            act(post=post, document=document, now=NOW, **more)


def test_every_act_is_in_the_audit(small_county: SmallCounty) -> None:
    document = issued(small_county, heads(small_county))
    read(post=small_county.posts["town"], document=document, now=NOW, today=DAY)
    tags = Entry.objects.filter(object=f"bulletin:{document.pk}").values_list("tag", flat=True)
    assert {
        "bulletins:bulletin:draft",
        "bulletins:bulletin:sign",
        "bulletins:bulletin:issue",
        "bulletins:bulletin:read",
    } <= set(tags)


def test_the_difference_of_two_versions() -> None:
    assert domain.difference(["甲", "乙", "丙"], ["甲", "丁", "丙"]) == [
        ("same", "甲"), ("out", "乙"), ("in", "丁"), ("same", "丙"),
    ]  # fmt: skip
