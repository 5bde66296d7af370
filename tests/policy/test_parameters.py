"""Parameters: what holds on a day, and one broken file per mistake."""

from datetime import date
from pathlib import Path

import pytest

from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterValue, load_parameters

GOOD = """
line:
  title: 监测线
  unit: fen
  values:
    - {from: 2021-01-01, to: 2021-12-31, value: 600000, source: "陕农组发〔2021〕3号"}
    - {from: 2023-01-01, value: 700000, source: default}
    - {from: 2024-01-01, value: 720000, source: default}
"""


def book(tmp_path: Path, text: str):  # type: ignore[no-untyped-def]
    (tmp_path / "line.yaml").write_text(text, encoding="utf-8")
    return load_parameters(tmp_path)


@pytest.mark.parametrize(
    ("on", "value"),
    [
        (date(2020, 12, 31), None), (date(2021, 1, 1), 600000), (date(2021, 12, 31), 600000), (date(2022, 6, 1), None),
        (date(2023, 1, 1), 700000), (date(2023, 12, 31), 700000), (date(2024, 1, 1), 720000),
    ],
)  # fmt: skip
def test_the_value_of_a_day(tmp_path: Path, on: date, value: int | None) -> None:
    found = book(tmp_path, GOOD).value("line", on)
    assert (found and found.value) == value


def test_who_needs_a_value_is_told_where_none_is_known(tmp_path: Path) -> None:
    held = book(tmp_path, GOOD)
    assert held.number("line", date(2021, 1, 1)) == 600000
    assert held.text("line", date(2021, 1, 1)) == "600000"
    for read in (held.number, held.text):
        with pytest.raises(Refusal, match="参数 line：“监测线”在2022-06-01没有值"):
            read("line", date(2022, 6, 1))


def test_an_amendment_takes_over_and_leaves_the_shipped_book_alone(tmp_path: Path) -> None:
    shipped = book(tmp_path, GOOD)
    amended = shipped.with_values([ParameterValue("line", 650000, "fen", date(2021, 6, 1), None, "县文件")])
    assert amended.value("line", date(2021, 5, 31)).value == 600000  # type: ignore[union-attr]
    assert amended.value("line", date(2021, 6, 1)).value == 650000  # type: ignore[union-attr]
    assert shipped.value("line", date(2021, 6, 1)).value == 600000  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (GOOD.replace(', source: "陕农组发〔2021〕3号"', ""), "没有出处"),
        (GOOD.replace("unit: fen", "unit: yuan"), "单位“yuan”不认识"),
        (GOOD.replace("value: 600000", "value: 6000.5"), "应为整数"),
        (GOOD.replace("from: 2021-01-01", "from: 去年"), "应是日期"),
        (GOOD.replace("title: 监测线", "titel: 监测线"), "不认识的键“titel”"),
        (GOOD.replace("  title: 监测线\n", ""), "缺少“title”"),
        (GOOD + GOOD, "写了两次"),
        ("line: [", "YAML格式不对"),
        ("- 1", "映射"),
    ],
)
def test_broken_files_name_the_place(tmp_path: Path, broken: str, why: str) -> None:
    with pytest.raises(Refusal, match=why) as refused:
        book(tmp_path, broken)
    assert "line" in str(refused.value)


def test_a_value_in_another_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="单位应为 fen"):
        book(tmp_path, GOOD).with_values([ParameterValue("line", 6, "months", date(2021, 1, 1), None, "x")])


def test_what_is_shipped_loads_and_says_its_sources() -> None:
    shipped = load_parameters()
    assert {"first_visit_days", "clearance_silence_months"} <= set(shipped.codes())
    assert all(value.source for code in shipped.codes() for value in shipped.parameter(code).values)
