"""A small list that somebody filled in by hand: rows as texts by heading, whatever the order and wording of the headings."""

import re
from collections.abc import Collection, Iterator, Mapping

from sangesan.exchange.reading.container import open_tables
from sangesan.exchange.reading.raw import Sheet
from sangesan.kernel.refusal import Refusal


def listed_rows(
    data: bytes, filename: str, columns: Mapping[str, Collection[str]], needed: Collection[str], *, most: int
) -> Iterator[tuple[str, dict[str, str]]]:
    """(where it stands, cells by heading) of the first sheet that has the needed headings; empty rows are left out.

    columns: heading -> other words under which it is met. most: rows. Raises Refusal naming sheet and row.
    """
    for sheet in open_tables(data, filename).sheets:
        for at, row in enumerate(sheet.head):
            places = _places([str(cell or "") for cell in row], columns)
            if set(needed) <= set(places):
                yield from _cells(sheet, at + 1, places, len(row), most)
                return
    raise Refusal(f"没有找到表头（{'、'.join(needed)}）", place=filename, remedy="请用样表，不要改列名")


def _cells(
    sheet: Sheet, after: int, places: Mapping[str, int], width: int, most: int
) -> Iterator[tuple[str, dict[str, str]]]:
    body = sheet.body(after, list(places.values()), width)
    if len(body.rows) > most:
        raise Refusal(f"有{len(body.rows)}行", place=sheet.name, remedy=f"一次不超过{most}行，请分成几张表")
    if body.ragged:
        where = f"工作表“{sheet.name}”第{body.ragged[0].row}行"
        raise Refusal("格数与表头不同", place=where, remedy="请核对这一行")
    texts = {heading: body.columns[at].as_text().to_pylist() for heading, at in places.items()}
    for n, number in enumerate(body.rows.tolist()):
        cells = {heading: (column[n] or "").strip() for heading, column in texts.items()}
        if any(cells.values()):
            yield f"工作表“{sheet.name}”第{number}行", cells


def _places(texts: list[str], columns: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Where each column stands; a column is taken once."""
    plain = [re.sub(r"[\s*]+", "", text) for text in texts]
    found: dict[str, int] = {}
    for name, others in columns.items():
        place = next((plain.index(word) for word in (name, *others) if word in plain), None)
        if place is not None and place not in found.values():
            found[name] = place
    return found
