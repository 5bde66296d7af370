"""The whole text of a produced file, line by line, hidden corners included."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

import pypdf
import pypdf.errors
import python_calamine
from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from sangesan.kernel.refusal import Refusal

MOST_BREAKS = 8  # in a number: 18 digits in a column of two


@dataclass(frozen=True)
class Line:
    """A line of text, in half-width form and without invisible characters. place: for people."""

    place: str
    text: str


def lines(data: bytes, kind: str) -> Iterator[Line]:
    """The lines of a docx, pdf or xlsx; raises Refusal where it is none."""
    if kind not in READERS:
        raise Refusal(f"不能检查“{kind}”格式", remedy=f"可以检查的格式：{'、'.join(READERS)}")
    try:
        for place, text in READERS[kind](data):
            if text.strip():
                yield Line(place, _visible(text))
    except (
        PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, etree.XMLSyntaxError,
        pypdf.errors.PyPdfError, python_calamine.CalamineError,
    ) as error:  # fmt: skip
        raise Refusal(f"文件打不开，不是完好的{kind}", remedy="请重新生成") from error


def _visible(text: str) -> str:
    """NFKC makes full-width digits and the radicals that PDF fonts map to plain ones; format characters hide in numbers."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")


def _docx(data: bytes) -> Iterator[tuple[str, str]]:
    """Every paragraph of every part: body, headers, footers, notes, comments, text boxes, deleted text, properties.

    A number may be written one character a cell: such cells are also read as one.
    """
    for part in Document(io.BytesIO(data)).part.package.iter_parts():
        name = str(part.partname).lstrip("/")
        if not name.endswith(".xml") or name.startswith(("word/theme", "word/styles", "word/settings", "word/font")):
            continue
        root = parse_xml(part.blob)
        paragraphs = list(root.iter(qn("w:p")))
        for number, paragraph in enumerate(paragraphs, start=1):
            yield f"{_docx_place(name)}第{number}段", _paragraph(paragraph)
        for number, row in enumerate(root.iter(qn("w:tr")), start=1):
            cells = ["".join(map(_paragraph, cell.iter(qn("w:p")))) for cell in row.iter(qn("w:tc"))]
            yield from ((f"{_docx_place(name)}表格第{number}行", text) for text in _one_a_cell(cells))
        for hidden in root.iter(qn("wp:docPr")):
            yield f"{_docx_place(name)}图片说明", f"{hidden.get('descr', '')} {hidden.get('title', '')}"
        if not paragraphs:
            yield from (("文件属性", text) for text in root.itertext())


def _docx_place(part: str) -> str:
    if "header" in part:
        return "页眉"
    if "footer" in part:
        return "页脚"
    return "正文" if part == "word/document.xml" else part.rsplit("/", 1)[-1]


def _paragraph(paragraph: etree._Element) -> str:
    """Its text, its text boxes' left to themselves: they are paragraphs of their own."""
    tags = map(qn, ("w:t", "w:delText", "w:instrText", "w:tab", "w:br"))
    own = (element for element in paragraph.iter(*tags) if next(element.iterancestors(qn("w:p"))) is paragraph)
    return "".join(element.text or " " for element in own)


def _one_a_cell(cells: list[str]) -> Iterator[str]:
    for single, group in groupby(cells, key=lambda text: len(text.strip()) == 1):
        if single:
            yield "".join(text.strip() for text in group)


def _pdf(data: bytes) -> Iterator[tuple[str, str]]:
    """Every page line by line, then what a narrow cell broke: numbers, and words; then the properties."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    for number, page in enumerate(reader.pages, start=1):
        place = f"第{number}页"
        rows = [row.strip() for row in _visible(page.extract_text()).splitlines()]
        yield from ((place, row) for row in rows)
        for at in range(len(rows)):
            yield from ((place, _mended(rows[at : at + count])) for count in range(2, MOST_BREAKS + 2))
        yield place, re.sub(r"[0-9]", "", "".join(rows))
    for value in (reader.metadata or {}).values():
        yield "文件属性", str(value)


def _mended(rows: list[str]) -> str:
    """The digits on both sides of the line breaks as one number; what stands farther off belongs to other cells."""
    if len(rows) < 2 or not all(row.isdecimal() for row in rows[1:-1]):
        return ""
    head, tail = re.search(r"[0-9]+$", rows[0]), re.match(r"[0-9]+[Xx]?|[Xx]$", rows[-1])
    return "".join((head.group(), *rows[1:-1], tail.group())) if head and tail else ""


def _xlsx(data: bytes) -> Iterator[tuple[str, str]]:
    """Every cell, a number that is kept as a figure written out; then comments, headers, footers and properties."""
    book = python_calamine.load_workbook(io.BytesIO(data))
    for name in book.sheet_names:
        yield "工作表名", name
        for number, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1):
            cells = [str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in row]
            yield from ((f"“{name}”第{number}行", text) for text in (*cells, *_one_a_cell(cells)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if re.match(r"xl/(comments|threadedComments|drawings)|docProps/", member) and member.endswith(".xml"):
                yield from (("批注和属性", text) for text in parse_xml(archive.read(member)).itertext())
            elif re.match(r"xl/worksheets/[^/]+\.xml", member):
                headers = parse_xml(archive.read(member)).iter("{*}headerFooter")
                yield from (("页眉页脚", text) for header in headers for text in header.itertext())


READERS: dict[str, Callable[[bytes], Iterator[tuple[str, str]]]] = {"docx": _docx, "pdf": _pdf, "xlsx": _xlsx}
