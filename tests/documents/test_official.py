"""Official papers read back as GB/T 9704-2012 has them: margins, type, red head, seals, imprint, page numbers."""

import io
import re

import docx
import pypdf
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given
from hypothesis import strategies as st

from sangesan.documents.docx import render_docx
from sangesan.documents.form import (
    Addressees,
    Annexes,
    Closing,
    Heading,
    Imprint,
    NewAnnex,
    Paper,
    Paragraphs,
    Photos,
    RedHead,
    Remark,
    Seals,
    Signatures,
    Table,
    width_of,
)
from sangesan.documents.official_lines import title_lines, under_a_seal
from sangesan.documents.parts_json import from_json, to_json
from sangesan.documents.pdf import render_pdf
from sangesan.kernel.refusal import Refusal

OFFICES = ["试验县加强作风建设工作领导小组办公室", "试验县狠抓落实工作领导小组办公室"]
DAY = "2022年9月13日"
TITLE = "关于巩固拓展脱贫攻坚成果同乡村振兴有效衔接工作督查情况的通报"
BODY = [
    Addressees("各镇人民政府，县级各部门"),
    Paragraphs(["现将有关情况通报如下："]),
    Heading("一、督查发现的问题"),
    Heading("（一）巡查记录缺失", 2),
    Paragraphs(["东河镇双柳村：无安全饮水巡查记录，未建立季节性缺水长效机制。"] * 24),
    Table(["序号", "问题"], [["1", "无巡查记录"]], [1, 5]),
    Annexes(["问题清单", "整改要求一览表"]),
    Seals(OFFICES, DAY),
    Remark("此件公开发布"),
    NewAnnex("附件1", "问题清单"),
    Paragraphs(["清单。"]),
    Imprint(["县委办公室", "县政府办公室"], OFFICES[0], DAY),
]


def a_bulletin() -> Paper:
    """A bulletin of two offices over several pages, with an annex."""
    head = RedHead(OFFICES, name="督查通报", issue="第21期", day=DAY)
    return Paper(TITLE, organ="、".join(OFFICES), parts=BODY, official=True, head=head)


def a_joint_paper(**head: str) -> Paper:
    """A short paper of two offices with their names in red."""
    return Paper(
        "关于移交问题线索的函", "督移函〔2022〕3号", organ="x", official=True,
        parts=[Addressees("县纪委监委"), Paragraphs(["请接收。"]), Seals(OFFICES, DAY), Imprint([], OFFICES[0], DAY)],
        head=RedHead(OFFICES, suffix="文件", **head),
    )  # fmt: skip


def pages(paper: Paper) -> list[pypdf.PageObject]:
    """The pages of the PDF."""
    return list(pypdf.PdfReader(io.BytesIO(render_pdf(paper))).pages)


def lines(page: pypdf.PageObject) -> list[tuple[float, float, float, str]]:
    """(millimetres from the left, from the top, size in points, text) of a page."""
    found = []

    def visit(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            found.append((x / 72 * 25.4, 297 - y / 72 * 25.4, abs(size * tm[0] * cm[0]), text.strip()))

    page.extract_text(visitor_text=visit)
    return found


def said(page: pypdf.PageObject) -> str:
    """The text of a page without its gaps."""
    return re.sub(r"\s+", "", page.extract_text())


def test_the_text_block_of_the_pdf_is_156_by_225() -> None:
    for page in pages(a_bulletin()):
        assert (round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4)) == (
            210,
            297,
        )
        inside = [line for line in lines(page) if not re.fullmatch(r"[—\d\s]+", line[3])]
        assert min(line[0] for line in inside) >= 27.9
        assert min(line[1] for line in inside) >= 37
        assert max(line[1] for line in inside) <= 37 + 225


def test_a_page_has_22_lines_of_28_characters() -> None:
    full = Paper(
        "题", official=True, organ="机关", parts=[Paragraphs(["字" * 2000], indent=False)], head=RedHead(["机关"])
    )
    second = said(pages(full)[1])
    assert second.count("字") == 22 * 28


def test_page_numbers_stand_outside_and_the_imprint_on_the_last_page() -> None:
    all_pages = pages(a_bulletin())
    assert len(all_pages) >= 3
    for number, page in enumerate(all_pages, start=1):
        text = said(page)
        assert f"—{number}—" in text
        left = min(line[0] for line in lines(page) if line[1] > 262)
        assert (left > 140) if number % 2 else (left < 50), f"page {number} has its number on the wrong side"
        assert ("印发" in text) == (number == len(all_pages))
    last = lines(all_pages[-1])
    assert next(line[1] for line in last if "印发" in line[3]) > 250, "the imprint ends at the foot of the text"
    assert "抄送：县委办公室，县政府办公室。" in said(all_pages[-1])


def test_the_head_of_a_bulletin_is_red_with_offices_left_and_day_right() -> None:
    first = lines(pages(a_bulletin())[0])
    name = next(line for line in first if "督" in line[3])
    issue = next(line for line in first if "21" in line[3])
    assert name[2] > 44
    assert name[1] < issue[1]
    assert f"{OFFICES[0]}{OFFICES[1]}{DAY}" in said(pages(a_bulletin())[0]), (
        "the day stands in the line of the last office"
    )
    document = docx.Document(io.BytesIO(render_docx(a_bulletin())))
    red = [
        p.text
        for p in document.paragraphs
        if any(run.font.color.rgb and str(run.font.color.rgb) == "E60012" for run in p.runs)
    ]
    assert red == ["督查通报"]


