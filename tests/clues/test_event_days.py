"""The day of the thing behind a hit: from the delivered rows where they tell one, else unknown."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sangesan.accounts.queries import system_post
from sangesan.cases.screening_county import screen_county
from sangesan.clues.event_days import dated_facts, note_event_days
from sangesan.clues.models import Clue, Evidence
from sangesan.clues.raising import raise_clue
from sangesan.exchange.actions import deliver
from sangesan.facts.reading import load_facts
from sangesan.screening.models import ScreeningRun
from sangesan.screening.reading import load_rules
from web.small_county import DAY, PEOPLE, SmallCounty, identity

NOW = datetime(2022, 9, 12, 2, 0, tzinfo=UTC)
LATER = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
HEADINGS = "姓名,身份证号,结算日期,就医类型,总费用,基金支付,个人自付"
ROWS = [("2022-08-19", "门诊统筹", 400), ("2022-08-03", "门诊统筹", 300), ("2022-07-30", "门诊统筹", 900), ("2022-03-01", "住院", 6000)]


@pytest.fixture
def screened(small_county: SmallCounty, tmp_path: Path) -> SmallCounty:
    """Out-patient bills of last month (R03), and a hospital bill of the year (R01), of one person."""
    file = tmp_path / "医保.csv"
    person = f"陈大山,{identity(101, PEOPLE[0][3])}"
    lines = [f"{person},{on},{kind},{paid * 2},{paid},{paid}" for on, kind, paid in ROWS]
    file.write_text("\n".join([HEADINGS, *lines]) + "\n", encoding="utf-8")
    deliver(system_post(), "medical_settlement", file, now=NOW)
    screen_county(post=system_post(), as_of=DAY, now=LATER)
    return small_county


def test_the_earliest_counted_row_tells_the_day(screened: SmallCounty) -> None:
    days = dict(Evidence.objects.values_list("rule", "event_on"))
    assert days["R03"] == date(2022, 8, 3), "July's bill is no part of what the rule counted"
    assert days["R01"] is None, "a sum over the year has no day of its own"
    assert Clue.objects.get(risk="01").event_on == date(2022, 8, 3)


def test_a_second_time_nothing_changes(screened: SmallCounty) -> None:
    before = list(Evidence.objects.order_by("id").values())
    run = ScreeningRun.objects.get()
    assert note_event_days(run) == 0
    screen_county(post=system_post(), as_of=DAY, now=LATER)
    assert list(Evidence.objects.order_by("id").values()) == before


def test_a_person_who_knows_better_moves_the_day_back_never_forward(screened: SmallCounty) -> None:
    home = Clue.objects.get(risk="01").household_id
    given = {"household_id": home, "risk": "01", "channel": "GRID", "now": LATER, "today": DAY, "seen_on": DAY}
    for n, (event, kept) in enumerate([(date(2022, 8, 10), date(2022, 8, 3)), (date(2022, 7, 1), date(2022, 7, 1))]):
        raise_clue(post=screened.posts["grid"], words="说是上个月开始看病", source=f"entry:{n}", event_on=event, **given)
        assert Clue.objects.get(risk="01").event_on == kept


@pytest.mark.parametrize(
    ("rule", "dated"),
    [
        ("R01", []), ("R03", ["outpatient_self_paid_last_month"]), ("R15", ["days_since_job_ended"]), ("R36", []),
        ("R21", ["person_disaster_hits", "person_disaster_loss"]), ("R20", ["deaths_registered"]), ("R09", []), ("R35", []),
    ],
)  # fmt: skip
def test_which_rules_have_a_day(rule: str, dated: list[str]) -> None:
    (found,) = [r for r in load_rules() if r.code == rule]
    assert [fact.code for fact in dated_facts(found.facts, load_facts())] == dated
