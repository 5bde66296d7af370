"""Every text of a page has its English; nothing is inline that the Content-Security-Policy forbids."""

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from sangesan.accounts.models import Post, User
from sangesan.clues.models import Evidence
from sangesan.facts.model import UNITS
from sangesan.facts.moment import Moment
from sangesan.facts.reading import load_facts
from sangesan.policy.parameters import load_parameters
from sangesan.regions.queries import tree
from sangesan.registry.models import Condition, Person, Residence
from sangesan.screening.models import ScreeningRun
from sangesan.screening.reading import load_exclusions, load_rules
from sangesan.screening.waiting import split
from sangesan.web.shown_values import shown
from web.small_county import DAY

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "src/sangesan/web/templates").rglob("*.html"))
BOTH_LANGUAGES = "web/error_500.html"  # stands when all else is down, so it is one file in both
PAPER = "web/bulletins/paper.html"  # an official paper as it was issued, in Chinese for every reader
TRANSLATED = [path for path in TEMPLATES if not path.as_posix().endswith((BOTH_LANGUAGES, PAPER))]


def test_the_english_catalogue_is_complete():
    done = subprocess.run(
        [sys.executable, "scripts/messages.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"run make messages and translate:\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(ROOT).as_posix().split("web/", 2)[-1])
def test_templates_have_nothing_inline(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on", text)
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("path", TRANSLATED, ids=lambda p: p.relative_to(ROOT).as_posix().split("web/", 2)[-1])
def test_chinese_in_templates_goes_through_gettext(path):
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{#.*?#}|{{.*?}}", "", text, flags=re.DOTALL)
    allowed = {"中文", "三"}  # the language's own name, the mark
    found = [word for word in re.findall(r"[\u4e00-\u9fff]+", text) if word not in allowed]
    assert not found


@pytest.fixture
def waiting_rules(clue) -> None:
    """The latest run says of every rule all that can be lacking: feeds, values, deliveries."""
    moment, feeds = Moment(DAY, load_parameters()), {code for rule in load_rules() for code in rule.needs_rows}
    _, waits = split(load_rules(), load_facts(), moment, views=(), empty=feeds)
    run = ScreeningRun.objects.get()
    run.waiting = [{"rule": w.rule, "missing": list(w.missing)} for w in waits]
    run.counts = {rule.code: 1 for rule in load_rules()}
    run.save()


def chinese_left(page: str) -> list[str]:
    """Chinese words that a reader of a page sees, apart from names of people and places, posts, evidence, documents."""
    values = [value for code in load_parameters().codes() for value in load_parameters().parameter(code).values]
    sources = [*(rule.source for rule in load_rules()), *(value.source for value in values)]
    data = {
        "中文", "三", *tree().names.values(), *Person.objects.values_list("name", flat=True),
        *User.objects.values_list("name", flat=True), *Post.objects.values_list("title", flat=True),
        *Residence.objects.values_list("group_name", flat=True), *Condition.objects.values_list("work_place", flat=True),
        *Evidence.objects.values_list("sentence", flat=True), *(value.document for value in values),
        *(str(value.value) for value in values if "、" in str(value.value)),  # words looked for in Chinese records
        *(part for source in sources for part in re.split(r"https?://[^\s（），；、]+", source)),
    }  # fmt: skip
    attributes = re.findall(r'\b(?:title|aria-label|data-label|placeholder|label)="([^"]*)"', page)
    text = html.unescape("\n".join([re.sub(r"<[^>]*>", "\n", page), *attributes]))
    for words in sorted((words.strip() for words in data if words.strip()), key=len, reverse=True):
        text = text.replace(words, "")
    return re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", text)


ENGLISH = [
    "/", "/clues/", "/clues/?state=all", "/households/", "/departments/", "/rules/", "/parameters/", "/runs/", "/cases/",
    "/meetings/", "/meetings/new/?kind=joint_meeting", "/notices/", "/national/", "/requests/", "/unassisted/",
    "/responsibility/", "/responsibility/?list=conflicts", "/papers/", "/lines/", "/lines/?by=channel", "/patrols/",
    "/patrols/rounds/", "/alerts/", "/map/", "/messages/", "/messages/log/", "/self-reports/", "/self-reports/posters/",
    "/phones/", "/phones/clashes/", "/phones/sent-back/", "/village-work/", "/courtyards/",
]  # fmt: skip


@pytest.mark.parametrize("address", ENGLISH)
def test_lists_are_english_but_for_names(signed_in, waiting_rules, address):
    county = signed_in("county")
    county.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert chinese_left(county.get(address).content.decode()) == []


def test_every_clue_household_department_and_rule_is_english_but_for_names(signed_in, clue, waiting_rules):
    county = signed_in("county")
    county.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    rules = load_rules()
    addresses = [
        reverse("clue", args=[clue.pk]),
        reverse("run", args=[ScreeningRun.objects.get().pk]),
        *(reverse("household", args=[pk]) for pk in range(clue.household_id, clue.household_id + 4)),
        *(reverse("department", args=[code]) for code in {rule.department for rule in rules}),
        *(reverse("rule", args=[rule.code]) for rule in (*rules, *load_exclusions())),
        *(reverse("parameter", args=[code]) for code in load_parameters().codes()),
    ]
    left = {}
    for address in addresses:
        answer = county.get(address)
        assert answer.status_code == 200, address
        left[address] = chinese_left(answer.content.decode())
    assert {address: words for address, words in left.items() if words} == {}


def test_units_have_a_singular_and_a_plural_in_english():
    with override("zh-hans"):
        assert [shown(number, "vehicles") for number in (1, 2)] == ["1 辆", "2 辆"]
    with override("en"):
        assert [shown(number, "vehicles") for number in (1, 2)] == ["1 car", "2 cars"]
        assert shown(123456, "fen") == "1,234.56 yuan"
        assert not [unit for unit in UNITS if re.search(r"[\u4e00-\u9fff]", shown(1, unit))]
