"""The series that official documents are numbered in: series.yaml as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FILE = Path(__file__).with_name("series.yaml")
TOWNS, DEPARTMENTS = "towns", "departments"
FORMS = ("bulletin", "letter")
_FIELDS = {
    "title", "form", "red", "number", "offices", "signers", "open", "upward", "main", "main_words", "copies",
    "printed_by", "source",
}  # fmt: skip


@dataclass(frozen=True)
class Series:
    """One series; texts with {county} in them take the county's name by `in_county`.

    signers: seat codes, all of which sign. main: "towns", "departments", "seat:<code>"; main_words: the same in words.
    open: everybody sees what is issued. upward: to a superior, so that the signer's name stands on it (签发人).
    """

    code: str
    title: str
    form: str
    red: str
    number: str
    offices: tuple[str, ...]
    signers: tuple[str, ...]
    open: bool
    upward: bool
    main: tuple[str, ...]
    main_words: str
    copies: tuple[str, ...]
    printed_by: str
    source: str

    @property
    def bulletin(self) -> bool:
        """Whether its name stands in red, not its offices."""
        return self.form == "bulletin"

    def numbered(self, year: int, number: int) -> str:
        """第21期, 农领字〔2022〕3号."""
        return self.number.format(year=year, number=number)

    def cited(self, year: int, number: int) -> str:
        """How other documents name it: 2022年第21期《督查通报》, 农领字〔2022〕3号."""
        return (
            f"{year}年{self.numbered(year, number)}《{self.title}》" if self.bulletin else self.numbered(year, number)
        )


def in_county(text: str, county: str) -> str:
    """The text with the county's name in it."""
    return text.replace("{county}", county)


@cache
def all_series() -> Mapping[str, Series]:
    """series.yaml by code, in its order; raises Refusal where the file is broken."""
    return {code: _series(code, entry) for code, entry in mapping(read_yaml(FILE), FILE.name).items()}


def series_of(code: str) -> Series:
    """One series; raises Refusal for a code there is not."""
    found = all_series().get(code)
    if found is None:
        raise Refusal(f"没有“{code}”这种公文", place="公文种类", remedy=f"可用的：{'、'.join(all_series())}")
    return found


def _series(code: str, entry: Any) -> Series:
    place = f"{FILE.name} {code}"
    row = mapping(entry, place)
    no_others(row, _FIELDS, place)
    needed: dict[str, str] = {
        name: required(row, name, place) for name in ("title", "form", "number", "printed_by", "source")
    }
    if needed["form"] not in FORMS:
        raise Refusal(f"版式“{needed['form']}”不认识", place=place, remedy=f"可用的：{'、'.join(FORMS)}")
    if "{number}" not in needed["number"]:
        raise Refusal("编号里没有 {number}", place=place, remedy="如“第{number}期”")
    offices, signers = tuple(row.get("offices") or ()), tuple(row.get("signers") or ())
    if not offices or not signers:
        raise Refusal("没有写发文机关或签发人", place=place, remedy="offices 和 signers 至少各写一个")
    return Series(
        code=code,
        **needed,
        offices=offices,
        signers=signers,
        main=tuple(row.get("main") or ()),
        copies=tuple(row.get("copies") or ()),
        red=row.get("red", ""),
        open=bool(row.get("open", False)),
        upward=bool(row.get("upward", False)),
        main_words=row.get("main_words", ""),
    )
