"""Fields, receipts, attaching, and what a reporter is told: as tables and properties."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.cases.states import IDENTIFYING
from sangesan.cases.states import State as CaseState
from sangesan.documents.public import neutral_risk, public_policy
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.self_reports.domain import (
    ANSWERS,
    PLAIN_RISKS,
    STANDINGS,
    Given,
    Known,
    Match,
    Standing,
    State,
    clean_phone,
    faults,
    is_child,
    match,
    parse_receipt,
    receipt_of,
    shown_receipt,
    sound,
    standing,
)
from web.small_county import VILLAGE_A, identity

NUMBER = identity(101, date(1968, 3, 5))
GOOD = {
    "head_name": "陈大山", "phone": "13800001234", "identity": NUMBER, "words": "父亲住院花了两万多", "place": VILLAGE_A,
    "risk": "01",
}  # fmt: skip


def told(**changes: str | bool) -> dict[str, str]:
    """The faults of a good form with changes, as field -> message."""
    voice = bool(changes.pop("voice", False))
    found = faults(Given(**(GOOD | changes)), places={VILLAGE_A}, voice=voice)
    return {name: fault.message for name, fault in found.items()}


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"head_name": " "}, "head_name", "还没有填"),
        ({"head_name": "陈大山1"}, "head_name", "不像一个人的名字"),
        ({"phone": ""}, "phone", "还没有填"),
        ({"phone": "1380000123"}, "phone", "号码有10位，不像电话号码"),
        ({"phone": "13８00-001-2x4"}, "phone", "号码里有不是数字的字"),
        ({"identity": ""}, "identity", "还没有填"),
        ({"identity": NUMBER[:-1]}, "identity", "身份证号应为18位（或旧15位），现为17位或含有其他字符"),
        (
            {"identity": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")},
            "identity",
            "身份证号校验码不对，至少有一位写错",
        ),
        ({"words": "病"}, "words", "还没有写家里的困难"),
        ({"words": "长" * 501}, "words", "写了501个字，太长了"),
        ({"place": "610000000000"}, "place", "还没有选地区"),
        ({"risk": "zz"}, "risk", "还没有选困难类型"),
        ({"by_proxy": True, "proxy_phone": "13900000000"}, "proxy_name", "还没有填"),
        ({"by_proxy": True, "proxy_name": "李芳"}, "proxy_phone", "还没有填"),
    ],
)
def test_each_fault_is_said_at_its_field_and_no_other(changes, field, says) -> None:
    assert told(**changes) == {field: says}


def test_all_faults_are_said_at_once() -> None:
    empty = faults(Given("", "", "", "", "", ""), places={VILLAGE_A}, voice=False)
    assert set(empty) == {"head_name", "phone", "identity", "words", "place", "risk"}
    assert all(fault.remedy for fault in empty.values())


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"phone": "+86 138-0000 1234"}, {"phone": "0915-4421234"}, {"phone": "4421234"},
        {"identity": f" {NUMBER[:6]} {NUMBER[6:]} "}, {"words": "", "voice": True}, {"head_name": "陈 大 山"},
    ],
)  # fmt: skip
def test_what_people_write_is_taken(changes) -> None:
    assert told(**changes) == {}


def test_no_fault_repeats_an_identity_number() -> None:
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    (fault,) = faults(Given(**(GOOD | {"identity": wrong})), places={VILLAGE_A}, voice=False).values()
    assert wrong[-8:] not in str(fault)


def test_the_proxy_stays_out_of_ones_own_report() -> None:
    made = sound(Given(**GOOD, proxy_name="李芳", proxy_phone="13900000000", by_proxy=False))
    assert (made.proxy_name, made.proxy_phone) == ("", "")
    assert clean_phone("0086 138 0000 1234") == "13800001234"


@given(st.integers(0, 10**9 - 1))
def test_a_receipt_reads_back_however_it_is_spaced(nine: int) -> None:
    receipt = receipt_of(nine)
    assert parse_receipt(receipt) == parse_receipt(shown_receipt(receipt)) == receipt
    assert len(receipt) == 10


@given(st.integers(0, 10**9 - 1), st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_is_always_found(nine: int, at: int, digit: int) -> None:
    receipt = receipt_of(nine)
    wrong = receipt[:at] + str(digit) + receipt[at + 1 :]
    if wrong != receipt:
        with pytest.raises(Refusal, match="写错"):
            parse_receipt(wrong)


@pytest.mark.parametrize(
    ("born", "child"),
    [(date(2006, 9, 13), False), (date(2006, 9, 14), True), (date(2012, 5, 9), True), (date(1968, 3, 5), False)],
)
def test_who_is_a_child(born, child) -> None:
    assert is_child(born, date(2022, 9, 13), 16) is child
    assert is_child(born, date(2022, 9, 13), 0) is False


BY_NUMBER = Known(7, "王秀兰", "陈大山", by_number=True)
BY_NAME = Known(9, "陈大山", "陈大山", by_number=False)


@pytest.mark.parametrize(
    ("name", "known", "expected", "state"),
    [
        ("王秀兰", [BY_NUMBER], Match(7), State.SENT),
        ("陈大山", [BY_NUMBER], Match(7), State.SENT),
        ("赵六", [BY_NUMBER], Match(None, (7,)), State.DOUBTFUL),
        ("陈大山", [BY_NAME], Match(None, (9,)), State.DOUBTFUL),
        ("陈大山", [BY_NAME, BY_NAME], Match(None, (9,)), State.DOUBTFUL),
        ("陈大山", [], Match(None), State.UNREGISTERED),
    ],
)
def test_only_number_and_name_together_are_sure(name, known, expected, state) -> None:
    assert match(name, known) == expected
    assert match(name, known).state == state


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ({"state": State.NEW}, Standing.RECEIVED),
        ({"state": State.DOUBTFUL}, Standing.LOOKED_UP),
        ({"state": State.UNREGISTERED}, Standing.LOOKED_UP),
        ({"state": State.CHILD}, Standing.LOOKED_UP),
        ({"state": State.SENT, "clue": "open"}, Standing.SENT),
        ({"state": State.SENT, "clue": "open", "visited": True}, Standing.VISITED),
        ({"state": State.SENT, "clue": "confirmed"}, Standing.VISITED),
        ({"state": State.SENT, "clue": "cleared", "visited": True}, Standing.NOT_TAKEN_IN),
        ({"state": State.SENT, "clue": "taken", "case": "checking"}, Standing.PROCEDURE),
        ({"state": State.SENT, "clue": "taken", "case": "notice"}, Standing.NOTICE),
        ({"state": State.SENT, "clue": "taken", "case": "assisted"}, Standing.TAKEN_IN),
        ({"state": State.SENT, "clue": "settled", "case": "not_qualified"}, Standing.NOT_TAKEN_IN),
        ({"state": State.ANSWERED, "answer": "above"}, Standing.NOT_TAKEN_IN),
        ({"state": State.ANSWERED, "answer": "other_policy"}, Standing.CLOSED),
    ],
)
def test_what_the_reporter_is_told(at, shown) -> None:
    assert standing(confirmed=True, **at) == shown


@pytest.mark.parametrize("case", sorted(CaseState))
def test_whoever_is_not_known_to_be_the_household_learns_nothing_of_it(case) -> None:
    assert standing(state=State.SENT, confirmed=False, clue="taken", visited=True, case=case) == Standing.SENT


@pytest.mark.parametrize("case", sorted(CaseState))
def test_every_state_of_a_case_has_a_neutral_word(case) -> None:
    shown = standing(state=State.SENT, confirmed=True, clue="taken", case=case)
    assert shown in STANDINGS
    if case in IDENTIFYING and case not in {CaseState.NOTICE, CaseState.ENTRY}:
        assert shown == Standing.PROCEDURE


def test_the_public_words_name_no_illness() -> None:
    said = "".join([*ANSWERS.values(), *STANDINGS.values()])
    assert not [word for word in public_policy().health if word in said]
    assert all(neutral_risk(code) for code in PLAIN_RISKS)
    assert set(PLAIN_RISKS) <= set(RISK_TYPES)
