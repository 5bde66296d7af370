"""The table of colours and the table of states: every (state, act), every (colour, cause), every limit."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.refusal import Refusal
from sangesan.leadership.seats import seat_kind
from sangesan.policy.parameters import load_parameters
from sangesan.supervision.domain import (
    ACTS,
    CLOCK_RUNS,
    ENDED,
    IN_FORCE,
    STATES,
    Act,
    Closing,
    State,
    after_return,
    check_closing,
    check_extension,
    deadline,
    is_nth_blue,
    is_overdue,
    step,
)
from sangesan.supervision.models import OPEN
from sangesan.supervision.table import CAUSES, ORDER, load_table

DAY = date(2022, 9, 13)

# What an official would write on the wall: in each state, what may be done, and where it leads.
WALL = """
draft       sign->issued decline->declined raise->raised reassign->draft
issued      receive->received ask_extension->issued accept_extension->issued refuse_extension->issued propose->issued raise->raised hand_over->handed_over withdraw->withdrawn reassign->issued
received    rectify->rectified ask_extension->received accept_extension->received refuse_extension->received propose->received raise->raised hand_over->handed_over withdraw->withdrawn reassign->received
rectified   rectify->rectified return->returned close->closed propose->rectified raise->raised hand_over->handed_over withdraw->withdrawn reassign->rectified
returned    rectify->rectified ask_extension->returned accept_extension->returned refuse_extension->returned propose->returned raise->raised hand_over->handed_over withdraw->withdrawn reassign->returned
handed_over rectify->rectified hand_over->handed_over withdraw->withdrawn reassign->handed_over
closed      look_back->closed hand_over->closed propose->closed
raised
withdrawn
declined
"""
ON_THE_WALL = {
    (words[0], one.split("->")[0]): one.split("->")[1]
    for line in WALL.split("\n")
    if (words := line.split())
    for one in words[1:]
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("act", list(Act))
def test_every_state_and_act(state: State, act: Act) -> None:
    wanted = ON_THE_WALL.get((state, act))
    if wanted is None:
        with pytest.raises(Refusal, match=STATES[state]):
            step(state, act)
    else:
        assert step(state, act) == wanted


def test_the_words_and_sets_are_whole() -> None:
    assert set(STATES) == set(State)
    assert set(ACTS) == set(Act)
    assert IN_FORCE | ENDED | {State.DRAFT} == set(State)
    assert not IN_FORCE & ENDED
    assert CLOCK_RUNS < IN_FORCE
    assert set(OPEN) == set(IN_FORCE)


# colour before -> cause -> what may follow (a tuple), "+" where a hand-over is proposed too; nothing: refused
STEPS = {
    ("none", "found"): ("blue",),
    ("none", "direct"): ("yellow", "red"),
    ("none", "repeated"): ("yellow",),
    ("none", "nth_blue"): ("yellow",),
    ("none", "fabricated"): ("red",),
    ("none", "harm"): ("red",),
    ("blue", "direct"): ("yellow", "red"),
    ("blue", "overdue"): ("yellow",),
    ("blue", "repeated"): ("yellow",),
    ("blue", "fabricated"): ("red",),
    ("blue", "harm"): ("red",),
    ("yellow", "direct"): ("red",),
    ("yellow", "overdue"): ("red",),
    ("yellow", "repeated"): ("red",),
    ("yellow", "fabricated"): ("red",),
    ("yellow", "harm"): ("red",),
    ("red", "repeated"): ("red",),
}
HANDED_OVER = {("red", "overdue"), ("red", "repeated"), ("red", "fabricated"), ("red", "harm")}


@pytest.mark.parametrize("before", ["none", *ORDER])
@pytest.mark.parametrize("cause", CAUSES)
def test_every_colour_and_cause(before: str, cause: str) -> None:
    table = load_table()
    assert table.causes[cause].next_colours(before) == STEPS.get((before, cause), ())
    assert table.causes[cause].hands_over(before) == ((before, cause) in HANDED_OVER)
    if (before, cause) in STEPS:
        assert table.next_colour(cause, before) == STEPS[before, cause][0]
    else:
        with pytest.raises(Refusal, match="升级表"):
            table.next_colour(cause, before)


def test_a_wanted_colour_must_be_in_the_table() -> None:
    assert load_table().next_colour("direct", "none", "red") == "red"
    with pytest.raises(Refusal):
        load_table().next_colour("found", "none", "red")
    with pytest.raises(Refusal):
        load_table().next_colour("direct", "yellow", "yellow")


def test_who_signs_and_who_reviews() -> None:
    table = load_table()
    assert table.signers("blue") == ("inspection_team_head",)
    assert set(table.signers("yellow")) == {"style_office_head", "execution_office_head"}
    assert set(table.signers("red")) == {"leading_group_head", "leading_group_deputy"}
    assert "inspection_team_head" not in table.reviewers("yellow")
    assert set(table.signers("red")) <= set(table.reviewers("blue"))
    for seat in {*table.seats(), *(one.seat for one in table.receivers.values())}:
        assert seat_kind(seat).roles


def test_the_days_are_parameters_with_the_defaults_of_the_research() -> None:
    book = load_parameters()
    wanted = {"sheet_days_blue": 7, "sheet_days_yellow": 5, "sheet_days_red": 3, "sheet_blues_in_quarter": 3}
    for code, days in wanted.items():
        value = book.value(code, DAY)
        assert value is not None
        assert (value.value, value.is_default) == (days, True)


def test_a_broken_table_is_refused_with_its_place(tmp_path: object) -> None:
    from pathlib import Path

    from sangesan.supervision.table import SHIPPED

    text = SHIPPED.read_text(encoding="utf-8")
    for old, new, named in (
        ("table: {blue: yellow, yellow: red, red: hand_over}", "table: {yellow: blue}", "overdue"),
        ("table: {none: blue}", "table: {none: green}", "found"),
        ("signed_by: [inspection_team_head]", "signed: [inspection_team_head]", "blue"),
    ):
        file = Path(str(tmp_path)) / f"{named}.yaml"
        file.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(Refusal, match=named):
            load_table(file)


@pytest.mark.parametrize(
    ("day_type", "days", "due"),
    [
        ("calendar", 7, date(2022, 9, 20)),
        ("working", 5, date(2022, 9, 20)),  # 17 and 18 September are a weekend
        ("working", 14, date(2022, 10, 8)),  # the week of the National Day; 8 October was worked
    ],
)
def test_days_count_from_the_day_after_the_signing(day_type: str, days: int, due: date) -> None:
    assert deadline(DAY, days, day_type) == due  # type: ignore[arg-type]


@pytest.mark.parametrize("state", list(State))
def test_overdue_only_while_it_is_the_units_turn(state: State) -> None:
    assert not is_overdue(state, DAY, DAY)
    assert is_overdue(state, DAY, date(2022, 9, 14)) == (state in {"issued", "received", "returned"})
    assert not is_overdue(state, None, DAY)


def test_what_comes_back_gets_some_days_however_long_the_review_took() -> None:
    assert after_return(date(2022, 9, 20), DAY, 3, "calendar") == date(2022, 9, 20)
    assert after_return(date(2022, 9, 10), DAY, 3, "calendar") == date(2022, 9, 16)


@pytest.mark.parametrize(
    ("due", "until", "asked", "said"),
    [
        (date(2022, 9, 12), date(2022, 9, 15), None, "已过"),
        (date(2022, 9, 14), date(2022, 9, 18), date(2022, 9, 16), "还没有答复"),
        (date(2022, 9, 14), date(2022, 9, 14), None, "晚于"),
        (date(2022, 9, 14), date(2022, 9, 22), None, "最多"),
        (date(2022, 9, 13), date(2022, 9, 20), None, ""),
    ],
)
def test_an_extension_is_asked_in_time_and_within_bounds(due: date, until: date, asked: date | None, said: str) -> None:
    given = {"due_on": due, "until": until, "asked": asked, "today": DAY, "most": 7, "day_type": "calendar"}
    if not said:
        check_extension(**given)  # type: ignore[arg-type]
        return
    with pytest.raises(Refusal, match=said):
        check_extension(**given)  # type: ignore[arg-type]


@given(
    evidence=st.integers(0, 3), corrected_by=st.sets(st.integers(1, 3), max_size=2), closer=st.integers(1, 3),
    of_the_unit=st.booleans(),
)  # fmt: skip
def test_closing_needs_evidence_and_another_person(
    evidence: int, corrected_by: set[int], closer: int, of_the_unit: bool
) -> None:
    closing = Closing(evidence, corrected_by, closer, of_the_unit)
    fine = evidence > 0 and bool(corrected_by) and closer not in corrected_by and not of_the_unit
    if fine:
        check_closing(closing)
    else:
        with pytest.raises(Refusal):
            check_closing(closing)


@pytest.mark.parametrize(
    ("before", "nth", "is_it"), [(0, 3, False), (1, 3, False), (2, 3, True), (5, 3, True), (9, 0, False)]
)
def test_the_third_blue(before: int, nth: int, is_it: bool) -> None:
    assert is_nth_blue(before, nth) == is_it
