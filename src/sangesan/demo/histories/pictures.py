"""The pictures of the demonstration: drawn by the program and saying so; each kept once, attached many times."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from sangesan.demo.histories.rows import Rows
from sangesan.demo.histories.words import Dice
from sangesan.files.attaching import JPEG
from sangesan.files.models import Attachment, StoredFile
from sangesan.files.storage import keep
from sangesan.regions.queries import CHINA

SAYS = "演示照片（程序生成）"
SIZE = (960, 720)
# Debian's fonts-noto-cjk, which printing needs too; without it the picture says the same in Latin letters
FONTS = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
IN_LATIN = "Demonstration picture, made by a program"
Kind = StoredFile.Kind


@dataclass(frozen=True)
class Pictures:
    """Ids of the kept files by role: what is seen, a signature, a page with fingerprints."""

    outdoors: int
    indoors: int
    signature: int
    page: int


def keep_pictures(now: datetime) -> Pictures:
    """Draws and keeps them; the same contents again are the same files."""
    return Pictures(
        outdoors=keep(_photo((108, 142, 96), (176, 204, 226)), Kind.PHOTO, now=now).pk,
        indoors=keep(_photo((150, 120, 92), (232, 224, 208)), Kind.PHOTO, now=now).pk,
        signature=keep(_signature(), Kind.SIGNATURE, now=now).pk,
        page=keep(_photo((250, 250, 246), (250, 250, 246)), Kind.SCAN, now=now).pk,
    )


class Album:
    """Attachments gathered for the records of the histories."""

    def __init__(self, pictures: Pictures) -> None:
        self.rows = Rows(Attachment)
        self._pictures = pictures

    def photo(
        self, subject: str, role: str, on: date, post: int, dice: Dice, position: tuple[float, float] | None = None
    ) -> None:
        """A photo taken on a day, near a place where one is given. role: as the record's slice names it."""
        file = self._pictures.indoors if subject.startswith("meeting") else self._pictures.outdoors
        at = datetime.combine(on, time(dice.between(8, 17), dice.between(0, 59)), CHINA)
        near = [round(degree + (dice.share() - 0.5) / 2000, 6) for degree in position] if position else None
        self._add(subject, role, file, f"{NAMES.get(role, '照片')}.jpg", at, post, near)

    def signature(self, subject: str, how: str, on: date, post: int) -> None:
        """What a signature leaves: drawn by finger, or a photographed page."""
        at = datetime.combine(on, time(18, 0), CHINA)
        if how == "finger":
            self._add(subject, "signature", self._pictures.signature, "签名.jpg", at, post, None)
        else:
            self._add(subject, "scan", self._pictures.page, "签字页1.jpg", at, post, None)

    def _add(self, subject: str, role: str, file: int, name: str, at: datetime, post: int, near: Any) -> None:
        self.rows.add(
            subject=subject, role=role, file_id=file, name=name, content_type=JPEG, taken_at=at, position=near,
            note=SAYS, added_at=at, added_by=post,
        )  # fmt: skip


NAMES = {"photo": "照片1", "notice_start": "公示张贴", "notice_end": "公示期满"}


def photo_bytes(green: int, blue: int, serial: int) -> bytes:
    """A picture for acts that take one: other colours and another serial number make another picture."""
    return _photo((120, green, 110), (190, 208, blue), serial)


def signature_bytes() -> bytes:
    """A drawn signature for acts that take one."""
    return _signature()


def _photo(ground: tuple[int, int, int], sky: tuple[int, int, int], serial: int = 0) -> bytes:
    image = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 470), (280, 300), (520, 430), (760, 270), (960, 420), (960, 720), (0, 720)], fill=ground)
    font, text = _font()
    draw.text((SIZE[0] // 2, 600), text, font=font, fill=(40, 40, 40), anchor="mm")
    if serial:
        draw.text((SIZE[0] // 2, 670), f"No. {serial}", font=font, fill=(40, 40, 40), anchor="mm")
    return _jpeg(image)


def _signature() -> bytes:
    image = Image.new("RGB", (600, 240), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.line([(80, 150), (150, 70), (190, 170), (260, 80), (300, 160), (390, 100), (520, 150)], fill=(20, 20, 60), width=7)
    font, text = _font(22)
    draw.text((300, 215), text, font=font, fill=(120, 120, 120), anchor="mm")
    return _jpeg(image)


def _font(size: int = 54) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, str]:
    for path in FONTS:
        try:
            return ImageFont.truetype(path, size), SAYS
        except OSError:
            continue
    return ImageFont.load_default(size / 2), IN_LATIN


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
