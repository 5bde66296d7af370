"""What kind of file it really is, told by its first bytes, and the sheets inside."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from sangesan.exchange.reading import bounds
from sangesan.exchange.reading.delimited import sheet_of_csv
from sangesan.exchange.reading.raw import Sheet
from sangesan.exchange.reading.workbook import sheets_of_xls, sheets_of_xlsx
from sangesan.kernel.refusal import Refusal

_ASK = "请上传 .xlsx、.csv，或只装一个 CSV 的 .zip"
_OTHER_KINDS = (
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"RIFF", "图片或视频"),
    (b"%PDF", "PDF 文件"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"{\\rtf", "RTF 文档"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = (b"<!doctype", b"<html", b"<table")


@dataclass(frozen=True)
class Opened:
    """A file taken apart. name: of the inner file where it was packed."""

    name: str
    sheets: list[Sheet]


def open_tables(data: bytes, filename: str) -> Opened:
    """The sheets of a department's file. Raises a Refusal where it is none, or unpacks to too much."""
    if not data.strip():
        raise Refusal("文件是空的", remedy="检查导出是否成功后重新上传")
    if len(data) > bounds.MAX_FILE_BYTES:
        raise Refusal(f"文件超过 {bounds.MAX_FILE_BYTES // 1048576} MB", remedy="请压缩或分成多个文件")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _open_zip(data, filename)
    if data.startswith(_OLE):
        if "WordDocument".encode("utf-16-le") in data:
            raise Refusal("这是 Word 文档，不是表格", remedy=_ASK)
        return Opened(filename, sheets_of_xls(data))
    _refuse_other_kinds(data, filename)
    return Opened(filename, [sheet_of_csv(data, PurePosixPath(filename).stem)])


def _refuse_other_kinds(data: bytes, filename: str) -> None:
    for magic, kind in _OTHER_KINDS:
        if data.startswith(magic) and not (magic == b"BM" and filename.lower().endswith(".csv")):
            raise Refusal(f"这是{kind}，不是表格（与扩展名无关）", remedy=_ASK)
    start = data[:500].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(_MARKUP) or b"<html" in start:
        raise Refusal("这是网页，不是表格", remedy="用表格软件打开后另存为 .xlsx 再上传")
    if start.startswith(b"<?xml"):
        raise Refusal("这是 XML，不是表格", remedy="用表格软件打开后另存为 .xlsx 再上传")
    # Old systems write delimited text and call it .xls; nobody does so with .xlsx.
    if filename.lower().endswith(".xlsx"):
        raise Refusal("扩展名是表格，内容却不是工作簿", remedy=_ASK)


def _open_zip(data: bytes, filename: str) -> Opened:
    try:
        archive = ZipFile(io.BytesIO(data))
    except (BadZipFile, ValueError, OSError) as error:
        raise Refusal("压缩包已损坏，打不开", remedy="重新压缩或另存后上传") from error
    with archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            if any(n.startswith("xl/") for n in names):
                return Opened(filename, sheets_of_xlsx(data))
            kind = "Word 文档" if any(n.startswith("word/") for n in names) else "其他办公文档"
            raise Refusal(f"这是{kind}，不是表格", remedy=_ASK)
        bounds.check_archive(archive)
        entry = _only_entry(archive)
        inner = b"".join(bounds.unpack(archive, entry, len(data)))
    name = _entry_name(entry)
    return _open_inner(inner, name)


def _open_inner(inner: bytes, name: str) -> Opened:
    if not inner.strip():
        raise Refusal("压缩包里的文件是空的", place=name, remedy="检查导出是否成功后重新上传")
    if inner.startswith(b"PK\x03\x04"):
        with ZipFile(io.BytesIO(inner)) as nested:
            if "[Content_Types].xml" not in nested.namelist():
                raise Refusal("压缩包里又是压缩包", place=name, remedy="只压缩一层")
    return open_tables(inner, name)


def _only_entry(archive: ZipFile) -> ZipInfo:
    files = [e for e in archive.infolist() if not e.is_dir() and not _is_litter(_entry_name(e))]
    if not files:
        raise Refusal("压缩包是空的", remedy="压缩包里应装一个 CSV 或 .xlsx")
    if len(files) > 1:
        listed = "、".join(_entry_name(e) for e in files[:3])
        raise Refusal(f"压缩包里有 {len(files)} 个文件（{listed} 等）", remedy="每个压缩包只装一个文件，分别上传")
    return files[0]


def _is_litter(name: str) -> bool:
    path = PurePosixPath(name)
    return path.parts[0] == "__MACOSX" or path.name in {".DS_Store", "Thumbs.db"}


def _entry_name(entry: ZipInfo) -> str:
    """The entry's name; Chinese Windows writes GBK without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename
