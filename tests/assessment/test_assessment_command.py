"""`sangesan assessment`: the scores as JSON, and what is said where there are none."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from assessment.test_assessing import computed, find
from sangesan.cli.main import cli
from web.small_county import TOWN_A

pytestmark = pytest.mark.django_db


def test_the_scores_with_every_line(small_county):
    one = find(small_county)
    computed(small_county)
    made = CliRunner().invoke(cli, ["assessment", "--period", "2022-Q3", "--kind", "town", "--json"])
    assert made.exit_code == 0, made.output
    (row,) = json.loads(made.output)
    assert (row["state"], row["unchanged"]) == ("computed", True)
    score = next(s for s in row["scores"] if s["subject"] == f"town:{TOWN_A}")
    line = next(x for x in score["lines"] if x["code"] == "findings")
    assert (line["got"], line["records"][0]["record"]) == (7.5, f"finding:{one.pk}")
    assert "东河镇" in CliRunner().invoke(cli, ["assessment", "--period", "2022-Q3"]).output


@pytest.mark.parametrize(("more", "words"), [([], "还没有计算"), (["--kind", "county"], "没有“county”"), (["--period", "now"], "认不出")])
def test_what_cannot_be_shown_is_said(small_county, more, words):
    made = CliRunner().invoke(cli, ["assessment", *more])
    assert made.exit_code == 2
    assert words in made.output
