"""Codes on papers: a photographed paper finds the record that it belongs to.

A code names the kind of paper and the record's number, nothing about a person. Its last character is the check
character of ISO 7064, MOD 37,36: one wrong character is always found, two neighbours swapped nearly always (the standard's
hybrid systems let some swaps through; only its pure ones do not, and they would need a sign beside letters and digits).
"""

import io
import re
import unicodedata
from collections.abc import Iterator

import segno
import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from sangesan.kernel.refusal import Refusal

PREFIX = "S3"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_PIXELS = 100_000_000  # a phone's largest mode; beyond it a file is an attack on memory
LONGEST_SIDE = 3000  # pixels; larger photos are read smaller first, which is faster and less noisy
QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])

_KIND = re.compile(r"[A-Z]{2,6}")
_CODE = re.compile(rf"{PREFIX}-([A-Z]{{2,6}})-([0-9]{{6,12}})-([0-9A-Z])")


def paper_code(kind: str, number: int) -> str:
    """The code of a paper, such as S3-APL-000123-H. kind: 2 to 6 capital letters; number: of the record, from 1."""
    if not _KIND.fullmatch(kind) or not 0 < number < 10**12:
        raise ValueError(f"no code for {kind!r} {number}")
    return f"{PREFIX}-{kind}-{number:06d}-{_check(f'{kind}{number:06d}')}"


def parse_code(text: str) -> tuple[str, int]:
    """(kind, number) of a code as read or typed: case, width and blanks do not matter. Raises Refusal."""
    code = re.sub(r"[\s\u200b]+", "", unicodedata.normalize("NFKC", text)).upper().replace("—", "-").replace("–", "-")
    found = _CODE.fullmatch(code)
    if found is None:
        raise Refusal("不是本系统表册的编码", remedy=f"编码形如 {paper_code('APL', 123)}，在表册右上角二维码下")
    kind, number, check = found.groups()
    if check != _check(kind + number):
        raise Refusal("表册编码的校验位不对，至少有一位写错", remedy="请对照表册右上角二维码下的编码改正")
    if int(number) == 0:
        raise Refusal("表册编码的序号不能是0", remedy="请对照表册右上角二维码下的编码改正")
    return kind, int(number)


def _check(text: str) -> str:
    """ISO 7064 MOD 37,36."""
    product = 36
    for character in text:
        total = (product + ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(37 - product) % 36]


def qr_svg(text: str) -> str:
    """The QR code as an SVG element without a fixed size: it fills the place it is given."""
    file = io.BytesIO()
    _qr(text).save(file, kind="svg", xmldecl=False, omitsize=True, border=2)
    return file.getvalue().decode()


def qr_png(text: str) -> bytes:
    """The QR code as PNG, 10 pixels a module."""
    file = io.BytesIO()
    _qr(text).save(file, kind="png", scale=10, border=2)
    return file.getvalue()


def _qr(text: str) -> segno.QRCode:
    """Level M at least: a corner may be dirty; segno takes more where the size allows it."""
    return segno.make(text, error="m", micro=False, boost_error=True)


def read_codes(image: bytes) -> list[str]:
    """Our codes on a photo, top to bottom, each once; other people's QR codes and misread ones are left out.

    Raises Refusal where the bytes are no picture.
    """
    for attempt in _attempts(_open(image)):
        found = {}
        for barcode in zxingcpp.read_barcodes(attempt, formats=QR):
            try:
                kind, number = parse_code(barcode.text)
            except Refusal:
                continue
            found[paper_code(kind, number)] = barcode.position.top_left.y
        if found:
            return sorted(found, key=found.__getitem__)
    return []


def read_texts(image: bytes) -> list[str]:
    """What every QR code on a picture says, whoever made it; raises Refusal where the bytes are no picture."""
    for attempt in _attempts(_open(image)):
        if found := [barcode.text for barcode in zxingcpp.read_barcodes(attempt, formats=QR)]:
            return found
    return []


def _attempts(photo: Image.Image) -> Iterator[Image.Image]:
    """The photo as it is, with its contrast stretched, and a small one enlarged."""
    yield photo
    yield ImageOps.autocontrast(photo, cutoff=2)
    if max(photo.size) < LONGEST_SIDE / 2:
        yield photo.resize((photo.width * 2, photo.height * 2), Image.Resampling.LANCZOS)


def _open(image: bytes) -> Image.Image:
    """Upright, grey, of a size that is read fast."""
    try:
        with Image.open(io.BytesIO(image)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refusal("照片太大", remedy="请用手机的普通拍照模式重拍")
            opened.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
            photo = ImageOps.exif_transpose(opened).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refusal("照片打不开", remedy="请重拍，存为JPEG或PNG") from error
    photo.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return photo
