"""One description, two renderings: what stands in it stands in both; looks that officials would miss are there."""

import builtins
import io
import re
import subprocess
import unicodedata
import zipfile

import docx
import pypdf
import pytest
import zxingcpp
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from documents.papers import a_form, a_leaflet, a_notice, photo
from sangesan.documents.docx import render_docx
from sangesan.documents.form import Fields, Paper, Paragraphs, Photos, QrCode, Signatures, Table, boxes, red_size
from sangesan.documents.markup import to_html
from sangesan.documents.pdf import render_pdf
from sangesan.documents.pictures import printable, signed_size
from sangesan.documents.printing import file_name, produce
from sangesan.documents.reading_text import lines
from sangesan.kernel.refusal import Refusal


def text_of(data: bytes, kind: str) -> str:
    return re.sub(r"\s+", "", "".join(line.text for line in lines(data, kind)))


def words_of(paper: Paper) -> list[str]:
    words = [paper.title, paper.number, paper.subtitle, paper.organ, paper.note, paper.barcode]
    for part in paper.parts:
        match part:
            case Fields():
                words += [text for pair in part.pairs for text in pair]
            case Table():
                words += [*part.headings, *(text for row in part.rows for text in row)]
            case Paragraphs():
                words += part.texts
            case Signatures():
                words += part.labels
            case QrCode():
                words += part.words
            case Photos():
                words += [caption for caption, _ in part.photos]
            case _:
                words += [str(value) for value in vars(part).values()]
    return [re.sub(r"\s+", "", unicodedata.normalize("NFKC", word)) for word in words]


@pytest.mark.parametrize(
    "paper",
    [a_form(), a_form(landscape=True), a_notice(), a_leaflet()],
    ids=["form", "landscape", "official", "leaflet"],
)
@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_every_word_of_the_description_is_in_the_file(paper, kind, pango):
    text = text_of(produce(paper, kind), kind)
    assert [word for word in words_of(paper) if word not in text] == []


def test_chinese_text_names_its_font_for_word():
    for paper in (a_form(), a_notice()):
        body = docx.Document(io.BytesIO(render_docx(paper))).element.body
        for run in body.iter(qn("w:r")):
            if re.search(r"[\u4e00-\u9fff]", "".join(t.text or "" for t in run.iter(qn("w:t")))):
                fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
                assert fonts is not None
                assert fonts.get(qn("w:eastAsia")) in {"宋体", "仿宋", "黑体"}


