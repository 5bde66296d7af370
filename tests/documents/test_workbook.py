"""Lists as .xlsx: what is written is read again; nothing turns into a formula."""

import io

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from sangesan.documents.workbook import render_xlsx


def read(data: bytes, title: str | int = 0) -> list[list[object]]:
    book = python_calamine.load_workbook(io.BytesIO(data))
    return (book.get_sheet_by_index(title) if isinstance(title, int) else book.get_sheet_by_name(title)).to_python()


def test_note_headings_and_rows_stand_in_order():
    data = render_xlsx("清单", ["户主", "人口", "备注"], [["刘*", 4, None], ["李*", 0, "007"]], [10, 5, 20], "截至今天")
    assert read(data, "清单") == [["截至今天", "", ""], ["户主", "人口", "备注"], ["刘*", 4.0, ""], ["李*", 0.0, "007"]]


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://example.org")', "http://example.org", "+86", "@x"])
def test_text_stays_text(text):
    assert read(render_xlsx("x", ["a"], [[text]], [9]))[1] == [text]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=50))
def test_any_title_names_a_sheet(title):
    assert read(render_xlsx(title, ["a"], [], [9])) == [["a"]]


def test_rows_may_come_one_by_one():
    assert len(read(render_xlsx("x", ["n"], ([n] for n in range(5000)), [9]))) == 5001
