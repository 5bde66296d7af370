"""What kind of event an alert speaks of: the national platform's codes, else the words of the event. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sangesan.exchange.cap.model import Info
from sangesan.policy.reading import mapping, no_others, read_yaml, required
from sangesan.policy.risks import RISK_TYPES

FILE = Path(__file__).with_name("event_types.yaml")
DEFAULT_RISK = "0205"
_CODE = re.compile(r"1[1-9][A-Z][0-9]{2}")


@dataclass(frozen=True)
class EventType:
    """One kind of event. code: "" where the issuer's words match none; risk: the risk type of harm it does."""

    code: str
    title: str
    risk: str


@lru_cache(maxsize=1)
def event_types() -> Mapping[str, EventType]:
    """The kinds by code; raises Refusal where the file is broken."""
    made = {}
    for code, entry in mapping(read_yaml(FILE), FILE.name).items():
        place = f"{FILE.name} {code}"
        no_others(mapping(entry, place), {"title", "risk"}, place)
        risk = str(entry.get("risk") or DEFAULT_RISK)
        if risk not in RISK_TYPES:
            raise ValueError(place)
        made[code] = EventType(code, str(required(entry, "title", place)), risk)
    return made


def event_of(info: Info) -> EventType:
    """By eventCode, else by the longest known name in the event's words, else as the issuer calls it."""
    known = event_types()
    for named in info.event_codes:
        found = _CODE.search(named.value.upper())
        if found and found[0] in known:
            return known[found[0]]
    names = [kind for kind in known.values() if kind.title in info.event]
    if names:
        return max(names, key=lambda kind: (len(kind.title), kind.code))
    return EventType("", info.event[:40], DEFAULT_RISK)
