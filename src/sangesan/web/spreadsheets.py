"""Lists as .xlsx downloads, through a file on disk so that memory stays flat."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, cast

from django.http import FileResponse

from sangesan.documents.printing import CONTENT_TYPES
from sangesan.documents.workbook import write_xlsx


def download(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[int], note: str = ""
) -> FileResponse:
    """The list as a workbook of one sheet named `name`; see `write_xlsx`."""
    file = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115  the response closes it
    write_xlsx(file, name, headings, rows, widths, note)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=CONTENT_TYPES["xlsx"])
