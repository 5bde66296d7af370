"""Recording findings: what must be there, once per submission, withdrawn with a reason and never deleted."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.inspections.domain import check_finding, conducts
from sangesan.inspections.findings import record_finding, withdraw_finding
from sangesan.inspections.models import Finding, Withdrawal
from sangesan.inspections.queries import findings, words_of
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from web.small_county import DAY, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

WORDS = "无安全饮水巡查记录"


def record(county: SmallCounty, **changed: object) -> Finding:
    given: dict[str, object] = {
        "post": county.posts["inspector"], "defect": "missing_patrols", "unit": f"village:{VILLAGE_A}",
        "place": VILLAGE_A, "words": WORDS, "found_on": DAY, "submission": uuid4(), "now": NOW, "today": DAY,
    }  # fmt: skip
    return record_finding(**(given | changed))  # type: ignore[arg-type]  # one call for many cases


def test_a_finding_keeps_its_words_sealed_and_its_records(small_county: SmallCounty) -> None:
    made = record(
        small_county, requirement="立即补建巡查台账", records=[{"kind": "village_log", "number": 7, "words": "8月无记录"}],
        conduct=["superficial"], conduct_words="台账为检查当天补写",
    )  # fmt: skip
    assert WORDS.encode() not in bytes(made.sealed)
    assert words_of(made) == {"words": WORDS, "requirement": "立即补建巡查台账", "conduct": "台账为检查当天补写"}
    assert made.records == [{"kind": "village_log", "number": 7, "words": "8月无记录"}]


def test_the_same_submission_gives_the_same_finding(small_county: SmallCounty) -> None:
    key = uuid4()
    assert record(small_county, submission=key).pk == record(small_county, submission=key).pk
    assert Finding.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"words": "无"}, "问题描述"),
        ({"words": "字" * 1001}, "问题描述"),
        ({"defect": "nothing_like_it"}, "问题类别"),
        ({"unit": "village:000000000000"}, "责任单位"),
        ({"place": "000000000000"}, "地点"),
        ({"found_on": DAY + timedelta(days=1)}, "发现日期"),
        ({"conduct": ["lazy"], "conduct_words": "说明说明"}, "作风问题"),
        ({"conduct": ["timid"]}, "作风问题依据"),
        ({"conduct_words": "说明说明"}, "作风问题"),
    ],
)
def test_what_is_not_in_order_is_refused_by_its_place(
    small_county: SmallCounty, changed: dict[str, object], place: str
) -> None:
    with pytest.raises(Refusal) as refused:
        record(small_county, **changed)
    assert refused.value.place == place
    assert refused.value.remedy
    assert not Finding.objects.exists()


def test_a_household_must_be_of_the_place(small_county: SmallCounty) -> None:
    elsewhere = Household.objects.filter(village=VILLAGE_B, residence=VILLAGE_B).get()
    with pytest.raises(Refusal):
        record(small_county, household=elsewhere)
    assert record(small_county, household=elsewhere.pk, place=TOWN_B).household == elsewhere


@pytest.mark.parametrize("role", ["county", "town", "village", "grid", "department"])
def test_only_inspectors_record(small_county: SmallCounty, role: str) -> None:
    with pytest.raises(NotAllowed):
        record(small_county, post=small_county.posts[role])


def test_a_withdrawn_finding_stays_and_counts_no_more(small_county: SmallCounty) -> None:
    made = record(small_county)
    with pytest.raises(Refusal):
        withdraw_finding(post=small_county.posts["inspector"], finding_id=made.pk, reason=" ", now=NOW, today=DAY)
    withdraw_finding(
        post=small_county.posts["inspector"], finding_id=made.pk, reason="登记到别的村了", now=NOW, today=DAY
    )
    assert findings(first=DAY, last=DAY) == []
    assert Finding.objects.filter(pk=made.pk).exists()
    with pytest.raises(Refusal):
        withdraw_finding(
            post=small_county.posts["inspector"], finding_id=made.pk, reason="又撤一次", now=NOW, today=DAY
        )
    assert Withdrawal.objects.count() == 1


def test_findings_of_a_town_are_those_of_its_villages(small_county: SmallCounty) -> None:
    one, two = record(small_county), record(small_county, place=VILLAGE_B, unit=f"village:{VILLAGE_B}")
    assert findings(first=DAY, last=DAY, place=TOWN_A) == [one]
    assert findings(first=DAY, last=DAY, unit=f"village:{VILLAGE_B}") == [two]
    assert findings(first=DAY, last=DAY, after=one.pk) == [two]
    assert findings(first=date(2022, 9, 14), last=date(2022, 9, 20)) == []


def test_the_four_faults_of_conduct_are_the_articles() -> None:
    assert [one.title for one in conducts().values()] == ["不想干", "不敢干", "不会干", "不真干"]
    check_finding(words=WORDS, requirement="", conduct=["unable"], conduct_words="程序走反了", found_on=DAY, today=DAY)
