import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from sangesan.demo.facts_of_county import load_facts
from sangesan.demo.generate import CountySummary
from sangesan.kernel.identity_number import parse
from sangesan.registry.domain import (
    EDUCATION,
    HEALTH,
    LABOUR,
    POLITICAL,
    RELATIONS,
    RELOCATION_CAUSES,
    SCHOOLING,
    age_on,
)
from sangesan.registry.form import HOUSEHOLD_COLUMNS, PEOPLE_COLUMNS

Rows = list[dict[str, str]]
TODAY = date(2022, 9, 13)


def read(folder: Path, name: str) -> Rows:
    with (folder / "registry" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def households(small_county: tuple[Path, CountySummary]) -> Rows:
    return read(small_county[0], "households")


@pytest.fixture(scope="module")
def people(small_county: tuple[Path, CountySummary]) -> Rows:
    return read(small_county[0], "people")


def counted(people: Rows) -> Rows:
    return [p for p in people if p["成员类型"] == "户籍" and not p["死亡日期"] and not p["迁出日期"]]


def test_totals_are_exact(small_county: tuple[Path, CountySummary], households: Rows, people: Rows):
    facts = load_facts(small_county[1].scale)
    size = Counter(p["户编号"] for p in counted(people))

    def total(chosen: Rows) -> tuple[int, int]:
        return len(chosen), sum(size[h["户编号"]] for h in chosen)

    monitored = [h for h in households if h["监测状态"]]
    gone = [h for h in households if h["监测状态"] == "已消除"]
    assert total(households) == (facts.rural.households, facts.rural.people)
    assert total([h for h in households if h["脱贫户"] == "是"]) == (
        facts.formerly_poor.households,
        facts.formerly_poor.people,
    )
    assert total(monitored) == (facts.monitored.households, facts.monitored.people)
    assert total(gone) == (facts.eliminated.households, facts.eliminated.people)
    assert total([h for h in monitored if h not in gone]) == (facts.open.households, facts.open.people)


def test_the_form_has_its_columns(households: Rows, people: Rows):
    assert list(households[0]) == HOUSEHOLD_COLUMNS
    assert list(people[0]) == PEOPLE_COLUMNS


def test_identity_numbers_are_sound_unique_and_nobodys(people: Rows):
    assigned = set((Path(__file__).parent / "assigned_area_codes.txt").read_text(encoding="utf-8").split())
    assert "610924" in assigned
    numbers = [p["证件号码"] for p in people]
    assert len(set(numbers)) == len(numbers)
    for person, text in zip(people, numbers, strict=True):
        number = parse(text)
        assert number.birth_date.isoformat() == person["出生日期"]
        assert number.sex == person["性别"]
        assert number.county not in assigned


def test_telephone_numbers_are_nobodys(people: Rows):
    phones = [p["联系电话"] for p in people if p["联系电话"]]
    assert phones
    assert all(len(p) == 11 and p.startswith("100") for p in phones)


def test_words_are_those_of_the_form(households: Rows, people: Rows):
    for column, allowed in (
        ("与户主关系", RELATIONS),
        ("文化程度", EDUCATION),
        ("在校生状况", SCHOOLING),
        ("劳动技能", LABOUR),
        ("政治面貌", POLITICAL),
    ):
        assert {p[column] for p in people} - {""} <= set(allowed), column
    assert {word for p in people for word in p["健康状况"].split("；")} - {""} <= set(HEALTH)
    assert {h["搬迁原因"] for h in households} - {""} <= set(RELOCATION_CAUSES)


def test_families_hold_together(households: Rows, people: Rows):
    heads = Counter(p["户编号"] for p in people if p["与户主关系"] == "户主")
    spouses = Counter(p["户编号"] for p in people if p["与户主关系"] == "配偶")
    assert heads == {h["户编号"]: 1 for h in households}
    assert max(spouses.values()) == 1
    head = {p["户编号"]: p for p in people if p["与户主关系"] == "户主"}
    for person in counted(people):
        older = head[person["户编号"]]
        if person["与户主关系"] == "配偶":
            assert person["性别"] != older["性别"]
        if person["与户主关系"] in {"之子", "之女"}:
            gap = age_on(date.fromisoformat(older["出生日期"]), TODAY) - age_on(
                date.fromisoformat(person["出生日期"]), TODAY
            )
            assert gap >= 15
        assert not (person["文化程度"] and person["在校生状况"])


def test_grids_lie_where_their_households_live(small_county: tuple[Path, CountySummary], households: Rows):
    grids = {g["网格编号"]: g["村编码"] for g in read(small_county[0], "grids")}
    for household in households:
        assert grids[household["网格"]] == household["居住地"]
    moved = [h for h in households if h["搬迁原因"]]
    assert 0.07 <= len(moved) / len(households) <= 0.11
    assert all(h["居住地"] != h["户籍村"] and h["入住日期"] for h in moved)


def test_standing_is_plausible(households: Rows):
    for h in households:
        if not h["监测状态"]:
            assert h["纳入日期"] == h["监测对象类别"] == h["风险类型"] == ""
            continue
        enrolled = date.fromisoformat(h["纳入日期"])
        assert date(2020, 4, 1) <= enrolled < TODAY
        assert 1 <= len(h["风险类型"].split("；")) <= 5
        assert h["脱贫户"] == "是" or h["监测对象类别"] != "脱贫不稳定户"
        if h["监测状态"] == "已消除":
            assert (date.fromisoformat(h["消除日期"]) - enrolled).days >= 182
            assert date.fromisoformat(h["消除日期"]) < TODAY
