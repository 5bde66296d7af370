"""Two at the same moment: closing, raising, signing, proposing. On the real PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from racing import together
from sangesan.accounts.queries import system_post
from sangesan.kernel.refusal import Refusal
from sangesan.supervision.models import LookBack, Sheet, SheetEvent
from sangesan.supervision.raising import propose_overdue, raise_sheet
from sangesan.supervision.reviewing import close
from sangesan.supervision.sheets import Matter, draft
from sangesan.supervision.signing import sign
from supervision.sheets_county import UNIT_A, Supervised, at, blue, corrected, later, with_seats
from web.small_county import DAY, build

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def county(tmp_path: Path) -> Supervised:
    return with_seats(build(tmp_path))


def test_two_closers_one_close(county: Supervised) -> None:
    sheet = corrected(county, blue(county), later(1))
    results = together(
        lambda: close(post=county["team_head"], sheet_id=sheet.pk, words="材料齐全符合要求", **at(later(2))),
        lambda: close(post=county["style"], sheet_id=sheet.pk, words="材料齐全符合要求", **at(later(2))),
    )
    assert sum(isinstance(one, Sheet) for one in results) == 1
    assert sum(isinstance(one, Refusal) for one in results) == 1
    assert SheetEvent.objects.filter(sheet=sheet, act="close").count() == 1
    assert LookBack.objects.filter(sheet=sheet).count() == 1


def test_two_nights_one_proposal(county: Supervised) -> None:
    sheet = blue(county)
    results = together(*[lambda: propose_overdue(post=system_post(), sheet_id=sheet.pk, **at(later(8)))] * 3)
    assert sum(isinstance(one, Sheet) for one in results) == 1, results
    assert [one for one in results if isinstance(one, Exception)] == []
    assert Sheet.objects.filter(follows=sheet).count() == 1


def test_raised_twice_by_people_is_one(county: Supervised) -> None:
    sheet = blue(county)
    given = {"sheet_id": sheet.pk, "cause": "direct", "colour": "yellow", "reason": "群众反映强烈"}
    results = together(
        lambda: raise_sheet(post=county["inspector"], submission=uuid4(), **given, **at(DAY)),
        lambda: raise_sheet(post=county["team_head"], submission=uuid4(), **given, **at(DAY)),
    )
    assert sum(isinstance(one, Sheet) for one in results) == 1, results
    assert Sheet.objects.filter(follows=sheet).count() == 1


def test_two_signings_number_without_gap_and_the_third_blue_is_yellow(county: Supervised) -> None:
    blue(county, later(-10))
    about = Matter("双柳村会议记录不规范", "补齐会议记录", UNIT_A, county["village"])
    drafts = [draft(post=county["inspector"], matter=about, submission=uuid4(), **at(DAY)) for _ in range(2)]
    results = together(
        *[lambda pk=one.pk: sign(post=county["team_head"], sheet_id=pk, **at(DAY)) for one in drafts]  # type: ignore[misc]
    )
    assert sorted(one.colour for one in results if isinstance(one, Sheet)) == ["blue", "yellow"], results
    assert sorted(Sheet.objects.filter(number__isnull=False).values_list("number", flat=True)) == [1, 2]


def test_signing_the_raise_while_the_old_sheet_is_closed(county: Supervised) -> None:
    sheet = blue(county)
    made = propose_overdue(post=system_post(), sheet_id=sheet.pk, **at(later(8)))
    assert made is not None
    corrected(county, sheet, later(8))
    results = together(
        lambda: close(post=county["team_head"], sheet_id=sheet.pk, words="材料齐全符合要求", **at(later(9))),
        lambda: sign(post=county["style"], sheet_id=made.pk, **at(later(9))),
    )
    assert sum(isinstance(one, Sheet) for one in results) == 1, results
    sheet.refresh_from_db()
    made.refresh_from_db()
    assert (sheet.state, made.state) in {("closed", "declined"), ("raised", "issued")}
