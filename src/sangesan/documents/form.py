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
    """A heading between parts, such as 一、家庭基本情况. level: 1 一、 to 4 （1）; official papers show them apart."""

    text: str
    level: int = 1


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


@dataclass(frozen=True)
class ColourBar:
    """A word across the page between two blocks of colour: it is read by its word where a printer or an eye has none.

    rgb: such as 2F6FB5; words: what it means, smaller, beside it.
    """

    word: str
    words: str
    rgb: str


@dataclass(frozen=True)
class Seals:
    """Like Closing, for several offices that issue jointly: their names side by side over their seals, one day."""

    organs: Sequence[str]
    day: str


@dataclass(frozen=True)
class Addressees:
    """Whom an official paper is for (主送机关), as one text without the colon: 各镇人民政府，县级各部门."""

    text: str


@dataclass(frozen=True)
class Annexes:
    """The list of annexes under the body (附件说明)."""

    titles: Sequence[str]


@dataclass(frozen=True)
class Remark:
    """A note in brackets under the day (附注), given without them: 此件公开发布."""

    text: str


@dataclass(frozen=True)
class NewAnnex:
    """Begins an annex on a new page: 附件1 in its corner, then its title. label: 附件 or 附件1."""

    label: str
    title: str


@dataclass(frozen=True)
class Imprint:
    """The foot of the last page (版记): copies to (words, may be none), who printed it and on which day."""

    copies: Sequence[str]
    printed_by: str
    printed_on: str

    @property
    def copy_line(self) -> str:
        """抄送：甲，乙。 or nothing."""
        return f"抄送：{'，'.join(self.copies)}。" if self.copies else ""

    @property
    def printed_line(self) -> str:
        """2022年9月13日印发."""
        return f"{self.printed_on}印发"


@dataclass(frozen=True)
class RedHead:
    """The head of an official paper issued by several offices, or under a name of its own (督查通报).

    organs: who issues it; name: of a bulletin, which then stands in red above its issue, the organs and the day below;
    without a name the organs stand in red, one a line, the suffix (文件, or none) beside them. issue: 第21期; day: of
    issue, for a bulletin. secret, urgent: degrees in the upper left corner (机密★1年, 特急); signer: 签发人, for papers to a superior only.
    """

    organs: Sequence[str]
    name: str = ""
    suffix: str = ""
    issue: str = ""
    day: str = ""
    secret: str = ""
    urgent: str = ""
    signer: str = ""


Part: TypeAlias = (
    Heading
    | Fields
    | Table
    | Paragraphs
    | Signatures
    | Photos
    | QrCode
    | Closing
    | ColourBar
    | Seals
    | Addressees
    | Annexes
    | Remark
    | NewAnnex
    | Imprint
)


@dataclass(frozen=True)
class Paper:
    """One paper.

    number: as it is filed, such as 三个三公示〔2026〕3号; organ: who issues it; note: small print below everything;
    barcode: a code of barcode.py, printed on every page so that a photo of any page finds its way back;
    official: red head and line, the layout of GB/T 9704; otherwise a form. large: a form in type that the old can read.
    head: of an official paper that needs more than its organ in red.
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
    head: RedHead | None = None


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
