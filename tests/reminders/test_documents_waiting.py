"""Documents in the daily reminder: once per post, for units and for seats; drafts for those who sign."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bulletins.offices import drafted, heads, issued
from sangesan.bulletins.actions import read, withdraw
from sangesan.reminders.documents import document_lines
from web.small_county import DAY, NOW, SmallCounty

pytestmark = pytest.mark.django_db


def told(county: SmallCounty) -> dict[int, list[str]]:
    """What each post is told."""
    return {
        post: [f"{line.template} {line.fields['count']}" for line in lines]
        for post, lines in document_lines(DAY).items()
    }


def test_a_unit_is_reminded_until_it_signs(small_county: SmallCounty) -> None:
    signers, town = heads(small_county), small_county.posts["town"]
    first = issued(small_county, signers)
    issued(small_county, signers, "test:2", addressees=["towns", f"post:{town.pk}"])
    assert told(small_county)[town.pk] == ["bulletins_unread 2"], "two keys of one post are one document"
    assert told(small_county)[small_county.posts["department"].pk] == ["bulletins_unread 1"]
    assert small_county.posts["grid"].pk not in told(small_county)
    read(post=town, document=first, now=NOW, today=DAY)
    assert told(small_county)[town.pk] == ["bulletins_unread 1"]
    withdraw(post=signers[0], document=first, reason="期号排错", now=NOW, today=DAY)
    assert small_county.posts["department"].pk not in told(small_county)


def test_those_who_sign_are_told_of_drafts(small_county: SmallCounty) -> None:
    style, execution = heads(small_county)
    drafted(small_county)
    assert told(small_county) == {style.pk: ["bulletins_to_sign 1"], execution.pk: ["bulletins_to_sign 1"]}


def test_the_number_of_questions_does_not_grow(small_county: SmallCounty) -> None:
    signers = heads(small_county)
    counts = []
    for number in range(3):
        issued(small_county, signers, f"issued:{number}")
        drafted(small_county, f"drafted:{number}")
        with CaptureQueriesContext(connection) as caught:
            document_lines(DAY)
        counts.append(len(caught))
    assert len(set(counts)) == 1
