"""Free text of this slice, sealed: what people write may name a household. And how a sheet is named."""

from datetime import date

from sangesan.documents.form import DATE_TO_FILL
from sangesan.files.sealed_words import opened, seal
from sangesan.kernel.dates import day_in_full
from sangesan.supervision.models import Sheet
from sangesan.supervision.table import load_table

__all__ = [
    "EVENT",
    "HAND_OVER",
    "LOOK_BACK",
    "SHEET",
    "day_words",
    "look_back_subject",
    "number_of",
    "opened",
    "seal",
    "subject_of",
]

SHEET, EVENT, LOOK_BACK, HAND_OVER = (
    "supervision.sheet", "supervision.event", "supervision.look_back", "supervision.hand_over",
)  # fmt: skip


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
    return DATE_TO_FILL if day is None else day_in_full(day)
