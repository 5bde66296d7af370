"""Weeks, months and quarters stand in words on pages, in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from sangesan.assessment.models import Assessment
from sangesan.kernel.period import Month, Quarter, Week
from sangesan.web.periods import period_words
from sangesan.web.templatetags.assessment import objection_window


@pytest.mark.parametrize(
    ("period", "chinese", "english"),
    [
        (Week(2022, 36), "2022年第36周", "Week 36 of 2022"),
        (Month(2022, 8), "2022年8月", "August 2022"),
        (Quarter(2022, 3), "2022年第三季度", "Q3 2022"),
        ("2022-Q1", "2022年第一季度", "Q1 2022"),
        ("2022-W36", "2022年第36周", "Week 36 of 2022"),
        ("2022", "2022", "2022"),
        ("", "", ""),
    ],
)
def test_periods_in_words(period, chinese, english):
    with translation.override("zh-hans"):
        assert period_words(period) == chinese
    with translation.override("en"):
        assert period_words(period) == english


@pytest.mark.parametrize(
    ("today", "end"),
    [(date(2022, 7, 8), "还有 5 天"), (date(2022, 7, 13), "今天最后一天"), (date(2022, 7, 14), "已过")],
)
def test_the_window_of_objections(today, end):
    row = Assessment(announced_on=date(2022, 7, 6), objections_until=date(2022, 7, 13))
    with translation.override("zh-hans"):
        assert objection_window(row, today) == f"异议期 7月6日至7月13日，{end}"


def test_nothing_announced_has_no_window():
    assert objection_window(Assessment(), date(2022, 7, 6)) == ""