@pytest.mark.parametrize(("landscape", "size"), [(False, (210, 297)), (True, (297, 210))])
def test_paper_is_a4(landscape, size, pango):
    paper = a_form(landscape=landscape)
    section = docx.Document(io.BytesIO(render_docx(paper))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == size
    box = pypdf.PdfReader(io.BytesIO(render_pdf(paper))).pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == size


def test_word_counts_the_pages_repeats_headings_and_keeps_rows_whole():
    document = docx.Document(io.BytesIO(render_docx(a_form())))
    fields = [e.text.strip() for e in document.sections[0].footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    table = document.tables[1]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_the_code_is_in_the_header_of_every_page(pango):
    paper = Paper("台账", parts=[Table(["序号"], [[str(n)] for n in range(120)], [1])], barcode="S3-LED-000009-3")
    header = docx.Document(io.BytesIO(render_docx(paper))).sections[0].header
    assert list(header._element.iter(qn("a:blip")))
    assert "S3-LED-000009-3" in "".join(p.text for p in header.paragraphs)
    pages = pypdf.PdfReader(io.BytesIO(render_pdf(paper))).pages
    assert len(pages) > 2
    assert all("S3-LED-000009-3" in page.extract_text() for page in pages)


def test_an_official_paper_has_a_red_head_and_a_red_line():
    document = docx.Document(io.BytesIO(render_docx(a_notice())))
    head, number = document.paragraphs[:2]
    assert (head.text, str(head.runs[0].font.color.rgb)) == ("青山镇人民政府", "E60012")
    assert number.text == "三个三公示〔2026〕3号"
    assert number._p.pPr.find(f"{qn('w:pBdr')}/{qn('w:bottom')}").get(qn("w:color")) == "E60012"
    body = next(p for p in document.paragraphs if "现予公示" in p.text)
    assert (
        body.runs[0].font.size.pt,
        body.paragraph_format.line_spacing.pt,
        body.paragraph_format.first_line_indent.pt,
    ) == (16, 28.95, 32)


@pytest.mark.parametrize(
    "organ", ["镇", "青山镇人民政府", "某某县委农村工作领导小组巩固拓展脱贫攻坚成果工作专班办公室", ""]
)
def test_a_red_head_fits_its_line(organ):
    size = red_size(organ, 442)
    assert 20 <= size <= 44
    assert size == 20 or len(organ) * size <= 442


def test_a_shorter_last_row_reaches_to_the_edge():
    document = docx.Document(
        io.BytesIO(render_docx(Paper("表", parts=[Fields([("甲", "1"), ("乙", "2"), ("丙", "3")])])))
    )
    last = document.tables[0].rows[1]
    assert [cell.text for cell in last.cells] == ["丙", "3", "3", "3"]
    assert 'colspan="3"' in to_html(Paper("表", parts=[Fields([("甲", "1"), ("乙", "2"), ("丙", "3")])]))


def test_what_is_written_in_a_field_stays_text():
    evil = '<img src="http://example.org/x"><script>alert(1)</script>&"\''
    page = to_html(
        Paper(
            evil, number=evil, subtitle=evil, organ=evil, note=evil, parts=[Fields([(evil, evil)]), Paragraphs([evil])]
        )
    )
    assert "<script" not in page
    assert "<img" not in page
    document = docx.Document(io.BytesIO(render_docx(Paper(evil))))
    assert document.paragraphs[0].text == evil


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png"])
def test_pdf_fetches_nothing_even_where_the_markup_would(monkeypatch, address, pango):
    opened = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *given, **_: opened.append(given))
    monkeypatch.setattr("sangesan.documents.pdf.to_html", lambda _: f'<img src="{address}">表册')
    assert text_of(render_pdf(Paper("表册")), "pdf").startswith("表册第1页共1页")
    assert opened == []


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_makes_a_file_that_opens(text):
    paper = Paper(
        text, number=text, subtitle=text, organ=text, note=text, parts=[Fields([(text, text)]), Paragraphs([text])]
    )
    docx.Document(io.BytesIO(render_docx(paper)))
    to_html(paper).encode()


def test_photos_lie_upright_and_tell_neither_place_nor_phone():
    assert printable(photo(400, 300)).ratio == pytest.approx(300 / 400)
    with zipfile.ZipFile(io.BytesIO(render_docx(a_form()))) as archive:
        media = [
            archive.read(name)
            for name in archive.namelist()
            if name.startswith("word/media/") and not name.endswith("png")
        ]
    assert media
    assert b"SecretPhoneMaker" in photo()
    for picture in media:
        assert b"SecretPhoneMaker" not in picture
        assert not Image.open(io.BytesIO(picture)).getexif()


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_photo_that_is_none_is_named(kind, pango):
    with pytest.raises(Refusal, match="房屋"):
        produce(Paper("表", parts=[Photos([("房屋", b"no photo")])]), kind)


def drawn(width: int = 600, height: int = 240) -> bytes:
    """What somebody wrote with a finger: black on white."""
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).line(
        (width // 6, height // 2, width // 2, height // 4, width - 60, height - 40), "black", 9
    )
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


SIGNED = Paper(
    "表", parts=[Signatures(["甲签字：", "乙签字：", "丙签字：", "丁签字："], 24, [None, drawn(), b"", drawn(90, 240)])]
)


def test_a_drawn_signature_stands_in_its_box_in_word_and_fits_it():
    tables = docx.Document(io.BytesIO(render_docx(SIGNED))).tables
    cells = [cell for table in tables for cell in table.rows[0].cells]
    sizes = [[(e.get("cx"), e.get("cy")) for e in cell._tc.iter(qn("wp:extent"))] for cell in cells]
    assert [len(of_cell) for of_cell in sizes] == [0, 1, 0, 1]
    (wide, high), (narrow, tall) = ((int(x) / 36_000, int(y) / 36_000) for of_cell in sizes for x, y in of_cell)
    assert (wide, high) == pytest.approx((30, 12), abs=0.1)
    assert (narrow, tall) == pytest.approx((5.25, 14), abs=0.1)
    assert [cell.text.count("年") for cell in cells] == [1, 1, 1, 1]


def test_a_drawn_signature_stands_in_its_box_in_the_pdf(pango):
    assert [box.count("<img") for box in to_html(SIGNED).split("<td>")[1:]] == [0, 1, 0, 1]
    (page,) = pypdf.PdfReader(io.BytesIO(render_pdf(SIGNED))).pages
    assert len(page.images) == 2
    assert Image.open(io.BytesIO(page.images[0].data)).convert("L").getextrema()[0] < 64


@pytest.mark.parametrize("size", [(600, 240), (90, 240), (1600, 100), (1, 1)])
@pytest.mark.parametrize("box", [10, 20, 22, 24, 40])
def test_a_signature_keeps_its_shape_within_30_by_14_millimetres(size, box):
    picture = printable(drawn(*size))
    wide, high = signed_size(picture, box)
    assert 0 < wide <= 30.001
    assert 0 < high <= 14.001
    assert wide / high == pytest.approx(picture.ratio)


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_a_signature_that_is_no_picture_is_named_and_one_too_many_is_a_mistake(kind, pango):
    with pytest.raises(Refusal, match="照片打不开") as refused:
        produce(Paper("表", parts=[Signatures(["甲签字："], pictures=[b"no picture"])]), kind)
    assert "甲签字" in refused.value.place
    with pytest.raises(ValueError, match="zip"):
        produce(Paper("表", parts=[Signatures(["甲签字："], pictures=[drawn(), drawn()])]), kind)


def test_without_pango_the_refusal_says_what_to_install_and_word_still_works(monkeypatch):
    real = builtins.__import__

    def failing(name, *args, **kwargs):
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", failing)
    with pytest.raises(Refusal) as refused:
        produce(a_form(), "pdf")
    assert "libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk" in refused.value.remedy
    assert ".docx" in refused.value.remedy
    assert produce(a_form(), "docx").startswith(b"PK")


def test_an_unknown_kind_is_refused():
    with pytest.raises(Refusal, match="odt"):
        produce(a_form(), "odt")


@pytest.mark.parametrize(
    ("paper", "name"),
    [
        (Paper("公示", "三个三公示〔2026〕3号"), "公示（三个三公示〔2026〕3号）.docx"),
        (Paper("核查表", barcode="S3-VIS-000001-X"), "核查表（S3-VIS-000001-X）.docx"),
        (Paper("../../etc/passwd\n\x00"), "etc passwd.docx"),
        (Paper('a/b\\c:d*e?f"g<h>i|j'), "a b c d e f g h i j.docx"),
        (Paper(""), "表册.docx"),
    ],
)
def test_file_names_are_taken_by_every_system(paper, name):
    assert file_name(paper, "docx") == name


def test_a_long_title_makes_a_name_that_still_fits():
    assert len(file_name(Paper("长" * 300), "pdf").encode()) < 255


def test_boxes():
    assert boxes(["是", "否"], ["否"]) == "□ 是　☑ 否"


def test_ensure_printing_says_in_one_line_what_is_missing_and_goes_on(tmp_path):
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "scripts/ensure-printing", "/bin/false"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert "libpango-1.0-0" in done.stdout
    assert ".docx" in done.stdout


def test_the_code_to_scan_leads_where_it_should():
    address = "https://county.example/report/abcdefgh/"
    with zipfile.ZipFile(io.BytesIO(render_docx(a_leaflet(address)))) as parts:
        pictures = [Image.open(io.BytesIO(parts.read(n))).convert("L") for n in parts.namelist() if "/media/" in n]
    (picture,) = pictures
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [address]
    assert to_html(a_leaflet(address)).count("<svg") == 1


def test_large_type_is_large_in_both():
    document = docx.Document(io.BytesIO(render_docx(a_leaflet())))
    sizes = {run.font.size.pt for p in document.paragraphs for run in p.runs if run.text.strip() and run.font.size}
    assert min(sizes - {9.0}) >= 12
    assert 'class="form large"' in to_html(a_leaflet())
    assert "large" not in to_html(a_form())
