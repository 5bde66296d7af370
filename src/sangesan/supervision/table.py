"""The table of colours as read from sheets.yaml: what each means, who signs and closes, what raises which to which."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

SHIPPED = Path(__file__).with_name("sheets.yaml")
NONE, HAND_OVER = "none", "hand_over"
BLUE, YELLOW, RED = "blue", "yellow", "red"
ORDER = (BLUE, YELLOW, RED)
FOUND, DIRECT, OVERDUE, REPEATED = "found", "direct", "overdue", "repeated"
NTH_BLUE, FABRICATED, HARM = "nth_blue", "fabricated", "harm"
HANDED_AT_ONCE = (FABRICATED, HARM)  # a red sheet for these is proposed to be handed over when it is signed
CAUSES = (FOUND, DIRECT, OVERDUE, REPEATED, NTH_BLUE, FABRICATED, HARM)


@dataclass(frozen=True)
class Colour:
    """One kind of sheet. days: the parameter with its days; signed_by, closed_by: codes of seats."""

    code: str
    title: str
    name: str
    meaning: str
    days: str
    signed_by: tuple[str, ...]
    closed_by: tuple[str, ...]


@dataclass(frozen=True)
class Cause:
    """Why a sheet has its colour. table: colour before ("none": no sheet yet) -> what may follow, colours or "hand_over".

    automatic: the machine proposes it, a person signs; reason: whoever issues it says why.
    """

    code: str
    title: str
    table: Mapping[str, tuple[str, ...]]
    automatic: bool
    reason: bool

    def next_colours(self, before: str) -> tuple[str, ...]:
        """The colours that may follow; empty where the table has none."""
        return tuple(step for step in self.table.get(before, ()) if step != HAND_OVER)

    def hands_over(self, before: str) -> bool:
        """Whether a sheet of this colour is handed over for this cause."""
        return HAND_OVER in self.table.get(before, ())


@dataclass(frozen=True)
class Receiver:
    """To whom a matter is handed over, who receives it there, for which causes it is proposed."""

    code: str
    title: str
    seat: str
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The whole file."""

    colours: Mapping[str, Colour]
    causes: Mapping[str, Cause]
    receivers: Mapping[str, Receiver]

    def next_colour(self, cause: str, before: str, wanted: str = "") -> str:
        """The colour that a cause gives to what was `before`; `wanted` chooses where several may follow.

        Raises Refusal where the table has none, or not the wanted one.
        """
        found = self.causes[cause]
        may = found.next_colours(before)
        if wanted:
            may = tuple(colour for colour in may if colour == wanted)
        if not may:
            was = self.colours[before].name if before in self.colours else "没有督办单"
            to = f"改下{self.colours[wanted].name}" if wanted in self.colours else "升级"
            raise Refusal(
                f"按升级表，“{found.title}”不能从{was}{to}", place="督办单", remedy="请核对升级表（sheets.yaml）"
            )
        return may[0]

    def signers(self, colour: str) -> tuple[str, ...]:
        """The seats that sign this colour."""
        return self.colours[colour].signed_by

    def reviewers(self, colour: str) -> tuple[str, ...]:
        """The seats that answer for sheets of this colour once signed: its own, and those that sign a higher one."""
        above = [seat for higher in ORDER[ORDER.index(colour) :] for seat in self.colours[higher].signed_by]
        return tuple(dict.fromkeys([*self.colours[colour].closed_by, *above]))

    def seats(self) -> frozenset[str]:
        """All seats that sign or review anything."""
        return frozenset(seat for colour in ORDER for seat in self.reviewers(colour))

    def handed_to(self, cause: str) -> tuple[Receiver, ...]:
        """To whom a matter may be handed over for a cause."""
        return tuple(one for one in self.receivers.values() if cause in one.causes)


@lru_cache(maxsize=4)
def load_table(path: Path = SHIPPED) -> Table:
    """The table; raises Refusal that names file and key."""
    data = mapping(read_yaml(path), path.name)
    no_others(data, {"colours", "causes", HAND_OVER}, path.name)
    colours = {code: _colour(code, entry, path.name) for code, entry in mapping(data["colours"], path.name).items()}
    if tuple(colours) != ORDER:
        raise Refusal("单的种类应是蓝、黄、红，按从轻到重排列", place=path.name, remedy="请补齐或改正 colours")
    causes = {code: _cause(code, entry, path.name) for code, entry in mapping(data["causes"], path.name).items()}
    if set(causes) != set(CAUSES):
        raise Refusal("升级情形不齐", place=path.name, remedy=f"应有：{'、'.join(CAUSES)}")
    receivers = {code: _receiver(code, entry, path.name) for code, entry in mapping(data[HAND_OVER], path.name).items()}
    return Table(colours, causes, receivers)


def _colour(code: str, entry: Any, file: str) -> Colour:
    place = f"{file} {code}"
    row = mapping(entry, place)
    no_others(row, {"title", "name", "meaning", "days", "signed_by", "closed_by", "source"}, place)
    required(row, "source", place)
    words = {key: str(required(row, key, place)) for key in ("title", "name", "meaning", "days")}
    return Colour(
        code=code,
        **words,
        signed_by=tuple(required(row, "signed_by", place)),
        closed_by=tuple(required(row, "closed_by", place)),
    )


def _cause(code: str, entry: Any, file: str) -> Cause:
    place = f"{file} {code}"
    row = mapping(entry, place)
    no_others(row, {"title", "table", "automatic", "reason", "source"}, place)
    required(row, "source", place)
    steps = mapping(required(row, "table", place), place)
    table = {before: tuple(to) if isinstance(to, list) else (str(to),) for before, to in steps.items()}
    for before, after in table.items():
        if before not in (NONE, *ORDER) or not set(after) <= {*ORDER, HAND_OVER}:
            raise Refusal(
                f"升级表里的“{before}”或“{'、'.join(after)}”不认识", place=place, remedy="请写 blue、yellow、red"
            )
        if before in ORDER and any(to in ORDER and ORDER.index(to) < ORDER.index(before) for to in after):
            raise Refusal("升级不能往轻处走", place=place, remedy="请改正升级表")
    return Cause(code, required(row, "title", place), table, bool(row.get("automatic")), bool(row.get("reason")))


def _receiver(code: str, entry: Any, file: str) -> Receiver:
    place = f"{file} {code}"
    row = mapping(entry, place)
    no_others(row, {"title", "seat", "for"}, place)
    causes = tuple(required(row, "for", place))
    if not set(causes) <= set(CAUSES):
        raise Refusal("移交情形不认识", place=place, remedy=f"可用：{'、'.join(CAUSES)}")
    return Receiver(code, required(row, "title", place), required(row, "seat", place), causes)
