"""Colours, which messages of a chain hold, how an alert stands at a moment. Plain Python: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sangesan.exchange.cap.model import Alert, Info

RED, ORANGE, YELLOW, BLUE, NO_COLOUR = "red", "orange", "yellow", "blue", ""
COLOURS: Mapping[str, str] = {RED: "红色", ORANGE: "橙色", YELLOW: "黄色", BLUE: "蓝色"}
RANK: Mapping[str, int] = {RED: 4, ORANGE: 3, YELLOW: 2, BLUE: 1, NO_COLOUR: 0}
OF_SEVERITY: Mapping[str, str] = {"Extreme": RED, "Severe": ORANGE, "Moderate": YELLOW, "Minor": BLUE}
_WORDS = ((RED, "红|red"), (ORANGE, "橙|orange"), (YELLOW, "黄|yellow"), (BLUE, "蓝|blue"))
_PARAMETER = re.compile(r"colou?r|颜色|预警级别|预警等级|alertlevel|warninglevel|hsas|severity", re.IGNORECASE)
_CODE_COLOUR = re.compile(r"(?:^|[^a-z])(red|orange|yellow|blue)(?:$|[^a-z])|(红|橙|黄|蓝)", re.IGNORECASE)
_OVER = re.compile(r"^(?:[^，。]{0,30})?解除|解除[^，。]{0,20}(?:预警|信号)")

ALERT, UPDATE, CANCEL = "Alert", "Update", "Cancel"
ACTUAL = "Actual"
STATUSES: Mapping[str, str] = {
    "Actual": "实际", "Exercise": "演练", "System": "系统消息", "Test": "测试", "Draft": "草稿",
}  # fmt: skip
KINDS: Mapping[str, str] = {"Alert": "发布", "Update": "更新", "Cancel": "解除", "Ack": "确认", "Error": "退回"}
FROM: Mapping[str, str] = {
    "parameter": "发布单位写明的级别", "code": "事件代码", "headline": "标题", "severity": "严重程度", "": "没有级别",
}  # fmt: skip


def colour_of(info: Info) -> tuple[str, str]:
    """The warning colour and what it was read from. What the issuer prints goes before the severity's translation."""
    for named in info.parameters:
        if _PARAMETER.search(named.name) and (found := _colour_in(named.value)):
            return found, "parameter"
    for named in info.event_codes:
        if match := _CODE_COLOUR.search(named.value):
            return _colour_in(match[1] or match[2]), "code"
    for text in (info.headline, info.event):
        named_colours = {colour for colour in COLOURS if f"{COLOURS[colour]}" in text}
        if len(named_colours) == 1:
            return named_colours.pop(), "headline"
    colour = OF_SEVERITY.get(info.severity, NO_COLOUR)
    return colour, "severity" if colour else ""


def _colour_in(text: str) -> str:
    found = [colour for colour, pattern in _WORDS if re.search(pattern, text, re.IGNORECASE)]
    return found[0] if len(found) == 1 else NO_COLOUR


def effective_kind(alert: Alert) -> str:
    """The message's type; an update that only says that all is clear counts as a cancellation."""
    if alert.msg_type == UPDATE and alert.infos:
        clear = all("AllClear" in info.response_types for info in alert.infos)
        told = all(_OVER.search(info.headline) for info in alert.infos)
        return CANCEL if clear or told else UPDATE
    return alert.msg_type


Key = tuple[str, datetime]  # identifier and sent: issuers name senders in references by other words than in sender


@dataclass(frozen=True)
class Seen:
    """A message as far as the life of an alert goes. kind: of `effective_kind`; trusted: its signature was verified."""

    identifier: str
    sender: str
    sent: datetime
    kind: str
    status: str = ACTUAL
    references: frozenset[Key] = frozenset()
    trusted: bool = False

    @property
    def key(self) -> Key:
        return (self.identifier, self.sent)

    @property
    def order(self) -> tuple[datetime, str, str]:
        return (self.sent, self.identifier, self.sender)


@dataclass(frozen=True)
class Chain:
    """How a chain of messages stands, whatever their order of arrival.

    live: the messages that hold, latest first; last: what it was about last, where none holds; cancelled_by: the
    cancellation, where none holds; replaced: each message that another one replaces, with the first that does.
    """

    live: tuple[Seen, ...]
    last: Seen | None
    cancelled_by: Seen | None
    replaced: Mapping[Seen, Seen]

    @property
    def head(self) -> Seen | None:
        return self.live[0] if self.live else self.last


