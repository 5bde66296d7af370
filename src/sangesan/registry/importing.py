"""Taking in a county's register of households and people: whole or not at all, in one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from sangesan.kernel.identity_number import parse
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.regions.queries import Tree
from sangesan.registry.bulk import insert_rows, move_sequence, next_id
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
from sangesan.registry.models import Condition, Household, Living, Membership, Person, Residence, Standing

IDENTITY = "registry.identity"
PHONE = "registry.phone"
SECTION = ["valid_from", "valid_to", "recorded_at", "row_version"]

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Register:
    """Both files, checked and turned into columns of values; `households` and `people` by the form's headings."""

    households: dict[str, list[Any]]
    people: dict[str, list[Any]]
    household_of: list[int]  # for each person: position of the household


def read_register(folder: Path, tree: Tree) -> Register:
    """Reads and checks households.csv and people.csv; raises Refusal with the first mistakes and their number."""
    households = _check_households(read_form(folder / "households.csv", HOUSEHOLD_COLUMNS), tree)
    position = {code: n for n, code in enumerate(households["户编号"])}
    people, household_of = _check_people(read_form(folder / "people.csv", PEOPLE_COLUMNS), position)
    return Register(households, people, household_of)


def _check_households(raw: dict[str, list[Cell]], tree: Tree) -> dict[str, list[Any]]:
    check = Checker("households.csv")
    _codes(check, raw["户编号"])
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


def insert_register(register: Register, tree: Tree, *, on: date, now: datetime, progress: Progress) -> None:
    """Writes the register inside the caller's transaction; `on` is the day from which the sections hold."""
    first_household, first_person = next_id(Household), next_id(Person)
    since = (on, None, now, 1)
    steps: list[tuple[str, Callable[[], None]]] = [
        ("农户", lambda: _insert_households(register, tree, first_household)),
        ("居住与生产生活条件", lambda: _insert_sections(register, first_household, since)),
        ("监测状态", lambda: _insert_standings(register, first_household, now)),
        ("人员", lambda: _insert_people(register, first_person)),
        ("成员关系与状况", lambda: _insert_conditions(register, first_household, first_person, since)),
    ]
    for n, (title, step) in enumerate(steps):
        progress(n, len(steps), title)
        step()
    progress(len(steps), len(steps), "完成")
    move_sequence(Household)
    move_sequence(Person)


def _insert_households(register: Register, tree: Tree, first: int) -> None:
    h, p = register.households, register.people
    sizes, heads = [0] * len(h["户编号"]), [""] * len(h["户编号"])
    for n, place in enumerate(register.household_of):
        if p["成员类型"][n] != "共同生活" and p["死亡日期"][n] is None and p["迁出日期"][n] is None:
            sizes[place] += 1
        if p["与户主关系"][n] == "户主":
            heads[place] = p["姓名"][n]
    town = {code: tree.town_of(code) for code in tree.names}
    columns = (
        "id code head_name village town residence residence_town grid size formerly_poor lifted_year stage row_version"
    ).split()
    insert_rows(
        Household,
        columns,
        (
            (
                first + n,
                code,
                heads[n],
                v,
                town[v],
                r,
                town[r],
                grid or "",
                sizes[n],
                poor or False,
                year,
                STAGES.get(stage, ""),
                1,
            )
            for n, (code, v, r, grid, poor, year, stage) in enumerate(
                zip(
                    h["户编号"],
                    h["户籍村"],
                    h["居住地"],
                    h["网格"],
                    h["脱贫户"],
                    h["脱贫年度"],
                    h["监测状态"],
                    strict=True,
                )
            )
        ),
    )


def _insert_sections(register: Register, first: int, since: tuple[Any, ...]) -> None:
    h = register.households
    insert_rows(
        Residence,
        [
            "household_id",
            "village",
            "group_name",
            "residence",
            "grid",
            "cause",
            "moved_on",
            "concentrated",
            "longitude",
            "latitude",
            *SECTION,
        ],
        (
            (first + n, v, group or "", r, grid or "", cause, moved, together, _text(x), _text(y), *since)
            for n, (v, group, r, grid, cause, moved, together, x, y) in enumerate(
                zip(
                    *(h[c] for c in "户籍村 村民小组 居住地 网格 搬迁原因 入住日期 集中安置 经度 纬度".split()),
                    strict=True,
                )
            )
        ),
    )
    insert_rows(
        Living,
        [
            "household_id",
            "house_grade",
            "safe_water",
            "road",
            "road_km",
            "house_m2",
            "farmland_mu",
            "forest_mu",
            "returned_mu",
            "fuel",
            "toilet",
            *SECTION,
        ],
        (
            (first + n, grade, water, road or "", *(_text(x) for x in sizes), fuel or "", toilet, *since)
            for n, (grade, water, road, *sizes, fuel, toilet) in enumerate(
                zip(
                    *(
                        h[c]
                        for c in "住房等级 安全饮水 入户路 距主干路公里 住房面积 耕地亩 林地亩 退耕亩 燃料 卫生厕所".split()
                    ),
                    strict=True,
                )
            )
        ),
    )


