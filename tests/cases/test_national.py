"""The national system's list: taken in whole, numbers find their cases, differences in both directions."""

import io
from datetime import date

import pytest
import xlsxwriter

from cases.way import Way
from sangesan.cases.models import NationalList, NationalRow
from sangesan.cases.national import COLUMNS, EXPORT_HEADINGS, differences, export_rows, take_list
from sangesan.cases.states import Act, State
from sangesan.kernel.refusal import Refusal
from web.small_county import NOW, PEOPLE, VILLAGE_B, identity

pytestmark = pytest.mark.django_db
HEAD = PEOPLE[0]


def workbook(rows, headings=None, title=True):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    lines = ([["防止返贫监测对象清单"]] if title else []) + [headings or list(COLUMNS)] + rows
    for r, line in enumerate(lines):
        for c, cell in enumerate(line):
            sheet.write_string(r, c, cell)
    book.close()
    return out.getvalue()


def line(number="61099800000001", name=HEAD[1], serial=101, **changes):
    cells = {
        "户编号": number, "户主姓名": name, "户主证件号码": identity(serial, HEAD[3]), "行政村": "双柳村", "家庭人口数": "3",
        "监测对象类别": "脱贫不稳定户", "致贫返贫风险": "因病；缺劳动力", "识别时间": "2022-09-18", "风险消除时间": "",
    }  # fmt: skip
    return list((cells | changes).values())


def test_the_number_finds_the_case_that_waited_for_it(small_county):
    way = Way(small_county)
    way.to(State.ENTRY)
    taken = take_list(post=way.post("county"), data=workbook([line(识别时间=str(way.case.enrolled_on))]), filename="国家系统.xlsx", now=NOW)
    assert (taken.rows, taken.matched) == (1, 1)
    assert way.fresh().national_number == "61099800000001"
    assert way.case.household.standings.get(valid_to=None).national_number == "61099800000001"
    way.act("town", Act.ENTER)
    assert [d for d in differences(way.post("county"))[1] if d.household == way.case.household] == []


def test_differences_name_both_sides(small_county):
    way = Way(small_county)
    way.to(State.ASSISTED)
    rows = [line(监测对象类别="突发严重困难户", 家庭人口数="4", 致贫返贫风险="因残", 识别时间="2022/9/1", 风险消除时间="20220912"), line("61099899999999", "不在册", 999)]
    take_list(post=way.post("county"), data=workbook(rows), filename="国家系统.xlsx", now=NOW)
    _, found = differences(way.post("county"))
    kinds = {d.kind: d for d in found if d.household == way.case.household}
    assert set(kinds) == {"category", "size", "risks", "enrolled_on", "eliminated_on"}
    assert (kinds["category"].ours, kinds["category"].theirs) == ("脱贫不稳定户", "突发严重困难户")
    assert [d.head_name for d in found if d.kind == "not_here"] == ["不在册"]
    assert not [d for d in differences(way.post("town"))[1] if d.kind == "not_here"]


def test_what_is_decided_and_not_in_the_list_is_told(small_county):
    way = Way(small_county)
    way.to(State.ASSISTED)
    take_list(post=way.post("county"), data=workbook([line("61099899999999", "不在册", 999)]), filename="a.xlsx", now=NOW)
    assert [d.household for d in differences(way.post("town"))[1] if d.kind == "not_there"] == [way.case.household]


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (lambda: workbook([line()], headings=["甲", "乙"]), "国家系统.xlsx", "没有找到国家系统清单的列名"),
        (lambda: workbook([line(识别时间="去年九月")]), "国家系统.xlsx 第3行", "认不出"),
        (lambda: workbook([line(家庭人口数="三")]), "国家系统.xlsx 第3行", "不是整数"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "", "这是"),
    ],
)
def test_a_bad_list_changes_nothing(small_county, data, place, message):
    with pytest.raises(Refusal) as refused:
        take_list(post=small_county.posts["county"], data=data(), filename="国家系统.xlsx", now=NOW)
    assert message in refused.value.message
    assert refused.value.place == place
    assert not NationalList.objects.exists()
    assert not NationalRow.objects.exists()


def test_the_export_has_their_columns_and_leaves_a_trace(small_county):
    from sangesan.audit.models import Entry

    way = Way(small_county)
    way.to(State.ENTRY)
    (row,) = export_rows(post=way.post("town"), states=[State.ENTRY], reason="录入国家系统")
    told = dict(zip(EXPORT_HEADINGS, row))
    assert told["户主姓名"] == "陈大山"
    assert told["户主证件号码"] == identity(101, HEAD[3])
    assert told["致贫返贫风险"] == "因病；缺劳动力"
    assert told["识别时间"] == str(way.case.enrolled_on)
    assert Entry.objects.filter(tag="cases:list:reconcile", reason="录入国家系统").exists()
    assert date.fromisoformat(told["识别时间"])
    assert VILLAGE_B not in "".join(row)
