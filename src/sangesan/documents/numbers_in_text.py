"""Numbers that lead to a person, in a line of text: identity, phone, bank account; also spaced or hyphenated.

A number with a wrong check digit is still told: whoever mistyped one digit has published the others. Written with gaps
it must be sound, or dates and amounts that stand side by side would raise false alarms.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sangesan.kernel.identity_number import is_sound

IDENTITY, PHONE, ACCOUNT = "身份证号", "电话号码", "银行账号"
# The first two digits of an area code, GB/T 2260, and 83 for residents from Taiwan.
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
ACCOUNT_LENGTHS = range(16, 20)

_RUN = re.compile(r"[0-9](?:[\s\-_.·'‘’`/—–―‐]{0,3}[0-9Xx])*")
_DATES = re.compile(r"(?:(?:19|20)[0-9]{2}(?:[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?)?[\s\-—–]*)+")
_GAP = re.compile(r"[^0-9Xx]+")
_MOBILE = re.compile(r"(?:(?:00)?86)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"(?<![0-9])0[0-9]{2,3}[\s\-—–()]{0,2}[0-9]{7,8}(?![0-9])")
_NAMED_PHONE = re.compile(r"(?:电话|手机|联系方式|号码)\D{0,6}([0-9]{7,8})(?![0-9])")


@dataclass(frozen=True)
class FoundNumber:
    """what: its kind; digits: the number without gaps. For comparing only: never shown, never logged."""

    what: str
    digits: str


def numbers_in(text: str) -> Iterator[FoundNumber]:
    """All numbers in a line (half-width form) that lead to a person."""
    for run in _RUN.finditer(text):
        yield from _in_run(run.group())
    for found in _LANDLINE.finditer(text):
        yield FoundNumber(PHONE, re.sub(r"[^0-9]", "", found.group()))
    for found in _NAMED_PHONE.finditer(text):
        yield FoundNumber(PHONE, found.group(1))


def _in_run(run: str) -> Iterator[FoundNumber]:
    """Each unbroken piece by itself, then the pieces together."""
    pieces = [piece for piece in _GAP.split(run.upper()) if piece]
    for piece in pieces:
        yield from _unbroken(piece)
    if len(pieces) < 2 or _DATES.fullmatch(run):
        return
    spaced = [
        found
        for first in range(len(pieces))
        for last in range(first + 2, min(first + max(ACCOUNT_LENGTHS), len(pieces)) + 1)
        for found in _spaced("".join(pieces[first:last]), pieces[first:last])
    ]
    # the digits of an identity number, one by one, hold what looks like phones
    yield from [found for found in spaced if found.what == IDENTITY] or spaced


def _unbroken(piece: str) -> Iterator[FoundNumber]:
    digits = piece.rstrip("X")
    if re.fullmatch(r"[0-9]{17}X|[0-9]{18}|[0-9]{15}", piece) and _has_birth_date(piece):
        yield FoundNumber(IDENTITY, piece)
    elif mobile := _MOBILE.fullmatch(digits):
        yield FoundNumber(PHONE, mobile.group(1))
    elif len(digits) in ACCOUNT_LENGTHS:
        yield FoundNumber(ACCOUNT, digits)
    elif len(digits) > max(ACCOUNT_LENGTHS):
        yield from _inside(piece)


def _inside(piece: str) -> Iterator[FoundNumber]:
    """A sound identity number within a longer run of digits, such as a number with its order in front."""
    for at in range(len(piece) - 17):
        if is_sound(piece[at : at + 18]):
            yield FoundNumber(IDENTITY, piece[at : at + 18])


def _spaced(joined: str, pieces: list[str]) -> Iterator[FoundNumber]:
    identity = joined[:2] in PROVINCES and is_sound(joined)
    if identity and (len(joined) == 18 or not _holds_date(pieces)):
        yield FoundNumber(IDENTITY, joined)
    elif (mobile := _MOBILE.fullmatch(joined)) and not _holds_date(pieces):
        yield FoundNumber(PHONE, mobile.group(1))
    elif len(joined) in ACCOUNT_LENGTHS and _grouped(pieces):
        yield FoundNumber(ACCOUNT, joined)


def _has_birth_date(number: str) -> bool:
    """A date stands where an identity number of 15 or 18 has it; the check digit may be wrong."""
    birth = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    try:
        date(int(birth[:4]), int(birth[4:6]), int(birth[6:8]))
    except ValueError:
        return False
    return birth[:2] in {"19", "20"}


def _holds_date(pieces: list[str]) -> bool:
    """2026, 11, 23 in a row: an order number and a date are no phone."""
    return any(
        re.fullmatch(r"(?:19|20)[0-9]{2}", year) and len(month) <= 2 and len(day) <= 2
        for year, month, day in zip(pieces, pieces[1:], pieces[2:], strict=False)
    )


def _grouped(pieces: list[str]) -> bool:
    """As bank cards print it: fours, the last group shorter; years in a row are not."""
    years = all(re.fullmatch(r"(?:19|20)[0-9]{2}", piece) for piece in pieces)
    return len(pieces) >= 4 and all(len(piece) == 4 for piece in pieces[:-1]) and len(pieces[-1]) <= 4 and not years
