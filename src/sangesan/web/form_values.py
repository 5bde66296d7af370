"""What a form's fields hold: numbers, dates, ticked rows; a field that cannot be read is named in the refusal."""

from collections.abc import Iterable, Mapping
from datetime import date

from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal

LONGEST = 9


def number_of(text: str) -> int | None:
    """A number of a record, or None for what is none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None


def version_of(given: Mapping[str, str]) -> int:
    """The hidden version; 0 for what is none, which no record has."""
    return number_of(given.get("version", "")) or 0


def numbers_of(texts: Iterable[str]) -> list[int]:
    """Those of ticked boxes that are numbers, each once."""
    return list(dict.fromkeys(n for text in texts if (n := number_of(text)) is not None))


def versions_of(texts: Iterable[str]) -> dict[int, int]:
    """Ticked rows as "number:version", by number."""
    pairs = (text.partition(":") for text in texts)
    found = ((number_of(number), number_of(version)) for number, _, version in pairs)
    return {number: version for number, version in found if number is not None and version is not None}


def date_of(given: Mapping[str, str], name: str, place: str) -> date:
    """A date field; raises Refusal naming it, the empty one too."""
    if not given.get(name, "").strip():
        raise Refusal("没有选日期", place=place, remedy=f"请选{place}")
    try:
        return parse_date(given.get(name, ""))
    except Refusal as refusal:
        raise refusal.at(place) from None


def count_of(given: Mapping[str, str], name: str, place: str) -> int | None:
    """How many people, None where nothing is written; raises Refusal for anything but a whole number."""
    text = given.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4:
        raise Refusal(f"“{text}”不是人数", place=place, remedy="请填整数")
    return int(text)
