"""Nothing that leads to a person, nor a word about health, leaves in a public paper: the produced file is looked at."""

import io
import re
import zipfile

import pytest
import xlsxwriter
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.papers import a_notice
from sangesan.documents.form import Paper, Paragraphs, Table
from sangesan.documents.numbers_in_text import ACCOUNT, IDENTITY, PHONE, PROVINCES, numbers_in
from sangesan.documents.printing import produce
from sangesan.documents.public import (
    HEALTH,
    PUBLIC_FIELDS,
    ensure_public,
    neutral_risk,
    neutral_risks,
    only_public,
    public_policy,
    scan,
)
from sangesan.documents.reading_text import _mended
from sangesan.documents.workbook import render_xlsx
from sangesan.kernel.identity_number import check_digit
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES

OFFICE = "0900-1234567"
NUMBER = "61099819900102123" + check_digit("61099819900102123")  # of nobody: there is no such county
OLD = "610998900102123"
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"身份证{NUMBER}。", {IDENTITY}),
        ("61099819900102123X", {IDENTITY}),
        ("610998199001021230", {IDENTITY}),  # its check digit is wrong: still nearly all of a number
        (f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", {IDENTITY}),
        (f"610998-1990-01-02-{NUMBER[14:]}", {IDENTITY}),
        (" ".join(NUMBER), {IDENTITY}),
        (f"1{NUMBER}2", {IDENTITY}),
        (OLD, {IDENTITY}),
        ("610998 900102 123", {IDENTITY}),
        ("13800000000", {PHONE}),
        ("联系电话138 0000 0000", {PHONE}),
        ("138-0000-0000", {PHONE}),
        ("+86 13800000000", {PHONE}),
        ("8613800000000", {PHONE}),
        ("0900-1234567", {PHONE}),
        ("(0900)1234567", {PHONE}),
        ("电话：1234567", {PHONE}),
        ("6222021234567890123", {ACCOUNT}),
        ("6222 0212 3456 7890 123", {ACCOUNT}),
        ("6222-0212-3456-7890", {ACCOUNT}),
        ("账号2610000000123456", {ACCOUNT}),
        ("2026-11-23 2026-11-28 2026-12-01", set()),
        ("2026年11月23日至2026年11月28日", set()),
        ("2023 2024 2025 2026", set()),
        ("15 2026-11-23 3", set()),
        ("三个三公示〔2026〕123号", set()),
        ("S3-NTC-000123-7", set()),
        ("3210户11062人，金额13,800,000,000分，150,000 12,000", set()),
        ("12345、12317", set()),
        ("", set()),
    ],
)
def test_numbers_in_a_line(text, kinds):
    assert {found.what for found in numbers_in(text)} == kinds


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_proper_notice_of_many_rows_is_public(kind, pango):
    ensure_public(produce(a_notice(rows=120), kind), kind, allowed_phones=[OFFICE])


@pytest.mark.parametrize("kind", ["docx", "pdf"])
@pytest.mark.parametrize(
    ("leak", "what"),
    [
        (NUMBER, IDENTITY),
        (OLD, IDENTITY),
        ("138 0000 0000", PHONE),
        ("6222021234567890123", ACCOUNT),
        ("户主患尿毒症", HEALTH),
        ("其子残 疾", HEALTH),
    ],
)
def test_the_produced_file_is_refused_and_the_refusal_repeats_no_number(kind, leak, what, pango):
    data = produce(a_notice(sentence=f"经核实，{leak}，情况属实。"), kind)
    with pytest.raises(Refusal, match=what) as refused:
        ensure_public(data, kind, allowed_phones=[OFFICE])
    if what != HEALTH:
        assert leak not in str(refused.value)
        assert leak[-4:] not in str(refused.value)


