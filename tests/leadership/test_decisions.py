"""The table of an assignment's steps, over every state and act; and that no history gets round it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.refusal import Refusal
from sangesan.leadership.domain import (
    ENDED,
    OF_RECEIVER,
    OPEN,
    TABLE,
    Act,
    Asked,
    Place,
    State,
    check_given,
    may_give,
    step,
)

DAY, DUE = date(2022, 9, 13), date(2022, 9, 20)
LATER = DUE + timedelta(days=3)

# state -> what each act makes of it, in the order of Act: receive, do, verify, return, postpone, withdraw; None: refused
EXPECTED = {
    State.ISSUED: (State.RECEIVED, None, None, None, State.ISSUED, State.WITHDRAWN),
    State.RECEIVED: (None, State.DONE, None, None, State.RECEIVED, State.WITHDRAWN),
    State.DONE: (None, None, State.VERIFIED, State.RETURNED, None, None),
    State.RETURNED: (None, State.DONE, None, None, State.RETURNED, State.WITHDRAWN),
    State.VERIFIED: (None,) * 6,
    State.WITHDRAWN: (None,) * 6,
}


def asked(act: Act, **more: object) -> Asked:
    """A step by the right one with all it needs."""
    receives = act in OF_RECEIVER
    whole = Asked(act, receiver=receives, giver=not receives, words="写清楚了情况", due_on=LATER)
    return replace(whole, **more)  # type: ignore[arg-type]


def after(state: State, one: Asked) -> State:
    return step(state, one, today=DAY, due_on=DUE)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_every_state_and_act(state: State, act: Act) -> None:
    expected = EXPECTED[state][list(Act).index(act)]
    if expected is None:
        with pytest.raises(Refusal):
            after(state, asked(act))
    else:
        assert after(state, asked(act)) == expected


@pytest.mark.parametrize(("state", "act"), TABLE)
def test_only_the_right_side_takes_a_step(state: State, act: Act) -> None:
    receives = act in OF_RECEIVER
    with pytest.raises(Refusal, match="只有"):
        after(state, asked(act, receiver=not receives, giver=receives))


@pytest.mark.parametrize("act", [Act.DO, Act.RETURN, Act.POSTPONE, Act.WITHDRAW])
@pytest.mark.parametrize("words", ["", "   ", "好"])
def test_a_step_that_needs_words_is_not_taken_without(act: Act, words: str) -> None:
    state = State.DONE if act == Act.RETURN else State.RECEIVED
    with pytest.raises(Refusal, match="没有写"):
        after(state, asked(act, words=words))


@pytest.mark.parametrize("due", [None, DAY - timedelta(days=1), DUE])
def test_a_new_day_has_to_be_new_and_not_gone_by(due: date | None) -> None:
    with pytest.raises(Refusal, match="期限"):
        after(State.RECEIVED, asked(Act.POSTPONE, due_on=due))


@pytest.mark.parametrize(("children", "why", "allowed"), [(0, "", True), (2, "", False), (2, "该村由镇代办", True)])
def test_open_children_hold_their_parent(children: int, why: str, *, allowed: bool) -> None:
    one = asked(Act.DO, children=children, why_open=why)
    if allowed:
        assert after(State.RECEIVED, one) == State.DONE
    else:
        with pytest.raises(Refusal, match="向下交办的还有 2 项"):
            after(State.RECEIVED, one)


STEPS = st.builds(
    Asked,
    st.sampled_from(Act),
    receiver=st.booleans(),
    giver=st.booleans(),
    did_it=st.booleans(),
    words=st.sampled_from(["", "好", "已经全部办好"]),
    children=st.integers(0, 2),
    why_open=st.sampled_from(["", "由镇上代办"]),
    due_on=st.sampled_from([None, DAY, LATER]),
)


@given(st.lists(STEPS, max_size=14))
def test_whatever_is_tried_the_history_is_in_order(tries: list[Asked]) -> None:
    state, history = State.ISSUED, list[Asked]()
    for one in tries:
        try:
            state = after(state, one)
        except Refusal:
            continue
        history.append(one)
    acts = [one.act for one in history]
    for one in history:
        if one.act == Act.DO:
            assert len(one.words) >= 4
            assert one.receiver
        if one.act == Act.VERIFY:
            assert one.giver
            assert not one.did_it
    if state == State.VERIFIED:
        assert acts[-1] == Act.VERIFY
        assert Act.DO in acts
    if state in ENDED:
        assert acts[-1] in {Act.VERIFY, Act.WITHDRAW}  # nothing after the end
    if Act.DO in acts:
        assert acts.index(Act.RECEIVE) < acts.index(Act.DO)
    assert acts.count(Act.RETURN) <= acts.count(Act.DO)


def test_open_is_what_waits_for_the_receiver() -> None:
    assert {state for state, act in TABLE if act in OF_RECEIVER} == set(OPEN)


COUNTY, TOWN, VILLAGE = ("1",), ("1", "1a"), ("1", "1a", "1a1")


@pytest.mark.parametrize(
    ("giver", "receiver", "allowed"),
    [
        (Place("county"), Place("town", TOWN), True),
        (Place("county"), Place("department"), True),
        (Place("inspector"), Place("county"), False),
        (Place("town", TOWN), Place("village", VILLAGE), True),
        (Place("town", ("1", "1b")), Place("village", VILLAGE), False),
        (Place("town", TOWN), Place("grid", (*VILLAGE, "g1")), True),
        (Place("village", VILLAGE), Place("grid", (*VILLAGE, "g1")), True),
        (Place("village", VILLAGE), Place("grid", ("1", "1a", "1a2", "g9")), False),
        (Place("village", VILLAGE), Place("town", TOWN), False),
        (Place("village", ()), Place("grid", ()), False),
        (Place("grid", VILLAGE), Place("grid", VILLAGE), False),
        (Place("department"), Place("village", VILLAGE), False),
    ],
)
def test_who_may_give_to_whom(giver: Place, receiver: Place, *, allowed: bool) -> None:
    assert may_give(giver, receiver) == allowed


@pytest.mark.parametrize(
    ("title", "words", "due", "parent", "says"),
    [
        ("核实", "逐户核实", DUE, None, "标题"),
        ("核实情况", "做", DUE, None, "没有写清"),
        ("核实情况", "逐户核实", DAY - timedelta(days=1), None, "早于今天"),
        ("核实情况", "逐户核实", DUE, DUE - timedelta(days=1), "晚于上级"),
    ],
)
def test_a_task_has_words_and_a_day(title: str, words: str, due: date, parent: date | None, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        check_given(title, words, due_on=due, today=DAY, parent_due=parent)
    check_given("核实情况", "逐户核实", due_on=DUE, today=DAY)


def test_a_late_parent_is_still_passed_down_for_today() -> None:
    check_given("核实情况", "逐户核实", due_on=DAY, today=DAY, parent_due=DAY - timedelta(days=5))
