"""Spreadsheets (.xlsx, .xls) through calamine."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from sangesan.exchange.reading import bounds
from sangesan.exchange.reading.raw import Body, Cell, Ragged, Sheet, column_of
from sangesan.kernel.refusal import Refusal

HEAD_ROWS = 40


@dataclass
class WorkbookSheet:
    """One worksheet, its cells in memory."""

    name: str
    rows: Sequence[Sequence[Cell]]

    @property
    def head(self) -> Sequence[Sequence[Cell]]:
        """The first rows, among which the headings stand."""
        return self.rows[:HEAD_ROWS]

    def body(self, after: int, wanted: Sequence[int], width: int) -> Body:  # noqa: ARG002  every row is as wide
        """See `Sheet.body`."""
        rows = self.rows[after:]
        columns = {j: column_of([row[j] for row in rows]) for j in wanted}
        ragged: list[Ragged] = []
        return Body(columns, np.arange(after + 1, after + 1 + len(rows), dtype=np.int32), ragged)


def sheets_of_xlsx(data: bytes) -> list[Sheet]:
    """The visible sheets of an .xlsx, after its size has been bounded."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            bounds.check_archive(archive)
            bounds.check_workbook(archive, len(data))
    except BadZipFile as error:
        raise Refusal("工作簿已损坏，打不开", remedy="用表格软件打开后另存为 .xlsx 再上传") from error
    return _sheets(data)


def sheets_of_xls(data: bytes) -> list[Sheet]:
    """The sheets of an old .xls (at most 65,536 rows by its format)."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refusal("工作簿设了打开密码", remedy="在表格软件中去掉密码后另存再上传")
    return _sheets(data)


def _sheets(data: bytes) -> list[Sheet]:
    sheets: list[Sheet] = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            names = book.sheet_names
            if len(names) > bounds.MAX_SHEETS:
                raise Refusal(f"工作簿有 {len(names)} 张工作表", remedy=f"不得超过 {bounds.MAX_SHEETS} 张")
            for name in names:
                sheet = book.get_sheet_by_name(name)
                sheets.append(WorkbookSheet(name, sheet.to_python(skip_empty_area=False)))
    except PasswordError as error:
        raise Refusal("工作簿设了打开密码", remedy="在表格软件中去掉密码后另存再上传") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal("工作簿打不开：内容不是表格或已损坏", remedy="用表格软件打开后另存为 .xlsx 再上传") from error
    return sheets
