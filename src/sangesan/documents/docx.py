"""A paper as .docx: what an office opens, corrects, signs and files."""

import io

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from sangesan.documents.barcode import qr_png
from sangesan.documents.form import (
    DATE_TO_FILL,
    ColourBar,
    Fields,
    Heading,
    Paper,
    Paragraphs,
    Part,
    Photos,
    QrCode,
    Signatures,
    Table,
    plain,
    red_size,
)
from sangesan.documents.official_docx import HEADINGS, LINE, red_head, set_page, write_part
from sangesan.documents.official_docx import title as title_in_lines
from sangesan.documents.ooxml import (
    FANG_SONG,
    HEI,
    LATIN,
    SONG,
    Face,
    at_least,
    fill,
    indent,
    line_below,
    name_stand_ins,
    number_field,
    repeated,
    ruled,
    shade,
    space,
    write,
)
from sangesan.documents.pictures import printable, signed_size

A4 = (210, 297)
LABEL_SHARE = 0.15  # of a row, for the label of one of two pairs
QR_SIDE, PHOTO_HEIGHT, SCANNED_SIDE = 18, 70, 36  # millimetres
BOXED = (Fields, Table, Signatures, Photos, QrCode)


def render_docx(paper: Paper) -> bytes:
    """The paper as a Word document; raises Refusal where a photo is none."""
    return _Writer(paper).render()


