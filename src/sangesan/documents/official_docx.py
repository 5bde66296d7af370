"""What official papers alone have, as .docx: page and numbers of GB/T 9704-2012, red heads, seals, imprint.

Sizes: text in 三号 (16 pt), 22 lines of 28.95 pt with 28 characters each (the page's grid draws them a trifle together).
"""

from collections.abc import Sequence

from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from sangesan.documents.form import (
    Addressees,
    Annexes,
    Closing,
    Imprint,
    NewAnnex,
    Paper,
    Part,
    RedHead,
    Remark,
    Seals,
    width_of,
)
from sangesan.documents.official_lines import joint_size, title_lines, under_a_seal
from sangesan.documents.ooxml import (
    BIAO_SONG,
    FANG_SONG,
    HEI,
    KAI,
    SONG,
    Face,
    bare,
    dress,
    grid,
    indent,
    line_below,
    number_field,
    space,
    spread,
    to_page_foot,
    write,
)

LINE = 28.95  # points: 225 mm by 22 lines
CHARACTER = 15.79  # points: 156 mm by 28 characters
BODY, IMPRINT, STRONG = Face(FANG_SONG, 16), Face(FANG_SONG, 14), Face(HEI, 16)
HEADINGS = {1: Face(HEI, 16), 2: Face(KAI, 16), 3: Face(FANG_SONG, 16), 4: Face(FANG_SONG, 16)}
NAME_POINTS = 62
SEALS_IN_A_ROW = 3
RED_RULE = "E60012"
TITLE_CHARACTERS = 19


def set_page(document: Document, section: Section) -> None:
    """The grid, and the page's number outside: odd pages right, even ones left, one character from the edge."""
    grid(section, line=LINE, character=CHARACTER - BODY.size)
    section.header_distance, section.footer_distance = Mm(7), Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        face = Face(SONG, 14)
        write(paragraph, "— ", face, align)
        number_field(paragraph, "PAGE", face)
        write(paragraph, " —", face, align)
        side = paragraph.paragraph_format
        side.right_indent, side.left_indent = (Pt(14), None) if align == "right" else (None, Pt(14))


def red_head(document: Document, paper: Paper, head: RedHead, width: float) -> None:
    """The head down to its red line. width: of a line, in millimetres."""
    points = width / 25.4 * 72
    for mark in (head.secret, head.urgent):
        paragraph = document.add_paragraph()
        write(paragraph, mark, STRONG)
        space(paragraph, exact=28)
    if head.name:
        _bulletin(document, head, width, points)
    else:
        _joint(document, paper, head, width, points)


def title(document: Document, text: str) -> None:
    """The title in lines that do not break words."""
    lines = title_lines(text, TITLE_CHARACTERS)
    for number, line in enumerate(lines, start=1):
        paragraph = document.add_paragraph()
        write(paragraph, line, Face(BIAO_SONG, 22), "centre")
        space(paragraph, exact=34, after=22 if number == len(lines) else 0)
        paragraph.paragraph_format.keep_with_next = True


def write_part(document: Document, part: Part, width: float) -> bool:
    """Writes a part that official papers alone have; False for any other."""
    match part:
        case Addressees():
            _line(document, f"{part.text}：")
        case Annexes():
            _annexes(document, part)
        case Remark():
            indent(_line(document, f"（{part.text}）"), 2, BODY)
        case Closing():
            _closing(document, part)
        case Seals():
            _seals(document, part, width)
        case NewAnnex():
            _line(document, part.label, STRONG).paragraph_format.page_break_before = True
            _line(document, "")
            title(document, part.title)
        case Imprint():
            _imprint(document, part, width)
        case _:
            return False
    return True


def _line(document: Document, text: str, face: Face = BODY, align: str = "left") -> Paragraph:
    paragraph: Paragraph = document.add_paragraph()
    write(paragraph, text, face, align)
    space(paragraph, exact=LINE)
    return paragraph


def _bulletin(document: Document, head: RedHead, width: float, points: float) -> None:
    """督查通报 in red, 第21期 under it, the offices on the left and the day on the right over the line."""
    size = min(NAME_POINTS, points * 0.8 / max(len(head.name), 1))
    name = document.add_paragraph()
    spread(write(name, head.name, Face(BIAO_SONG, size, red=True), "centre"), size / 4)
    space(name, before=4)
    issue = document.add_paragraph()
    write(issue, head.issue, BODY, "centre")
    space(issue, before=8, after=14, exact=24)
    for number, organ in enumerate(head.organs, start=1):
        last = number == len(head.organs)
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
        write(paragraph, f"{organ}\t{head.day}" if last else organ, BODY)
        space(paragraph, exact=22, after=LINE if last else 0)
    line_below(paragraph, colour=RED_RULE, eighths=16, away=8)


