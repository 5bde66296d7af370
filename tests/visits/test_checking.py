"""What a visit's record must not say, and what in it is only odd: tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sangesan.kernel.refusal import Refusal
from sangesan.visits.domain import (
    OUTCOMES,
    PURPOSES,
    Answers,
    Around,
    Conclusion,
    answered_by,
    check_visit,
    conclusions_for,
)
from sangesan.visits.income import Line, SelfPaid, account
from sangesan.visits.plausibility import plausibility

TODAY = date(2022, 9, 13)
SAFE = dict.fromkeys(("housing", "schooling", "insurance", "water"), True)
AROUND = Around(members=frozenset({1, 2, 3}), photos=2, signature=True)
GOOD = Answers(
    purposes=("identification",),
    visited_on=TODAY,
    conclusion="needs_procedure",
    checker_names=("张明", "李芳"),
    members_seen=(1, 2),
    members_away=(3,),
    tests=SAFE,
    income=(Line("wage_work", 3_000_000),),
    people=3,
    labour=1,
    risks=("01",),
    signed_how="finger",
    signed_by=1,
)
UNSAFE_WATER = SAFE | {"water": False}


def test_a_sound_record_has_its_conclusion() -> None:
    assert check_visit(GOOD, AROUND, today=TODAY) == Conclusion.NEEDS_PROCEDURE


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"purposes": ()}, "入户目的"),
        ({"purposes": ("holiday",)}, "入户目的"),
        ({"purposes": ("clue", "elimination")}, "不能在同一次登记"),
        ({"visited_on": date(2022, 9, 14)}, "晚于今天"),
        ({"checker_names": ()}, "核查人"),
        ({"checker_names": ("张明",)}, "两人以上"),
        ({"checker_names": ("张明", "张明")}, "写了两次"),
        ({"members_away": (1,)}, "既在家又外出"),
        ({"members_seen": (9,)}, "不是这一户的人"),
        ({"signed_by": 9}, "不是这一户的人"),
        ({"people": 0}, "家庭人口"),
        ({"people": 31}, "家庭人口应在"),
        ({"people": None}, "没有填家庭人口"),
        ({"labour": 4}, "劳动力比家庭人口还多"),
        ({"tests": {}}, "四项都须查清"),
        ({"tests": SAFE | {"water": None}}, "还缺：饮水是否安全"),
        ({"tests": SAFE | {"electricity": True}}, "不认识的项"),
        ({"house_grade": "E"}, "A 至 D"),
        ({"house_grade": "D"}, "D 级，却填了住房安全"),
        ({"water_source": "sea"}, "水源"),
        ({"income": (Line("wage_work", 1), Line("wage_work", 2))}, "填了两次"),
        ({"income": (Line("wage_work", -1),)}, "不能小于 0"),
        ({"income": (Line("lottery", 1),)}, "没有这个收入项目"),
        ({"self_paid": (SelfPaid(" ", 100),)}, "没有写是什么"),
        ({"debts_fen": -1}, "不能小于 0"),
        ({"risks": ("01", "01")}, "风险类型重复"),
        ({"risks": ("01", "03", "04", "05", "06", "07")}, "风险类型"),
        ({"risks": ("77",)}, "不认识"),
        ({"risks": ()}, "没有选风险类型"),
        ({"conclusion": "no_risk", "reason": "自付已报销"}, "却选了风险类型"),
        ({"conclusion": "no_risk", "risks": ()}, "为什么无风险"),
        ({"conclusion": "risk_gone"}, "结果与入户目的不符"),
        ({"conclusion": ""}, "没有选择核查结果"),
        ({"signed_by": None}, "谁签的字"),
        ({"signed_how": "telephone"}, "签字方式"),
        ({"signed_how": "fingerprint"}, "没有附签字纸"),
    ],
)
def test_what_is_impossible_is_refused_with_its_place_and_remedy(changed, said) -> None:
    with pytest.raises(Refusal, match=said) as refusal:
        check_visit(replace(GOOD, **changed), AROUND, today=TODAY)
    assert refusal.value.place
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "changed",
    [
        {"purposes": ("inspection",), "checker_names": ("张明",), "tests": {}},
        {"purposes": ("follow_up",), "conclusion": "risk_gone", "risks": (), "checker_names": ("张明",)},
        {"purposes": ("follow_up",), "conclusion": "needs_procedure"},
        {"signed_how": "", "signed_by": None},
        {"signed_by": None, "signed_by_name": "代签的邻居"},
        {"conclusion": "no_risk", "risks": (), "reason": "自付已报销"},
    ],
)
def test_what_is_possible_is_taken(changed) -> None:
    assert check_visit(replace(GOOD, **changed), AROUND, today=TODAY) in OUTCOMES


def test_a_drawn_signature_and_a_signed_page_must_be_there() -> None:
    with pytest.raises(Refusal, match="签名框是空的"):
        check_visit(GOOD, replace(AROUND, signature=False), today=TODAY)
    on_paper = replace(GOOD, signed_how="paper")
    assert check_visit(on_paper, replace(AROUND, signature=False, scans=1), today=TODAY)


def test_every_purpose_leaves_a_choice() -> None:
    assert all(len(conclusions_for([purpose])) >= 2 for purpose in PURPOSES)


def codes(changed: dict[str, object], around: Around = AROUND) -> set[str]:
    answers = replace(GOOD, income=(Line("wage_work", 3_000_000),), **changed) if "income" not in changed else replace(
        GOOD, **changed
    )  # fmt: skip
    sums = None
    if answers.income:
        sums = account(answers.income, claims=0, self_paid=answers.self_paid, people=answers.people or 1)
    return {doubt.code for doubt in plausibility(answers, around, sums)}


def income(*rows: tuple[str, int]) -> dict[str, object]:
    """Amounts in yuan."""
    return {"income": tuple(Line(item, yuan * 100) for item, yuan in rows)}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, set()),
        (income(("wage_work", 299), ("property_land", 30_000)), {"wage_low"}),
        (income(("wage_work", 300), ("property_land", 30_000)), set()),
        (income(("wage_work", 300_000)), set()),
        (income(("wage_work", 300_001)), {"wage_high"}),
        (income(("wage_work", 200_000), ("wage_town_post", 100_001)), {"wage_high"}),
        (income(("business_crops", 30_000)), {"business_without_cost"}),
        (income(("business_crops", 30_000), ("cost_crops", 1)), set()),
        (income(("wage_work", 30_000), ("transfer_pension", 87)), {"transfer_pension_low"}),
        (income(("wage_work", 30_000), ("transfer_pension", 88)), set()),
        (income(("wage_work", 30_000), ("transfer_subsistence", 199)), {"transfer_subsistence_low"}),
        (income(("wage_work", 11_999)), {"per_head_low"}),
        (income(("wage_work", 12_000)), set()),
        ({"income": ()}, {"income_not_asked"}),
        ({"members_seen": ()}, {"nobody_seen"}),
        ({"signed_how": ""}, {"unsigned"}),
        ({"tests": UNSAFE_WATER}, {"water_without_note", "water_lacks_risk"}),
        ({"tests": UNSAFE_WATER, "tests_notes": {"water": "水量不足"}, "risks": ("H2",)}, set()),
        ({"tests": SAFE | {"housing": False}, "tests_notes": {"housing": "墙裂"}, "risks": ("0201",)}, set()),
        ({"tests": SAFE | {"insurance": False}, "tests_notes": {"insurance": "未缴"}, "risks": ("09",)}, {"insurance_lacks_risk"}),
        (
            {"tests": UNSAFE_WATER, "tests_notes": {"water": "少"}, "conclusion": "no_risk", "risks": ()},
            {"water_fails_without_risk"},
        ),
        ({"risks": ("04",), "people": 4, "labour": 2, **income(("wage_work", 30_000))}, {"labour_not_lacking"}),
        ({"risks": ("04",), "people": 4, "labour": 1, **income(("wage_work", 30_000))}, set()),
        ({"risks": ("07",), "labour": 0}, {"work_without_labour"}),
        ({"self_paid": (SelfPaid("住院", 1_000_00),)}, {"self_paid_without_voucher"}),
        ({"self_paid": (SelfPaid("住院", 1_000_00, vouchers=True),)}, set()),
        (
            {"income": (Line("wage_work", 3_000_000), Line("transfer_donation", 100_00, counted=True))},
            {"transfer_donation_counted"},
        ),
        (
            {"income": (Line("wage_work", 3_000_000), Line("transfer_donation", 100_00, counted=True, note="长期资助"))},
            set(),
        ),
    ],
)  # fmt: skip
def test_what_is_odd_is_reminded_of(changed, expected) -> None:
    assert codes(changed) == expected


@pytest.mark.parametrize(
    ("mu", "expected"), [(Decimal(0), {"ecology_without_land"}), (Decimal(2), set()), (None, set())]
)
def test_ecological_compensation_needs_returned_land(mu, expected) -> None:
    changed = income(("wage_work", 30_000), ("transfer_ecology", 500))
    assert codes(changed, replace(AROUND, returned_mu=mu)) == expected


def test_no_photo_is_reminded_of() -> None:
    assert codes({}, replace(AROUND, photos=0)) == {"no_photo"}


@pytest.mark.parametrize(
    ("asked", "purposes", "tests_known", "income_known", "signed", "answered"),
    [
        ("clue", ["clue"], False, False, False, True),
        ("clue", ["follow_up"], True, False, False, True),
        ("clue", ["follow_up"], False, True, True, False),
        ("identification", ["clue"], True, True, True, True),
        ("identification", ["clue"], True, True, False, False),
        ("civil_affairs", ["follow_up"], False, True, False, True),
        ("tracking", ["civil_affairs"], False, True, False, False),
        ("inspection", ["identification"], True, True, True, False),
        ("inspection", ["inspection"], False, False, False, True),
    ],
)
def test_nobody_is_visited_twice_for_one_question(asked, purposes, tests_known, income_known, signed, answered) -> None:
    made = answered_by(asked, purposes=purposes, tests_known=tests_known, income_known=income_known, signed=signed)
    assert made is answered
