"""Any sequence of acts, by anybody, on any day, against a twin in a few lines of plain Python that knows the rules only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sangesan.accounts.queries import system_post
from sangesan.kernel.refusal import Refusal
from sangesan.supervision.models import Sheet, SheetEvent
from sangesan.supervision.raising import propose_overdue
from sangesan.supervision.rectifying import ask_extension, receive, rectify
from sangesan.supervision.reviewing import answer_extension, close, send_back, withdraw
from sangesan.supervision.signing import decline, sign
from supervision.sheets_county import Supervised, at, blue, photo, with_seats
from web.small_county import DAY, SmallCounty

SIGNER = {"blue": "team_head", "yellow": "style", "red": "group"}
RANK = {"team_head": 0, "style": 1, "group": 2}
COLOURS = ["blue", "yellow", "red"]
DAYS = {"blue": 7, "yellow": 5, "red": 3}
PEOPLE = ["village", "town", "team_head", "style", "group"]


@dataclass
class Twin:
    """One sheet as the rules have it."""

    colour: str
    state: str = "issued"
    due: date = DAY
    evidence: int = 0
    asked: date | None = None
    raised_for: set[date] = field(default_factory=set)
    draft: Twin | None = None
    before: Twin | None = None

    def answers(self, who: str) -> bool:
        """Whether this supervisor has to do with sheets of this colour."""
        return RANK.get(who, -1) >= COLOURS.index(self.colour)


def receives(twin: Twin, who: str, day: date) -> bool:
    if who != "village" or twin.state not in {
        "issued",
        "received",
    }:  # received again: nothing happens, nothing is refused
        return False
    twin.state = "received"
    return True


def rectifies(twin: Twin, who: str, day: date, files: int) -> bool:
    if who != "village" or twin.state not in {"received", "returned", "rectified"}:
        return False
    if not files and twin.state != "rectified":
        return False
    twin.state, twin.evidence, twin.asked = "rectified", twin.evidence + files, None
    return True


def asks(twin: Twin, who: str, day: date, days: int) -> bool:
    running = twin.state in {"issued", "received", "returned"}
    if who != "village" or not running or day > twin.due or twin.asked or not 0 < days <= 7:
        return False
    twin.asked = twin.due + timedelta(days)
    return True


def answers(twin: Twin, who: str, day: date, days: int) -> bool:
    if not twin.answers(who) or twin.state not in {"issued", "received", "returned"} or not twin.asked:
        return False
    until = twin.due + timedelta(days)
    if days and not twin.due < until <= twin.asked:
        return False
    if days:
        twin.due = until
        drop(twin)
    twin.asked = None
    return True


def sends_back(twin: Twin, who: str, day: date) -> bool:
    if not twin.answers(who) or twin.state != "rectified":
        return False
    twin.state, twin.due = "returned", max(twin.due, day + timedelta(3))
    return True


def closes(twin: Twin, who: str, day: date) -> bool:
    if twin.state == "closed":
        return False  # by the same person again: no event; by another: refused. Told apart by the caller.
    if not twin.answers(who) or twin.state != "rectified":
        return False
    twin.state = "closed"
    drop(twin)
    return True


def withdraws(twin: Twin, who: str, day: date) -> bool:
    if not twin.answers(who) or twin.state in {"draft", "closed", "raised", "withdrawn", "declined"}:
        return False
    twin.state = "withdrawn"
    drop(twin)
    return True


def proposes(twin: Twin, day: date) -> bool:
    running = twin.state in {"issued", "received", "returned"}
    if (
        not running
        or day <= twin.due
        or twin.asked
        or twin.colour == "red"
        or twin.due in twin.raised_for
        or twin.draft
    ):
        return False
    twin.raised_for.add(twin.due)
    twin.draft = Twin(COLOURS[COLOURS.index(twin.colour) + 1], "draft", before=twin)
    return True


def drop(twin: Twin) -> None:
    if twin.draft:
        twin.draft.state, twin.draft = "declined", None


STEPS = st.tuples(
    st.sampled_from(
        [
            "receive",
            "rectify",
            "rectify",
            "ask",
            "answer",
            "back",
            "close",
            "close",
            "withdraw",
            "night",
            "night",
            "sign",
            "sign",
            "decline",
        ]
    ),
    st.sampled_from([*["right"] * 12, *PEOPLE]),  # mostly who may, so that histories get far
    st.sampled_from([0, 0, 1, 2, 4, 8]),  # days later
    st.integers(0, 8),  # photos, or days asked for
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=8, max_size=20))
def test_any_history_is_as_the_rules_have_it(small_county: SmallCounty, steps: list[tuple[str, str, int, int]]) -> None:
    with transaction.atomic():
        county = with_seats(small_county)
        _walk(county, steps)
        transaction.set_rollback(True)


def _walk(county: Supervised, steps: list[tuple[str, str, int, int]]) -> None:
    sheet, day = blue(county), DAY
    twin = Twin("blue", due=DAY + timedelta(7))
    pairs: list[tuple[int, Twin]] = [(sheet.pk, twin)]
    history: list[tuple[Any, ...]] = _history()
    for act, given_to, later, number in steps:
        day += timedelta(later)
        sheet_id, twin = pairs[-1]
        if act in {"sign", "decline"} and twin.state != "draft":
            continue
        if act not in {"sign", "decline"} and twin.state == "draft":
            sheet_id, twin = pairs[-2]  # while a proposal waits, the old sheet goes on
        who = given_to
        if who == "right":
            who = "village" if act in {"receive", "rectify", "ask"} else SIGNER[twin.colour]
        was, wanted = twin.state, _by_the_rules(twin, act, who, day, number)
        done = _really(county, sheet_id, act, who, day, number)
        if act == "close" and was == "closed":
            done = False  # closed again by the same person: nothing happens
        assert done == wanted, (act, who, day, was)
        if act == "night" and wanted and twin.draft is not None:
            pairs.append((Sheet.objects.get(follows=sheet_id, state="draft").pk, twin.draft))
        for number_of_sheet, expected in pairs:
            row = Sheet.objects.get(pk=number_of_sheet)
            assert (row.state, row.colour, row.evidence) == (expected.state, expected.colour, expected.evidence)
            if row.state not in {"draft", "declined"}:
                assert (row.due_on, row.extension_asked if row.state != "raised" else None) == (
                    expected.due, expected.asked if row.state != "raised" else None,
                )  # fmt: skip
            if row.state == "closed":
                correctors = set(row.events.filter(act="rectify").values_list("user", flat=True))
                closers = set(row.events.filter(act="close").values_list("user", flat=True))
                assert row.evidence > 0
                assert correctors
                assert closers
                assert not correctors & closers
        grown = _history()
        assert grown[: len(history)] == history  # what was written stays as it was
        history = grown
        if pairs[-1][1].state == "declined" and len(pairs) > 1:
            pairs.pop()


def _history() -> list[tuple[Any, ...]]:
    return list(
        SheetEvent.objects.order_by("pk").values_list("pk", "sheet", "act", "before", "after", "on", "post", "files")
    )


def _by_the_rules(twin: Twin, act: str, who: str, day: date, number: int) -> bool:
    if act == "sign":
        if who != SIGNER[twin.colour] or twin.before is None or twin.before.state in {"closed", "withdrawn", "raised"}:
            return False
        twin.state, twin.due = "issued", day + timedelta(DAYS[twin.colour])
        twin.before.state, twin.before.asked, twin.before.draft = "raised", None, None
        return True
    if act == "decline":
        if who != SIGNER[twin.colour] or twin.before is None:
            return False
        drop(twin.before)
        return True
    rules: dict[str, Callable[[], bool]] = {
        "receive": lambda: receives(twin, who, day),
        "rectify": lambda: rectifies(twin, who, day, number % 3),
        "ask": lambda: asks(twin, who, day, number),
        "answer": lambda: answers(twin, who, day, number),
        "back": lambda: sends_back(twin, who, day),
        "close": lambda: closes(twin, who, day),
        "withdraw": lambda: withdraws(twin, who, day),
        "night": lambda: proposes(twin, day),
    }
    return rules[act]()


def _really(county: Supervised, sheet_id: int, act: str, who: str, day: date, number: int) -> bool:
    due = Sheet.objects.get(pk=sheet_id).due_on or day
    given: dict[str, Any] = {"post": county[who], "sheet_id": sheet_id, **at(day)}
    until = due + timedelta(number)
    words = "情况已经核实清楚"
    acts: dict[str, Callable[[], object]] = {
        "receive": lambda: receive(**given),
        "rectify": lambda: rectify(**given, words=words, files=[photo()] * (number % 3), submission=uuid4()),
        "ask": lambda: ask_extension(**given, until=until, words=words, submission=uuid4()),
        "answer": lambda: answer_extension(**given, until=until if number else None, words=words),
        "back": lambda: send_back(**given, words=words),
        "close": lambda: close(**given, words=words),
        "withdraw": lambda: withdraw(**given, reason=words),
        "night": lambda: propose_overdue(**given | {"post": system_post()}),
        "sign": lambda: sign(**given),
        "decline": lambda: decline(**given, reason=words),
    }
    try:
        made = acts[act]()
    except Refusal:
        return False
    return made is not None
