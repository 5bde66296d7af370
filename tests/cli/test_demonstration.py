"""The demonstration as a stranger meets it: built by the command, worked with, built again, repeated to the digest."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo-home")
    built = sangesan(folder, "demo", "--scale", "0.01", "--no-serve")
    assert built.returncode == 0, built.stderr
    return folder


def sangesan(home: Path, *arguments: str, database: str = "") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SANGESAN")}
    environment |= {"SANGESAN_HOME": str(home), "SANGESAN_DATABASE": database, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "sangesan.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300)


def as_json(home: Path, *arguments: str, database: str = "") -> Any:
    done = sangesan(home, *arguments, "--json", database=database)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_figures_are_the_published_ones_to_scale(home: Path) -> None:
    figures = as_json(home, "figures")
    assert figures["rural"] == {"households": 831, "people": 2835}
    for unit in ("households", "people"):
        assert figures["monitored"][unit] == figures["eliminated"][unit] + figures["open"][unit]
    assert set(figures["elimination_rate"]) == {"by_people", "by_households"}


def test_rules_say_what_they_rest_on(home: Path) -> None:
    rules = as_json(home, "rules")
    assert len(rules) >= 39
    for rule in rules:
        assert {"code", "title", "department", "risk_type", "source", "facts", "parameters", "when"} <= set(rule)
        assert rule["source"], rule["code"]
        assert rule["facts"], rule["code"]
    waiting = [rule for rule in rules if rule["state"] == "waiting"]
    assert all(rule["missing"] for rule in waiting)


def test_screening_twice_gives_the_same_and_nothing_new(home: Path) -> None:
    first, second = as_json(home, "screen"), as_json(home, "screen")
    assert (first["digest"], first["hits"]) == (second["digest"], second["hits"])
    assert (first["new_clues"], second["new_clues"]) == (0, 0), "the demonstration screened already"
    assert first["hits"] > 0
    repeated = sangesan(home, "screen", "--repeat", str(second["run"]))
    assert (repeated.returncode, second["digest"] in repeated.stdout) == (0, True), repeated.stderr


def test_building_again_changes_nothing_and_shows_the_same_accounts(home: Path) -> None:
    before = as_json(home, "figures"), (home / "demo" / "accounts.json").read_text()
    again = sangesan(home, "demo", "--scale", "0.01", "--no-serve")
    assert again.returncode == 0, again.stderr
    assert (as_json(home, "figures"), (home / "demo" / "accounts.json").read_text()) == before
    assert sangesan(home, "demo", "--scale", "0.02", "--no-serve").returncode == 2


def test_a_file_already_taken_in_changes_nothing(home: Path) -> None:
    file = min((home / "demo" / "inbox" / "medical_security").glob("*/medical_settlement.*"))
    report = as_json(home, "ingest", "medical_settlement", str(file))
    assert report["state"] == "same"


def test_no_parquet_and_no_database_page_shows_an_identity_number(home: Path) -> None:
    people = (home / "demo" / "registry" / "people.csv").read_text(encoding="utf-8").splitlines()[1:30]
    numbers = [line.split(",")[3].strip('"').encode() for line in people]
    kept = [p for p in home.rglob("*") if p.is_file() and "demo" not in p.relative_to(home).parts]
    assert any(p.suffix == ".parquet" for p in kept)
    for path in kept:
        data = path.read_bytes()
        assert not any(number in data for number in numbers if number), path.name


def test_the_audit_is_whole(home: Path) -> None:
    verdict = sangesan(home, "audit", "verify")
    assert (verdict.returncode, "完好" in verdict.stdout) == (0, True), verdict.stderr
