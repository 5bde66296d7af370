"""Tests about the code: every folder is in the map, every model says what it holds, sizes stay in bounds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

import sangesan
from sangesan.policy.reading import read_yaml

PACKAGE = Path(sangesan.__file__).parent
ROOT = PACKAGE.parent.parent
LONGEST_FILE, LONGEST_FUNCTION = 500, 80
NAMELESS = {"utils", "helpers", "misc", "common", "base", "manager"}
NOT_SLICES = {"__pycache__", "locale"}


def sources() -> list[Path]:
    return [p for p in sorted(PACKAGE.rglob("*.py")) if "migrations" not in p.parts]


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def test_every_folder_is_in_the_readmes_map_and_in_the_order() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    order = (ROOT / ".importlinter").read_text(encoding="utf-8")
    for folder in sorted(p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name not in NOT_SLICES):
        assert f"`{folder}/`" in readme, f"README.md has no line for {folder}/"
        assert re.search(rf"^\s+(\w+ \| )*{folder}( \| \w+)*$", order, re.MULTILINE), f".importlinter has no place for {folder}"


@pytest.mark.parametrize("model", [m for m in apps.get_models() if m.__module__.startswith("sangesan.")], ids=lambda m: m.__name__)
def test_every_model_says_what_personal_data_it_holds(model: type) -> None:
    assert vars(model).get("personal_data"), f"{model.__name__} needs a personal_data sentence"


def test_files_and_functions_stay_short() -> None:
    long_files = [f"{p}: {n}" for p in sources() if (n := len(p.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE]
    long_functions = [
        f"{p}:{f.name}" for p, f in functions() if (f.end_lineno or 0) - f.lineno + 1 > LONGEST_FUNCTION
    ]
    assert (long_files, long_functions) == ([], [])


def test_every_module_has_a_docstring_and_a_name_that_says_something() -> None:
    for path in sources():
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path
        assert path.stem not in NAMELESS, path


def test_no_lock_names_an_address() -> None:
    locks = [*ROOT.glob("requirements/*.txt"), ROOT / "package-lock.json"]
    assert len(locks) >= 3
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "http://" not in text, lock
        assert not re.search(r'"resolved"|"url"|https://[^"]*\.tgz', text), lock


def test_nothing_about_the_demonstrated_county_stands_in_code() -> None:
    for path in sources():
        assert not re.search(r"紫阳|610924|612425", path.read_text(encoding="utf-8")), path


def test_no_admin_and_no_inline_script() -> None:
    assert not apps.is_installed("django.contrib.admin")
    for template in PACKAGE.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|javascript:", text), template


def test_every_parameter_and_rule_has_a_source() -> None:
    for path in sorted((PACKAGE / "screening" / "rules").glob("*.yaml")):
        assert read_yaml(path)["source"], path


def test_every_source_a_rule_cites_is_listed() -> None:
    listed = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.yaml")):
        for cited in set(re.findall(r"\[(S[0-9]+[abc])\]", path.read_text(encoding="utf-8"))):
            assert f"| {cited} |" in listed, f"{path.name} cites {cited}"


def test_the_handbook_names_only_commands_that_exist() -> None:
    from click.testing import CliRunner

    from sangesan.cli.main import cli

    pages = [*ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
    named = {m for p in pages for m in re.findall(r"`sangesan ([a-z]+)", p.read_text(encoding="utf-8"))}
    assert {"screen", "audit", "county", "case"} <= named
    assert named <= set(cli.commands)
    for command in cli.commands:
        assert CliRunner().invoke(cli, [command, "--help"]).exit_code == 0
