"""Every text of a page has its English; nothing is inline that the Content-Security-Policy forbids."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "src/sangesan/web/templates").rglob("*.html"))
BOTH_LANGUAGES = "error_500.html"  # stands when all else is down, so it is one file in both
TRANSLATED = [path for path in TEMPLATES if path.name != BOTH_LANGUAGES]


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