class _Writer:
    """Writes one paper. Sizes: forms in 五号 (10.5 pt); official papers in 三号 (16 pt), 28.95 pt a line, as GB/T 9704 has it."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.document: Document = docx.Document()
        official = paper.official
        plain_size = 16 if paper.large else 10.5
        self.text = Face(FANG_SONG, 16) if official else Face(SONG, plain_size)
        self.cell = Face(FANG_SONG, 12) if official else Face(SONG, plain_size)
        self.strong = Face(HEI, self.cell.size)
        # top, right, bottom, left in millimetres; a code on top needs its place
        self.margins = (37, 26, 35, 28) if official else (33 if paper.barcode else 22, 20, 20, 20)
        if paper.large:
            self.margins = (15, 17, 16, 17)
        side = A4[1] if paper.landscape else A4[0]
        self.width = side - self.margins[1] - self.margins[3]

    def render(self) -> bytes:
        self._page()
        self._head()
        self._parts()
        if self.paper.note:
            paragraph = self.document.add_paragraph()
            write(paragraph, self.paper.note, Face(FANG_SONG, 12 if self.paper.official else 9), "both")
            space(paragraph, before=4)
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = plain(self.paper.title), plain(self.paper.organ), ""
        file = io.BytesIO()
        self.document.save(file)
        return file.getvalue()

    def _page(self) -> None:
        section = self.document.sections[0]
        wide, high = reversed(A4) if self.paper.landscape else A4
        section.orientation = WD_ORIENT.LANDSCAPE if self.paper.landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(wide), Mm(high)
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, self.margins)
        section.header_distance, section.footer_distance = Mm(7), Mm(10)
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = LATIN, Pt(self.text.size)
        normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), self.text.font)
        self._code_in_header()
        if self.paper.official:
            set_page(self.document, section)
            name_stand_ins(self.document)
        else:
            self._page_number()

    def _code_in_header(self) -> None:
        """On every page, so that a photo of any page is enough."""
        if not self.paper.barcode:
            return
        paragraph = self.document.sections[0].header.paragraphs[0]
        run = write(paragraph, "", Face(SONG, 7), "right")
        run.add_picture(io.BytesIO(qr_png(self.paper.barcode)), width=Mm(QR_SIDE))
        run.add_break()
        write(paragraph, self.paper.barcode, Face(SONG, 7), "right")
        space(paragraph)

    def _page_number(self) -> None:
        footer, face = self.document.sections[0].footer.paragraphs[0], Face(SONG, 9)
        write(footer, "第 ", face, "centre")
        number_field(footer, "PAGE", face)
        write(footer, " 页　共 ", face, "centre")
        number_field(footer, "NUMPAGES", face)
        write(footer, " 页", face, "centre")

    def _head(self) -> None:
        paper = self.paper
        if paper.head is not None:
            red_head(self.document, paper, paper.head, self.width)
            title_in_lines(self.document, paper.title)
            return
        if paper.official:
            self._red_head()
        title = self.document.add_paragraph()
        size = 22 if paper.official else 27 if paper.large else 18
        write(title, paper.title, Face(SONG, size, bold=True), "centre")
        space(title, after=0 if paper.subtitle else 6, exact=28 if size < 20 else 36)
        if paper.subtitle:
            subtitle = self.document.add_paragraph()
            write(subtitle, paper.subtitle, Face(FANG_SONG, 16 if paper.official else 12), "centre")
            space(subtitle, after=8)
        if not paper.official and (paper.organ or paper.number):
            line = self.document.add_paragraph()
            line.paragraph_format.tab_stops.add_tab_stop(Mm(self.width), WD_TAB_ALIGNMENT.RIGHT)
            number = f"编号：{paper.number}" if paper.number else ""
            write(line, f"{paper.organ}\t{number}", Face(SONG, 10.5))
            space(line, after=3)

    def _red_head(self) -> None:
        points = self.width / 25.4 * 72
        organ = self.document.add_paragraph()
        write(organ, self.paper.organ, Face(SONG, red_size(self.paper.organ, points), bold=True, red=True), "centre")
        space(organ, after=24)
        number = self.document.add_paragraph()
        write(number, self.paper.number, Face(FANG_SONG, 16), "centre")
        space(number, after=28)
        line_below(number, colour="E60012", eighths=16)

    def _parts(self) -> None:
        before: Part | None = None
        for part in self.paper.parts:
            if isinstance(part, BOXED) and isinstance(before, BOXED) and Table in {type(part), type(before)}:
                # Word joins tables that touch: headings would not be repeated, or over what is not under them
                space(self.document.add_paragraph(), exact=6)
            self._part(part)
            before = part
        if isinstance(before, BOXED) and not self.paper.note:
            space(self.document.add_paragraph(), exact=1)  # Word wants a paragraph after the last table

    def _part(self, part: Part) -> None:
        match part:
            case Heading():
                self._heading(part)
            case Fields():
                self._fields(part)
            case Table():
                self._table(part)
            case Paragraphs():
                self._paragraphs(part)
            case Signatures():
                self._signatures(part)
            case Photos():
                self._photos(part)
            case QrCode():
                self._qr_code(part)
            case ColourBar():
                self._colour_bar(part)
            case _:
                write_part(self.document, part, self.width)

    def _heading(self, part: Heading) -> None:
        paragraph = self.document.add_paragraph()
        face = HEADINGS[part.level] if self.paper.official else Face(HEI, 18 if self.paper.large else 12)
        write(paragraph, part.text, face)
        paragraph.paragraph_format.keep_with_next = True
        if self.paper.official:
            indent(paragraph, 2, face)
            space(paragraph, exact=LINE)
        else:
            space(paragraph, before=6, after=3)

    def _fields(self, part: Fields) -> None:
        label = LABEL_SHARE * self.width * min(1, 2.4 / max(part.columns, 1))
        value = self.width / part.columns - label
        table = ruled(self.document, len(part.rows()), [label, value] * part.columns)
        for row, pairs in zip(table.rows, part.rows(), strict=True):
            at_least(row, 8)
            cells = list(row.cells)
            for number, (name, text) in enumerate(pairs):
                target = cells[2 * number + 1]
                if number == len(pairs) - 1 and len(pairs) < part.columns:
                    target = target.merge(cells[-1])
                fill(cells[2 * number], name, self.cell, "centre")
                fill(target, text, self.cell)

    def _table(self, part: Table) -> None:
        table = ruled(self.document, len(part.rows) + 1, [share * self.width for share in part.shares()])
        # once, as lists: python-docx walks the whole table for each look at its cells
        for number, (row, texts) in enumerate(zip(table.rows, [part.headings, *part.rows], strict=True)):
            at_least(row, 8)
            face = self.cell if number else self.strong
            for cell, text, centred in zip(row.cells, texts, part.centred(), strict=True):
                fill(cell, text, face, "centre" if not number or centred else "left")
        repeated(table.rows[0])

    def _paragraphs(self, part: Paragraphs) -> None:
        for text in part.texts:
            paragraph = self.document.add_paragraph()
            write(paragraph, text, self.text, "both")
            if self.paper.official:
                space(paragraph, exact=LINE)
            else:
                space(paragraph, before=1, after=1, lines=1.4)
            if part.indent:
                indent(paragraph, 2, self.text)

    def _signatures(self, part: Signatures) -> None:
        for boxes in part.rows():
            table = ruled(self.document, 1, [self.width / len(boxes)] * len(boxes))
            at_least(table.rows[0], part.height)
            for cell, (label, signed) in zip(table.rows[0].cells, boxes, strict=True):
                fill(cell, label, self.cell)
                room = 0.0 if signed else max(part.height - 15, 4) / 25.4 * 72
                if signed:
                    self._signed(cell, signed, label, part.height)
                date = cell.add_paragraph()
                write(date, DATE_TO_FILL, self.cell, "right")
                space(date, before=room, after=2)

    def _signed(self, cell: _Cell, jpeg: bytes, label: str, height: float) -> None:
        picture = printable(jpeg, place=f"签名“{label}”")
        wide, high = signed_size(picture, height)
        paragraph = cell.add_paragraph()
        write(paragraph, "", self.cell, "centre").add_picture(io.BytesIO(picture.jpeg), Mm(wide), Mm(high))
        space(paragraph)

    def _photos(self, part: Photos) -> None:
        count = 3 if self.paper.landscape else 2
        wide = self.width / count
        for at in range(0, len(part.photos), count):
            row = ruled(self.document, 1, [wide] * count).rows[0]
            at_least(row, 20)
            for cell, (caption, jpeg) in zip(row.cells, part.photos[at : at + count], strict=False):
                picture = printable(jpeg, place=f"照片“{caption}”")
                paragraph = fill(cell, "", self.cell, "centre")
                side = min(wide - 8, PHOTO_HEIGHT * picture.ratio)
                paragraph.add_run().add_picture(io.BytesIO(picture.jpeg), width=Mm(side))
                below = cell.add_paragraph()
                write(below, caption, self.cell, "centre")
                space(below, after=3)

    def _qr_code(self, part: QrCode) -> None:
        code = SCANNED_SIDE + 4
        picture, words = ruled(self.document, 1, [code, self.width - code]).rows[0].cells
        run = write(picture.paragraphs[0], "", self.cell, "centre")
        run.add_picture(io.BytesIO(qr_png(part.content)), width=Mm(SCANNED_SIDE))
        fill(words, "\n".join(part.words), self.cell)

    def _colour_bar(self, part: ColourBar) -> None:
        """Two blocks of colour with the word between them in black: in grey print the word says it."""
        block = 16.0
        row = ruled(self.document, 1, [block, self.width - 2 * block, block]).rows[0]
        at_least(row, 11)
        left, middle, right = row.cells
        shade(left, part.rgb)
        shade(right, part.rgb)
        paragraph = fill(middle, part.word, Face(HEI, 18, bold=True), "centre")
        write(paragraph, f"　{part.words}", Face(SONG, 12), "centre")
        space(self.document.add_paragraph(), exact=6)
