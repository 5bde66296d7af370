"""By sound number, else by name, birth date and village when unique, else not at all."""

from datetime import date

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.builders import HEADINGS, PEOPLE, identity, row, xlsx
from sangesan.exchange.attaching import PEOPLE_SCHEMA, People, attach
from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.checking.identity import keys_of
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.preparing import prepare

FEED = load_contracts().feeds["medical_settlement"]
LONG = [*HEADINGS, "出生日期", "村"]
STRANGER = identity(555, date(1990, 1, 1))
WRONG = PEOPLE[1][1][:16] + ("1" if PEOPLE[1][1][16] != "1" else "2") + PEOPLE[1][1][17]

CASES = {
    "sound number": ({}, "1970-06-18", "双柳村", 2),
    "spaces in the number": ({"身份证号": f" {PEOPLE[1][1][:6]} {PEOPLE[1][1][6:]}"}, "", "", 2),
    "fifteen digits": ({"身份证号": PEOPLE[1][1][:6] + PEOPLE[1][1][8:17]}, "", "", 2),
    "number goes before another's name": ({"姓名": "李长顺"}, "", "", 2),
    "wrong number, right name, birth date, village": ({"身份证号": WRONG}, "1970-06-18", "东河镇双柳村", 2),
    "the village where one lives": ({"身份证号": ""}, "1970.6.18", "东河镇街道社区", 2),
    "name with a space in it": ({"姓名": "王 秀兰", "身份证号": ""}, "1970-06-18", "双柳村", 2),
    "another village": ({"身份证号": WRONG}, "1970-06-18", "高坪村", None),
    "another birth date": ({"身份证号": WRONG}, "1970-06-19", "双柳村", None),
    "no village": ({"身份证号": WRONG}, "1970-06-18", "", None),
    "a village that can't be told": ({"身份证号": WRONG}, "1970-06-18", "街道社区", None),
    "a birth date that can't be read": ({"身份证号": WRONG}, "七零年", "双柳村", None),
    "a stranger's sound number is not overruled by the name": ({"身份证号": STRANGER}, "1970-06-18", "双柳村", None),
    "two of that name and birthday": ({"姓名": "周明远", "身份证号": ""}, "1980-08-30", "双柳村", None),
}


def test_the_table_of_cases(directory: Directory, people: People) -> None:
    rows = [[*row(1, **changes), birth, village] for changes, birth, village, _ in CASES.values()]
    result = prepare(xlsx([LONG, *rows]), "a.xlsx", FEED, directory=directory, people=people)
    assert result.refused == 0
    found = dict(zip(result.open["row_no"].to_pylist(), result.open["person_no"].to_pylist(), strict=True))
    assert {name: found.get(number) for number, name in enumerate(CASES, start=2)} == {
        n: c[3] for n, c in CASES.items()
    }
    assert result.by_method == {"identity_number": 2, "identity_number_mended": 2, "name_birth_village": 3}
    assert result.unattached.num_rows == len(CASES) - 7


def test_identity_and_unattached_rows_stay_out_of_the_open_table(directory: Directory, people: People) -> None:
    rows = [[*row(0), "", ""], [*row(1, 身份证号=STRANGER), "", ""]]
    result = prepare(xlsx([LONG, *rows]), "a.xlsx", FEED, directory=directory, people=people)
    assert result.open.column_names == ["person_no", "row_no", "settled_on", "care", "total", "fund_paid", "self_paid"]
    assert result.sealed["raw_name"].to_pylist() == ["陈大山"]
    assert result.unattached["raw_id_number"].to_pylist() == [STRANGER]
    assert result.unattached["total"].to_pylist() == [123456]


def test_free_text_is_sealed(directory: Directory, people: People) -> None:
    feed = load_contracts().feeds["petition"]
    rows = [["姓名", "身份证号", "渠道", "受理日期", "诉求摘要"], [*PEOPLE[0][:2], "12345", "2022-08-01", "要求修路"]]
    result = prepare(xlsx(rows), "a.xlsx", feed, directory=directory, people=people)
    assert "summary" not in result.open.column_names
    assert result.sealed["summary"].to_pylist() == ["要求修路"]


def test_a_feeds_own_villages_are_not_taken_for_the_persons(directory: Directory, people: People) -> None:
    feed = load_contracts().feeds["relocated_household"]
    rows = [
        ["姓名", "身份证号", "安置社区", "户籍村", "搬迁原因", "入住日期"],
        [*PEOPLE[0][:2], "东河镇街道社区", "双柳村", "避险搬迁", "2021-05-01"],
    ]
    result = prepare(xlsx(rows), "a.xlsx", feed, directory=directory, people=people)
    assert result.open["residence"].to_pylist() == ["610998100001"]
    assert result.open["origin"].to_pylist() == ["610998100201"]


def test_a_number_that_two_people_share_attaches_neither() -> None:
    number = PEOPLE[0][1]
    rows = [{"person_no": n, "identity": number, "name": "甲", "birth_date": None, "village": None} for n in (1, 2)]
    people = People(pa.Table.from_pylist(rows, schema=PEOPLE_SCHEMA))
    keys, _ = keys_of(pa.array([number]))
    assert people.by_keys(keys).tolist() == [-1]


@given(st.lists(st.integers(0, 60), max_size=40), st.lists(st.integers(0, 60), max_size=40))
@settings(deadline=None)
def test_matching_by_number_against_a_plain_loop(registered: list[int], delivered: list[int]) -> None:
    numbers = [identity(n, date(1970, 1, 1)) for n in registered]
    table = pa.table(
        {
            "person_no": pa.array(range(1, len(numbers) + 1), pa.int64()),
            "identity": pa.array(numbers, pa.string()),
            "name": pa.nulls(len(numbers), pa.string()),
            "birth_date": pa.nulls(len(numbers), pa.date32()),
            "village": pa.nulls(len(numbers), pa.string()),
            "residence": pa.nulls(len(numbers), pa.string()),
        }
    )
    keys, _ = keys_of(pa.array([identity(n, date(1970, 1, 1)) for n in delivered], pa.string()))
    nothing = pa.nulls(len(delivered), pa.date32()), pa.nulls(len(delivered), pa.string())
    found = attach(People(table), keys, None, *nothing).person_no.tolist()
    assert found == [registered.index(n) + 1 if registered.count(n) == 1 else -1 for n in delivered]
