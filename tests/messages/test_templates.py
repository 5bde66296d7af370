"""Templates as data: what may stand in them, and that nothing that names anybody ever can."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sangesan.documents.numbers_in_text import numbers_in
from sangesan.kernel.refusal import Refusal
from sangesan.messages.templates import KINDS, Line, line_of, read_templates, sentence, templates

GOOD = {"title": "线索到期", "text": "{count} 条线索到期", "fields": {"count": "count"}}


def read(folder: Path, **changed: object) -> None:
    path = folder / "templates.yaml"
    path.write_text(yaml.safe_dump({"one": {**GOOD, **changed}}, allow_unicode=True), encoding="utf-8")
    read_templates(path)


def test_a_good_one_is_read(tmp_path: Path) -> None:
    read(tmp_path)
    read(tmp_path, urgent=True, passes_quiet=True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": "{name}到期", "fields": {"name": "name"}}, "种类“name”不允许"),
        ({"text": "{head}到期", "fields": {"head": "person"}}, "种类“person”不允许"),
        ({"text": "{home}到期", "fields": {"home": "household"}}, "不允许"),
        ({"text": "{number}到期", "fields": {"number": "identity_number"}}, "不允许"),
        ({"text": "{phone}到期", "fields": {"phone": "phone"}}, "不允许"),
        ({"text": "{words}到期", "fields": {"words": "text"}}, "不允许"),
        ({"text": "{count} 条，{more}"}, "不一致"),
        ({"text": "几条"}, "不一致"),
        ({"text": "{count.__class__} 条"}, "不一致"),
        ({"text": "{count[0]} 条"}, "不一致"),
        ({"text": "{count!r} 条"}, "不一致"),
        ({"text": "{count:>99} 条"}, "不一致"),
        ({"text": "{} 条"}, "不一致"),
        ({"text": "{count 条"}, "花括号"),
        ({"text": "{count} 条，请打 13800001234"}, "像号码"),
        ({"text": "{count} 条，610998196803051016"}, "像号码"),
        ({"fields": {"C": "count"}, "text": "{C} 条"}, "字段名"),
        ({"passes_quiet": True}, "不急的通知"),
        ({"urgent": "yes"}, "true 或 false"),
        ({"least": ["day"]}, "least"),
        ({"colour": "red"}, "不认识的键"),
        ({"title": ""}, "缺少“title”"),
        ({"text": ""}, "缺少“text”"),
    ],
)
def test_whatever_else_is_refused_with_the_place_named(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        read(tmp_path, **changed)
    assert "templates.yaml one" in str(refused.value)


def test_no_shipped_template_has_another_kind_of_field() -> None:
    assert set(KINDS) == {"count", "day", "place", "colour"}
    assert {kind for template in templates().values() for kind in template.fields.values()} <= set(KINDS)


@given(st.sampled_from(sorted(templates())), st.text(max_size=30) | st.integers() | st.none() | st.booleans())
def test_whatever_is_given_a_sentence_holds_no_number_of_a_person(code: str, value: object) -> None:
    fields = dict.fromkeys(templates()[code].fields, value)
    try:
        line = line_of(code, fields)
    except Refusal:
        return
    said = sentence(line, lambda _code: "东河镇")
    assert not list(numbers_in(said))
    assert not (set(said) - set(templates()[code].text)) & set("陈大山王秀兰")


def test_a_line_survives_being_kept() -> None:
    line = line_of("new_clues", {"count": 3, "day": "2022-09-16"}, "/clues/?due=week")
    assert Line.from_dict(line.to_dict()) == line
    assert sentence(line, str) == "今天有 3 条新线索，最早 9月16日 到期"
