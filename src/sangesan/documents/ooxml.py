"""What python-docx leaves to its users: East Asian fonts, page number fields, borders, rows that stay whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from sangesan.documents.form import plain

SONG, FANG_SONG, HEI, KAI, BIAO_SONG = "宋体", "仿宋", "黑体", "楷体", "方正小标宋简体"
# what stands in where a machine has not the standard's fonts
STANDS_IN = {
    SONG: "Noto Serif CJK SC", FANG_SONG: "Noto Serif CJK SC", KAI: "AR PL UKai CN", HEI: "Noto Sans CJK SC",
    BIAO_SONG: "Noto Serif CJK SC",
}  # fmt: skip
LATIN = "Times New Roman"
RED = RGBColor(0xE6, 0x00, 0x12)
FONT_TABLE = RELATIONSHIP_TYPE.FONT_TABLE
CELL_MARGIN = 57  # twentieths of a point
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
    "spread": WD_ALIGN_PARAGRAPH.DISTRIBUTE,
}


@dataclass(frozen=True)
class Face:
    """How text looks. font: of the Chinese characters; size: points."""

    font: str
    size: float
    bold: bool = False
    red: bool = False


def write(paragraph: Paragraph, text: str, face: Face, align: str = "left") -> Run:
    """Text at the end of a paragraph; line feeds break the line."""
    paragraph.alignment = ALIGN[align]
    run = paragraph.add_run(plain(text))
    dress(run, face)
    return run


def dress(run: Run, face: Face) -> None:
    """Font and size of a run. w:eastAsia is what Word reads for Chinese; without it the template's font is taken."""
    run.font.name = LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face.font)  # noqa: SLF001  no other way
    run.font.size = Pt(face.size)
    run.font.bold = face.bold
    if face.red:
        run.font.color.rgb = RED


def space(
    paragraph: Paragraph, *, before: float = 0, after: float = 0, lines: float | None = None, exact: float | None = None
) -> None:
    """Points before and after; line height as a multiple or exactly in points."""
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing = Pt(exact) if exact else lines or 1.0


def indent(paragraph: Paragraph, characters: float, face: Face) -> None:
    """First line in by so many characters; Word reads firstLineChars, others the points."""
    paragraph.paragraph_format.first_line_indent = Pt(characters * face.size)
    paragraph._p.get_or_add_pPr().get_or_add_ind().set(  # noqa: SLF001  no other way
        qn("w:firstLineChars"), str(int(characters * 100))
    )


def number_field(paragraph: Paragraph, instruction: str, face: Face) -> None:
    """A field that Word fills: PAGE or NUMPAGES."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "text" else "")
        dress(run, face)
        if kind == "text":
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = f" {text} "
        run._element.append(element)  # noqa: SLF001  no other way


def line_below(paragraph: Paragraph, *, colour: str, eighths: int, away: int = 1) -> None:
    """A rule under a paragraph; its thickness in eighths of a point, `away` points from the text."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", str(eighths)), ("space", str(away)), ("color", colour)):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  no other way
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc")


def spread(run: Run, points: float) -> None:
    """Draws the characters of a run apart."""
    element = OxmlElement("w:spacing")
    element.set(qn("w:val"), str(int(points * 20)))
    properties: Any = run._element.get_or_add_rPr()  # noqa: SLF001  no other way
    properties.insert_element_before(element, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u")


def grid(section: Section, *, line: float, character: float) -> None:
    """The page's grid: `line` points a line, each character wider by `character` points than its type."""
    old = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001  no other way
    element = OxmlElement("w:docGrid") if old is None else old
    element.set(qn("w:type"), "linesAndChars")
    element.set(qn("w:linePitch"), str(round(line * 20)))
    element.set(qn("w:charSpace"), str(round(character * 4096)))
    if old is None:
        section._sectPr.append(element)  # noqa: SLF001  no other way


def bare(document: Document, rows: int, widths: Sequence[float]) -> Table:
    """A table without lines, its columns `widths` millimetres wide and staying so, its cells without margins."""
    table: Table = document.add_table(rows=rows, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _narrow_margins(table, 0)
    for row in table.rows:
        _flag(row, "w:cantSplit")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def to_page_foot(table: Table) -> None:
    """Puts a table at the foot of the text of its page, ruled: 1 pt above and below, 0.75 pt between its rows."""
    properties: Any = table._tblPr  # noqa: SLF001  no other way
    place = OxmlElement("w:tblpPr")
    for key, value in (
        ("horzAnchor", "margin"),
        ("vertAnchor", "margin"),
        ("tblpXSpec", "center"),
        ("tblpYSpec", "bottom"),
    ):
        place.set(qn(f"w:{key}"), value)
    properties.insert_element_before(
        place, "w:tblOverlap", "w:tblW", "w:jc", "w:tblBorders", "w:tblLayout", "w:tblCellMar"
    )
    borders = OxmlElement("w:tblBorders")
    for side, eighths in (("top", 8), ("bottom", 8), ("insideH", 6)):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(eighths)), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def name_stand_ins(document: Document) -> None:
    """Tells Word and others by which fonts the standard's are to be replaced where they are missing."""
    part: Any = document.part.part_related_by(FONT_TABLE)
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in STANDS_IN.items()
        if f'w:name="{name}"' not in part.blob.decode()
    )
    part._blob = part.blob.decode().replace("</w:fonts>", f"{fonts}</w:fonts>").encode()  # noqa: SLF001  no other way


def ruled(document: Document, rows: int, widths: Sequence[float]) -> Table:
    """A table with all lines, its columns `widths` millimetres wide and staying so."""
    table: Table = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _narrow_margins(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return table


def _narrow_margins(table: Table, margin: int = CELL_MARGIN) -> None:
    """By default 1 mm at the sides of each cell instead of 1.9: forms have many narrow columns."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(margin))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    table._tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption")  # noqa: SLF001  no other way


def fill(cell: _Cell, text: str, face: Face, align: str = "left") -> Paragraph:
    """The text of a cell that is still empty."""
    paragraph: Paragraph = cell.paragraphs[0]
    write(paragraph, text, face, align)
    space(paragraph, before=2, after=2, lines=1.1)
    return paragraph


def shade(cell: _Cell, rgb: str) -> None:
    """Fills a cell with a colour, as RRGGBB."""
    element = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", rgb.lstrip("#"))):
        element.set(qn(f"w:{key}"), value)
    properties: Any = cell._tc.get_or_add_tcPr()  # noqa: SLF001  no other way
    properties.insert_element_before(element, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign")


def at_least(row: _Row, millimetres: float) -> None:
    """The row is at least so high and is not torn over two pages."""
    row.height = Mm(millimetres)
    _flag(row, "w:cantSplit")


def repeated(row: _Row) -> None:
    """The row stands again at the top of every page."""
    _flag(row, "w:tblHeader")


def _flag(row: _Row, tag: str) -> None:
    properties: Any = row._tr.get_or_add_trPr()  # noqa: SLF001  no other way
    properties.append(OxmlElement(tag))
