"""A county's register as handed in: both files read, every cell checked, nothing written."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sangesan.kernel.identity_number import parse
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import Tree
from sangesan.registry.domain import (
    CATEGORIES,
    EDUCATION,
    HEALTH,
    HOUSE_GRADES,
    LABOUR,
    MEMBER_KINDS,
    POLITICAL,
    RELATIONS,
    RELOCATION_CAUSES,
    SCHOOLING,
    STAGES,
)
from sangesan.registry.form import HOUSEHOLD_COLUMNS, PEOPLE_COLUMNS, Cell, Checker, read_form


@dataclass(frozen=True)
class Register:
    """Both files, checked and turned into columns of values; `households` and `people` by the form's headings."""

    households: dict[str, list[Any]]
    people: dict[str, list[Any]]
    household_of: list[int]  # for each person: position of the household


def read_register(folder: Path, tree: Tree, grids: Collection[str]) -> Register:
    """Reads and checks households.csv and people.csv; raises Refusal with the first mistakes and their number.

    grids: the codes that exist; a household may have none yet, but none that is unknown.
    """
    households = _check_households(read_form(folder / "households.csv", HOUSEHOLD_COLUMNS), tree, set(grids))
    position = {code: n for n, code in enumerate(households["户编号"])}
    people, household_of = _check_people(read_form(folder / "people.csv", PEOPLE_COLUMNS), position)
    return Register(households, people, household_of)


def _check_households(raw: dict[str, list[Cell]], tree: Tree, grids: set[str]) -> dict[str, list[Any]]:
    check = Checker("households.csv")
    _codes(check, raw["户编号"])
    for row, cell in enumerate(raw["网格"]):
        if cell is not None and cell not in grids:
            check.wrong(row, "网格", f"没有编号为“{cell}”的网格", "请先在 grids.csv 中列出，或留空")
    villages = {c for c, level in tree.levels.items() if level in {"village", "community"}}
    for column in ("户籍村", "居住地"):
        for row, cell in enumerate(raw[column]):
            if cell not in villages:
                check.wrong(row, column, f"没有编码为“{cell}”的村（社区）", "请填12位村（社区）编码")
    done: dict[str, list[Any]] = dict(raw)
    done["搬迁原因"] = check.one_of(raw["搬迁原因"], "搬迁原因", RELOCATION_CAUSES)
    done["监测状态"] = check.one_of(raw["监测状态"], "监测状态", list(STAGES))
    done["监测对象类别"] = check.one_of(raw["监测对象类别"], "监测对象类别", CATEGORIES)
    done["住房等级"] = check.one_of(raw["住房等级"], "住房等级", HOUSE_GRADES)
    done["风险类型"] = check.several_of(raw["风险类型"], "风险类型", None, 5)
    for column in ("集中安置", "脱贫户", "安全饮水", "卫生厕所"):
        done[column] = check.yes_no(raw[column], column)
    for column in ("入住日期", "纳入日期", "消除日期"):
        done[column] = check.dates(raw[column], column)
    for column in ("距主干路公里", "住房面积", "耕地亩", "林地亩", "退耕亩", "经度", "纬度"):
        done[column] = check.numbers(raw[column], column)
    done["脱贫年度"] = check.whole(raw["脱贫年度"], "脱贫年度")
    for row, (stage, enrolled) in enumerate(zip(done["监测状态"], done["纳入日期"], strict=True)):
        if stage and enrolled is None:
            check.wrong(row, "纳入日期", "有监测状态而没有纳入日期", "请补上纳入日期")
    check.raise_if_wrong()
    return done


def _codes(check: Checker, cells: list[Cell]) -> None:
    seen: set[str] = set()
    for row, cell in enumerate(cells):
        if not cell:
            check.wrong(row, "户编号", "户编号为空", "每户一个编号，不重复")
        elif cell in seen:
            check.wrong(row, "户编号", f"户编号“{cell}”重复", "每户一个编号，不重复")
        else:
            seen.add(cell)


def _check_people(raw: dict[str, list[Cell]], position: dict[Any, int]) -> tuple[dict[str, list[Any]], list[int]]:
    check = Checker("people.csv")
    done: dict[str, list[Any]] = dict(raw)
    done["与户主关系"] = check.one_of(raw["与户主关系"], "与户主关系", RELATIONS)
    done["政治面貌"] = check.one_of(raw["政治面貌"], "政治面貌", POLITICAL)
    done["文化程度"] = check.one_of(raw["文化程度"], "文化程度", EDUCATION)
    done["在校生状况"] = check.one_of(raw["在校生状况"], "在校生状况", SCHOOLING)
    done["劳动技能"] = check.one_of(raw["劳动技能"], "劳动技能", LABOUR)
    done["成员类型"] = check.one_of(raw["成员类型"], "成员类型", list(MEMBER_KINDS))
    check.several_of(raw["健康状况"], "健康状况", HEALTH, len(HEALTH))
    for column in ("大病保险", "低保", "特困", "会讲普通话"):
        done[column] = check.yes_no(raw[column], column)
    for column in ("出生日期", "死亡日期", "迁出日期"):
        done[column] = check.dates(raw[column], column)
    done["务工月数"] = check.whole(raw["务工月数"], "务工月数")
    done["证件号码"] = _identities(check, raw["证件号码"])
    household_of = [position.get(code, -1) for code in raw["户编号"]]
    for row, place in enumerate(household_of):
        if place < 0:
            check.wrong(row, "户编号", "户表中没有这个户编号", "请核对两张表的户编号")
        if not raw["姓名"][row]:
            check.wrong(row, "姓名", "姓名为空", "请填写姓名")
    heads = [0] * len(position)
    for place, relation, kind in zip(household_of, done["与户主关系"], done["成员类型"], strict=True):
        heads[place] += relation == "户主" and kind != "共同生活"
    if any(count != 1 for count in heads) and not check.count:
        wrong = sum(count != 1 for count in heads)
        check.wrong(0, "与户主关系", f"有{wrong}户没有户主或户主不止一人", "每户恰有一名户主")
    check.raise_if_wrong()
    return done, household_of


def _identities(check: Checker, cells: list[Cell]) -> list[Any]:
    seen: set[str] = set()
    numbers: list[Any] = []
    for row, cell in enumerate(cells):
        number = None
        if cell is not None:
            try:
                number = parse(cell)
            except Refusal as refusal:
                check.wrong(row, "证件号码", refusal.message, refusal.remedy)
            else:
                if number.text in seen:
                    check.wrong(row, "证件号码", "证件号码与前面的人重复", "请核对两人的身份证")
                seen.add(number.text)
        numbers.append(number)
    return numbers
