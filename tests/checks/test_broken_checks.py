"""One broken definition per mistake, each refused with its file and field named."""

from __future__ import annotations

from pathlib import Path

import pytest

from sangesan.cases.irregularity_rules import RULES
from sangesan.checks.defects import defect, defects
from sangesan.checks.reading import load_checks
from sangesan.checks.sources import SOURCES
from sangesan.checks.vocabulary import vocabulary
from sangesan.kernel.refusal import Refusal

GOOD = {
    "code": "broken",
    "title": "试",
    "defect": "missed_enrolment",
    "meaning": "试",
    "source": "default",
    "grain": "household",
    "parameters": "{check_early_days: 天数}",
    "records": "[standing]",
    "when": "monitored and enrolled_days >= check_early_days",
    "sentence": "'{enrolled_days}'",
}
MISTAKES = [
    ({"when": "monitored and enrolled_days >= 30"}, "when", "不能写数字"),
    ({"when": "monitored and enroled_days >= check_early_days"}, "when", "没有名为“enroled_days”"),
    ({"when": "enrolled_days + check_early_days"}, "when", "不是“是否”"),
    ({"when": "exec(monitored)"}, "when", "不能调用"),
    ({"when": "check_early_days >= check_early_days"}, "when", "没有任何事实"),
    ({"parameters": "{}"}, "parameters", "没有列出"),
    ({"parameters": "{check_early_days: 天数, check_clue_days: 天数}"}, "parameters", "没有用到"),
    ({"defect": "nothing"}, "defect", "没有“nothing”这类问题"),
    ({"grain": "planet"}, "grain", "没有“planet”"),
    ({"code": "other"}, "code", "与文件名不一致"),
    ({"source": ""}, "source", "缺少"),
    ({"colour": "red"}, "broken.yaml", "不认识的键"),
    ({"sentence": "'{nobody}'"}, "when", "没有名为“nobody”"),
]


@pytest.mark.parametrize(("change", "place", "words"), MISTAKES)
def test_a_mistake_is_named(tmp_path: Path, change: dict[str, str], place: str, words: str) -> None:
    lines = [f"{key}: {value}" for key, value in (GOOD | change).items()]
    (tmp_path / "broken.yaml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        load_checks(tmp_path)
    assert place in caught.value.place
    assert words in caught.value.message


def test_the_good_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("\n".join(f"{k}: {v}" for k, v in GOOD.items()), encoding="utf-8")
    assert load_checks(tmp_path)["broken"].facts == ("monitored", "enrolled_days")


def test_every_check_can_be_gathered_and_proved() -> None:
    for check in load_checks().values():
        assert set(check.records) <= set(SOURCES[check.grain.code].records), check.code
    assert set(SOURCES) == set(vocabulary().grains)


def test_every_warning_on_papers_belongs_to_one_class() -> None:
    listed = [code for codes in vocabulary().irregularities.values() for code in codes]
    assert sorted(listed) == sorted(RULES)


def test_the_classes_are_those_agreed() -> None:
    assert list(defects()) == [
        "missed_enrolment", "outside_the_system", "enrolled_unassisted", "eliminated_unstable", "irregular_records",
        "missing_patrols", "system_mismatch", "slow_projects", "department_fault", "other",
    ]  # fmt: skip
    with pytest.raises(Refusal):
        defect("nothing")
    found = {check.defect.code for check in load_checks().values()}
    assert set(defects()) - found == {"slow_projects", "other"}
