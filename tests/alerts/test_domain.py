"""Colours, events, the life of a chain whatever the order, what sends people out: tables and a plain model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangesan.alerts.domain import (
    Seen,
    State,
    colour_of,
    connected,
    decide,
    effective_kind,
    standing_of,
    state_at,
)
from sangesan.alerts.events import event_of, event_types
from sangesan.alerts.shapes import box, in_circle, in_polygon
from sangesan.exchange.cap.model import Alert, Area, Circle, Info, Named

INFO = Info("zh-CN", ("Met",), "暴雨", "Immediate", "Severe", "Likely")
T0 = datetime(2022, 9, 13, tzinfo=UTC)

COLOURS = [
    ({"severity": "Extreme"}, ("red", "severity")),
    ({"severity": "Severe"}, ("orange", "severity")),
    ({"severity": "Moderate"}, ("yellow", "severity")),
    ({"severity": "Minor"}, ("blue", "severity")),
    ({"severity": "Unknown"}, ("", "")),
    ({"headline": "县气象台发布暴雨红色预警信号"}, ("red", "headline")),
    ({"headline": "暴雨橙色预警变更为红色预警", "severity": "Extreme"}, ("red", "severity")),
    ({"event": "黄色暴雨预警"}, ("yellow", "headline")),
    ({"parameters": (Named("预警级别", "黄色"),), "headline": "暴雨红色预警"}, ("yellow", "parameter")),
    ({"parameters": (Named("HSAS", "ORANGE"),), "severity": "Minor"}, ("orange", "parameter")),
    ({"parameters": (Named("颜色", "红色或橙色"),)}, ("orange", "severity")),
    ({"parameters": (Named("雨量", "红"),)}, ("orange", "severity")),
    ({"event_codes": (Named("SGB", "11B03_RED"),)}, ("red", "code")),
    ({"event_codes": (Named("SGB", "11B03蓝"),)}, ("blue", "code")),
    ({"event_codes": (Named("SAME", "FRED"),)}, ("orange", "severity")),
    ({"headline": "红河水位上涨"}, ("orange", "severity")),
]


@pytest.mark.parametrize(("changes", "expected"), COLOURS)
def test_colours(changes: dict[str, object], expected: tuple[str, str]) -> None:
    assert colour_of(replace(INFO, **changes)) == expected  # type: ignore[arg-type]


EVENTS = [
    ({"event_codes": (Named("国突", "11B37"),), "event": "地质灾害"}, ("11B37", "0202")),
    ({"event_codes": (Named("国突", "11a01_red"),), "event": "洪水"}, ("11A01", "0201")),
    ({"event": "暴雨橙色预警"}, ("11B03", "0205")),
    ({"event": "地质灾害气象风险预警"}, ("11B37", "0202")),
    ({"event": "台风暴雨"}, ("11B49", "0205")),
    ({"event": "Flash Flood Watch"}, ("", "0205")),
]


@pytest.mark.parametrize(("changes", "expected"), EVENTS)
def test_events(changes: dict[str, object], expected: tuple[str, str]) -> None:
    found = event_of(replace(INFO, **changes))  # type: ignore[arg-type]
    assert (found.code, found.risk) == expected


def test_all_codes_of_the_platform_are_there() -> None:
    assert len(event_types()) == 58
    assert event_types()["11B03"].title == "暴雨"


CLEAR = [
    ("Alert", {}, "Alert"),
    ("Update", {"headline": "暴雨橙色预警"}, "Update"),
    ("Update", {"headline": "县气象台解除暴雨橙色预警信号"}, "Cancel"),
    ("Update", {"headline": "降为黄色", "response_types": ("AllClear",)}, "Cancel"),
    ("Update", {"headline": "继续发布暴雨橙色预警"}, "Update"),
    ("Alert", {"headline": "解除暴雨预警"}, "Alert"),
    ("Cancel", {}, "Cancel"),
]


@pytest.mark.parametrize(("kind", "changes", "expected"), CLEAR)
def test_an_update_that_only_says_all_is_clear_ends_it(kind: str, changes: dict[str, object], expected: str) -> None:
    told = Alert("1.2", "1", "s", T0, "Actual", kind, "Public", infos=(replace(INFO, **changes),))  # type: ignore[arg-type]
    assert effective_kind(told) == expected


def message(number: int, kind: str, refs: tuple[int, ...] = (), **more: object) -> Seen:
    keys = frozenset((str(r), T0 + timedelta(hours=r)) for r in refs)
    return Seen(str(number), "s", T0 + timedelta(hours=number), kind, references=keys, **more)  # type: ignore[arg-type]


LIVES = {
    "alert": ([message(1, "Alert")], ["1"], None),
    "updated": ([message(1, "Alert"), message(2, "Update", (1,))], ["2"], None),
    "updated twice": ([message(1, "Alert"), message(2, "Update", (1,)), message(3, "Update", (1, 2))], ["3"], None),
    "cancelled": ([message(1, "Alert"), message(2, "Cancel", (1,))], [], "2"),
    "update cancelled": ([message(1, "Alert"), message(2, "Update", (1,)), message(3, "Cancel", (1, 2))], [], "3"),
    "an old one cancelled": ([message(1, "Alert"), message(2, "Update", (1,)), message(3, "Cancel", (1,))], ["2"], None),
    "two updates of one": ([message(1, "Alert"), message(2, "Update", (1,)), message(3, "Update", (1,))], ["3", "2"], None),
    "cancelled, then issued on": (
        [message(1, "Alert"), message(2, "Cancel", (1,)), message(3, "Update", (2,))], ["3"], None),
    "acknowledged": ([message(1, "Alert"), message(2, "Ack", (1,)), message(3, "Error", (1,))], ["1"], None),
    "cancellation alone": ([message(2, "Cancel", (1,))], [], "2"),
    "another sender's cancellation": (
        [message(1, "Alert"), replace(message(2, "Cancel", (1,)), sender="x")], ["1"], None),
    "a drill's cancellation": ([message(1, "Alert"), replace(message(2, "Cancel", (1,)), status="Test")], ["1"], None),
    "unsigned cancels signed": ([message(1, "Alert", trusted=True), message(2, "Cancel", (1,))], ["1"], None),
    "signed cancels signed": ([message(1, "Alert", trusted=True), message(2, "Cancel", (1,), trusted=True)], [], "2"),
    "signed cancels unsigned": ([message(1, "Alert"), message(2, "Cancel", (1,), trusted=True)], [], "2"),
    "a cancellation of the future": ([message(3, "Alert"), message(2, "Cancel", (3,))], ["3"], None),
}  # fmt: skip


@pytest.mark.parametrize("case", LIVES)
def test_the_life_of_a_chain_in_any_order(case: str) -> None:
    messages, live, over = LIVES[case]
    for order in permutations(messages):
        chain = standing_of([*order, *order])
        assert [m.identifier for m in chain.live] == live
        assert (chain.cancelled_by.identifier if chain.cancelled_by else None) == over


def test_connected_through_what_never_came() -> None:
    keys = {n: (str(n), T0) for n in range(6)}
    references = {keys[1]: [keys[0]], keys[2]: [keys[0]], keys[4]: [keys[5]]}
    assert connected([keys[1]], references) == {keys[0], keys[1], keys[2]}


HOURS = {"red": 6, "orange": 12, "yellow": 0, "blue": 0}
DECISIONS = [
    ("red", State.LIVE, "Actual", False, "", (True, 6)),
    ("orange", State.LIVE, "Actual", False, "", (True, 12)),
    ("yellow", State.LIVE, "Actual", False, "", (False, 0)),
    ("yellow", State.LIVE, "Actual", True, "", (True, 24)),
    ("", State.LIVE, "Actual", False, "", (False, 0)),
    ("red", State.LIVE, "Test", False, "", (False, 0)),
    ("red", State.LIVE, "Exercise", True, "", (False, 0)),
    ("red", State.LIVE, "Actual", False, "雨停了", (False, 0)),
    ("red", State.EXPIRED, "Actual", True, "", (False, 0)),
    ("red", State.CANCELLED, "Actual", True, "", (False, 0)),
    ("red", State.WAITING, "Actual", False, "", (False, 0)),
]


@pytest.mark.parametrize(("colour", "state", "status", "by_hand", "stopped", "expected"), DECISIONS)
def test_who_is_sent(
    colour: str, state: State, status: str, by_hand: bool, stopped: str, expected: tuple[bool, int]
) -> None:
    decision = decide(
        state=state, status=status, colour=colour, hours=HOURS, by_hand=by_hand, hand_hours=24, stopped=stopped
    )
    assert (decision.visit, decision.hours) == expected
    assert decision.why


def test_states() -> None:
    later, now = T0 + timedelta(hours=1), T0
    assert state_at(has_head=False, cancelled=True, expires_at=later, now=now) == State.WAITING
    assert state_at(has_head=True, cancelled=True, expires_at=later, now=now) == State.CANCELLED
    assert state_at(has_head=True, cancelled=False, expires_at=later, now=now) == State.LIVE
    assert state_at(has_head=True, cancelled=False, expires_at=now, now=now) == State.EXPIRED


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(32, 33), st.floats(108, 109)), min_size=1, max_size=30))
def test_a_box_holds_what_is_inside(points: list[tuple[float, float]]) -> None:
    """A square's inside against plain comparison."""
    square = ((32.2, 108.2), (32.2, 108.8), (32.8, 108.8), (32.8, 108.2), (32.2, 108.2))
    latitude, longitude = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    expected = [32.2 <= y <= 32.8 and 108.2 <= x <= 108.8 for y, x in points]
    assert in_polygon(square, latitude, longitude).tolist() == expected
    assert box([Area("", (square,))]) == (32.2, 108.2, 32.8, 108.8)


def test_circles_by_distance() -> None:
    centre = Circle((32.5, 108.5), 10)
    latitude, longitude = np.array([32.5, 32.589, 32.591, 32.5]), np.array([108.5, 108.5, 108.5, 108.606])
    assert in_circle(centre, latitude, longitude).tolist() == [True, True, False, True]
    south, west, north, east = box([Area("", (), (centre,))]) or (0, 0, 0, 0)
    assert south < 32.42
    assert west < 108.4
    assert north > 32.58
    assert east > 108.6
