"""`sangesan village missing`."""

import json
from datetime import date

import pytest
from click.testing import CliRunner, Result

from sangesan.cli.main import cli
from village_work.builders import log, owe
from web.small_county import COMMUNITY, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["village", "missing", *arguments])


def test_as_json_with_days_late_meetings_and_leaflets(small_county: SmallCounty) -> None:
    for village in (VILLAGE_A, VILLAGE_B, COMMUNITY):
        owe(village)
    log(small_county.posts["village"])
    found = json.loads(run("--json").stdout)
    assert found["on"] == "2022-09-13"
    assert [(d["name"], d["finding"], d["days_late"], d["never"]) for d in found["duties"]] == [
        ("东河镇新居社区", "无安全饮水巡查记录", 37, True),
        ("西山镇高坪村", "无安全饮水巡查记录", 37, True),
    ]
    assert len(found["courtyards"]["none"]) == 3
    assert {c["percent"] for c in found["leaflets"]["not_reached"]} == {0}


def test_of_another_day_place_and_kind(small_county: SmallCounty) -> None:
    for village in (VILLAGE_A, VILLAGE_B):
        owe(village, since=date(2022, 8, 1))
    assert json.loads(run("--json", "--on", "2022-08-07").stdout)["duties"] == []
    (one,) = json.loads(run("--json", "--on", "2022-08-08", "--place", TOWN_B, "--kind", "water_patrol").stdout)["duties"]
    assert (one["village"], one["days_late"], one["since"]) == (VILLAGE_B, 1, "2022-08-07")


def test_in_words_and_refused(small_county: SmallCounty) -> None:
    owe()
    said = run().stdout
    assert "超期 1 项" in said
    assert "东河镇双柳村：无安全饮水巡查记录（超期 37 天，村级水管员）" in said
    wrong = run("--place", "123")
    assert wrong.exit_code == 2
