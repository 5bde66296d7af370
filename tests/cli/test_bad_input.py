"""Bad input at the command line: Chinese, the place named, exit code 2, nothing half-written. One row per kind."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result
from django.conf import settings

from sangesan.audit.models import Entry
from sangesan.cli.main import cli
from sangesan.exchange.models import Delivery
from sangesan.screening.models import ScreeningRun
from web.small_county import PEOPLE, SmallCounty, identity

HEADINGS = ["姓名", "身份证号", "结算日期", "就医类型", "总费用", "基金支付", "个人自付"]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def row(**changed: object) -> list[object]:
    values: dict[str, object] = dict(zip(HEADINGS, ["陈大山", identity(101, PEOPLE[0][3]), "2022-08-03", "住院", "900", "600", "300"]))
    return [*(values | changed).values()]


def workbook(headings: list[str], rows: list[list[object]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("明细")
        for n, values in enumerate([headings, *rows]):
            sheet.write_row(n, 0, values)
    return data.getvalue()


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w", force_zip64=True) as file:
        for _ in range(1100):
            file.write(b"0" * 1_000_000)
    return data.getvalue()


def csv(text: str, encoding: str = "utf-8") -> bytes:
    return ("\n".join([",".join(HEADINGS), text])).encode(encoding)


# kind, file name, content, what the message must say
FILES: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("wrong columns", "医保.xlsx", lambda: workbook(["姓名", "日期", "金额"], [["a", "b", "c"]]), "医保.xlsx.*(列|表头)"),
    ("one column missing", "医保.xlsx", lambda: workbook(HEADINGS[:-1], [row()[:-1]]), "个人自付"),
    ("wrong encoding", "医保.csv", lambda: b"\xff\xfe\xfa" + bytes(range(128, 256)) * 9, "医保.csv.*编码|医保.csv"),
    ("empty file", "医保.xlsx", lambda: b"", "医保.xlsx.*空"),
    ("a picture named .xlsx", "医保.xlsx", lambda: PNG, "医保.xlsx.*图片|医保.xlsx.*不是"),
    ("a zip bomb", "医保.zip", bomb, "医保.zip"),
    ("a damaged workbook", "医保.xlsx", lambda: workbook(HEADINGS, [row()])[:900], "医保.xlsx"),
    ("a date before 1900", "医保.xlsx", lambda: workbook(HEADINGS, [row(结算日期="1899-08-03")]), "第2行 结算日期.*1899-08-03.*1900"),
    ("a date that is none", "医保.xlsx", lambda: workbook(HEADINGS, [row(结算日期="2022-02-30")]), "第2行 结算日期"),
    ("an amount in words", "医保.xlsx", lambda: workbook(HEADINGS, [row(个人自付="三百")]), "第2行 个人自付.*三百"),
    ("an unknown code", "医保.xlsx", lambda: workbook(HEADINGS, [row(就医类型="出国")]), "第2行 就医类型.*出国.*住院"),
    ("a numeric identity cell", "医保.xlsx", lambda: workbook(HEADINGS, [row(身份证号=610998196803051234)]), "第2行 身份证号.*文本"),
    ("a rounded identity number", "医保.csv", lambda: csv("陈大山,6.10998E+17,2022-08-03,住院,9,6,3"), "第2行 身份证号"),
]  # fmt: skip


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def state() -> tuple[int, int, list[str]]:
    parquet = sorted(p.name for p in (Path(settings.HOME) / "parquet").rglob("*") if p.is_file())
    return Delivery.objects.exclude(state="refused").count(), ScreeningRun.objects.count(), parquet


@pytest.mark.parametrize(("kind", "name", "content", "says"), FILES, ids=[f[0] for f in FILES])
def test_files(small_county: SmallCounty, tmp_path: Path, kind: str, name: str, content: Callable[[], bytes], says: str) -> None:
    (tmp_path / name).write_bytes(content())
    before = state()
    result = run("ingest", "medical_settlement", str(tmp_path / name))
    assert result.exit_code == 2, result.output
    assert re.search(says, result.output, re.DOTALL), result.output
    assert "Traceback" not in result.output
    assert identity(101, PEOPLE[0][3]) not in result.output
    assert state() == before


def test_a_good_file_then_the_same_again(small_county: SmallCounty, tmp_path: Path) -> None:
    (tmp_path / "医保.xlsx").write_bytes(workbook(HEADINGS, [row(), row(身份证号="", 姓名="没有此人")]))
    first = run("ingest", "medical_settlement", str(tmp_path / "医保.xlsx"), "--period", "2022-08")
    assert (first.exit_code, "已挂接 1 行，未挂接 1 行" in first.output) == (0, True), first.output
    before = state(), Entry.objects.count()
    again = run("ingest", "medical_settlement", str(tmp_path / "医保.xlsx"), "--period", "2022-08")
    assert (again.exit_code, "没有变化" in again.output) == (0, True), again.output
    assert (state(), Entry.objects.count()) == before


def test_good_rows_only_when_asked_for(small_county: SmallCounty, tmp_path: Path) -> None:
    (tmp_path / "医保.xlsx").write_bytes(workbook(HEADINGS, [row(), row(个人自付="三百")]))
    arguments = ["ingest", "medical_settlement", str(tmp_path / "医保.xlsx"), "--period", "2022-08"]
    assert run(*arguments).exit_code == 2
    taken = run(*arguments, "--take-good-rows")
    assert (taken.exit_code, "合格 1 行，退回 1 行" in taken.output) == (0, True), taken.output


RULE = """code: X01
title: 试
meaning: 试
department: medical_security
risk_type: '01'
severity: high
source: default
cycle: monthly
grain: person
parameters: {hospital_line_formerly_poor: 预警线}
measure: hospital_self_paid_ytd
when: hospital_self_paid_ytd >= hospital_line_formerly_poor
sentence: '{hospital_self_paid_ytd}'
"""
PARAMETER = "line:\n  title: 线\n  unit: fen\n  values:\n    - {from: 2021-01-01, value: 600000, source: default}\n"

POLICY = [
    ("unknown fact", "rules", RULE.replace("when: hospital_self_paid_ytd", "when: hospital_self_payd_ytd"), "X01.yaml.*hospital_self_payd_ytd"),
    ("function call", "rules", RULE.replace("when: hospital_self_paid_ytd", "when: read_csv('/etc/passwd')"), "X01.yaml.*READ_CSV"),
    ("a number in a rule", "rules", RULE.replace(">= hospital_line_formerly_poor", ">= 500000"), "X01.yaml"),
    ("a rule without a source", "rules", RULE.replace("source: default\n", ""), "X01.yaml.*source"),
    ("a rule that is not YAML", "rules", "code: [", "X01.yaml.*YAML"),
    ("a parameter without a source", "parameters", PARAMETER.replace(", source: default", ""), "X01.yaml line.*出处"),
    ("a parameter with a fraction", "parameters", PARAMETER.replace("600000", "6000.5"), "X01.yaml line.*整数"),
    ("an unknown unit", "parameters", PARAMETER.replace("fen", "euro"), "X01.yaml line.*euro"),
]


@pytest.mark.parametrize(("kind", "command", "text", "says"), POLICY, ids=[p[0] for p in POLICY])
def test_policy_files(small_county: SmallCounty, tmp_path: Path, kind: str, command: str, text: str, says: str) -> None:
    (tmp_path / "X01.yaml").write_text(text, encoding="utf-8")
    result = run(command, "--from", str(tmp_path))
    assert result.exit_code == 2, result.output
    assert re.search(says, result.output), result.output


@pytest.mark.parametrize(("text", "command"), [(RULE, "rules"), (PARAMETER, "parameters")])
def test_the_unbroken_files_are_taken(small_county: SmallCounty, tmp_path: Path, text: str, command: str) -> None:
    (tmp_path / "X01.yaml").write_text(text, encoding="utf-8")
    assert run(command, "--from", str(tmp_path)).exit_code == 0


ARGUMENTS = [
    (["ingest", "no_such_feed", "x.csv"], "no_such_feed"),
    (["ingest", "medical_settlement", "no_such_file.csv"], "no_such_file.csv"),
    (["ingest", "medical_settlement", "x.csv", "--period", "2022-13"], "2022-13"),
    (["screen", "--as-of", "1899-01-01"], "1899-01-01.*1900"),
    (["screen", "--as-of", "昨天"], "昨天"),
    (["screen", "--as-of", "2019-01-01"], "底册里没有农户"),
    (["screen", "--repeat", "99"], "没有第99次筛查"),
    (["county", "load", "/nowhere"], "没有这个文件"),
    (["demo", "--scale", "7"], "规模"),
]


@pytest.mark.parametrize(("arguments", "says"), ARGUMENTS, ids=[" ".join(a[0][:3]) for a in ARGUMENTS])
def test_arguments(small_county: SmallCounty, arguments: list[str], says: str) -> None:
    before = state()
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert re.search(says, result.output), result.output
    assert state() == before


@pytest.mark.django_db
def test_without_a_county_the_next_command_is_named() -> None:
    result = run("screen")
    assert result.exit_code == 2
    assert "sangesan county load" in result.output
