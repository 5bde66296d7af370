"""What departments say is new, as the phone tells it: bills in one line a person, everything else as it was reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest

from sangesan.exchange.about_people import RowsAbout
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.models import Delivery
from sangesan.field.news import news_of

TODAY = date(2022, 9, 13)
PEOPLE = {1: (10, "韩建富"), 2: (10, "韩小燕"), 3: (20, "李长顺")}
BILLS, ILLNESS = "medical_settlement", "serious_illness"
Reports = Callable[..., dict[int, list[dict[str, str]]]]


def part(feed: str, *rows: dict[str, object], period: date = date(2022, 9, 1)) -> RowsAbout:
    table = pa.Table.from_pylist(list(rows))
    return RowsAbout(load_contracts().feed(feed), Delivery(feed=feed, period=period), table)


def bill(person: int, on: date | None, fen: int | None, care: str = "门诊慢特病") -> dict[str, object]:
    return {"person_no": person, "settled_on": on, "care": care, "total": 90_000, "fund_paid": 70_000, "self_paid": fen}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Reports:
    """What the phone is told of the given parts."""

    def of(*parts: RowsAbout) -> dict[int, list[dict[str, str]]]:
        monkeypatch.setattr("sangesan.field.news.rows_about", lambda **_: list(parts))
        return news_of(PEOPLE, TODAY)

    return of


def test_bills_stand_in_one_line_a_person_over_all_deliveries(told: Reports) -> None:
    found = told(
        part(BILLS, bill(1, date(2022, 7, 1), 4_000), bill(1, date(2022, 7, 20), 7_630), bill(1, date(2022, 6, 30), 999_999)),
        part(BILLS, *(bill(1, date(2022, 9, day), 5_000) for day in (2, 9)), bill(2, date(2022, 8, 3), 150_000, "住院")),
        part(BILLS, bill(1, date(2022, 8, 1), 0), bill(3, date(2022, 8, 2), 10), bill(3, date(2022, 8, 2), -10)),
    )  # fmt: skip
    assert [(line["on"], line["words"]) for line in found[10]] == [
        ("2022-09-09", "韩建富：医保结算 5 笔，个人自付共 216.30元"),
        ("2022-08-03", "韩小燕：医保结算 1 笔，个人自付共 1,500.00元"),
    ]
    assert [line["words"] for line in found[20]] == ["李长顺：医保结算 2 笔，个人自付共 0.00元"]
    assert {line["from"] for lines in found.values() for line in lines} == {
        load_contracts().departments["medical_security"].name
    }


def test_neither_the_treatment_nor_what_the_fund_paid_goes_down(told: Reports) -> None:
    found = str(told(part(BILLS, bill(1, date(2022, 8, 1), 100, "住院"), bill(1, date(2022, 8, 2), 100))))
    assert "医保结算 2 笔" in found
    assert [word for word in ("住院", "门诊", "900", "700") if word in found] == []


def test_bills_crowd_nothing_else_out(told: Reports) -> None:
    ill = {"person_no": 1, "illness": "恶性肿瘤", "diagnosed_on": date(2022, 7, 4)}
    found = told(part(BILLS, *(bill(1, date(2022, 9, day), 100) for day in range(1, 11))), part(ILLNESS, ill))
    assert [line["words"] for line in found[10]] == [
        "韩建富：医保结算 10 笔，个人自付共 10.00元",
        "韩建富：大病救治新增（病种 恶性肿瘤）",
    ]


@pytest.mark.parametrize(
    ("rows", "period", "expected"),
    [
        ([bill(1, None, 300)], date(2022, 8, 1), [("2022-08-01", "韩建富：医保结算 1 笔，个人自付共 3.00元")]),
        ([bill(1, date(2022, 8, 5), None)], date(2022, 8, 1), [("2022-08-05", "韩建富：医保结算 1 笔")]),
        ([bill(1, date(2022, 6, 30), 300)], date(2022, 8, 1), []),
    ],
)
def test_a_bill_without_day_or_amount(
    told: Reports, rows: list[dict[str, object]], period: date, expected: list[tuple[str, str]]
) -> None:
    found = told(part(BILLS, *rows, period=period)).get(10, [])
    assert [(line["on"], line["words"]) for line in found] == expected
