"""Decisions about flags: what a run changes, when a refuted one stays silent, what precision may be said. Plain Python."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.refusal import Refusal

DRIFTING = frozenset({"days", "months"})  # units of facts that change by themselves with the calendar
CONFIRMED, REFUTED = "confirmed", "refuted"
VERDICTS = {CONFIRMED: "属实", REFUTED: "不属实"}
SHORTEST_WORDS = 4


class Effect(StrEnum):
    """What a run does to one subject of one check."""

    OPEN = "open"  # a new flag
    KEEP = "keep"  # the flag there is, seen again
    REPLACE = "replace"  # the refuted one goes, a new one comes: the facts are other ones now
    SILENT = "silent"  # refuted before for the same facts
    GONE = "gone"  # it no longer holds


@dataclass(frozen=True)
class Known:
    """An open flag as a run meets it."""

    verdict: str
    facts_digest: str


def effect(*, found: str | None, known: Known | None, refuted_before: Collection[str] = ()) -> Effect | None:
    """found: digest of the facts, None where the check does not hold; refuted_before: digests of closed, refuted flags.

    None: there is nothing and there was nothing.
    """
    if found is None:
        return Effect.GONE if known else None
    if known is not None:
        changed = known.verdict == REFUTED and known.facts_digest != found
        if not changed:
            return Effect.KEEP
        return Effect.GONE if found in refuted_before else Effect.REPLACE
    return Effect.SILENT if found in refuted_before else Effect.OPEN


def facts_digest(values: Mapping[str, Any], units: Mapping[str, str], records: Sequence[Mapping[str, Any]]) -> str:
    """What a flag rests on, without what grows by itself: values of other facts, and which records they come from."""
    kept = sorted((code, str(value)) for code, value in values.items() if units.get(code) not in DRIFTING)
    behind = sorted((str(r["kind"]), str(r["number"])) for r in records)
    return digest_bytes(repr((kept, behind)).encode())[:16]


@dataclass(frozen=True)
class Precision:
    """Of what was judged, how much was true. percent: None below the floor: too few to say anything."""

    confirmed: int
    judged: int
    floor: int

    @property
    def percent(self) -> float | None:
        """Confirmed of judged in percent, to one decimal; None where fewer than the floor were judged."""
        if not self.judged or self.judged < self.floor:
            return None
        return round(100 * self.confirmed / self.judged, 1)


def check_verdict(verdict: str, words: str) -> None:
    """Raises Refusal for an unknown verdict or one without a reason."""
    if verdict not in VERDICTS:
        raise Refusal("没有选认定结果", place="认定", remedy="请选“属实”或“不属实”")
    if len(words.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写认定的依据", place="认定依据", remedy="请写明看到了什么，如“村里有纸质记录，漏了录入”")