def test_an_imprint_that_does_not_fit_takes_the_end_of_the_text_with_it() -> None:
    paper = a_joint_paper()
    for count in range(5, 17):
        more = Paper(**{**vars(paper), "parts": [Paragraphs(["正文。"] * count), Seals(OFFICES, DAY), paper.parts[-1]]})
        last = said(pages(more)[-1])
        assert "印发" in last
        assert "2022年9月13日" in last.replace("2022年9月13日印发", ""), f"{count}: the seals are left behind"


def test_the_word_document_has_the_standard_page() -> None:
    document = docx.Document(io.BytesIO(render_docx(a_bulletin())))
    section = document.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    assert [
        round(m.mm) for m in (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    ] == [37, 26, 35, 28]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("linesAndChars", "579")
    assert Mm(225).pt >= 22 * 579 / 20
    assert document.settings.odd_and_even_pages_header_footer
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT)
    for paragraph in (odd, even):
        assert paragraph.text.replace("1", "") == "—  —"
        assert {run.font.size for run in paragraph.runs} == {Pt(14)}


def test_the_word_document_has_the_standard_faces() -> None:
    document = docx.Document(io.BytesIO(render_docx(a_bulletin())))

    def face(text: str) -> tuple[str, float]:
        run = next(p for p in document.paragraphs if text in p.text).runs[0]
        return run._element.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt

    assert face("一、督查") == ("黑体", 16)
    assert face("（一）巡查") == ("楷体", 16)
    assert face("东河镇双柳村") == ("仿宋", 16)
    assert face("乡村振兴有效衔接") == ("方正小标宋简体", 22)
    assert face("附件1") == ("黑体", 16)
    fonts = next(
        rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable")
    ).blob.decode()
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="Noto Serif CJK SC"/>' in fonts


def test_the_word_document_keeps_seals_side_by_side_and_the_imprint_at_the_foot() -> None:
    document = docx.Document(io.BytesIO(render_docx(a_bulletin())))
    seals, imprint = document.tables[-2], document.tables[-1]
    assert [cell.text for cell in seals.rows[0].cells] == [
        "试验县加强作风建设\n工作领导小组办公室",
        "试验县狠抓落实\n工作领导小组办公室",
    ]
    assert [cell.text for cell in seals.rows[1].cells] == ["", DAY]
    place = imprint._tblPr.find(qn("w:tblpPr"))
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    sizes = {line.tag.rpartition("}")[2]: line.get(qn("w:sz")) for line in imprint._tblPr.find(qn("w:tblBorders"))}
    assert sizes == {"top": "8", "bottom": "8", "insideH": "6"}, "thick, thin, thick"
    assert imprint.rows[0].cells[0].text == "抄送：县委办公室，县政府办公室。"
    assert imprint.rows[1].cells[0].text == f"{OFFICES[0]}\t{DAY}印发"


def test_degrees_and_who_signed_stand_in_their_places() -> None:
    paper = a_joint_paper(secret="秘密★1年", urgent="特急", signer="演示·甲")
    text = said(pages(paper)[0])
    assert text.startswith("秘密★1年特急")
    assert "签发人：演示·甲" in text
    document = docx.Document(io.BytesIO(render_docx(paper)))
    assert [p.text for p in document.paragraphs[:2]] == ["秘密★1年", "特急"]
    assert any(p.text == "督移函〔2022〕3号\t签发人：演示·甲" for p in document.paragraphs)


def test_one_office_closes_with_its_day() -> None:
    paper = Paper("决定", "农领字〔2022〕1号", organ="x", official=True, parts=[Closing("试验县委农村工作领导小组", DAY)],
                  head=RedHead(["试验县委农村工作领导小组"], suffix="文件"))  # fmt: skip
    assert "试验县委农村工作领导小组文件" in said(pages(paper)[0])
    assert render_docx(paper)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (TITLE, ["关于巩固拓展脱贫攻坚成果同", "乡村振兴有效衔接工作督查情况的通报"]),
        ("关于移交问题线索的函", ["关于移交问题线索的函"]),
    ],
)
def test_a_title_breaks_between_words(title: str, expected: list[str]) -> None:
    assert title_lines(title, 19) == expected


@given(st.text("关于督查情况的通报2022年9月（《》）、，镇村", min_size=1, max_size=120), st.integers(8, 30))
def test_a_title_loses_nothing(title: str, characters: int) -> None:
    found = title_lines(title, characters)
    assert "".join(found) == title
    assert all(found)
    assert len(found) <= width_of(title) // characters + 2


@given(st.text("试验县加强作风建设工作领导小组办公室", min_size=1, max_size=30))
def test_an_office_over_its_seal_loses_nothing(organ: str) -> None:
    found = under_a_seal(organ)
    assert "".join(found) == organ
    assert len(found) <= 2


def test_parts_are_kept_as_json_and_come_back() -> None:
    parts = [*BODY, Signatures(["签收人："], pictures=[]), Closing("机关", DAY)]
    assert from_json(to_json(parts)) == parts
    with pytest.raises(Refusal, match="只能有文字和表格"):
        to_json([Photos([("照片", b"x")])])
    with pytest.raises(Refusal, match="不认识"):
        from_json([{"kind": "video"}])
