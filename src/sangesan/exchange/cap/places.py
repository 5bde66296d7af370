"""Which villages and communities an area names, by division code or by name. Shapes need positions: see alerts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sangesan.exchange.cap.model import Area, Named
from sangesan.exchange.checking.divisions import VILLAGE_LEVELS, Directory
from sangesan.kernel.refusal import Refusal

LONGEST_QUOTE = 30  # issuers abroad write whole sentences into an area's words
# Codes of six digits under these names belong to other countries' schemes.
FOREIGN = re.compile(r"same|fips|ugc|iso|postcode|zip|emma|nuts|warncell|profile", re.IGNORECASE)
_CODE = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}")
_APART = re.compile(r"[、,，;；。/\s]+|和|及|以及")
_WHOLE = re.compile(r"(?:全境|全域|境内|辖区|全县|大部(?:分地区)?|局部(?:地区)?|部分(?:地区|镇村?|乡镇))$")
_UPPER = re.compile(r"^[^省市县区]{2,8}(?:省|自治区)|^[^省市县区]{2,8}市")


def by_code(area: Area, directory: Directory) -> set[str]:
    """Villages below the area's division codes: of 6 digits (county, or its city or province), 9 (town) or 12."""
    return {v for code in _codes(area.geocodes) for known in _known(code, directory) for v in directory.below(known)}


def by_name(area: Area, directory: Directory) -> set[str]:
    """Villages named in the area's words: the county, its towns, a town with a village, a village of one name only."""
    return {v for word in _words(area.description) for code in _named(word, directory) for v in directory.below(code)}


def whole_county(directory: Directory) -> set[str]:
    """All villages and communities."""
    return {code for code, (_, level, _) in directory.rows.items() if level in VILLAGE_LEVELS}


def area_names(areas: Iterable[Area]) -> str:
    """The areas' own words, each once, to be quoted in a refusal: no more than 30 characters, the cut marked."""
    names = "、".join(dict.fromkeys(area.description for area in areas))
    return names if len(names) <= LONGEST_QUOTE else f"{names[: LONGEST_QUOTE - 1].rstrip()}…"


def _codes(geocodes: Iterable[Named]) -> Iterator[str]:
    for geocode in geocodes:
        if _CODE.fullmatch(geocode.value) and not FOREIGN.search(geocode.name):
            yield geocode.value


def _known(code: str, directory: Directory) -> list[str]:
    """The divisions a code stands for: itself, or the county where the code is its city's or province's."""
    counties = [c for c, (_, level, _) in directory.rows.items() if level == "county"]
    full = code.ljust(12, "0")
    for candidate in (code, full):
        if candidate in directory.rows:
            return [candidate]
    if not full.endswith("000000"):
        return []
    upper = full[:6]
    if upper.endswith("0000"):
        upper = upper[:2]
    elif upper.endswith("00"):
        upper = upper[:4]
    return [c for c in counties if c.startswith(upper)]


def _words(description: str) -> Iterator[str]:
    for word in _APART.split(description):
        if word:
            yield word


def _named(word: str, directory: Directory) -> list[str]:
    """Codes of what a word names; tried as it stands, without a closing 全境, without province, city and county."""
    for candidate in _spellings(word, directory):
        upper = [
            code
            for code, (known, level, _) in directory.rows.items()
            if level in {"county", "town"} and known == candidate
        ]
        if upper:
            return upper
        try:
            return [directory.resolve(candidate)]
        except Refusal:
            continue
    return []


def _spellings(word: str, directory: Directory) -> Iterator[str]:
    yield word
    short = _WHOLE.sub("", word)
    while short and (cut := _UPPER.sub("", short, count=1)) != short:
        yield short
        short = cut
    yield short
    for name, level, _ in directory.rows.values():
        if level == "county" and short.startswith(name) and short != name:
            yield short.removeprefix(name)
