"""Free text of this slice, sealed: what people write may name a household. And how a sheet is named."""

import json
from datetime import date
from typing import Any

from django.conf import settings

from sangesan.documents.form import DATE_TO_FILL
from sangesan.kernel.sealing import Keyring
from sangesan.supervision.models import Sheet
from sangesan.supervision.table import load_table

SHEET, EVENT, LOOK_BACK, HAND_OVER = (
    "supervision.sheet", "supervision.event", "supervision.look_back", "supervision.hand_over",
)  # fmt: skip


def seal(purpose: str, content: dict[str, Any]) -> bytes:
    """The content sealed for one of the purposes above."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Keyring.load(settings.HOME).seal(purpose, data)


def opened(purpose: str, sealed: bytes | memoryview | None) -> dict[str, Any]:
    """What `seal` sealed; {} for nothing."""
    if not sealed:
        return {}
    content: dict[str, Any] = json.loads(Keyring.load(settings.HOME).open(purpose, bytes(sealed)))
    return content


def number_of(sheet: Sheet) -> str:
    """蓝〔2022〕3号; 蓝单（待签发） before the signing."""
    colour = load_table().colours[sheet.colour]
    return f"{colour.title}〔{sheet.year}〕{sheet.number}号" if sheet.number else f"{colour.name}（待签发）"


def subject_of(sheet_id: int) -> str:
    """The subject of a sheet's attachments."""
    return f"sheet:{sheet_id}"


def look_back_subject(look_back_id: int) -> str:
    """The subject of a look-back's attachments."""
    return f"look_back:{look_back_id}"


def day_words(day: date | None) -> str:
    """2022年9月13日; a place to fill in for none."""
    return DATE_TO_FILL if day is None else f"{day.year}年{day.month}月{day.day}日"
