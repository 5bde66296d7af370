"""An inspector's forms as typed values: a place's checklist, and a finding. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sangesan.field.reading_json import listed, mapped, text

PLACE, FOUND = "督查核查单", "督查问题"


@dataclass(frozen=True)
class InspectionPart:
    """A checklist as filled; empty answers only begin the place. ended: with summary the place is done."""

    answers: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    ended: bool = False
    summary: str = ""


@dataclass(frozen=True)
class FindingPart:
    """A finding on the spot. question: the point of the checklist that it comes from, or "". unit "": the place's own."""

    defect: str
    words: str
    question: str = ""
    unit: str = ""
    requirement: str = ""
    conduct: tuple[str, ...] = ()
    conduct_words: str = ""
    fabricated: bool = False
    harm: bool = False


def read_inspection(given: Mapping[str, Any]) -> InspectionPart:
    """The part `inspection` of a form; raises Refusal naming what cannot be read."""
    return InspectionPart(
        answers=_texts(given, "answers"),
        words=_texts(given, "words"),
        said=_texts(given, "said"),
        ended=given.get("ended") is True,
        summary=text(given, "summary", PLACE),
    )


def read_finding(given: Mapping[str, Any]) -> FindingPart:
    """The part `finding` of a form; raises Refusal naming what cannot be read."""
    return FindingPart(
        defect=text(given, "defect", FOUND),
        words=text(given, "words", FOUND),
        question=text(given, "question", FOUND)[:40],
        unit=text(given, "unit", FOUND),
        requirement=text(given, "requirement", FOUND),
        conduct=tuple(listed(given, "conduct", str, FOUND)),
        conduct_words=text(given, "conduct_words", FOUND),
        fabricated=given.get("fabricated") is True,
        harm=given.get("harm") is True,
    )


def _texts(given: Mapping[str, Any], name: str) -> dict[str, str]:
    values = mapped(given, name, PLACE)
    return {code: text(values, code, PLACE) for code in values}
