"""The tree of divisions: properties, refusals, and codes over time."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.refusal import Refusal
from sangesan.regions.actions import load_divisions, load_grids, set_county
from sangesan.regions.domain import DivisionRow, check_tree, path_of, village_of_grid
from sangesan.regions.models import Division
from sangesan.regions.queries import forget_tree, today, tree

NOW = datetime(2022, 9, 13, 2, 0, tzinfo=UTC)
COUNTY = DivisionRow("610998", "试验县", "county", "")


@st.composite
def trees(draw: st.DrawFn) -> list[DivisionRow]:
    rows = [COUNTY]
    for t in range(draw(st.integers(1, 6))):
        town = f"610998{100 + t}000"
        rows.append(DivisionRow(town, f"镇{t}", "town", COUNTY.code))
        for v in range(draw(st.integers(0, 6))):
            level = draw(st.sampled_from(["village", "community"]))
            rows.append(DivisionRow(f"{town[:9]}{200 + v}", f"村{v}", level, town))
    return rows


@given(trees(), st.randoms())
def test_any_tree_is_taken_in_any_order_and_every_path_starts_at_the_county(rows: list[DivisionRow], r) -> None:  # type: ignore[no-untyped-def]
    shuffled = rows[:]
    r.shuffle(shuffled)
    found = check_tree(shuffled)
    parents = {code: row.parent for code, row in found.items()}
    for code, row in found.items():
        path = path_of(code, parents)
        assert (path[0], path[-1]) == (COUNTY.code, code)
        assert len(path) == {"county": 1, "town": 2}.get(row.level, 3)


@given(trees(), st.data())
def test_a_lost_parent_is_found(rows: list[DivisionRow], data: st.DataObject) -> None:
    lost = data.draw(st.sampled_from(rows))
    rest = [row for row in rows if row is not lost]
    if all(row.parent != lost.code for row in rest) and lost.level != "county":
        assert lost.code not in check_tree(rest)
        return
    with pytest.raises(Refusal):
        check_tree(rest)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (DivisionRow("6.10998E+11", "甲镇", "town", "610998"), "位数不对"),
        (DivisionRow("610998100000", "", "town", "610998"), "名称为空"),
        (DivisionRow("610998100000", "甲镇", "乡", "610998"), "级别“乡”不认识"),
        (DivisionRow("610998100201", "甲村", "village", "610998"), "级别不对"),
        (DivisionRow("610999", "乙县", "county", ""), "应恰有一个县"),
        (COUNTY, "重复"),
    ],
)
def test_refusals_name_the_row(row: DivisionRow, why: str) -> None:
    with pytest.raises(Refusal, match=why) as refused:
        check_tree([COUNTY, row])
    assert "区划表" in str(refused.value)


def test_grid_codes() -> None:
    assert village_of_grid("610998100201-03") == "610998100201"
    with pytest.raises(Refusal, match="网格编号"):
        village_of_grid("610998100201")


@pytest.mark.django_db
def test_codes_change_over_time_and_loading_again_changes_nothing() -> None:
    forget_tree()
    rows = [COUNTY, DivisionRow("610998100000", "甲镇", "town", "610998"), DivisionRow("610998100201", "乙村", "village", "610998100000")]
    assert load_divisions(rows, on=date(2021, 1, 1), now=NOW) == {"new": 3, "changed": 0, "ended": 0, "same": 0}
    assert load_divisions(rows, on=date(2021, 2, 1), now=NOW)["same"] == 3
    rows[2] = DivisionRow("610998100201", "丙村", "village", "610998100000")
    assert load_divisions(rows, on=date(2022, 1, 1), now=NOW)["changed"] == 1
    old, new = Division.objects.filter(code="610998100201").order_by("valid_from")
    assert (old.name, old.valid_to, new.name, new.valid_to) == ("乙村", date(2022, 1, 1), "丙村", None)
    assert load_divisions(rows[:2], on=date(2023, 1, 1), now=NOW)["ended"] == 1
    assert tree().full_name("610998100000") == "甲镇"
    with pytest.raises(Refusal, match="没有编码为"):
        load_grids([("610998100201-01", "610998100201", "一格")], on=date(2023, 1, 1))


@pytest.mark.django_db
def test_the_countys_day() -> None:
    set_county({"code": "610998", "name": "试验县", "demonstration": True, "today": date(2022, 9, 13)}, place="county.yaml")
    assert today() == date(2022, 9, 13)
    set_county({"code": "610998", "name": "试验县"}, place="county.yaml")
    # 23:30 UTC is already the next day in the county
    assert today(datetime(2022, 9, 13, 23, 30, tzinfo=UTC)) == date(2022, 9, 14)