def _insert_standings(register: Register, first: int, now: datetime) -> None:
    h = register.households
    columns = "household_id stage category risks enrolled_on eliminated_on elimination_way national_number".split()
    Standing.objects.bulk_create(
        (
            Standing(**dict(zip(columns, values, strict=True)), valid_from=begin, valid_to=end, recorded_at=now)
            for n, stage in enumerate(h["监测状态"])
            if stage
            for values, begin, end in _standing_rows(h, n, first + n)
        ),
        batch_size=500,
    )


def _standing_rows(
    h: dict[str, list[Any]], n: int, household: int
) -> Iterator[tuple[tuple[Any, ...], date, date | None]]:
    """In monitoring from enrolment; after elimination a second row, in which it stays on record."""
    enrolled, eliminated = h["纳入日期"][n], h["消除日期"][n]
    ended = h["监测状态"][n] == "已消除"
    same = (h["监测对象类别"][n], h["风险类型"][n], enrolled)
    number = h["国家系统编号"][n] or ""
    yield (household, "monitoring", *same, None, "", number), enrolled, eliminated if ended else None
    if ended:
        way = h["消除方式"][n] or ""
        yield (household, "eliminated", *same, eliminated, way, number), eliminated or enrolled, None


def _insert_people(register: Register, first: int) -> None:
    p, keys = register.people, Keyring.load(settings.HOME)

    def sealed(number: Any) -> tuple[Any, Any, Any]:
        if number is None:
            return None, None, None
        given = keys.seal(IDENTITY, number.original.encode()) if number.original != number.text else None
        return keys.seal(IDENTITY, number.text.encode()), keys.index(IDENTITY, number.text), given

    insert_rows(
        Person,
        [
            "id",
            "name",
            "sex",
            "birth_date",
            "ethnic",
            "identity_sealed",
            "identity_index",
            "identity_given",
            "died_on",
            "left_on",
            "row_version",
        ],
        (
            (
                first + n,
                name,
                sex or (number.sex if number else ""),
                birth or (number.birth_date if number else None),
                ethnic or "",
                *sealed(number),
                died,
                left,
                1,
            )
            for n, (name, sex, birth, ethnic, number, died, left) in enumerate(
                zip(*(p[c] for c in "姓名 性别 出生日期 民族 证件号码 死亡日期 迁出日期".split()), strict=True)
            )
        ),
    )


def _insert_conditions(register: Register, first_household: int, first_person: int, since: tuple[Any, ...]) -> None:
    p, keys = register.people, Keyring.load(settings.HOME)
    insert_rows(
        Membership,
        ["person_id", "household_id", "relation", "kind", "note", *SECTION],
        (
            (
                first_person + n,
                first_household + place,
                relation or "其他",
                MEMBER_KINDS.get(kind, "registered"),
                note or "",
                *since,
            )
            for n, (place, relation, kind, note) in enumerate(
                zip(register.household_of, p["与户主关系"], p["成员类型"], p["成员说明"], strict=True)
            )
        ),
    )
    texts = "政治面貌 文化程度 在校生状况 健康状况 劳动技能 务工地点".split()
    others = "务工月数 医疗保险 大病保险 养老保险 低保 特困 会讲普通话 婚姻 联系电话".split()
    insert_rows(
        Condition,
        [
            "person_id",
            "political",
            "education",
            "schooling",
            "health",
            "labour",
            "work_place",
            "work_months",
            "medical_insurance",
            "illness_insurance",
            "pension",
            "subsistence",
            "destitute",
            "mandarin",
            "marriage",
            "phone_sealed",
            *SECTION,
        ],
        (
            (
                first_person + n,
                *(t or "" for t in row[:6]),
                months,
                medical or "",
                illness,
                pension or "",
                low,
                destitute,
                mandarin,
                marriage or "",
                keys.seal(PHONE, phone.encode()) if phone else None,
                *since,
            )
            for n, row in enumerate(zip(*(p[c] for c in texts + others), strict=True))
            for months, medical, illness, pension, low, destitute, mandarin, marriage, phone in [row[6:]]
        ),
    )


def _text(number: Any) -> str | None:
    """Decimals go in as text: SQLite has no decimal type and the drivers of both take text."""
    return None if number is None else str(number)
