"""Files as departments send them are read as what they are."""

from datetime import date

import pytest

from exchange.builders import HEADINGS, packed, row, text, xlsx
from sangesan.exchange.attaching import People
from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.preparing import SHEET_STEP, Prepared, prepare
from sangesan.kernel.period import Month

FEED = load_contracts().feeds["medical_settlement"]
GOOD = [HEADINGS, row(0), row(1), row(2)]
CSV = text(GOOD)


def taken(data: bytes, directory: Directory, people: People, filename: str = "a") -> Prepared:
    return prepare(data, filename, FEED, directory=directory, people=people)


FORMS = {
    "xlsx": xlsx(GOOD),
    "xlsx under two title rows": xlsx([["2022年8月 医保结算明细"], ["填报日期：2022年9月3日"], [], *GOOD]),
    "xlsx with totals and signatures": xlsx([*GOOD, [], ["合计", None, None, None, 3703.68], ["填报人：张三"]]),
    "headings with units, breaks and spaces": xlsx(
        [["姓 名", "身份证\n号码", "结算日期", "就医类型", "总费用（元）", "基金支付 ", "个人自付"], *GOOD[1:]]
    ),
    "headings over two rows": xlsx(
        [
            ["姓名", "身份证号", "结算日期", "就医类型", "费用", None, None],
            [None, None, None, None, "总费用", "基金支付", "个人自付"],
            *GOOD[1:],
        ]
    ),
    "a column more, in front": xlsx([["序号", *HEADINGS], *([i, *r] for i, r in enumerate(GOOD[1:], 1)), ["合计"]]),
    "blank rows between": xlsx([HEADINGS, row(0), [], row(1), [], [], row(2)]),
    "headings repeated": xlsx([HEADINGS, row(0), row(1), HEADINGS, row(2)]),
    "an explanation sheet beside": xlsx(GOOD, more=["填表说明"]),
    "csv utf-8": CSV.encode(),
    "csv utf-8 with mark": CSV.encode("utf-8-sig"),
    "csv gb18030": CSV.encode("gb18030"),
    "csv utf-16": CSV.encode("utf-16"),
    "csv utf-16 without mark": CSV.encode("utf-16-le"),
    "csv of an old system": CSV.replace("\r\n", "\r").encode(),
    "csv with tabs": text(GOOD, "\t").encode(),
    "csv with title and note rows": ("2022年8月医保\n" + CSV + "填报人：张三,,,,,,\n合计：3条\n").encode(),
    "csv with quoted line breaks": CSV.replace("陈大山", '"陈大\n山"', 1).encode(),
    "zipped csv": packed({"医保.csv": CSV.encode("gb18030"), "__MACOSX/._a": b"x"}),
    "zipped xlsx": packed({"医保.xlsx": xlsx(GOOD)}),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_three_rows(form: str, directory: Directory, people: People) -> None:
    result = taken(FORMS[form], directory, people)
    assert (result.rows_read, result.refused, result.open.num_rows) == (3, 0, 3), result.refusals
    assert result.open["person_no"].to_pylist() == [1, 2, 3]
    assert result.open["total"].to_pylist() == [123456] * 3
    assert result.open["settled_on"].to_pylist() == [date(2022, 8, 3)] * 3


def test_row_numbers_are_those_of_the_spreadsheet(directory: Directory, people: People) -> None:
    result = taken(FORMS["blank rows between"], directory, people)
    assert result.open["row_no"].to_pylist() == [2, 4, 7]
    result = taken(FORMS["csv with title and note rows"], directory, people, "a.csv")
    assert result.open["row_no"].to_pylist() == [3, 4, 5]
    assert result.notes == 2


def test_two_sheets_are_one_delivery(directory: Directory, people: People) -> None:
    import io

    import xlsxwriter

    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink)
    for name, rows in (("城关", [HEADINGS, row(0)]), ("高桥", [HEADINGS, row(1), row(2)])):
        page = book.add_worksheet(name)
        for i, cells in enumerate(rows):
            page.write_row(i, 0, cells)
    book.close()
    result = taken(sink.getvalue(), directory, people)
    assert result.open["row_no"].to_pylist() == [2, SHEET_STEP + 2, SHEET_STEP + 3]


MONTHS = {
    "title row": (xlsx([["试验县医保结算明细（2022年7月）"], *GOOD]), "x.xlsx", Month(2022, 7)),
    "title goes before the name": (xlsx([["２０２２年７月 医保"], *GOOD]), "2022-08/x.xlsx", Month(2022, 7)),
    "a day of printing is no month": (xlsx([["打印：2022年9月3日"], *GOOD]), "x.xlsx", None),
    "file name": (xlsx(GOOD), "医保202206.xlsx", Month(2022, 6)),
    "folder": (xlsx(GOOD), "medical_security/2022-05/medical.xlsx", Month(2022, 5)),
    "name inside the zip": (packed({"医保2022-04.csv": CSV.encode()}), "x.zip", Month(2022, 4)),
    "sheet name": (xlsx(GOOD, sheet="2022年3月"), "x.xlsx", Month(2022, 3)),
    "nothing": (xlsx(GOOD), "x.xlsx", None),
}


@pytest.mark.parametrize("case", MONTHS)
def test_the_month_a_file_speaks_of(case: str, directory: Directory, people: People) -> None:
    data, name, month = MONTHS[case]
    assert taken(data, directory, people, name).month == month


def test_wan_yuan_in_the_heading_or_the_cell(directory: Directory, people: People) -> None:
    headings = ["姓名", "身份证号", "结算日期", "就医类型", "总费用（万元）", "基金支付", "个人自付"]
    rows = [
        row(0, 总费用="1.2", 基金支付="0.3万元", 个人自付="3,000.5元"),
        row(1, 总费用=0.1234, 基金支付=1.1, 个人自付=2),
    ]
    result = taken(xlsx([headings, *rows]), directory, people)
    assert result.open["total"].to_pylist() == [1_200_000, 123_400]
    assert result.open["fund_paid"].to_pylist() == [300_000, 110]
    assert result.open["self_paid"].to_pylist() == [300_050, 200]
