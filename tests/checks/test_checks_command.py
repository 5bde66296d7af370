"""`sangesan checks --json`: by class and check, with the records, without names."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from cases.builders import case_at
from sangesan.cases.states import State
from sangesan.checks.defects import defects
from sangesan.cli.main import cli
from sangesan.registry.models import Household, Person
from web.small_county import DAY, TOWN_B, VILLAGE_A, SmallCounty

pytestmark = pytest.mark.django_db


def asked(*options: str) -> dict:
    done = CliRunner().invoke(cli, ["checks", "--json", *options])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_findings_by_class_with_their_records(small_county: SmallCounty) -> None:
    assert asked()["as_of"] is None
    home = Household.objects.filter(village=VILLAGE_A).order_by("pk")[0]
    case = case_at(home, State.ENTRY, small_county.posts["county"], enrolled_on=DAY - timedelta(days=9))
    found = asked("--run")
    assert set(found["findings"]) == set(defects()) - {"slow_projects", "other"}
    (one,) = found["findings"]["outside_the_system"]["decided_not_entered"]
    assert (one["subject"], one["place"], one["household"]) == (f"case:{case.pk}", VILLAGE_A, home.pk)
    assert one["records"][0] | {"words": ""} == {"kind": "case", "number": case.pk, "words": ""}
    assert one["first_seen"] == DAY.isoformat()
    assert one["verdict"] == ""
    assert asked("--run")["digest"] == found["digest"]
    text = json.dumps(found, ensure_ascii=False)
    for person in Person.objects.all():
        assert person.name not in text
    only = asked("--defect", "outside_the_system")["findings"]
    assert list(only) == ["outside_the_system"]
    assert (
        asked("--defect", "outside_the_system", "--place", TOWN_B)["findings"]["outside_the_system"][
            "decided_not_entered"
        ]
        == []
    )


def test_words_for_people_and_refusals(small_county: SmallCounty) -> None:
    assert "还没有核查过" in CliRunner().invoke(cli, ["checks"]).output
    done = CliRunner().invoke(cli, ["checks", "--run"])
    assert "应纳未纳 0 件" in done.output
    for wrong in (["--defect", "x"], ["--place", "x"]):
        assert CliRunner().invoke(cli, ["checks", *wrong]).exit_code == 2
