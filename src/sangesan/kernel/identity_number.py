"""Citizen identity numbers, GB 11643-1999: 6 area, 8 birth date, 3 sequence, 1 check (ISO 7064 MOD 11-2).

The old form (until 1999) has 15 digits: the century and the check digit are left out.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sangesan.kernel.refusal import Refusal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
OLDEST_BIRTH_YEAR = 1900

_DROPPED = re.compile(r"[\s\-_'‘’`.·]+")
_FORM = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")


@dataclass(frozen=True)
class IdentityNumber:
    """A sound number. text: 18 characters; original: what was given, cleaned (15 or 18)."""

    text: str
    original: str
    birth_date: date
    sex: Literal["男", "女"]
    county: str


def check_digit(first17: str) -> str:
    """The check character of 17 digits."""
    return CHECK_DIGITS[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def clean(text: str) -> str:
    """Full width to half width, spaces and hyphens dropped, lower-case x to X; checks nothing."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).upper()


def parse(text: str) -> IdentityNumber:
    """The identity number in `text`; raises Refusal. The refusal never repeats the number."""
    original = clean(text)
    remedy = "请对照身份证或户口簿改正"
    if not _FORM.fullmatch(original):
        raise Refusal(f"身份证号应为18位（或旧15位），现为{len(original)}位或含有其他字符", remedy=remedy)
    full = original
    if len(original) == 15:
        first17 = f"{original[:6]}19{original[6:]}"
        full = first17 + check_digit(first17)
    try:
        birth = date(int(full[6:10]), int(full[10:12]), int(full[12:14]))
    except ValueError:
        raise Refusal("身份证号中的出生日期不存在", remedy=remedy) from None
    if birth.year < OLDEST_BIRTH_YEAR:
        raise Refusal("身份证号中的出生日期早于1900年", remedy=remedy)
    if full[17] != check_digit(full[:17]):
        raise Refusal("身份证号校验码不对，至少有一位写错", remedy=remedy)
    sex: Literal["男", "女"] = "男" if int(full[16]) % 2 else "女"
    return IdentityNumber(text=full, original=original, birth_date=birth, sex=sex, county=full[:6])


def is_sound(text: str) -> bool:
    """Whether `parse` would take it."""
    try:
        parse(text)
    except Refusal:
        return False
    return True
