"""What the record says beside each point of a checklist, for every kind of subject."""

import pytest

from inspections.inspection_builders import inspectors, plan_of, target_of
from sangesan.inspections.checklists import checklists
from sangesan.inspections.comparing import NOTHING, of_household, record_of
from sangesan.registry.models import Household
from web.small_county import DAY, TOWN_A, VILLAGE_A, VILLAGE_B, SmallCounty


@pytest.mark.parametrize("subject", [f"village:{VILLAGE_A}", f"town:{TOWN_A}", "department:medical_security"])
def test_every_point_that_names_a_record_gets_one(small_county: SmallCounty, subject: str) -> None:
    who = inspectors(small_county)
    target = target_of(who, plan_of(who), subject)
    questions = checklists()[subject.partition(":")[0]].questions.values()
    assert {q.record for q in questions if q.record} <= set(record_of(target, DAY))


def test_a_households_side_says_what_is_known_and_what_is_not(small_county: SmallCounty) -> None:
    home = Household.objects.get(village=VILLAGE_B, residence=VILLAGE_B)
    record = of_household(home, DAY)
    assert set(record) == set(checklists()["household"].questions)
    assert record["standing"].startswith("监测中（风险未消除），2022-04-11 纳入")
    assert record["measures"] == "没有帮扶措施"
    assert record["last_visit"] == "没有入户和排查记录"
    assert record["water"] == NOTHING
