"""Projects from a spreadsheet: whole or not at all, with every mistake named."""

from typing import Any

import pytest

from sangesan.documents.workbook import render_xlsx
from sangesan.kernel.refusal import Refusal
from sangesan.projects.importing import COLUMNS, EXAMPLE, NEEDED, take_projects
from sangesan.projects.models import Project
from web.small_county import DAY, NOW, TOWN_A, VILLAGE_A, SmallCounty


def row(**more: str) -> list[str]:
    whole = dict(zip(COLUMNS, EXAMPLE, strict=True)) | {"责任单位": "东河镇"} | more
    return [whole[name] for name in COLUMNS]


def workbook(*rows: list[str], headings: list[str] | None = None) -> bytes:
    return render_xlsx("计划", headings or list(COLUMNS), rows, [12] * len(COLUMNS))


def take(small: SmallCounty, data: bytes) -> Any:
    return take_projects(post=small.posts["county"], data=data, filename="计划.xlsx", today=DAY, now=NOW)


def test_the_sample_itself_can_be_taken_in(small_county: SmallCounty) -> None:
    village = row(编号="CY-1", 类别="产业项目", 名称="双柳村茶园", 责任单位="东河镇双柳村", 节点="", 单位="")
    taken = take(small_county, workbook(row(), village))
    assert (taken.rows, taken.new, taken.known) == (2, 2, 0)
    first, second = Project.objects.order_by("pk")
    plan = first.plans.get()
    assert (first.owner, plan.quantity, plan.money_plan) == (f"town:{TOWN_A}", 46, 138_000_000)
    assert [(m["title"], m["due_on"], m["percent"]) for m in plan.milestones] == [
        ("开工", "2022-03-31", 10), ("主体完工", "2022-08-31", 70), ("验收", "2022-10-20", 95),
    ]  # fmt: skip
    assert (second.owner, second.plans.get().unit_word) == (f"village:{VILLAGE_A}", "亩")


def test_the_same_list_again_changes_nothing(small_county: SmallCounty) -> None:
    data = workbook(row())
    take(small_county, data)
    taken = take(small_county, data)
    assert (taken.new, taken.known, Project.objects.count()) == (0, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"类别": "修桥"}, "类别：不认识“修桥”"),
        ({"责任单位": "不存在镇"}, "责任单位：不认识"),
        ({"计划开工": "三月"}, "计划开工：日期“三月”认不出"),
        ({"任务数量": "几户"}, "任务数量"),
        ({"计划资金（元）": "很多"}, "计划资金"),
        ({"节点": "开工以后"}, "节点：“开工以后”认不出"),
        ({"编号": ""}, "编号：没有填"),
    ],
)
def test_a_mistake_is_named_with_its_row(small_county: SmallCounty, wrong: dict[str, str], says: str) -> None:
    with pytest.raises(Refusal, match=says) as refused:
        take(small_county, workbook(row(), row(**({"编号": "X-2"} | wrong))))
    assert "第3行" in str(refused.value)
    assert not Project.objects.exists()


def test_a_row_that_the_plan_refuses_takes_the_whole_list_back(small_county: SmallCounty) -> None:
    with pytest.raises(Refusal, match=r"第3行.*晚于开工"):
        take(small_county, workbook(row(), row(编号="X-2", 计划完工="2022-01-01", 节点="")))
    assert not Project.objects.exists()


def test_a_table_without_the_headings_is_refused(small_county: SmallCounty) -> None:
    with pytest.raises(Refusal, match="没有找到表头"):
        take(small_county, workbook(row(), headings=[f"列{n}" for n in range(len(COLUMNS))]))


def test_headings_under_other_words_and_in_another_order(small_county: SmallCounty) -> None:
    assert set(NEEDED) <= set(COLUMNS)
    headings = ["项目编号" if name == "编号" else "牵头单位" if name == "责任单位" else name for name in COLUMNS][::-1]
    assert take(small_county, workbook(row()[::-1], headings=headings)).new == 1
