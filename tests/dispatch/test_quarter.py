"""A quarter played through on the demonstration county: thirteen weeks, three bulletins, one meeting, two matters."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from django.db import transaction

from dispatch.quarter_played import MONTHS, WEEKS, Played, followed, play
from sangesan.bulletins.models import Document
from sangesan.demo import run as demonstration
from sangesan.dispatch.models import Snapshot, SpotCall
from sangesan.dispatch.month_bulletin import origin_of
from sangesan.dispatch.quarter_meeting import decisions_of, former_section
from sangesan.dispatch.quarter_meeting import origin_of as origin_of_meeting
from sangesan.dispatch.quarter_models import Meeting
from sangesan.draws.queries import draw_of, published
from sangesan.files.attaching import attachments_of, content
from sangesan.regions.queries import forget_tree
from sangesan.supervision.models import LookBack, Sheet, SheetEvent

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCALE = 0.01


@pytest.fixture(scope="module")
def quarter(django_db_setup: None, django_db_blocker) -> Iterator[Played]:
    """The demonstration and its quarter, in one transaction that is rolled back after the module's tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        forget_tree()
        demonstration.build(scale=SCALE, step=lambda _title: lambda *_: None)
        yield play()
        transaction.set_rollback(True)
    forget_tree()


def test_thirteen_weeks_are_closed_once_each_as_of_their_own_day(quarter: Played) -> None:
    rows = {row.period: row for row in Snapshot.objects.filter(kind="week")}
    assert {str(week) for week in WEEKS} <= set(rows)
    for week in WEEKS:
        assert week.last_day() <= rows[str(week)].as_of < week.plus(1).last_day()


def test_weeks_of_which_nobody_was_there_are_made_up(quarter: Played) -> None:
    """Between 13 September and 3 October nothing ran."""
    closed = set(Snapshot.objects.filter(kind="week").values_list("period", flat=True))
    assert {"2022-W37", "2022-W38", "2022-W39"} <= closed


def test_thirteen_draws_repeat_from_what_is_published(quarter: Played) -> None:
    """By lines of our own: the order is that of SHA-256 of seed and code, the seed that of what both offices showed."""
    for week in WEEKS:
        draw = draw_of("weekly_village", str(week))
        assert draw is not None
        told = published(draw)
        keys = [told["secrets"][office] for office in ("style_office", "execution_office")]
        given = [told["commitments"][office]["digest"] for office in ("style_office", "execution_office")]
        assert [sha256(bytes.fromhex(key)).hexdigest() for key in keys] == given
        pool = "\n".join(
            [
                f"{told['method']} {told['size']} {told['salt']}",
                *sorted(" ".join(map(str, row)) for row in told["pool"]),
            ]
        )
        fingerprint = sha256(pool.encode()).hexdigest()
        seed_text = "\n".join(
            ["sangesan-draw", str(told["number"]), told["purpose"], told["period"], fingerprint, *keys]
        )
        seed = sha256(seed_text.encode()).hexdigest()
        first = min((row[0] for row in told["pool"]), key=lambda code: sha256(f"{seed}|{code}".encode()).hexdigest())
        assert told["result"] == [first]


def test_every_drawn_village_was_called_with_questions_from_its_record(quarter: Played) -> None:
    calls = SpotCall.objects.filter(week__in=[str(week) for week in WEEKS])
    assert calls.count() == len(WEEKS)
    assert all(call.state == "done" and call.questions for call in calls)


def test_three_bulletins_are_issued_with_their_files(quarter: Played) -> None:
    issued = [Document.objects.get(origin=origin_of(month)) for month in MONTHS]
    assert {one.state for one in issued} == {Document.State.ISSUED}
    numbers = [(one.year, one.number) for one in issued]
    assert numbers[:2] == sorted(numbers[:2])
    assert len(set(numbers)) == len(numbers)
    for one in issued:
        files = attachments_of([f"bulletin:{one.pk}"])[f"bulletin:{one.pk}"]
        assert any(content(file).startswith(b"PK") for file in files)  # .docx


def test_what_nobody_corrects_goes_blue_yellow_red_and_closes_by_another(quarter: Played) -> None:
    blue = quarter.sheets["left"]
    yellow, red = followed(blue), followed(followed(blue))
    chain = [Sheet.objects.get(pk=number) for number in (blue, yellow, red)]
    assert [one.colour for one in chain] == ["blue", "yellow", "red"]
    assert [one.state for one in chain] == ["raised", "raised", "closed"]
    assert chain[2].evidence > 0
    assert chain[2].closed_user != chain[2].rectified_user
    assert SheetEvent.objects.filter(sheet=blue).exists()


def test_what_comes_back_gets_a_heavier_sheet_by_itself(quarter: Played) -> None:
    first = Sheet.objects.get(pk=quarter.sheets["back"])
    look = LookBack.objects.get(sheet=first, result="came_back")
    assert first.state == "closed"
    assert look.raised is not None
    assert (look.raised.colour, look.raised.cause, look.raised.follows_id) == ("yellow", "repeated", first.pk)
    assert look.raised.issued_on is not None


def test_one_meeting_was_held_and_the_next_will_open_with_its_decision(quarter: Played) -> None:
    meeting = Meeting.objects.get(period="2022-Q4")
    assert meeting.pack
    [decision] = decisions_of(meeting, quarter.day)
    assert decision.title == "保障冬春供水"
    assert Document.objects.get(origin=origin_of_meeting(meeting)).state == Document.State.DRAFTED
    opening = former_section(meeting, quarter.day)
    assert [row["name"] for row in opening["rows"]] == ["保障冬春供水"]
