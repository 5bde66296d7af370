"""Kinds of damage: each a clear refusal in Chinese, naming the place; files are refused before any row is looked at."""

import io
import zipfile
from datetime import date

import pytest

from exchange.builders import HEADINGS, PEOPLE, packed, row, text, with_part, with_password, xlsx
from sangesan.exchange.attaching import People
from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.preparing import prepare
from sangesan.kernel.refusal import Refusal

FEEDS = load_contracts().feeds
GOOD = [HEADINGS, row(0), row(1)]
BOOK = xlsx(GOOD)
SHEET = "xl/worksheets/sheet1.xml"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def bomb() -> bytes:
    """A worksheet of 40 MB of blanks that zips to 40 kB."""
    return with_part(BOOK, SHEET, b"<worksheet>" + b" " * 40_000_000 + b"</worksheet>")


def sheet_with(cell: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        xml = archive.read(SHEET)
    return with_part(BOOK, SHEET, xml.replace(b"</sheetData>", cell + b"</sheetData>"))


def many_entries() -> bytes:
    return packed({f"{i}.csv": b"x" for i in range(2_100)})


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


FILES = {
    "empty file": (b"", "a.csv", "文件是空的"),
    "white space only": (b" \r\n \n", "a.csv", "文件是空的"),
    "picture named xlsx": (PNG, "a.xlsx", "这是图片，不是表格"),
    "pdf named xlsx": (b"%PDF-1.7 ...", "a.xlsx", "这是PDF 文件"),
    "rar": (b"Rar!\x1a\x07\x00", "a.zip", "RAR 压缩包"),
    "web page named xls": (b"<html><table><tr><td>1</td></tr></table>", "a.xls", "这是网页"),
    "xml named csv": (b"<?xml version='1.0'?><a/>", "a.csv", "这是 XML"),
    "text named xlsx": (b"hello, world", "a.xlsx", "内容却不是工作簿"),
    "docx": (packed({"[Content_Types].xml": b"", "word/document.xml": b""}), "a.docx", "Word 文档"),
    "old doc": (OLE + "WordDocument".encode("utf-16-le"), "a.doc", "Word 文档"),
    "old xls with password": (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xls", "设了打开密码"),
    "broken xls": (OLE, "a.xls", "工作簿打不开"),
    "broken xlsx": (cut(BOOK), "a.xlsx", "已损坏"),
    "xlsx without its sheet": (packed({"[Content_Types].xml": b"", "xl/x": b""}), "a.xlsx", "工作簿打不开"),
    "zip bomb": (bomb(), "a.xlsx", "疑为压缩炸弹"),
    "csv bomb": (packed({"a.csv": b"," * 40_000_000}), "a.zip", "疑为压缩炸弹"),
    "too many entries": (many_entries(), "a.zip", "压缩包内有 2100 个文件"),
    "zip in zip": (packed({"a.zip": packed({"a.csv": b"x"})}), "a.zip", "压缩包里又是压缩包"),
    "zip of two": (packed({"a.csv": b"x", "b.csv": b"y"}), "a.zip", "压缩包里有 2 个文件"),
    "empty zip": (packed({}), "a.zip", "压缩包是空的"),
    "zip of an empty file": (packed({"a.csv": b""}), "a.zip", "压缩包里的文件是空的"),
    "zip of a picture": (packed({"a.csv": PNG}), "a.zip", "这是图片"),
    "zip with password": (with_password(packed({"a.csv": b"x"})), "a.zip", "压缩包设了密码"),
    "cell in the far right": (sheet_with(b'<row r="9"><c r="XFD9"><v>1</v></c></row>'), "a.xlsx", "超过 130 列"),
    "cell far below": (sheet_with(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "a.xlsx", "300000 行"),
    "headings only": (xlsx([HEADINGS]), "a.xlsx", "只有表头，没有数据行"),
    "csv headings only": (text([HEADINGS]).encode(), "a.csv", "只有表头，没有数据行"),
    "blank workbook": (xlsx([]), "a.xlsx", "文件里没有内容"),
    "no headings at all": (xlsx([row(0), row(1)]), "a.xlsx", "没有找到表头"),
    "another department's file": (xlsx([["产业", "亩数"], ["茶", 3]]), "a.xlsx", "没有找到表头"),
    "a column missing": (xlsx([[*HEADINGS[:-1], "自付"], row(0)]), "a.xlsx", "缺少列：个人自付（是否写成了“自付”？）"),
    "identity column missing": (xlsx([["姓名", "号", *HEADINGS[2:]], row(0)]), "a.xlsx", "缺少列：身份证号"),
    "a column twice": (xlsx([[*HEADINGS, "总费用"], [*row(0), "1"]]), "a.xlsx", "列“总费用”出现了两次"),
    "unknown unit": (xlsx([[*HEADINGS[:4], "总费用（美元）", *HEADINGS[5:]], row(0)]), "a.xlsx", "单位“美元”不认识"),
    "csv with NUL": (text(GOOD).encode() + b"a\0b,1\n", "a.csv", "空字符"),
    "csv in no encoding": (text(GOOD).encode() + b"\xff\xff\xff", "a.csv", "文字编码认不出"),
    "csv with open quote": (
        text([HEADINGS, *([row(0)] * 60)]).encode() + b'"' + b"x,\n" * 400_000,
        "a.csv",
        "引号不配对",
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_file_is_refused_with_its_reason(kind: str, directory: Directory, people: People) -> None:
    data, name, expected = FILES[kind]
    with pytest.raises(Refusal) as refusal:
        prepare(data, name, FEEDS["medical_settlement"], directory=directory, people=people)
    assert expected in str(refusal.value)
    assert refusal.value.remedy


NUMBER = int(PEOPLE[0][1][:15] + "000")
CELLS = {
    "numeric identity": ({"身份证号": NUMBER}, "身份证号", "文本格式的 18 位身份证号", "丢失末几位"),
    "scientific identity": ({"身份证号": "6.10998E+17"}, "身份证号", "文本格式", "丢失末几位"),
    "nobody named": ({"姓名": "", "身份证号": ""}, "身份证号", "不能为空", "补填"),
    "date before 1900": ({"结算日期": "1899-12-31"}, "结算日期", "早于1900年", "请核对年份"),
    "date that never was": ({"结算日期": "2022-02-30"}, "结算日期", "不存在", "2022-09-13"),
    "a word for a date": ({"结算日期": "八月"}, "结算日期", "认不出", "2022-09-13"),
    "a number for a date": ({"结算日期": 7.5}, "结算日期", "1900 年以后的日期", ""),
    "empty date": ({"结算日期": ""}, "结算日期", "不能为空", "补填"),
    "unknown code": ({"就医类型": "急诊"}, "就医类型", "住院、门诊慢特病、门诊统筹", "选一个"),
    "words for money": ({"总费用": "三千五"}, "总费用", "认不出", "单位元"),
    "a fraction of a fen": ({"总费用": "12.345"}, "总费用", "不足一分", "小数点后两位"),
    "a fraction of a fen in a number": ({"总费用": 12.345}, "总费用", "不足一分", "小数点后两位"),
    "money beyond measure": ({"总费用": "99999999999999999999"}, "总费用", "过大", ""),
    "a date for money": ({"总费用": date(2022, 8, 1)}, "总费用", "认不出", "单位元"),
    "true for money": ({"总费用": True}, "总费用", "金额（元）", ""),
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_bad_cell_is_named_with_row_column_and_remedy(kind: str, directory: Directory, people: People) -> None:
    changes, column, expected, remedy = CELLS[kind]
    data = xlsx([["2022年8月"], HEADINGS, row(0), row(1, **changes)])
    result = prepare(data, "a.xlsx", FEEDS["medical_settlement"], directory=directory, people=people)
    assert (result.refused, result.good, result.open.num_rows) == (1, 1, 1)
    cell = result.refusals[0]
    assert (cell.sheet, cell.row, cell.column) == ("Sheet1", 4, column)
    assert expected in cell.expected
    assert remedy in cell.remedy


def test_no_refusal_shows_an_identity_number(directory: Directory, people: People) -> None:
    number = PEOPLE[0][1]
    rows = [row(0, 身份证号=NUMBER), row(1, 结算日期=number), row(2, 就医类型=f"住院{number}")]
    result = prepare(xlsx([HEADINGS, *rows]), "a.xlsx", FEEDS["medical_settlement"], directory=directory, people=people)
    assert result.refused == 3
    for cell in result.refusals:
        assert number not in str(cell)
        assert str(NUMBER) not in str(cell)


def test_ragged_rows_of_a_csv_are_refused_by_number(directory: Directory, people: People) -> None:
    lines = text([HEADINGS, row(0), row(1)]) + "陈大山,1\r\n" + text([[*row(2), "多", "余"], row(2)])
    result = prepare(lines.encode(), "a.csv", FEEDS["medical_settlement"], directory=directory, people=people)
    assert [(c.row, c.column) for c in result.refusals] == [(4, "（整行）"), (5, "（整行）")]
    assert (result.rows_read, result.refused, result.open.num_rows) == (5, 2, 3)
    assert result.open["row_no"].to_pylist() == [2, 3, 6]


def test_an_ambiguous_village_is_refused_with_candidates(directory: Directory) -> None:
    rows = [
        ["村", "开始日期", "恢复日期", "原因"],
        ["街道社区", "2022-08-01", None, "设施损坏"],
        ["双柳村", "2022/8/1", "", "设施损坏"],
    ]
    result = prepare(xlsx(rows), "a.xlsx", FEEDS["water_supply"], directory=directory, people=None)
    assert result.refused == 1
    assert "东河镇街道社区、西山镇街道社区" in result.refusals[0].expected
    assert result.open["division"].to_pylist() == ["610998100201"]
    assert result.open["ended_on"].to_pylist() == [None]
