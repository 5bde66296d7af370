"""How much a file may unpack to. A 200 MiB worksheet zips to 204 kB, so nothing is unpacked on trust."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile, ZipInfo

from sangesan.kernel.refusal import Refusal

MAX_FILE_BYTES = 200 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_RATIO = 150
RATIO_FREE_BYTES = 16 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_ROWS = 2_000_000
MAX_SHEET_ROWS = 300_000
MAX_SHEETS = 60
CHUNK = 1024 * 1024

# Cells beyond column DZ, or beyond row 299,999: calamine lays a sheet out as a full rectangle, so that two cells in
# opposite corners would be enough to exhaust memory.
_FAR = re.compile(
    rb"""r\s*=\s*["'](?:(?P<column>[A-Z]{3}|[E-Z][A-Z])|[A-Z]{0,3}(?:[3-9][0-9]{5}|[0-9]{7}))[0-9]*["']"""
)
_OVERLAP = 64


def check_archive(archive: ZipFile) -> None:
    """Refuse too many entries and password-protected ones; sizes are checked while unpacking."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Refusal(f"压缩包内有 {len(entries)} 个文件", remedy=f"不得超过 {MAX_ENTRIES} 个")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refusal("压缩包设了密码", remedy="去掉密码后重新压缩上传")


def unpack(archive: ZipFile, entry: ZipInfo, packed_bytes: int, already: int = 0) -> Iterator[bytes]:
    """The entry in chunks, counted as they come (the declared size may lie). `already`: unpacked before it."""
    total = already
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                _check_total(total, packed_bytes)
                yield chunk
    except (BadZipFile, zlib.error, EOFError) as error:
        raise Refusal("压缩内容已损坏", remedy="重新导出或重新压缩后上传") from error
    except (NotImplementedError, RuntimeError) as error:
        raise Refusal("压缩方式不支持", remedy="用普通 zip 方式重新压缩") from error


def _check_total(total: int, packed: int) -> None:
    if total > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // (1024 * 1024)
        raise Refusal(f"解压后超过 {limit} MB，疑为压缩炸弹", remedy="请按月或按乡镇分成多个文件")
    if total > RATIO_FREE_BYTES and total > packed * MAX_RATIO:
        raise Refusal(f"解压后膨胀超过 {MAX_RATIO} 倍，疑为压缩炸弹", remedy="删除空白行列后重新保存")


def check_workbook(archive: ZipFile, packed_bytes: int) -> None:
    """Unpack every part of a workbook once, in chunks, and bound sizes, rows and columns."""
    total = 0
    for entry in archive.infolist():
        sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
        tail = b""
        for chunk in unpack(archive, entry, packed_bytes, total):
            total += len(chunk)
            if sheet:
                window = tail + chunk
                _check_cells(window)
                tail = window[-_OVERLAP:]


def _check_cells(window: bytes) -> None:
    far = _FAR.search(window)
    if far and far["column"]:
        raise Refusal("工作表超过 130 列", remedy="删除右侧无用的列后重新保存")
    if far:
        raise Refusal(f"工作表超过 {MAX_SHEET_ROWS} 行", remedy="删除下方无用的行，或另存为 CSV 压缩后上传")
