"""A document's text as fields of a form and back: paragraph by paragraph, tables cell by cell.

A field is named by where its text stands ("p3-t0": the first paragraph of the fourth part, "p4-r1c2": a cell). Emptied
paragraphs and rows go; a line break in a paragraph makes two of it; an empty last field adds one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from sangesan.documents.form import Fields, Heading, Paper, Paragraphs, Part, Table
from sangesan.documents.parts_json import to_json

Block = dict[str, Any]
SHORT_CELL = 14  # characters: longer ones get a field of several lines


def blocks_of(parts: Sequence[Part], prefix: str = "p") -> list[Block]:
    """What the form shows of each part: kind, and fields as (name, text)."""
    return [{"kind": kind["kind"], **_fields(part, f"{prefix}{n}")} for n, (part, kind) in _numbered(parts)]


def parts_of(given: QueryDict, parts: Sequence[Part], prefix: str = "p") -> list[Part]:
    """The parts as edited; those that the form doesn't show stay as they are."""
    return [made for n, part in enumerate(parts) for made in _edited(given, part, f"{prefix}{n}")]


def annexes_of(given: QueryDict, annexes: Sequence[Paper]) -> list[Paper]:
    """The annexes as edited; one whose title was emptied goes."""
    kept = []
    for n, annex in enumerate(annexes):
        title = given.get(f"a{n}-title", annex.title).strip()
        if title:
            kept.append(replace(annex, title=title, parts=parts_of(given, annex.parts, f"a{n}p")))
    return kept


def new_parts(given: QueryDict) -> list[Part]:
    """A heading and paragraphs added at the end."""
    added: list[Part] = []
    if heading := given.get("new-heading", "").strip():
        added.append(Heading(heading))
    if texts := _lines([given.get("new-text", "")]):
        added.append(Paragraphs(texts))
    return added


def _numbered(parts: Sequence[Part]) -> Iterator[tuple[int, tuple[Part, Mapping[str, Any]]]]:
    return iter(enumerate(zip(parts, to_json(parts), strict=True)))


def _fields(part: Part, name: str) -> Block:
    match part:
        case Heading():
            return {"name": name, "text": part.text, "level": part.level}
        case Paragraphs():
            texts = [(f"{name}-t{n}", text) for n, text in enumerate(part.texts)]
            return {"texts": texts, "more": f"{name}-t{len(texts)}"}
        case Table():
            rows = [*part.rows, [""] * len(part.headings)]
            cells = [
                [_cell(name, r, c, part.headings[c], text) for c, text in enumerate(row)] for r, row in enumerate(rows)
            ]
            return {"headings": part.headings, "rows": cells}
        case Fields():
            return {"pairs": [(f"{name}-f{n}", label, value) for n, (label, value) in enumerate(part.pairs)]}
    return {}


def _cell(name: str, row: int, column: int, heading: str, text: str) -> tuple[str, str, str, bool]:
    return f"{name}-r{row}c{column}", text, heading, len(text) > SHORT_CELL


def _edited(given: QueryDict, part: Part, name: str) -> list[Part]:
    match part:
        case Heading():
            text = given.get(name, part.text).strip()
            return [replace(part, text=text)] if text else []
        case Paragraphs():
            names = [f"{name}-t{n}" for n in range(len(part.texts) + 1)]
            texts = _lines([given.get(one, "") for one in names])
            return [replace(part, texts=texts)] if texts else []
        case Table():
            rows = [
                [given.get(f"{name}-r{r}c{c}", "").strip() for c in range(len(part.headings))]
                for r in range(len(part.rows) + 1)
            ]
            kept = [row for row in rows if any(row)]
            return [replace(part, rows=kept)] if kept else []
        case Fields():
            pairs = [(label, given.get(f"{name}-f{n}", value).strip()) for n, (label, value) in enumerate(part.pairs)]
            return [replace(part, pairs=pairs)]
    return [part]


def _lines(texts: Sequence[str]) -> list[str]:
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]
