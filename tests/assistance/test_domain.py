"""What is lacking and what is offered: the officials' table, and what must hold for any household."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sangesan.assistance.catalogue import NeedKind, catalogue
from sangesan.assistance.domain import Situation, income_gap, mismatch, needs, suggest
from sangesan.policy.risks import RISK_TYPES

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
CODES = {title: code for code, title in RISK_TYPES.items()}
FIELDS = {
    "人口": "people", "劳动力": "labour", "就业": "at_work", "住房": "housing", "住房等级": "house_grade", "饮水": "water",
    "上学": "schooling", "参保": "insurance", "未参保人数": "uninsured", "无人照料": "untended", "残疾人": "disabled",
    "在校生": "in_school",
}  # fmt: skip
YUAN = {"人均收入": "income_per_head_fen", "监测范围": "line_fen"}
KINDS = {
    "收入": NeedKind.INCOME, "住房": NeedKind.HOUSING, "饮水": NeedKind.WATER, "上学": NeedKind.SCHOOLING,
    "参保": NeedKind.INSURANCE, "就业": NeedKind.WORK, "照料": NeedKind.CARE,
}  # fmt: skip
WORDS = {"是": True, "否": False}


def situation(given_: dict[str, Any]) -> Situation:
    values: dict[str, Any] = {YUAN[k]: v * 100 for k, v in given_.items() if k in YUAN}
    values |= {FIELDS[k]: WORDS.get(v, v) for k, v in given_.items() if k in FIELDS}
    assert set(given_) <= {*YUAN, *FIELDS, "风险"}, "the table names something unknown"
    return Situation(**values, risks=tuple(CODES[title] for title in given_.get("风险", [])))


@pytest.mark.parametrize("case", CASES, ids=[c["情形"] for c in CASES])
def test_the_table(case: dict[str, Any]) -> None:
    of = situation(case["情况"])
    lacking = needs(of)
    assert {n.kind: n.amount_fen for n in lacking} == {
        KINDS[word]: None if yuan is None else yuan * 100 for word, yuan in case["缺"].items()
    }
    assert [s.group.title for s in suggest(of, lacking, catalogue())] == case["建议"]


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (Situation(income_per_head_fen=620_000, line_fen=800_000, people=4), ["人均年收入6,200.00元", "8,000.00元", "4人共差7,200.00元"]),
        (Situation(housing=False, house_grade="C"), ["住房为C级"]),
        (Situation(housing=False, house_grade="B"), ["住房有安全问题"]),
        (Situation(insurance=False, uninsured=2), ["2名家庭成员"]),
        (Situation(labour=2, at_work=0), ["劳动力2人"]),
    ],
)  # fmt: skip
def test_needs_are_said_with_their_values(of: Situation, words: list[str]) -> None:
    (need,) = needs(of)
    for word in words:
        assert word in need.sentence


def test_what_one_has_is_not_offered_again_and_said() -> None:
    of = Situation(labour=0, risks=("04",), welfare=frozenset({"低保", "基本养老"}))
    floor = suggest(of, (), catalogue())[0]
    assert floor.group.title == "综合保障"
    assert "低保" not in floor.items
    assert "特困" in floor.items
    assert floor.notes == ("已享受低保、基本养老",)


def test_the_floor_for_those_without_labour_only() -> None:
    able = suggest(Situation(labour=1, risks=("04",)), (), catalogue())
    assert all("特困" not in s.items for s in able)
    assert able[0].group.title == "公益岗位帮扶"


def test_unknown_labour_is_said() -> None:
    (first, *_) = suggest(Situation(risks=("07",)), (), catalogue())
    assert first.notes == ("劳动力情况还没有登记，先核实再安排",)


@pytest.mark.parametrize(
    ("risks", "groups", "unanswered"),
    [
        (["01"], ["100A45"], []), (["01"], ["100A52"], []), (["01"], ["100A48"], []), (["01"], ["100A39"], ["01"]),
        (["09"], ["100A46"], []), (["09"], ["100A47"], []), (["09"], ["100A52"], []), (["09"], ["100A48"], ["09"]),
        (["03"], ["100A48"], []), (["03"], ["100A52"], []), (["03"], ["100A45"], ["03"]),
        (["H1"], ["100A50"], []), (["H1"], ["100A53"], []), (["H1"], ["100A54"], ["H1"]),
        (["H2"], ["100A51"], []), (["H2"], ["100A55"], ["H2"]),
        (["01", "H2", "09"], ["100A45"], ["H2", "09"]), (["99"], ["100A55"], []), (["99"], [], ["99"]), ([], [], []),
    ],
)  # fmt: skip
def test_risks_that_no_measure_answers(risks: list[str], groups: list[str], unanswered: list[str]) -> None:
    """Domain rules 6.4, item 1, as the scripts on the national export have it."""
    found = mismatch(risks, groups, catalogue())
    assert [one.risk for one in found] == unanswered
    assert all(RISK_TYPES[one.risk] in one.sentence for one in found)


def test_without_labour_the_floor_answers_what_development_would() -> None:
    assert mismatch(["07"], ["100A48"], catalogue(), can_work=True)
    assert mismatch(["07"], ["100A48"], catalogue())
    assert not mismatch(["07"], ["100A48"], catalogue(), can_work=False)


money = st.none() | st.integers(-1_000_000, 5_000_000)
few = st.none() | st.integers(0, 9)
known = st.none() | st.booleans()
SITUATIONS = st.builds(
    Situation, income_per_head_fen=money, line_fen=st.none() | st.integers(0, 2_000_000), people=few, labour=few,
    at_work=few, housing=known, house_grade=st.sampled_from(["", "A", "B", "C", "D"]), schooling=known, insurance=known,
    uninsured=few, water=known, untended=few, disabled=few, in_school=few,
    risks=st.lists(st.sampled_from(list(RISK_TYPES)), max_size=5, unique=True).map(tuple),
    welfare=st.frozensets(st.sampled_from(["低保", "特困", "护林", "医疗救助"])),
)  # fmt: skip


@given(SITUATIONS)
def test_for_any_household(of: Situation) -> None:
    lacking = needs(of)
    offered = suggest(of, lacking, catalogue())
    assert offered == suggest(of, lacking, catalogue())
    stated = {n.kind for n in lacking} | set(of.risks)
    for suggestion in offered:
        assert suggestion.reasons
        assert {reason.code for reason in suggestion.reasons} <= stated
        assert set(suggestion.items) <= {item.title for item in suggestion.group.items}
        assert not set(suggestion.items) & of.welfare
        if of.labour == 0:
            assert not suggestion.group.development
            assert all(suggestion.group.item(title).labour != "needed" for title in suggestion.items)
        if of.labour:
            assert suggestion.group.labour != "none"
            assert all(suggestion.group.item(title).labour != "none" for title in suggestion.items)
    answered = {reason.code for suggestion in offered for reason in suggestion.reasons}
    assert stated <= answered, "every need and every risk has something that fits"


@given(SITUATIONS)
def test_development_comes_first_for_who_can_work(of: Situation) -> None:
    order = [s.group.development for s in suggest(of, needs(of), catalogue())]
    if of.labour:
        assert order == sorted(order, reverse=True)


@given(SITUATIONS)
def test_what_is_not_known_is_no_need(of: Situation) -> None:
    kinds = {n.kind for n in needs(of)}
    for kind, value in {
        NeedKind.HOUSING: of.housing, NeedKind.WATER: of.water, NeedKind.SCHOOLING: of.schooling,
        NeedKind.INSURANCE: of.insurance, NeedKind.WORK: of.at_work, NeedKind.CARE: of.untended,
        NeedKind.INCOME: of.line_fen,
    }.items():  # fmt: skip
        assert value is not None or kind not in kinds
    assert income_gap(of) >= 0
    assert (NeedKind.INCOME in kinds) == (income_gap(of) > 0)


@given(SITUATIONS)
def test_the_offer_leaves_no_risk_unanswered(of: Situation) -> None:
    groups = [s.group.code for s in suggest(of, needs(of), catalogue())]
    assert not mismatch(of.risks, groups, catalogue(), can_work=of.can_work)
