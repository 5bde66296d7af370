"""Writing a checked register: everything in the caller's transaction."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings

from sangesan.kernel.sealing import Keyring
from sangesan.regions.queries import Tree
from sangesan.registry.bulk import insert_rows, move_sequence, next_id
from sangesan.registry.domain import MEMBER_KINDS, STAGES
from sangesan.registry.models import Condition, Household, Living, Membership, Person, Residence, Standing
from sangesan.registry.register import Register
from sangesan.registry.sealed_fields import IDENTITY, PHONE

SECTION = ["valid_from", "valid_to", "recorded_at", "row_version"]

Progress = Callable[[int, int, str], None]


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