def test_the_offices_phone_is_allowed_with_and_without_its_area_code_and_no_other():
    for shown, found in {
        "0900-1234567": 0,
        "0900 1234567": 0,
        "电话：1234567": 0,
        "电话：1234568": 1,
        "0900-1234568": 1,
    }.items():
        data = produce(a_notice(sentence=shown), "docx")
        assert len(scan(data, "docx", allowed_phones=[OFFICE])) == found, shown


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Sound ones, 18 or 15, in one piece, spaced, hyphenated, or in full width."""
    area = draw(st.sampled_from(sorted(PROVINCES))) + draw(st.from_regex(r"[0-9]{4}", fullmatch=True))
    birth, serial = draw(st.dates()), draw(st.integers(0, 999))
    year = 1900 + birth.year % 100
    born = f"{year}{min(birth.month, 12):02d}{min(birth.day, 28):02d}"
    number = f"{area}{born}{serial:03d}"
    number = number[:6] + number[8:] if draw(st.booleans()) else number + check_digit(number)
    gap = draw(st.sampled_from(["", " ", "-", "  ", "\u3000", "·"]))
    written = draw(st.sampled_from(["one", "groups", "every"]))
    if written == "groups":
        number = gap.join((number[:6], number[6:-4], number[-4:]))
    elif written == "every":
        number = gap.join(number)
    return number.translate(FULL_WIDTH) if draw(st.booleans()) else number


phones = st.tuples(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "-"])).map(
    lambda p: p[1].join((p[0][:3], p[0][3:7], p[0][7:]))
)
health = st.sampled_from(public_policy().health).map(lambda word: f"其父{word}多年")
PLACES = ("subtitle", "note", "organ", "number", "sentence", "heading", "cell")


@settings(max_examples=120, deadline=None)
@given(
    leak=st.one_of(identity_numbers(), phones, health),
    place=st.sampled_from(PLACES),
    around=st.sampled_from(["{}", "户主 {}。", "（{}）"]),
)
def test_whatever_is_put_into_any_field_of_a_paper_is_found_in_the_docx(leak, place, around):
    text = around.format(leak)
    fields = {place: text} if place in {"subtitle", "note", "organ", "number"} else {}
    parts = [
        Paragraphs([text if place == "sentence" else "予以公示。"]),
        Table([text if place == "heading" else "户主", "村"], [[text if place == "cell" else "刘*", "双河村"]], [1, 1]),
    ]
    paper = Paper("公示", parts=parts, official=True, **fields)
    assert scan(produce(paper, "docx"), "docx", allowed_phones=[OFFICE])


@pytest.mark.parametrize("width", [6, 10, 16, 30])
def test_a_number_that_a_narrow_column_of_the_pdf_breaks_is_found(width, pango):
    paper = Paper(
        "公示",
        parts=[
            Table(["户主", "号", "村"], [["刘*", NUMBER, "双河村"], ["李*", "无", "双河村"]], [20, width, 100 - width])
        ],
    )
    assert IDENTITY in {leak.what for leak in scan(produce(paper, "pdf"), "pdf")}


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([f"号{NUMBER[:9]}", f"{NUMBER[9:]}村"], NUMBER),
        ([NUMBER[:6], NUMBER[6:14], NUMBER[14:]], NUMBER),
        (list(re.findall("..", NUMBER)), NUMBER),
        (["61099819900102123", "X"], "61099819900102123X"),
        (["2026-11-23", "2026-11-28"], "232026"),
        (["5", "2026-11-23", "7"], ""),
        (["村", "12"], ""),
        (["12"], ""),
    ],
)
def test_what_lines_break_is_mended(rows, text):
    assert _mended(rows) == text


def put_into_docx(where: str) -> bytes:
    document = Document()
    section = document.sections[0]
    match where:
        case "header":
            section.header.paragraphs[0].text = NUMBER
        case "footer":
            section.footer.paragraphs[0].text = NUMBER
        case "first header":
            section.different_first_page_header_footer = True
            section.first_page_header.paragraphs[0].text = NUMBER
        case "nested table":
            document.add_table(1, 1).cell(0, 0).add_table(1, 1).cell(0, 0).text = NUMBER
        case "one digit a cell":
            for cell, digit in zip(document.add_table(1, 18).rows[0].cells, NUMBER, strict=True):
                cell.text = digit
        case "comment":
            document.add_comment(document.add_paragraph("x").runs, text=NUMBER, author="x")
        case "properties":
            document.core_properties.subject = NUMBER
        case "split runs":
            paragraph = document.add_paragraph(NUMBER[:7])
            paragraph.add_run(NUMBER[7:12]).bold = True
            paragraph.add_run("\u200b" + NUMBER[12:])
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "where",
    ["header", "footer", "first header", "nested table", "one digit a cell", "comment", "properties", "split runs"],
)
def test_no_corner_of_a_docx_is_overlooked(where):
    assert {leak.what for leak in scan(put_into_docx(where), "docx")} == {IDENTITY}


def test_an_empty_docx_is_clean():
    assert scan(put_into_docx("nowhere"), "docx") == []


@pytest.mark.parametrize("value", [NUMBER, int(NUMBER), "联系 13800000000", 13800000000, "尿毒症"])
def test_cells_of_a_workbook_are_read_as_text_and_as_figures(value):
    assert scan(render_xlsx("名单", ["户主", "情况"], [["刘*", value]], [10, 20]), "xlsx")
    assert not scan(
        render_xlsx("名单", ["户主", "情况"], [["刘*", 12], ["李*", "2026-11-23"]], [10, 20], "说明"), "xlsx"
    )


def test_comments_headers_and_sheet_names_of_a_workbook_are_read():
    for act in ("comment", "header", "sheet"):
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        sheet = book.add_worksheet(NUMBER if act == "sheet" else "x")
        if act == "comment":
            sheet.write_comment(0, 0, NUMBER)
        if act == "header":
            sheet.set_header(f"&L{NUMBER}")
        book.close()
        assert IDENTITY in {leak.what for leak in scan(file.getvalue(), "xlsx")}, act


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx"])
def test_a_file_that_cannot_be_read_is_never_called_public(kind):
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    for data in (b"", b"no file", empty.getvalue()):
        with pytest.raises(Refusal):
            ensure_public(data, kind)
    with pytest.raises(Refusal, match="odt"):
        scan(b"", "odt")


def test_every_risk_type_has_words_that_tell_nothing_of_health():
    assert set(public_policy().neutral_risks) == set(RISK_TYPES)
    for words in public_policy().neutral_risks.values():
        assert scan(produce(Paper(words), "docx"), "docx") == []
    assert neutral_risks(["01", "03", "04", "01"]) == "家庭刚性支出较大、缺少劳动能力"
    with pytest.raises(Refusal):
        neutral_risk("77")


@pytest.mark.parametrize("phrase", public_policy().harmless)
def test_official_phrases_are_no_health_words(phrase):
    assert scan(produce(Paper(f"贯彻{phrase}要求"), "docx"), "docx") == []


@pytest.mark.parametrize(
    "word", ["残疾", "大病", "精神", "癌", "尿毒症", "艾滋", "慢性病", "智力", "失能", "病", "因病", "因残"]
)
def test_words_of_health_are_known(word):
    assert {leak.what for leak in scan(produce(Paper(word), "docx"), "docx")} == {HEALTH}


def test_only_listed_fields_go_out_in_the_lists_order():
    assert only_public({"risk_words": "就业不稳定", "village": "双河村"}) == [
        ("村（社区）", "双河村"),
        ("主要风险", "就业不稳定"),
    ]
    for private in ("identity_number", "phone", "name", "health", "account"):
        assert private not in PUBLIC_FIELDS
        with pytest.raises(Refusal):
            only_public({"village": "双河村", private: "x"})
