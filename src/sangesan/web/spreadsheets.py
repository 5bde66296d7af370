"""Lists as .xlsx downloads, written row by row so that memory stays flat."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, cast

import xlsxwriter
from django.http import FileResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[int], note: str = ""
) -> FileResponse:
    """A workbook of one sheet: a note on top where there is one, headings, rows as text or whole numbers."""
    file = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115  the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    heading = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1})
    sheet = book.add_worksheet(name[:31])
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
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
