"""States of a clue, channels and lines, and the decision what a hit does. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sangesan.policy.reading import mapping, no_others, read_yaml, required


class State(StrEnum):
    """open: to be visited; confirmed: visited, needs the procedure; taken: a case has it; cleared: visited, no risk;
    settled: the case that had it has ended, or its risk was eliminated.
    """

    OPEN = "open"
    CONFIRMED = "confirmed"
    TAKEN = "taken"
    CLEARED = "cleared"
    SETTLED = "settled"


STATES = {
    State.OPEN: "待核查",
    State.CONFIRMED: "待进入程序",
    State.TAKEN: "已进入程序",
    State.CLEARED: "已核查无风险",
    State.SETTLED: "已办结",
}
LIVE = (State.OPEN, State.CONFIRMED, State.TAKEN)

CHANNELS_FILE = Path(__file__).parent / "channels.yaml"


@dataclass(frozen=True)
class Channel:
    """Where a clue comes from. line: the line of defence it counts for, a label that the county may change; line_code:
    its key. own: the county's own looking; else somebody outside had to say it.
    """

    code: str
    title: str
    line: str
    line_code: str
    own: bool


@lru_cache(maxsize=1)
def channels() -> Mapping[str, Channel]:
    """The channels by code; raises Refusal where the file is broken."""
    data = mapping(read_yaml(CHANNELS_FILE), CHANNELS_FILE.name)
    lines = mapping(required(data, "lines", CHANNELS_FILE.name), "lines")
    made = {}
    for code, entry in mapping(required(data, "channels", CHANNELS_FILE.name), "channels").items():
        no_others(entry, {"title", "line", "own"}, f"{CHANNELS_FILE.name} {code}")
        made[code] = Channel(code, entry["title"], lines[entry["line"]], entry["line"], own=entry["own"])
    return made


class Effect(StrEnum):
    """What a hit does to the clues."""

    OPEN = "open"
    JOIN = "join"
    REFRESH = "refresh"
    NOTHING = "nothing"
    SILENT = "silent"


@dataclass(frozen=True)
class Cleared:
    """A trigger that a visit found harmless: silent until a day, unless its measure grows."""

    measure: int | None
    silent_until: date


def effect_of_hit(
    *, measure: int | None, has_live_clue: bool, known: tuple[int | None] | None, cleared: Cleared | None, as_of: date
) -> Effect:
    """known: the measure the live clue already holds for this trigger, in a 1-tuple, or None if it holds none.

    A cleared trigger stays silent even while another trigger has a live clue: it was looked at and explained.
    """
    if known is not None:
        return Effect.NOTHING if known[0] == measure else Effect.REFRESH
    if cleared is not None and as_of <= cleared.silent_until and not _grew(measure, cleared.measure):
        return Effect.SILENT
    return Effect.JOIN if has_live_clue else Effect.OPEN


def _grew(measure: int | None, before: int | None) -> bool:
    return measure is not None and before is not None and measure > before
