"""The shipped contracts, and one broken file per mistake with the error it must give."""

from pathlib import Path

import pyarrow as pa
import pytest

from sangesan.exchange.contracts import load_contracts
from sangesan.kernel.refusal import Refusal


def test_shipped_contracts_cover_18_departments_and_31_feeds() -> None:
    contracts = load_contracts()
    assert len(contracts.departments) == 18
    assert len(contracts.feeds) == 31
    assert {f.department for f in contracts.feeds.values()} == set(contracts.departments)


def test_free_text_and_identity_never_reach_the_open_columns() -> None:
    contracts = load_contracts()
    assert [c.as_name for c in contracts.feeds["petition"].open_columns] == ["channel", "received_on"]
    names = {c.as_name for f in contracts.feeds.values() if f.grain == "person" for c in f.open_columns}
    assert not names & {"name", "id_number", "phone", "birth_date", "division", "summary", "location"}


def test_view_schema_of_a_person_and_a_division_feed() -> None:
    contracts = load_contracts()
    settled = contracts.feeds["medical_settlement"].view_schema
    assert settled.names[:4] == ["person_no", "delivery", "row_no", "period"]
    assert settled.field("total").type == pa.int64()
    water = contracts.feeds["water_supply"].view_schema
    assert water.names == ["division", "delivery", "row_no", "period", "began_on", "ended_on", "cause"]


GOOD = """
departments: [{code: water, name: 水利局}]
feeds:
  - {code: tap, department: water, title: 供水, kind: events, cycle: event,
     columns: {开始日期: {as: began_on, type: date}}}
"""

BROKEN = {
    "not yaml": (": [", "YAML 格式有误"),
    "a list": ("- 1", "departments 和 feeds"),
    "no departments": (GOOD.replace("departments: [{code: water, name: 水利局}]", ""), "没有列出部门"),
    "no feeds": ("departments: [{code: water, name: 水利局}]", "没有任何数据项"),
    "department twice": (GOOD.replace("}]", "}, {code: water, name: 水}]"), "部门代码 water 重复"),
    "unknown department": (GOOD.replace("department: water", "department: fire"), "部门“fire”不在部门表中"),
    "unknown kind": (GOOD.replace("kind: events", "kind: stream"), "kind 的值“stream”不可用"),
    "unknown cycle": (GOOD.replace("cycle: event", "cycle: daily"), "cycle 的值“daily”不可用"),
    "unknown setting": (GOOD.replace("cycle: event", "cycle: event, colour: red"), "不认识的设置“colour”"),
    "unknown type": (GOOD.replace("type: date", "type: datetime"), "type 的值“datetime”不可用"),
    "code without list": (GOOD.replace("type: date", "type: code"), "须列出取值 list"),
    "reserved name": (GOOD.replace("as: began_on", "as: person_no"), "as 名“person_no”不可用"),
    "changes without key": (GOOD.replace("kind: events", "kind: changes"), "须写明主键"),
    "key that is no column": (GOOD.replace("kind: events", "kind: changes, key: [site]"), "主键“site”不是"),
    "division feed without division": (
        GOOD.replace("cycle: event", "cycle: event, grain: division"),
        "as: division",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_contract_file_is_refused_by_name(case: str, tmp_path: Path) -> None:
    text, expected = BROKEN[case]
    path = tmp_path / "feeds.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        load_contracts(path)
    assert expected in str(refusal.value)
    assert "feeds.yaml" in refusal.value.place


def test_an_unknown_feed_names_the_nearest() -> None:
    with pytest.raises(Refusal, match="medical_settlement"):
        load_contracts().feed("medical_settlment")
