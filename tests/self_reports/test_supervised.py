"""Supervision's tickets and the upper platform's lists: each becomes a clue once, or waits for a person; refusals name cells."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import xlsxwriter

from sangesan.accounts.permissions import NotAllowed
from sangesan.clues.models import Clue, Sighting
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.self_reports.models import Ticket
from sangesan.self_reports.supervised import (
    GivenTicket,
    answer_ticket,
    attach_ticket,
    register,
    ticket_counts,
    ticket_list,
    ticket_page,
)
from sangesan.self_reports.ticket_file import take_tickets
from web.small_county import DAY, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty, identity

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
CHEN = identity(101, date(1968, 3, 5))
GIVEN = GivenTicket(
    kind="hotline_12345", number="DH-2022-0917", head_name="陈大山", identity=CHEN, phone="13800001234", place=VILLAGE_A,
    risk="01", words="反映住院花费大，生活困难", received_on=DAY,
)  # fmt: skip


def kept(county: SmallCounty, role: str = "county", **changes) -> Ticket:
    return register(post=county.posts[role], given=replace(GIVEN, **changes), today=DAY, now=NOW)


@pytest.mark.parametrize(
    ("kind", "channel", "source"),
    [
        ("petition", "SUPERVISE", "supervision"),
        ("media", "SUPERVISE", "supervision"),
        ("platform", "PLATFORM", "platform"),
    ],
)
def test_a_ticket_becomes_a_clue_of_its_channel(small_county: SmallCounty, kind, channel, source) -> None:
    ticket = kept(small_county, kind=kind)
    sighting = Sighting.objects.get(clue=ticket.clue)
    assert (sighting.channel, sighting.source) == (channel, f"{source}:{ticket.pk}")
    assert "住院花费" not in ticket.clue.headline
    assert ticket.due_on == DAY + timedelta(days=15)


def test_the_senders_own_term_is_kept(small_county: SmallCounty) -> None:
    assert kept(small_county, due_on=DAY + timedelta(3)).due_on == DAY + timedelta(3)


def test_several_channels_of_one_risk_are_one_clue(small_county: SmallCounty) -> None:
    first, second = kept(small_county), kept(small_county, kind="media", number="0913")
    assert first.clue == second.clue
    assert Sighting.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"kind": "x"}, "渠道"), ({"number": " "}, "编号"), ({"risk": ""}, "风险类型"), ({"words": "难"}, "反映情况"),
        ({"head_name": ""}, "户主姓名"), ({"received_on": DAY + timedelta(1)}, "收到日期"),
        ({"due_on": DAY - timedelta(1)}, "答复时限"), ({"place": "no"}, "村（社区）"), ({"identity": CHEN[:-1]}, "身份证号"),
    ],
)  # fmt: skip
def test_what_is_not_in_order_names_its_field(small_county: SmallCounty, changes, place) -> None:
    with pytest.raises(Refusal) as refused:
        kept(small_county, **changes)
    assert refused.value.place == place
    assert not Ticket.objects.exists()


def test_a_number_is_registered_once_per_kind(small_county: SmallCounty) -> None:
    kept(small_county)
    with pytest.raises(Refusal, match="已经登记过"):
        kept(small_county)
    assert kept(small_county, kind="petition").pk


@pytest.mark.parametrize("role", ["village", "grid", "department"])
def test_who_may_not_register(small_county: SmallCounty, role) -> None:
    with pytest.raises(NotAllowed):
        kept(small_county, role)


def test_a_town_registers_its_own_only(small_county: SmallCounty) -> None:
    assert kept(small_county, "town").pk
    with pytest.raises(NotAllowed):
        kept(small_county, "town", place=TOWN_B, number="2")


def test_a_name_alone_waits_for_a_person(small_county: SmallCounty) -> None:
    ticket = kept(small_county, "inspector", identity="", kind="inspection")
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    assert (ticket.household, ticket.candidates, Clue.objects.count()) == (None, [home.pk], 0)
    say = {"ticket_id": ticket.pk, "version": ticket.row_version, "today": DAY, "now": NOW}
    with pytest.raises(NotAllowed):
        attach_ticket(
            post=small_county.posts["town"], household_id=Household.objects.get(code=f"{VILLAGE_B}00001").pk, **say
        )
    done = attach_ticket(post=small_county.posts["inspector"], household_id=home.pk, **say)
    assert done.clue.household == home


def test_answers_are_given_once_and_lateness_shows(small_county: SmallCounty) -> None:
    ticket = kept(small_county)
    county = small_county.posts["county"]
    assert ticket_counts(county, kind="", today=ticket.due_on + timedelta(1))["late"] == 1
    assert ticket_counts(county, kind="", today=ticket.due_on)["late"] == 0
    say = {"post": county, "ticket_id": ticket.pk, "today": DAY, "now": NOW}
    with pytest.raises(Refusal, match="没有写答复"):
        answer_ticket(version=ticket.row_version, answer=" ", **say)
    done = answer_ticket(version=ticket.row_version, answer="已入户核查，电话回复来电人", **say)
    assert ticket_page(county, ticket.pk, DAY).answer == "已入户核查，电话回复来电人"
    with pytest.raises(Refusal, match="已经答复过"):
        answer_ticket(version=done.row_version, answer="再答一次吧", **say)
    assert ticket_list(county, tab="open", kind="", today=DAY, after=None, limit=9) == []


HEAD = ["预警编号", "姓名", "身份证号", "所在村", "疑似风险", "预警内容", "下发日期", "反馈时限"]
ROW = ["P-1", "陈大山", CHEN, "双柳村", "因病", "大额医疗支出疑似风险", "2022-09-01", "2022-09-20"]


def workbook(*rows: list[str], head: list[str] = HEAD) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("预警清单")
    for n, row in enumerate([["某平台下发的疑似返贫清单"], head, *rows]):
        sheet.write_row(n, 0, row)
    book.close()
    return file.getvalue()


def take(county: SmallCounty, *rows: list[str], data: bytes = b"", name: str = "清单.xlsx"):
    return take_tickets(
        post=county.posts["county"], kind="platform", data=data or workbook(*rows), filename=name, today=DAY, now=NOW
    )


def test_a_platforms_list_in_its_own_words(small_county: SmallCounty) -> None:
    done = take(small_county, ROW, ["P-2", "李长顺", "", "东河镇双柳村", "", "收入下降，请核实", "2022/9/2", ""])
    assert (done.rows, done.new, done.attached, done.known) == (2, 2, 1, 0)
    first, second = Ticket.objects.order_by("pk")
    assert (first.row_no, first.due_on, first.received_on, first.clue.channel) == (
        3,
        date(2022, 9, 20),
        date(2022, 9, 1),
        "PLATFORM",
    )
    assert (second.risk, second.household, len(second.candidates)) == ("99", None, 1)
    again = take(small_county, ROW, ["P-3", "陈大山", CHEN, VILLAGE_A, "因残", "新办残疾证", "", ""])
    assert (again.new, again.known) == (1, 1)


def test_csv_as_offices_save_it(small_county: SmallCounty) -> None:
    text = "\n".join(",".join(row) for row in ([HEAD, ROW]))
    assert take(small_county, data=text.encode("gb18030"), name="清单.csv").attached == 1


def test_mistakes_name_sheet_row_and_column_and_nothing_is_taken(small_county: SmallCounty) -> None:
    bad = ["P-2", "", CHEN[:-1], "没有的村", "因穷", "短", "2022-13-01", "2022-08-01"]
    with pytest.raises(Refusal) as refused:
        take(small_county, ROW, bad)
    said = str(refused.value)
    for part in (
        "清单.xlsx",
        "工作表“预警清单”第4行“户主姓名”列是空的",
        "第4行“行政村”列“没有的村”：没有这个村",
        "第4行“收到日期”列",
        "共",
    ):
        assert part in said, said
    assert CHEN[:-1] not in said
    assert (Ticket.objects.count(), Clue.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"), (b"\x89PNG\r\n\x1a\n123", "图片"), ("甲,乙\n1,2\n".encode(), "没有找到需要的列"),
        (workbook(), "只有表头"), (b"<script>alert(1)</script>", "列|表格"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_kindly(small_county: SmallCounty, data, says) -> None:
    with pytest.raises(Refusal, match=says):
        take_tickets(post=small_county.posts["county"], kind="platform", data=data, filename="清单", today=DAY, now=NOW)
