"""The irregularity rules as a table: one record that is sound, and for each rule the change that breaks just it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.cases.irregularity_rules import RULES, MemberFacts, RecordFacts, irregular
from sangesan.cases.objections import days_stopped

HEAD = MemberFacts("户主", "男", 45, "健康", "普通劳动力", "", "西安市", 8, "城乡居民", subsistence=False, destitute=False)
SPOUSE = replace(HEAD, relation="配偶", sex="女", work_place="", work_months=None)
CHILD = replace(HEAD, relation="之女", sex="女", age=9, labour="", schooling="小学", work_place="", work_months=None)
OLD = replace(HEAD, relation="之父", age=78, health="残疾", labour="丧失劳动力", work_place="", work_months=None)
SOUND = RecordFacts(
    members=(HEAD, SPOUSE, CHILD, OLD), risks=("01", "03"), groups=frozenset({"100A45", "100A48"}), enrolled=True,
    visited_on=date(2022, 9, 1), visit_photos=2, tests=dict.fromkeys(("housing", "schooling", "insurance", "water"), True),
    business_income=5_000_00, appraised_on=date(2022, 9, 2), expected=40, present=36, quorum_percent=67, minutes=True,
    appraisal_photos=1, posted_on=date(2022, 9, 2), until=date(2022, 9, 7), notice_days=5, notice_photos_begin=1,
    notice_photos_end=1, taken_down_on=date(2022, 9, 7), decided_on=date(2022, 9, 10), income_per_head=8_000_00, line=7_000_00,
)  # fmt: skip
UNABLE = replace(HEAD, age=70, labour="无劳动力", work_place="", work_months=None)

BROKEN = [
    ("minutes_before_visit", {"appraised_on": date(2022, 8, 31)}),
    ("short_notice", {"taken_down_on": date(2022, 9, 6)}),
    ("below_quorum", {"present": 26}),
    ("attendance_unknown", {"present": None}),
    ("same_minutes", {"minutes_twins": 2}),
    ("decided_early", {"decided_on": date(2022, 9, 6)}),
    ("no_visit_photo", {"visit_photos": 0}),
    ("no_appraisal_photo", {"appraisal_photos": 0}),
    ("no_notice_photo", {"notice_photos_begin": 0}),
    ("no_end_photo", {"notice_photos_end": 0}),
    ("authorised_unseen", {"authorised_unseen": 2, "enrolled": False}),
    ("risk_without_measure", {"mismatches": ("风险“因病”没有对应的措施",)}),
    ("no_disabled_member", {"members": (HEAD, SPOUSE, CHILD)}),
    ("labour_after_all", {"risks": ("04",)}),
    ("work_without_worker", {"risks": ("07",), "members": (replace(OLD, subsistence=True),)}),
    ("work_without_worker", {"risks": ("07",), "members": (SPOUSE, CHILD)}),
    ("job_without_worker", {"groups": frozenset({"100A40"}), "members": (replace(OLD, subsistence=True),)}),
    ("industry_without_income", {"exiting": True, "groups": frozenset({"100A39"}), "business_income": 0}),
    ("water_not_named", {"tests": SOUND.tests | {"water": False}}),
    ("house_not_named", {"tests": SOUND.tests | {"housing": False}}),
    ("uninsured_not_named", {"tests": SOUND.tests | {"insurance": False}, "risks": ("03",)}),
    ("able_called_unable", {"members": (HEAD, OLD, replace(SPOUSE, labour="无劳动力"))}),
    ("unable_works_away", {"members": (HEAD, OLD, replace(UNABLE, work_months=6))}),
    ("family_odd", {"members": (HEAD, OLD, SPOUSE, SPOUSE)}),
    ("family_odd", {"members": (HEAD, OLD, replace(SPOUSE, sex="男"))}),
    ("no_cover", {"members": (replace(OLD, relation="户主"), UNABLE)}),
    ("income_below_line", {"exiting": True, "income_per_head": 7_000_00}),
    ("helped_outside", {"helped_before": 1}),
]


def test_a_sound_record_breaks_nothing() -> None:
    assert irregular(SOUND) == {}
    assert irregular(RecordFacts()) == {}


@pytest.mark.parametrize(("code", "changes"), BROKEN)
def test_each_rule_alone(code: str, changes: dict) -> None:
    assert list(irregular(replace(SOUND, **changes))) == [code]


def test_every_rule_is_tried() -> None:
    assert {code for code, _ in BROKEN} == set(RULES)


DAYS = st.dates(date(2022, 9, 1), date(2022, 9, 30))
SPANS = st.lists(st.tuples(DAYS, st.none() | DAYS).filter(lambda s: s[1] is None or s[1] >= s[0]), max_size=6)


@given(SPANS, DAYS)
def test_days_stopped_are_the_days_covered(spans: list, today: date) -> None:
    covered = {
        day
        for begin, settled in spans
        for day in range(begin.toordinal(), min(settled or today, today).toordinal())
    }
    assert days_stopped(spans, today) == len(covered)
