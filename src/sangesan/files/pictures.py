"""Pictures as phones make them, made safe to keep: decoded, upright, smaller, without what the camera wrote into them.

Plain Python over Pillow. Nothing of the bytes handed in survives: the pixels are encoded anew.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from sangesan.kernel.refusal import Refusal

LARGEST = 20 * 1024 * 1024  # bytes handed in
MOST_PIXELS = {"JPEG": 200_000_000, "PNG": 30_000_000, "WEBP": 30_000_000}  # more is no phone's photo but a bomb
LONGEST_SIDE = 1600  # pixels kept
QUALITY = 82
MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
EXIF_PART, GPS_PART = 0x8769, 0x8825
TAKEN, OFFSET = 0x9003, 0x9011
LATITUDE, LONGITUDE = (1, 2), (3, 4)
FORM = "%Y:%m:%d %H:%M:%S"

_strict = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """jpeg: the picture as it is kept. taken_at: by the camera's clock, naive where it names no zone, None where it is
    silent; position: (longitude, latitude) in degrees, or None.
    """

    jpeg: bytes
    taken_at: datetime | None
    position: tuple[float, float] | None


def picture(data: bytes) -> Picture:
    """The picture to keep; raises Refusal for what is none, is damaged, too large, or of a kind that is not taken."""
    name = _format(data)
    try:
        with _whole(), Image.open(io.BytesIO(data), formats=[name]) as opened:
            _small_enough(opened.size, MOST_PIXELS[name])
            exif = opened.getexif()
            taken_at, position = _taken_at(exif), _position(exif)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            jpeg = _encoded(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise Refusal("图片已损坏，打不开", place="照片", remedy="请重新拍摄或重新导出后再传") from None
    return Picture(jpeg, taken_at, position)


@contextmanager
def _whole() -> Iterator[None]:
    """Makes a cut-off picture an error: the library that renders PDFs tells Pillow, for the whole process, to take them."""
    with _strict:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def signature(data: bytes) -> Picture:
    """A signature drawn by finger; raises Refusal also where nothing was drawn."""
    made = picture(data)
    with Image.open(io.BytesIO(made.jpeg)) as drawn:
        darkest, brightest = drawn.convert("L").getextrema()
    if brightest - darkest < 64:  # type: ignore[operator]  # one band: two numbers
        raise Refusal("签名框是空的", place="签名", remedy="请用手指在框内签名，或改选“按手印”“纸质签字”并附照片")
    return made


def is_pdf(data: bytes) -> bool:
    """Whether the content is a PDF document by its first bytes."""
    return data[:5] == b"%PDF-"


def _format(data: bytes) -> str:
    if not data:
        raise Refusal("文件是空的", place="照片", remedy="请重新选择")
    if len(data) > LARGEST:
        size = len(data) / 1024 / 1024
        raise Refusal(f"图片有 {size:.0f} MB，超过 20 MB", place="照片", remedy="请把手机相机的分辨率调低后重拍")
    for magic, name in MAGIC.items():
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        raise Refusal(
            "这是苹果手机的 HEIC 照片，系统不能打开",
            place="照片",
            remedy="请在手机“设置-相机-格式”里选“兼容性最佳”后重拍，或把照片截屏后再传",
        )
    raise Refusal("这不是照片", place="照片", remedy="请传 JPEG、PNG 或 WebP 格式的照片")


def _small_enough(size: tuple[int, int], most: int) -> None:
    """JPEGs are decoded at a fraction of their size, so they may be larger."""
    if size[0] * size[1] > most:
        raise _too_many_pixels()


def _too_many_pixels() -> Refusal:
    return Refusal("图片的像素太多，不像手机拍的照片", place="照片", remedy="请用手机相机直接拍摄")


def _encoded(upright: Image.Image) -> bytes:
    """The pixels as a JPEG on white, at most LONGEST_SIDE on a side, without any metadata."""
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if upright.mode in {"RGBA", "LA", "P", "PA"}:
        layered = upright.convert("RGBA")
        flat = Image.new("RGB", layered.size, "white")
        flat.paste(layered, mask=layered.getchannel("A"))
    else:
        flat = upright.convert("RGB")
    flat.info.clear()
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _taken_at(exif: Image.Exif) -> datetime | None:
    part = exif.get_ifd(EXIF_PART)
    try:
        taken = datetime.strptime(str(part.get(TAKEN, "")).strip("\0 "), FORM)  # noqa: DTZ007  the zone may follow
        return datetime.strptime(f"{taken:{FORM}}{part[OFFSET]}", f"{FORM}%z") if part.get(OFFSET) else taken
    except ValueError:
        return None


def _position(exif: Image.Exif) -> tuple[float, float] | None:
    part = exif.get_ifd(GPS_PART)
    try:
        latitude = _degrees(part[LATITUDE[1]], str(part[LATITUDE[0]]) == "S")
        longitude = _degrees(part[LONGITUDE[1]], str(part[LONGITUDE[0]]) == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return round(longitude, 6), round(latitude, 6)


def _degrees(parts: tuple[float, float, float], negative: bool) -> float:
    degrees = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    return -degrees if negative else degrees
