"""Lists as .xlsx, written row by row so that memory stays flat."""

import io
import re
from collections.abc import Iterable, Sequence
from typing import IO

import xlsxwriter

LONGEST_SHEET_NAME = 31  # UTF-16 units, as Excel counts
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")


def write_xlsx(
    file: IO[bytes],
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    widths: Sequence[int],
    note: str = "",
) -> None:
    """Writes a workbook of one sheet: a note on top where there is one, headings, rows as text or whole numbers.

    widths: of the columns, in characters. Text stays text: what looks like a formula or a link is written as it is.
    """
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    heading = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1})
    sheet = book.add_worksheet(_sheet_name(title))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    top = 0
    if note:
        sheet.write_string(0, 0, note)
        top = 1
    for column, text in enumerate(headings):
        sheet.write_string(top, column, text, heading)
    sheet.freeze_panes(top + 1, 0)
    for number, row in enumerate(rows, start=top + 1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, "" if value is None else str(value))
    book.close()


def _sheet_name(title: str) -> str:
    name = _NOT_IN_SHEET_NAMES.sub(" ", title).encode("utf-16-le")[: 2 * LONGEST_SHEET_NAME]
    return name.decode("utf-16-le", errors="ignore")


def render_xlsx(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[int], note: str = ""
) -> bytes:
    """The same workbook as bytes, for lists that are kept or scanned before they go out."""
    file = io.BytesIO()
    write_xlsx(file, title, headings, rows, widths, note)
    return file.getvalue()
