"""A small county that is walked: what the tests of rounds, coverage and lists stand on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sangesan.patrols.actions import record_entry
from sangesan.patrols.models import Entry, Round
from sangesan.registry.models import Household
from web.small_county import DAY, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
ILL = ("01", "父亲上周住院，自付两万多元", date(2022, 9, 6))


def home(code_end: str) -> Household:
    return Household.objects.get(code__endswith=code_end)


def walk(county: SmallCounty, household: Household, result: str = "same", *, role: str = "grid", **more: Any) -> Entry:
    given = {"post": county.posts[role], "household_id": household.pk, "result": result, "on": DAY, "now": NOW, "today": DAY}
    return record_entry(**{**given, **more})


def a_round(**more: Any) -> Round:
    given = {"kind": "campaign", "title": "秋季集中排查", "starts_on": date(2022, 9, 1), "ends_on": date(2022, 9, 30), "opened_by": 1, "opened_at": NOW}
    return Round.objects.create(**{**given, **more})