def replaces(new: Seen, old: Seen) -> bool:
    """An update or a cancellation replaces what it refers to: of its own sender and status, not sent later.

    Nobody unverified replaces what was verified: a forged all-clear must not call off a signed warning.
    """
    return (
        new is not old
        and new.kind in {UPDATE, CANCEL}
        and old.key in new.references
        and new.sender == old.sender
        and new.status == old.status
        and new.sent >= old.sent
        and (new.trusted or not old.trusted)
    )


def standing_of(messages: Iterable[Seen]) -> Chain:
    """What holds of a chain. Pure in the set of messages: order of arrival and repeats do not matter."""
    told = sorted({m for m in messages if m.kind in {ALERT, UPDATE, CANCEL}}, key=lambda m: m.order)
    actual = [m for m in told if m.status == ACTUAL]
    told = actual or told  # a drill in the same chain never speaks for the real one
    replaced = {old: by for old in told for by in reversed(told) if replaces(by, old)}
    open_ends = [m for m in reversed(told) if m not in replaced]
    live = tuple(m for m in open_ends if m.kind != CANCEL)
    warned = [m for m in reversed(told) if m.kind != CANCEL]
    cancels = [m for m in open_ends if m.kind == CANCEL]
    over = cancels[0] if cancels and not live else None
    return Chain(live, warned[0] if warned and not live else None, over, replaced)


class State(StrEnum):
    """live: in force; expired: past its hour; cancelled; waiting: a cancellation came, what it cancels did not."""

    LIVE = "live"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    WAITING = "waiting"


STATES: Mapping[State, str] = {
    State.LIVE: "正在生效",
    State.EXPIRED: "已到期",
    State.CANCELLED: "已解除",
    State.WAITING: "原预警尚未收到",
}


def state_at(*, has_head: bool, cancelled: bool, expires_at: datetime, now: datetime) -> State:
    """How an alert stands at an instant; expires_at itself no longer counts."""
    if not has_head:
        return State.WAITING
    if cancelled:
        return State.CANCELLED
    return State.EXPIRED if now >= expires_at else State.LIVE


def highest(colours: Iterable[str]) -> str:
    """The most severe of the colours; "" for none."""
    return max(colours, key=lambda c: RANK[c], default=NO_COLOUR)


OVER, PAST, NOT_HERE = "预警已解除", "预警已到期", "原预警尚未收到"
NOT_REAL, CALLED_OFF = "是{status}，不安排走访", "县里已停止：{reason}"
NOT_BY_ITSELF, NO_LEVEL = "{colour}预警不自动安排走访", "没有级别，不自动安排走访"
BY_COLOUR, BY_COUNTY = "{colour}预警", "县里安排"
# what `Decision.why` may say; longer forms before shorter ones that they hold
WHYS = (OVER, PAST, NOT_HERE, NOT_REAL, CALLED_OFF, NOT_BY_ITSELF, NO_LEVEL, BY_COUNTY, BY_COLOUR)


@dataclass(frozen=True)
class Decision:
    """Whether households are to be visited now, within how many hours, or why not."""

    visit: bool
    hours: int
    why: str


def decide(
    *, state: State, status: str, colour: str, hours: Mapping[str, int], by_hand: bool, hand_hours: int, stopped: str
) -> Decision:
    """What the county's rules say of an alert. hours: within which to visit by colour, 0 where none is sent by itself.

    by_hand: the county sends out for a colour that goes by nobody; stopped: why the county called it off, or "".
    """
    if state == State.CANCELLED:
        return Decision(visit=False, hours=0, why=OVER)
    if state == State.EXPIRED:
        return Decision(visit=False, hours=0, why=PAST)
    if state == State.WAITING:
        return Decision(visit=False, hours=0, why=NOT_HERE)
    if status != ACTUAL:
        return Decision(visit=False, hours=0, why=NOT_REAL.format(status=STATUSES.get(status, status)))
    if stopped:
        return Decision(visit=False, hours=0, why=CALLED_OFF.format(reason=stopped))
    own = hours.get(colour, 0)
    if own:
        return Decision(visit=True, hours=own, why=BY_COLOUR.format(colour=COLOURS[colour]))
    if by_hand:
        return Decision(visit=True, hours=hand_hours, why=BY_COUNTY)
    why = NOT_BY_ITSELF.format(colour=COLOURS[colour]) if colour else NO_LEVEL
    return Decision(visit=False, hours=0, why=why)


def connected(start: Collection[Key], references: Mapping[Key, Collection[Key]]) -> set[Key]:
    """All keys reached from `start` along references in either direction, named but never received ones too."""
    neighbours: dict[Key, set[Key]] = {}
    for key, named in references.items():
        for other in named:
            neighbours.setdefault(key, set()).add(other)
            neighbours.setdefault(other, set()).add(key)
    found, waiting = set(start), list(start)
    while waiting:
        for other in neighbours.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
