"""Holders of seats from a spreadsheet: whole or not at all."""

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.documents.workbook import render_xlsx
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.models import Seat
from sangesan.leadership.queries import holder
from sangesan.leadership.seat_list import COLUMNS, take_seat_list
from web.small_county import DAY, NOW, TOWN_A, VILLAGE_A, SmallCounty

GOOD = [
    ["党委书记", "东河镇", "test_town", "2022-01-10", "县委〔2022〕1号"],
    ["党支部书记", "东河镇双柳村", "test_village", "2022-01-10", "镇党委〔2022〕3号"],
    ["联络员", "医疗保障局", "test_department", "2022年1月10日", "专班〔2022〕1号"],
    ["县委书记", "", "test_county", "2022-01-10", "市委〔2022〕1号"],
]


def take(small: SmallCounty, rows: list[list[str]], role: str = "county") -> int:
    data = render_xlsx("任职", list(COLUMNS), rows, [20] * len(COLUMNS))
    return take_seat_list(post=small.posts[role], data=data, filename="任职.xlsx", on=DAY, now=NOW)


def test_a_list_is_taken_and_taken_again_without_change(small_county: SmallCounty) -> None:
    assert [take(small_county, GOOD) for _ in range(2)] == [4, 4]
    assert Seat.objects.count() == 4
    assert holder("town_secretary", TOWN_A, on=DAY) == small_county.posts["town"]
    assert holder("village_secretary", VILLAGE_A, on=DAY) == small_county.posts["village"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["镇长", "东河镇", "test_town", "2022-01-10", "县委〔2022〕1号"], "没有“镇长”这个职务"),
        (["党委书记", "南坡镇", "test_town", "2022-01-10", "县委〔2022〕1号"], "没有“南坡镇”"),
        (["党委书记", "东河镇", "nobody", "2022-01-10", "县委〔2022〕1号"], "没有在岗的用户“nobody”"),
        (["党委书记", "西山镇", "test_town", "2022-01-10", "县委〔2022〕1号"], "没有能担任"),
        (["党委书记", "东河镇", "test_town", "去年", "县委〔2022〕1号"], "任职日期"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_taken(small_county: SmallCounty, row: list[str], says: str) -> None:
    with pytest.raises(Refusal, match=says) as refused:
        take(small_county, [*GOOD, row])
    assert "第6行" in str(refused.value)
    assert not Seat.objects.exists()


def test_a_town_lists_only_its_villages(small_county: SmallCounty) -> None:
    assert take(small_county, GOOD[1:2], "town") == 1
    with pytest.raises(NotAllowed):
        take(small_county, GOOD[:1], "town")
