"""A document's text as it is kept: sealed JSON, since a draft may name what must not go out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sangesan.documents.form import Paper, Part
from sangesan.documents.parts_json import from_json, paper_to_json, to_json
from sangesan.files import sealed_words

PURPOSE = "bulletins.body"


@dataclass(frozen=True)
class Body:
    """What a document says. main_words: its addressees in words; copies: in words; annexes: their titles and parts."""

    parts: Sequence[Part]
    main_words: str = ""
    copies: Sequence[str] = ()
    annexes: Sequence[Paper] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept; raises Refusal for pictures."""
        return {
            "parts": to_json(self.parts),
            "main_words": self.main_words,
            "copies": list(self.copies),
            "annexes": [paper_to_json(annex) for annex in self.annexes],
        }


def body_from(content: dict[str, Any]) -> Body:
    """The body that `Body.to_json` made."""
    return Body(
        parts=from_json(content.get("parts", [])),
        main_words=content.get("main_words", ""),
        copies=content.get("copies", []),
        annexes=[Paper(one["title"], parts=from_json(one["parts"])) for one in content.get("annexes", [])],
    )


def seal(content: dict[str, Any]) -> bytes:
    """The JSON sealed."""
    return sealed_words.seal(PURPOSE, content)


def opened(sealed: sealed_words.Sealed) -> dict[str, Any]:
    """The JSON that `seal` sealed."""
    return sealed_words.opened(PURPOSE, sealed)
