"""What-if agrees with screening under the amended value, records nothing, and says which towns change."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.audit.models import Entry
from sangesan.cases.screening_county import screen_county
from sangesan.clues.models import Clue
from sangesan.exchange.actions import deliver
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterValue
from sangesan.registry.models import Household
from sangesan.screening.models import ScreeningRun
from sangesan.screening.what_if import what_if
from web.small_county import DAY, PEOPLE, TOWN_A, SmallCounty, identity

NOW = datetime(2022, 9, 12, 2, 0, tzinfo=UTC)


def line(yuan: int) -> ParameterValue:
    return ParameterValue("hospital_line_formerly_poor", yuan * 100, "fen", date(2022, 1, 1), None, "试")


@pytest.fixture
def screened(small_county: SmallCounty, tmp_path: Path) -> SmallCounty:
    """One formerly poor household with 4,000 yuan self-paid in hospital: below the shipped line of 5,000."""
    file = tmp_path / "医保.csv"
    headings = "姓名,身份证号,结算日期,就医类型,总费用,基金支付,个人自付"
    file.write_text(f"{headings}\n陈大山,{identity(101, PEOPLE[0][3])},2022-08-03,住院,9000,5000,4000\n", encoding="utf-8")
    deliver(system_post(), "medical_settlement", file, now=NOW)
    screen_county(post=system_post(), as_of=DAY, now=datetime(2022, 9, 13, 3, 0, tzinfo=UTC))
    return small_county


def test_agrees_with_screening_and_records_nothing(screened: SmallCounty) -> None:
    home = Household.objects.get(head_name="陈大山").pk
    counts = ScreeningRun.objects.count(), Clue.objects.count(), Entry.objects.count()
    answer = what_if(post=screened.posts["county"], value=line(4000))
    assert (answer.before, answer.after, answer.appear, answer.vanish) == (0, 1, [home], [])
    assert [(t.town, t.appear) for t in answer.towns] == [(TOWN_A, 1)]
    assert what_if(post=screened.posts["county"], value=line(4001)).appear == []
    assert (ScreeningRun.objects.count(), Clue.objects.count(), Entry.objects.count()) == counts
    amend(post=screened.posts["county"], value=line(4000), now=NOW)
    done = screen_county(post=system_post(), as_of=DAY, now=datetime(2022, 9, 13, 4, 0, tzinfo=UTC))
    assert done.run.counts["R01"] == 1
    assert what_if(post=screened.posts["county"], value=line(5000)).vanish == [home]


def test_who_may_and_what_is_refused(screened: SmallCounty) -> None:
    with pytest.raises(NotAllowed):
        what_if(post=screened.posts["town"], value=line(1))
    unused = ParameterValue("first_visit_days", 5, "days", date(2022, 1, 1), None, "试")
    with pytest.raises(Refusal, match="没有规则用到"):
        what_if(post=screened.posts["county"], value=unused)


def test_a_county_never_screened(small_county: SmallCounty) -> None:
    with pytest.raises(Refusal, match="还没有筛查过"):
        what_if(post=small_county.posts["county"], value=line(1))