def _joint(document: Document, paper: Paper, head: RedHead, width: float, points: float) -> None:
    """Offices in red one under the other with 文件 beside them, then number (and who signs) over the line."""
    size = joint_size(head, points)
    face = Face(BIAO_SONG, size, red=True)
    if len(head.organs) == 1:
        organ = document.add_paragraph()
        write(organ, f"{head.organs[0]}{head.suffix}", face, "centre")
        space(organ, before=34, after=26)
    else:
        space(document.add_paragraph(), exact=34)
        beside = (width_of(head.suffix) + 1) * size / 72 * 25.4 if head.suffix else 0
        table = bare(document, 1, [width - beside, beside] if beside else [width])
        cells = table.rows[0].cells
        for number, organ_ in enumerate(head.organs):
            paragraph = cells[0].paragraphs[0] if number == 0 else cells[0].add_paragraph()
            write(paragraph, organ_, face, "spread")
            space(paragraph, exact=size * 1.45)
        if beside:
            write(cells[1].paragraphs[0], head.suffix, face, "centre")
        space(document.add_paragraph(), exact=26)
    number_ = document.add_paragraph()
    if head.signer:
        number_.paragraph_format.left_indent = Pt(BODY.size)
        number_.paragraph_format.tab_stops.add_tab_stop(Mm(width) - Pt(BODY.size), WD_TAB_ALIGNMENT.RIGHT)
        write(number_, f"{paper.number}\t签发人：", BODY)
        write(number_, head.signer, Face(KAI, 16))
    else:
        write(number_, paper.number, BODY, "centre")
    space(number_, exact=20, after=LINE)
    line_below(number_, colour=RED_RULE, eighths=16, away=11)


def _annexes(document: Document, part: Annexes) -> None:
    """附件：1. …, a line below the body; the others under the first, long ones under themselves."""
    several = len(part.titles) > 1
    _line(document, "").paragraph_format.keep_with_next = True
    for number, text in enumerate(part.titles, start=1):
        label = "附件：" if number == 1 else "　　　"
        paragraph = _line(document, f"{label}{f'{number}. ' if several else ''}{text}")
        layout = paragraph.paragraph_format
        hanging = 4 if several else 3
        layout.left_indent, layout.first_line_indent = Pt((2 + hanging) * BODY.size), Pt(-hanging * BODY.size)
        layout.keep_with_next = True


def _closing(document: Document, part: Closing) -> None:
    """The day stands four characters from the edge, the organ centred over it, as under a seal."""
    edge = 4.0
    organ_edge = max(edge + (width_of(part.day) - width_of(part.organ)) / 2, 0)
    for text, characters_in, before in ((part.organ, organ_edge, 42), (part.day, edge, 0)):
        paragraph = document.add_paragraph()
        dress(write(paragraph, text, BODY, "right"), BODY)
        paragraph.paragraph_format.right_indent = Pt(characters_in * BODY.size)
        space(paragraph, before=before, exact=LINE)
        paragraph.paragraph_format.keep_with_next = characters_in == organ_edge


def _seals(document: Document, part: Seals, width: float) -> None:
    """Offices side by side, room for each one's seal on its name; the day under the last."""
    organs = list(part.organs)
    gap = _line(document, "")
    space(gap, exact=42)
    gap.paragraph_format.keep_with_next = True
    for at in range(0, len(organs), SEALS_IN_A_ROW):
        row = organs[at : at + SEALS_IN_A_ROW]
        last = at + SEALS_IN_A_ROW >= len(organs)
        table = bare(document, 2 if last else 1, [width / len(row)] * len(row))
        for cell, organ in zip(table.rows[0].cells, row, strict=True):
            _in_cell(cell, under_a_seal(organ))
        if last:
            _in_cell(table.rows[1].cells[-1], [part.day])


def _in_cell(cell: _Cell, lines: Sequence[str]) -> None:
    for number, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        write(paragraph, line, BODY, "centre")
        space(paragraph, exact=LINE)
        paragraph.paragraph_format.keep_with_next = True


def _imprint(document: Document, part: Imprint, width: float) -> None:
    """The lines at the foot of the last page: thick, thin, thick; Word keeps the table there by itself."""
    rows = 2 if part.copies else 1
    table = bare(document, rows, [width])
    to_page_foot(table)
    if part.copies:
        paragraph = table.rows[0].cells[0].paragraphs[0]
        write(paragraph, part.copy_line, IMPRINT)
        layout = paragraph.paragraph_format
        layout.left_indent, layout.first_line_indent = Pt(4 * IMPRINT.size), Pt(-3 * IMPRINT.size)
        layout.right_indent = Pt(IMPRINT.size)
        space(paragraph, before=2, after=2, exact=22)
    printed = table.rows[-1].cells[0].paragraphs[0]
    printed.paragraph_format.left_indent = Pt(IMPRINT.size)
    printed.paragraph_format.tab_stops.add_tab_stop(Mm(width) - Pt(IMPRINT.size), WD_TAB_ALIGNMENT.RIGHT)
    write(printed, f"{part.printed_by}\t{part.printed_line}", IMPRINT)
    space(printed, before=2, after=2, exact=22)
    space(document.add_paragraph(), exact=1)  # the table hangs on it
