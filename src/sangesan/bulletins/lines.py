"""A document's text as lines, to show what an edit changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sangesan.bulletins.body import opened
from sangesan.bulletins.domain import difference
from sangesan.bulletins.models import Version


def changes(before: Version, after: Version) -> list[tuple[str, str]]:
    """("same" | "out" | "in", line) between two versions, titles first."""
    return difference(lines_of(before), lines_of(after))


def lines_of(version: Version) -> list[str]:
    """Title, addressees, paragraphs, rows of tables, annexes, copies: each a line."""
    content = opened(version.sealed)
    lines = [version.title, content.get("main_words", ""), *_of_parts(content.get("parts", []))]
    for annex in content.get("annexes", []):
        lines += [annex["title"], *_of_parts(annex["parts"])]
    return [line for line in [*lines, "，".join(content.get("copies", []))] if line]


def _of_parts(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for part in parts:
        match part["kind"]:
            case "table":
                yield " | ".join(part["headings"])
                yield from (" | ".join(row) for row in part["rows"])
            case "fields":
                yield from (f"{label}：{value}" for label, value in part["pairs"])
            case "paragraphs":
                yield from part["texts"]
            case _:
                yield str(part.get("text", ""))
