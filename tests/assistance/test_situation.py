"""A situation comes from visits, the register and departments; nothing unknown is made up."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assistance.feeds import send
from sangesan.amendments.models import Amendment
from sangesan.assistance.domain import needs
from sangesan.assistance.situation import risk_codes, situation_of
from sangesan.registry.models import Condition, Household, Living, Person
from sangesan.visits.models import Visit
from web.small_county import DAY, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)


def visited(household: Household, on: date = DAY, **more: Any) -> Visit:
    given = {"conclusion": "needs_procedure", "post": 1, "post_title": "试", "recorded_at": NOW} | more
    return Visit.objects.create(household=household, visited_on=on, **given)


def set_line(yuan: int, year: int = 2022) -> None:
    Amendment.objects.create(
        parameter="monitoring_line", value=yuan * 100, unit="fen", valid_from=date(year, 1, 1), source="试", recorded_at=NOW,
        post=1,
    )  # fmt: skip


def test_the_register_alone(monitored: Household) -> None:
    seen = situation_of(monitored.pk, DAY)
    assert seen.situation.risks == ("01", "04")
    assert (seen.situation.people, seen.situation.labour, seen.situation.in_school) == (2, 0, 1)
    assert (seen.situation.housing, seen.situation.house_grade, seen.situation.water) == (False, "C", None)
    assert (seen.stage, seen.enrolled_on) == ("monitoring", date(2022, 4, 11))
    assert (seen.situation.income_per_head_fen, seen.situation.line_fen, seen.income_from) == (None, None, "")
    assert seen.situation.untended == 2, "a sick father who can't work and a child of ten, nobody to care"


def test_a_household_of_which_nothing_is_known(small_county: SmallCounty) -> None:
    unknown = Household.objects.get(head_name="李长顺")
    seen = situation_of(unknown.pk, DAY).situation
    assert (seen.labour, seen.at_work, seen.housing, seen.water, seen.insurance, seen.disabled) == (None,) * 6
    assert seen.untended == 0, "who may be able counts as able"
    assert needs(seen) == ()


def test_a_visit_counts_before_the_register(home: Household) -> None:
    set_line(8000)
    visited(
        home, tests={"housing": False, "schooling": True, "insurance": None, "water": False}, labour=1, people=3,
        income_per_head_fen=700_000, reference_per_head_fen=600_000, risks=["01", "09"],
    )  # fmt: skip
    seen = situation_of(home.pk, DAY)
    of = seen.situation
    assert (of.housing, of.schooling, of.insurance, of.water) == (False, True, None, False)
    assert (of.income_per_head_fen, of.line_fen, seen.income_from) == (600_000, 800_000, "visit")
    assert (of.labour, of.risks) == (1, ("01", "09"))
    assert [n.kind for n in needs(of)] == ["income", "housing", "water"]
    assert needs(of)[0].amount_fen == 600_000


def test_the_register_counts_again_once_it_was_changed(home: Household) -> None:
    visited(home, on=date(2022, 6, 1), tests={"housing": False, "water": False})
    Living.objects.filter(household=home).update(valid_to=date(2022, 8, 1))
    Living.objects.create(household=home, house_grade="A", valid_from=date(2022, 8, 1), recorded_at=NOW)
    of = situation_of(home.pk, DAY).situation
    assert (of.housing, of.house_grade) == (True, "A")
    assert of.water is False, "of water the register says nothing since"
    assert situation_of(home.pk, date(2022, 7, 1)).situation.housing is False


def test_visits_of_another_year_and_of_tomorrow_do_not_count(home: Household) -> None:
    visited(home, on=date(2021, 9, 13), tests={"water": False})
    visited(home, on=date(2022, 9, 14), tests={"water": False})
    assert situation_of(home.pk, DAY).situation.water is True


def test_a_line_that_is_not_known_is_not_made_up(home: Household) -> None:
    visited(home, income_per_head_fen=1, people=3)
    assert needs(situation_of(home.pk, DAY).situation) == ()


def test_income_that_a_department_counted(home: Household, tmp_path: Path) -> None:
    set_line(8000)
    send(tmp_path, "household_income", ("陈大山", "2020,90000,0,0,0,0,0,0"), ("陈大山", "2021,12000,5000,2000,100,900,4000,1000"), month="2022年1月")
    seen = situation_of(home.pk, DAY)
    assert (seen.situation.income_per_head_fen, seen.income_from, seen.income_year) == (1_300_000 // 3, "department", 2021)


@pytest.mark.parametrize(
    ("place", "months", "rows", "at_work"),
    [
        ("", None, [], None),
        ("西安市", 8, [], 1),
        ("", 0, [], None),  # of the other member nothing is known
        ("西安市", 8, [("王秀兰", "西安市,2022-02-10,2022-07-01,3600"), ("陈大山", "西安市,2022-02-10,2022-07-01,3600")], 0),
        ("", None, [("王秀兰", "西安市,2022-02-10,,3600")], 1),
        ("", None, [("王秀兰", "西安市,2022-02-10,2022-07-01,3600")], None),
        ("", None, [("王秀兰", "西安市,2022-02-10,2022-07-01,3600"), ("王秀兰", "县内,2022-07-20,,3000")], 1),
    ],
)
def test_who_has_work(
    home: Household, tmp_path: Path, place: str, months: int | None, rows: list[tuple[str, str]], at_work: int | None
) -> None:
    """王秀兰 and 陈大山 can work; a job that ended counts before the register's place of work."""
    wang = Person.objects.get(name="王秀兰")
    Condition.objects.filter(person=wang).update(work_place=place, work_months=months)
    if rows:
        send(tmp_path, "employment", *rows)
    assert situation_of(home.pk, DAY).situation.at_work == at_work


def test_members_who_died_or_left_do_not_count(home: Household) -> None:
    Person.objects.filter(name="王秀兰").update(died_on=date(2022, 9, 1))
    of = situation_of(home.pk, DAY).situation
    assert (of.people, of.labour) == (2, 1)
    assert situation_of(home.pk, date(2022, 8, 31)).situation.people == 3


def test_who_is_away_can_not_care(home: Household) -> None:
    grown = [p.pk for p in Person.objects.filter(name__in=["王秀兰", "陈大山"])]
    assert situation_of(home.pk, DAY).situation.untended == 0
    visited(home, members_away=grown)
    assert situation_of(home.pk, DAY).situation.untended == 1


def test_insurance_by_the_register(home: Household) -> None:
    assert situation_of(home.pk, DAY).situation.insurance is None
    Condition.objects.filter(person__memberships__household=home).update(medical_insurance="城乡居民")
    assert situation_of(home.pk, DAY).situation.insurance is True
    Condition.objects.filter(person__name="陈小禾").update(medical_insurance="未参保")
    of = situation_of(home.pk, DAY).situation
    assert (of.insurance, of.uninsured) == (False, 1)


def test_risks_by_code_or_by_title() -> None:
    assert risk_codes(["因病", "09", "因自然灾害", "没有的", "01"]) == ("01", "09", "0299")
