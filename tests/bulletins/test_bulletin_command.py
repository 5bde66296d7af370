"""`sangesan bulletin list` and `write`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bulletins.offices import drafted, heads, issued
from sangesan.bulletins.queries import files_of
from sangesan.cli.bulletins import bulletin
from sangesan.files.attaching import content
from sangesan.kernel.refusal import Refusal
from web.small_county import SmallCounty

pytestmark = pytest.mark.django_db


def test_the_list_says_what_stands_where(small_county: SmallCounty) -> None:
    document = issued(small_county, heads(small_county))
    drafted(small_county, "test:2")
    rows = json.loads(CliRunner().invoke(bulletin, ["list", "--json"]).stdout)
    assert [(row["number"], row["state"]) for row in rows] == [(None, "drafted"), (1, "issued")]
    assert rows[1]["number_text"] == "第1期"
    assert (rows[1]["read"], len(rows[1]["unread"])) == (0, document.addressees.count())
    shown = CliRunner().invoke(bulletin, ["list", "--series", "inspection_bulletin"]).stdout
    assert "2022-09-13  督查通报 第1期  关于督查情况的通报  已印发  签收 0/" in shown


def test_the_files_are_written_as_they_were_issued(small_county: SmallCounty, tmp_path: Path) -> None:
    document = issued(small_county, heads(small_county))
    folder = tmp_path / "out"
    assert CliRunner().invoke(bulletin, ["write", "1", "--to", str(folder)]).exit_code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        file.name: content(file) for file in files_of(document)
    }
    refused = CliRunner().invoke(bulletin, ["write", "2", "--to", str(folder)])
    assert isinstance(refused.exception, Refusal)
    assert "没有印发过第2号督查通报" in str(refused.exception)
