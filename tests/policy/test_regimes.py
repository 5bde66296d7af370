"""Regimes: which holds on a day, what category data suggest under it, and one broken file per mistake."""

from datetime import date
from pathlib import Path

import pytest

from sangesan.kernel.refusal import Refusal
from sangesan.policy.regimes import SHIPPED, load_regimes, regime_on

GOOD = (SHIPPED / "2021.yaml").read_text(encoding="utf-8")
NEXT = (SHIPPED / "2026.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("on", "code", "subject"),
    [
        (date(2021, 1, 1), "2021", "监测对象"), (date(2025, 12, 31), "2021", "监测对象"), (date(2026, 1, 1), "2026", "防止返贫致贫对象"),
    ],
)  # fmt: skip
def test_the_regime_of_a_day(on: date, code: str, subject: str) -> None:
    assert (regime_on(on).code, regime_on(on).terms["subject"]) == (code, subject)


def test_a_day_without_a_regime_is_refused_not_guessed() -> None:
    with pytest.raises(Refusal, match="2020-12-31 没有适用"):
        regime_on(date(2020, 12, 31))


@pytest.mark.parametrize(
    ("poor", "income", "line", "title"),
    [
        (True, 600000, 600000, "脱贫不稳定户"), (False, 600000, 600000, "边缘易致贫户"), (True, 600001, 600000, "突发严重困难户"),
        (False, 600001, 600000, "突发严重困难户"), (True, None, 600000, None), (True, 600000, None, None),
    ],
)  # fmt: skip
def test_the_category_that_data_suggest(poor: bool, income: int | None, line: int | None, title: str | None) -> None:
    for regime in load_regimes().values():
        found = regime.category_for(formerly_poor=poor, income_fen=income, line_fen=line)
        assert (found.title if found else None) == title


def test_what_no_text_names_says_default() -> None:
    regime = load_regimes()["2026"]
    assert {figure.source for figure in regime.limits.values()} == {"default"}


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (GOOD.replace("day_type: calendar", "day_type: lunar"), "日期种类“lunar”不认识"),
        (GOOD.replace('  whole: {days: 15, source: "[S15a]"}', "  whole: {days: 15}"), "limits whole：缺少“source”"),
        (GOOD.replace("  entry: {days: 3, source: default}\n", ""), "缺少“entry”"),
        (GOOD.replace("days: 15", "days: -1"), "不小于0的整数"),
        (GOOD.replace("checkers: {count: 2", "checkers: {count: two"), "整数"),
        (GOOD.replace("title: 过渡期", "titel: 过渡期"), "不认识的键“titel”"),
        (GOOD.replace("  study:", "  studdy:"), "不认识的键“studdy”"),
    ],
)
def test_broken_files_name_the_place(tmp_path: Path, broken: str, why: str) -> None:
    (tmp_path / "2021.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(Refusal, match=why) as refused:
        load_regimes(tmp_path)
    assert "2021.yaml" in str(refused.value)


def test_two_regimes_on_one_day_are_refused(tmp_path: Path) -> None:
    (tmp_path / "2021.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "2026.yaml").write_text(NEXT.replace("2026-01-01", "2025-06-01"), encoding="utf-8")
    with pytest.raises(Refusal, match="重叠"):
        load_regimes(tmp_path)
