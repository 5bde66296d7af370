"""The run as a whole: waiting rules, exclusions, what-if, repetition, rows behind a figure, the sentence, Spark."""

from datetime import date
from typing import Any

import duckdb
import pytest
import sqlglot

from sangesan.facts.evidence import fact_rows
from sangesan.facts.moment import Moment
from sangesan.facts.reading import load_facts
from sangesan.policy.parameters import ParameterValue
from sangesan.screening.engine import HITS, screen
from sangesan.screening.explaining import explain
from sangesan.screening.needs import columns_needed
from sangesan.screening.reading import load_exclusions, load_rules
from sangesan.screening.spark import spark_sql
from screening.county import AS_OF, connect, parameters

RULES = {rule.code: rule for rule in load_rules()}
HOME = {"household_no": 1, "village": "V1", "town": "T1", "residence": "V1", "formerly_poor": True, "relocated": True}
PERSON = {"person_no": 11, "household_no": 1, "labour": "普通劳动力"}


def paid(fen: int, row_no: int, **other: Any) -> dict[str, Any]:
    return {
        "person_no": 11, "delivery": 7, "row_no": row_no, "period": date(2022, 8, 1), "settled_on": date(2022, 8, 5),
        "care": "住院", "total": fen, "fund_paid": 0, "self_paid": fen, **other,
    }  # fmt: skip


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    car = {"person_no": 11, "delivery": 3, "row_no": 1, "period": date(2022, 6, 1), "kind": "小型轿车"}
    feeds = {
        "medical_settlement": [paid(300_000, 1), paid(200_000, 2), paid(900_000, 3, person_no=999)],
        "vehicle": [car],
    }
    return connect(people=[PERSON], households=[HOME], feeds=feeds)


def test_hits_exclusions_and_schema(con: duckdb.DuckDBPyConnection) -> None:
    result = screen(con, as_of=AS_OF, rules=load_rules(), parameters=parameters(), exclusions=load_exclusions())
    assert result.hits.schema == HITS
    assert result.hits.to_pylist() == [
        {"rule": "R01", "grain": "household", "household_no": 1, "person_no": 11, "division": None, "measure": 500_000,
         "operands": '{"formerly_poor":true,"hospital_self_paid_ytd":500000}'}
    ]  # fmt: skip
    assert [(e["rule"], e["measure"]) for e in result.exclusions.to_pylist()] == [("E01", 1)]


def test_exclusions_speak_only_of_households_that_were_hit(con: duckdb.DuckDBPyConnection) -> None:
    result = screen(con, as_of=AS_OF, rules=[RULES["R06"]], parameters=parameters(), exclusions=load_exclusions())
    assert result.hits.num_rows == 0
    assert result.exclusions.num_rows == 0


def test_what_waits_says_what_is_missing(con: duckdb.DuckDBPyConnection) -> None:
    result = screen(con, as_of=AS_OF, rules=load_rules(), parameters=parameters(line_fen=None))
    waiting = {w.rule: "；".join(w.missing) for w in result.waiting}
    assert "还没有推送过" in waiting["R35"]
    assert all("monitoring_line" in waiting[code] for code in ("R04", "R36", "R37"))
    assert set(waiting) == {"R04", "R35", "R36", "R37"}


def test_a_feed_that_is_not_there_makes_its_rules_wait(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DROP TABLE feed_petition")
    result = screen(con, as_of=AS_OF, rules=load_rules(), parameters=parameters())
    assert {"R32", "R33"} <= {w.rule for w in result.waiting}
    assert "R01" in result.hits["rule"].to_pylist()


def test_repeated_runs_are_equal_and_leave_nothing_behind(con: duckdb.DuckDBPyConnection) -> None:
    before = con.execute("SELECT count(*) FROM information_schema.tables").fetchall()
    digests = {screen(con, as_of=AS_OF, rules=load_rules(), parameters=parameters()).digest for _ in range(3)}
    assert len(digests) == 1
    assert con.execute("SELECT count(*) FROM information_schema.tables").fetchall() == before


@pytest.mark.parametrize(("line", "hits"), [(500_000, 1), (500_001, 0)])
def test_what_if(con: duckdb.DuckDBPyConnection, line: int, hits: int) -> None:
    tried = parameters().with_values(
        [ParameterValue("hospital_line_formerly_poor", line, "fen", date(2021, 1, 1), None, "default")]
    )
    assert screen(con, as_of=AS_OF, rules=[RULES["R01"]], parameters=tried).hits.num_rows == hits


def test_every_figure_leads_to_its_rows(con: duckdb.DuckDBPyConnection) -> None:
    rows = fact_rows(con, "hospital_self_paid_ytd", moment=Moment(AS_OF, parameters()), book=load_facts(), people=[11])
    assert [(row.feed, row.delivery, row.row_no, row.columns["self_paid"]) for row in rows] == [
        ("medical_settlement", 7, 1, 300_000),
        ("medical_settlement", 7, 2, 200_000),
    ]
    household = fact_rows(con, "self_paid_12m", moment=Moment(AS_OF, parameters()), book=load_facts(), people=[11])
    assert sum(row.columns["self_paid"] for row in household) == 500_000


def test_the_sentence_names_values_and_line() -> None:
    text = explain(
        RULES["R01"], '{"formerly_poor":true,"hospital_self_paid_ytd":500000}',
        as_of=AS_OF, parameters=parameters(), book=load_facts(),
    )  # fmt: skip
    assert text == "脱贫户成员本年至上月住院自付5,000.00元，达到预警线5,000.00元。"


def test_rules_say_where_they_come_from() -> None:
    assert len(RULES) == 39
    for rule in RULES.values():
        shown = rule.as_dict()
        assert all(shown[key] for key in ("code", "title", "department", "risk_type", "source", "facts", "when"))
        assert rule.source.startswith(("[S", "default"))


def test_spark_sql_parses_and_holds_no_double_quoted_names() -> None:
    for name, text in spark_sql(load_rules(), as_of=AS_OF, parameters=parameters()).items():
        assert sqlglot.parse_one(text, dialect="spark") is not None, name
        assert "ARG_MAX" not in text
        assert '"' not in text.replace('":', "").replace('{"', "").replace(',"', "")


def test_a_run_reads_no_column_that_it_does_not_name(con: duckdb.DuckDBPyConnection) -> None:
    rules = load_rules()
    needed = columns_needed([*rules, *load_exclusions()], load_facts(), Moment(AS_OF, parameters()))
    narrow = duckdb.connect(config={"threads": 1})
    for table in ("people", "households", "divisions"):
        narrow.register(table, con.table(table).to_arrow_table())
    for feed, columns in needed.items():
        rows = con.table(f"feed_{feed}").to_arrow_table()
        narrow.register(f"feed_{feed}", rows.select(columns))
    wide = screen(con, as_of=AS_OF, rules=rules, parameters=parameters(), exclusions=load_exclusions())
    small = screen(narrow, as_of=AS_OF, rules=rules, parameters=parameters(), exclusions=load_exclusions())
    assert small.digest == wide.digest
    assert small.exclusions.equals(wide.exclusions)
