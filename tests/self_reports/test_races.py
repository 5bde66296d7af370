"""Two taps at once, on the real database."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from sangesan.clues.models import Clue
from sangesan.self_reports.domain import Way
from sangesan.self_reports.limits import Limit, count
from sangesan.self_reports.models import Report, Tally
from sangesan.self_reports.receiving import receive
from sangesan.self_reports.reporting import places_to_choose, submit
from self_reports.test_receiving import NOW, OWN
from web.small_county import DAY, VILLAGE_A, build

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


def at_once(work) -> list:
    def closing(_n):
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(closing, range(AT_ONCE)))


def test_one_form_sent_at_once_is_one_report_and_one_clue(tmp_path: Path, settings) -> None:
    settings.HOME = tmp_path
    build(tmp_path)
    form, places = uuid.uuid4(), places_to_choose(VILLAGE_A)
    receipts = at_once(lambda: submit(given=OWN, way=Way.QR, form=form, places=places, today=DAY, now=NOW).receipt)
    assert len(set(receipts)) == Report.objects.count() == 1
    number = Report.objects.get().pk
    assert at_once(lambda: receive(report_id=number, today=DAY, now=NOW).state) == ["sent"] * AT_ONCE
    assert Clue.objects.count() == 1


def test_counting_at_once_loses_none() -> None:
    at_once(lambda: count([Limit("address", "203.0.113.9", 99, timedelta(hours=1))], now=NOW))
    assert Tally.objects.get().count == AT_ONCE
