"""The register: importing whole or not at all, reach by post, masked pages, audited reading, snapshot."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.audit.models import Entry
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.regions.queries import grid_codes, tree
from sangesan.registry.actions import import_register, reveal_identity
from sangesan.registry.domain import age_on, completeness
from sangesan.registry.models import Household, Membership, Person, Standing
from sangesan.registry.permissions import visible_households
from sangesan.registry.queries import household_page, people_for_matching, search
from sangesan.registry.register import read_register
from sangesan.registry.sealed_fields import IDENTITY
from sangesan.registry.snapshot import snapshot
from web.small_county import DAY, PEOPLE, SmallCounty, identity, write_register

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)


def first(code_end: str) -> Household:
    return Household.objects.get(code__endswith=code_end)


@pytest.mark.parametrize(
    ("role", "seen"),
    [("county", 4), ("inspector", 4), ("town", 3), ("village", 2), ("grid", 2), ("department", 0)],
)
def test_which_households_a_post_reaches(small_county: SmallCounty, role: str, seen: int) -> None:
    # the town reaches its own village's two and the one that moved into its community
    assert visible_households(small_county.posts[role]).count() == seen


def test_both_sides_reach_a_relocated_household(small_county: SmallCounty) -> None:
    moved = first("10120100002")
    assert moved.relocated
    origin, home = moved.village, moved.residence
    post = small_county.posts["village"]
    for division in (origin, home):
        post.division = division
        assert moved in visible_households(post)


def test_identity_numbers_lie_sealed_and_are_found_by_index(small_county: SmallCounty) -> None:
    number = identity(101, PEOPLE[0][3])
    keys = Keyring.load(settings.HOME)
    person = Person.objects.get(identity_index=keys.index(IDENTITY, number))
    assert person.name == PEOPLE[0][1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_sealed FROM registry_person WHERE id=%s", [person.pk])
        assert number.encode() not in bytes(cursor.fetchone()[0])
    table = people_for_matching()
    assert table.column("identity")[0].as_py() == number
    assert table.schema.names == ["person_no", "identity", "name", "birth_date", "village", "residence"]


def test_a_page_is_masked_and_tells_what_is_missing(small_county: SmallCounty) -> None:
    page = household_page(small_county.posts["grid"], first("10020100001").pk, DAY)
    assert [m.person.name for m in page.members] == ["陈大山", "王秀兰", "陈小禾"]
    assert all("********" in m.identity for m in page.members)
    assert page.members[0].phone == "138****1234"
    assert 0 < page.filled < page.fields
    assert "陈大山 医疗保险" in page.missing
    with pytest.raises(NotAllowed, match="不在您的管理范围内"):
        household_page(small_county.posts["grid"], first("10120100001").pk, DAY)
    with pytest.raises(NotAllowed, match="不能查看农户"):
        household_page(small_county.posts["department"], first("10020100001").pk, DAY)


def test_revealing_needs_reach_and_reason_and_leaves_an_entry(small_county: SmallCounty) -> None:
    person = Person.objects.get(name="陈大山")
    grid = small_county.posts["grid"]
    with pytest.raises(Refusal, match="理由"):
        reveal_identity(post=grid, person_id=person.pk, reason=" ")
    with pytest.raises(NotAllowed):
        reveal_identity(post=grid, person_id=Person.objects.get(name="周明远").pk, reason="入户核查")
    with pytest.raises(NotAllowed):
        reveal_identity(post=small_county.posts["inspector"], person_id=person.pk, reason="入户核查")
    before = Entry.objects.count()
    assert reveal_identity(post=grid, person_id=person.pk, reason="入户核查核对") == identity(101, PEOPLE[0][3])
    entry = Entry.objects.order_by("-id")[0]
    assert Entry.objects.count() == before + 1
    assert (entry.tag, entry.object, entry.reason) == ("registry:person:reveal", f"person:{person.pk}", "入户核查核对")
    assert identity(101, PEOPLE[0][3]) not in str(vars(entry))


def test_searching(small_county: SmallCounty) -> None:
    county, grid = small_county.posts["county"], small_county.posts["grid"]
    assert [h.head_name for h in search(county, "周雨")] == ["周明远"]
    assert search(grid, "周") == []
    assert len(search(county, "", limit=3)) == 3
    assert [h.pk for h in search(county, "", after=search(county, "", limit=3)[-1].pk)] == [Household.objects.latest("id").pk]


@pytest.mark.parametrize(
    ("file", "column", "value", "why"),
    [
        ("people.csv", "证件号码", "610998199001011230", "第2行 证件号码.*校验码"), ("people.csv", "出生日期", "1868-1-1", "早于|认不出"),
        ("people.csv", "与户主关系", "儿媳", "代码表"), ("people.csv", "户编号", "没有", "户表中没有"), ("people.csv", "姓名", "", "姓名为空"),
        ("people.csv", "低保", "有", "是.*或.*否"), ("people.csv", "务工月数", "三", "整数"), ("people.csv", "与户主关系", "其他", "没有户主"),
        ("households.csv", "居住地", "610998", "没有编码"), ("households.csv", "户编号", "", "户编号为空"),
        ("households.csv", "监测状态", "监测中", "没有纳入日期"), ("households.csv", "风险类型", "a；b；c；d；e；f", "最多5项"),
        ("households.csv", "住房面积", "大", "数字"), ("households.csv", "网格", "610998100201-99", "没有编号为"),
    ],
)  # fmt: skip
def test_one_wrong_cell_and_nothing_is_taken(
    small_county: SmallCounty, tmp_path: Path, file: str, column: str, value: str, why: str
) -> None:
    write_register(tmp_path)
    with (tmp_path / file).open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    rows[0][column] = value
    with (tmp_path / file).open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(Refusal, match=why) as refused:
        read_register(tmp_path, tree(), grid_codes())
    assert file in str(refused.value)
    assert "610998199001011230" not in str(refused.value)


def test_a_register_is_not_taken_twice(small_county: SmallCounty, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="已有农户底册"):
        import_register(post=system_post(), folder=tmp_path, on=DAY, now=NOW, progress=lambda *_: None)


def test_standing_keeps_its_history(small_county: SmallCounty) -> None:
    row = Standing.objects.get()
    assert (row.stage, row.valid_from, row.risks) == ("monitoring", date(2022, 4, 11), ["因病", "缺劳动力"])


def test_the_snapshot_of_a_day(small_county: SmallCounty) -> None:
    now = snapshot(as_of=DAY, known_at=NOW)
    assert {k: v.num_rows for k, v in now.items()} == {"people": 7, "households": 4, "divisions": 6}
    households = {row["household_no"]: row for row in now["households"].to_pylist()}
    monitored = households[first("10120100001").pk]
    assert (monitored["monitored"], monitored["stage"], monitored["house_grade"]) == (True, "monitoring", "C")
    moved = households[first("10120100002").pk]
    assert (moved["relocated"], moved["resettled_on"], moved["safe_water"]) == (True, date(2021, 10, 20), None)
    before = snapshot(as_of=date(2022, 4, 10), known_at=NOW)["households"].to_pylist()
    assert not any(row["monitored"] for row in before)
    assert snapshot(as_of=date(2020, 12, 31), known_at=NOW)["people"].num_rows == 0
    assert snapshot(as_of=DAY, known_at=datetime(2022, 9, 12, tzinfo=UTC))["people"].num_rows == 0
    assert not {"name", "identity"} & set(now["people"].schema.names)
    Membership.objects.filter(person__name="陈小禾").update(valid_to=date(2022, 1, 1))
    assert snapshot(as_of=DAY, known_at=NOW)["people"].num_rows == 6


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [(date(2000, 9, 13), DAY, 22), (date(2000, 9, 14), DAY, 21), (date(2004, 2, 29), date(2022, 2, 28), 17), (DAY, DAY, 0)],
)
def test_age(birth: date, on: date, age: int) -> None:
    assert age_on(birth, on) == age


def test_completeness_counts_false_and_zero_as_known() -> None:
    assert completeness({"a": False, "b": 0, "c": None, "d": ""}) == (2, 4, ["c", "d"])
