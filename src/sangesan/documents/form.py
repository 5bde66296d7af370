"""What a paper says, apart from how it looks: one description, from which .docx and PDF are both made.

All texts are plain Chinese; an empty text is a place to be filled in by hand. Whatever is not text (dates, money) is
put into words by who describes the paper.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

TICKED, UNTICKED = "☑", "□"
DATE_TO_FILL = "年　　月　　日"
SHORT = 8  # Chinese characters

_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Heading:
    """A heading between parts, such as 一、家庭基本情况."""

    text: str


@dataclass(frozen=True)
class Fields:
    """Pairs of (label, value), `columns` pairs a row; the last pair of an unfilled row reaches to the edge."""

    pairs: Sequence[tuple[str, str]]
    columns: int = 2

    def rows(self) -> list[Sequence[tuple[str, str]]]:
        """The pairs row by row."""
        return [self.pairs[at : at + self.columns] for at in range(0, len(self.pairs), self.columns)]


@dataclass(frozen=True)
class Table:
    """A ruled table; the headings stand again on every page. widths: of the columns, in relation to each other."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]

    def shares(self) -> list[float]:
        """The widths as shares of 1."""
        return [width / sum(self.widths) for width in self.widths]

    def centred(self) -> list[bool]:
        """Per column whether all of its cells are short: one centred cell among others that are not looks wrong."""
        return [all(is_short(row[number]) for row in self.rows) for number in range(len(self.widths))]


@dataclass(frozen=True)
class Paragraphs:
    """Running text; indent: each paragraph begins two characters in."""

    texts: Sequence[str]
    indent: bool = True


@dataclass(frozen=True)
class Signatures:
    """Boxes to sign, seal or press a finger in, each with its date; side by side, at most three in a row.

    height: of a box in millimetres; pictures: of what was signed on a screen, as JPEG bytes, in the order of the
    labels, None for a box to sign by hand; fewer than labels leave the rest empty, more raise ValueError.
    """

    labels: Sequence[str]
    height: int = 24
    pictures: Sequence[bytes | None] = ()

    def rows(self) -> list[list[tuple[str, bytes | None]]]:
        """(label, picture) row by row, as evenly as they go."""
        count = -(-len(self.labels) // 3) or 1
        size = -(-len(self.labels) // count) or 1
        empty = [None] * (len(self.labels) - len(self.pictures))
        signed = list(zip(self.labels, [*self.pictures, *empty], strict=True))
        return [signed[at : at + size] for at in range(0, len(signed), size)]


@dataclass(frozen=True)
class Photos:
    """Photos as JPEG bytes with what each shows; two in a row, three on landscape."""

    photos: Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class QrCode:
    """A QR code to scan with a phone, beside words that say what for. content: what it holds, an address as a rule."""

    content: str
    words: Sequence[str]


@dataclass(frozen=True)
class Closing:
    """Who issues an official paper and on which day, at its end on the right, where the seal goes."""

    organ: str
    day: str


Part: TypeAlias = Heading | Fields | Table | Paragraphs | Signatures | Photos | QrCode | Closing


@dataclass(frozen=True)
class Paper:
    """One paper.

    number: as it is filed, such as 三个三公示〔2026〕3号; organ: who issues it; note: small print below everything;
    barcode: a code of barcode.py, printed on every page so that a photo of any page finds its way back;
    official: red head and line, the layout of GB/T 9704; otherwise a form. large: a form in type that the old can read.
    """

    title: str
    number: str = ""
    subtitle: str = ""
    organ: str = ""
    parts: Sequence[Part] = ()
    note: str = ""
    barcode: str = ""
    landscape: bool = False
    official: bool = False
    large: bool = False


def width_of(text: str) -> float:
    """The width of a text in Chinese characters; Latin ones count half."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def red_size(organ: str, points: float) -> float:
    """The size of a red head that fills a line of `points` without breaking: 44 points at most, 20 at least."""
    return max(20.0, min(44.0, points * 0.96 // max(width_of(organ), 1)))


def boxes(options: Sequence[str], chosen: Sequence[str] = ()) -> str:
    """Options to tick: “☑ 是　□ 否”."""
    return "　".join(f"{TICKED if option in chosen else UNTICKED} {option}" for option in options)


def is_short(text: str) -> bool:
    """Whether a text of a table looks better centred in its cell."""
    return width_of(text) <= SHORT


def plain(text: str) -> str:
    """The text without the control characters that no document format holds."""
    return _NOT_IN_XML.sub("", text)
