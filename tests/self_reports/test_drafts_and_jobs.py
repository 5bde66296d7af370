"""Recordings of forms that were not in order, and what runs behind the pages."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from sangesan.files.attaching import prepare
from sangesan.files.models import StoredFile
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import JOBS, execute
from sangesan.self_reports import drafts
from sangesan.self_reports.domain import State, Way
from sangesan.self_reports.models import Draft, Report
from sangesan.self_reports.reporting import RECEIVE, places_to_choose, submit
from self_reports.test_receiving import OWN, WEBM
from web.small_county import DAY, VILLAGE_A, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)


def report(**more) -> Report:
    return submit(
        given=OWN, way=Way.QR, form=uuid.uuid4(), places=places_to_choose(VILLAGE_A), today=DAY, now=NOW, **more
    )


def test_a_draft_is_found_by_its_token_only_and_swept_with_its_recording(db) -> None:
    token = drafts.keep_draft(prepare(WEBM, StoredFile.Kind.VOICE), now=NOW)
    assert drafts.voice_of(token).data == WEBM
    assert drafts.voice_of(token[:-1]) is drafts.voice_of("") is None
    assert token not in str(Draft.objects.values())
    assert drafts.sweep(now=NOW + timedelta(hours=23), hours=24) == 0
    assert drafts.sweep(now=NOW + timedelta(hours=25), hours=24) == 1
    assert (Draft.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_a_recording_that_a_report_uses_outlives_its_draft(small_county: SmallCounty) -> None:
    token = drafts.keep_draft(prepare(WEBM, StoredFile.Kind.VOICE), now=NOW)
    report(voice=drafts.voice_of(token))
    assert drafts.sweep(now=NOW + timedelta(hours=25), hours=24) == 1
    assert StoredFile.objects.filter(kind="voice").count() == 1


def test_each_report_by_phone_asks_for_its_own_looking_up(small_county: SmallCounty) -> None:
    made = report()
    run = JobRun.objects.get(job=RECEIVE)
    assert (run.period, made.state) == (str(made.pk), State.NEW)
    assert execute(run.pk).result == {"state": "sent"}


@pytest.mark.parametrize("name", ["self_reports.left_over", "self_reports.sweep"])
def test_the_daily_jobs_are_known(name) -> None:
    assert JOBS[name].cycle == "daily"


def test_what_was_left_over_is_made_up_for(small_county: SmallCounty) -> None:
    made = report()
    run = JobRun.objects.create(job="self_reports.left_over", period="2022-09-13", asked_at=NOW)
    assert execute(run.pk).result == {"reports": 1}
    made.refresh_from_db()
    assert made.state == State.SENT
