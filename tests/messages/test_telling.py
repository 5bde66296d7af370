"""Telling: checked at the door, once per source, queued for the channels that the post is subscribed to."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.messages.models import Channel, Message, Subscription, Waiting
from sangesan.messages.sending import Note, tell, tell_all
from sangesan.messages.templates import line_of
from web.small_county import NOW, TOWN_A, TOWN_B, VILLAGE_A, SmallCounty


def test_a_post_is_told_once_per_source(small_county: SmallCounty) -> None:
    posts = [small_county.posts["grid"], small_county.posts["village"]]
    given = ("new_clues", {"count": 3, "day": date(2022, 9, 16)}, "/clues/?due=week")
    assert tell(posts, *given, source="clues:2022-09-13", now=NOW) == 2
    assert tell(posts, *given, source="clues:2022-09-13", now=NOW) == 0
    assert tell(posts, *given, source="clues:2022-09-14", now=NOW) == 2
    assert tell(posts, *given, now=NOW) == 2
    assert tell(posts, *given, now=NOW) == 2  # without a source each one counts
    assert Message.objects.count() == 8
    message = Message.objects.earliest("pk")
    assert message.lines == [
        {"template": "new_clues", "fields": {"count": 3, "day": "2022-09-16"}, "link": "/clues/?due=week"}
    ]


@pytest.mark.parametrize(
    ("template", "fields", "link"),
    [
        ("new_clues", {"count": 3, "day": "陈大山"}, ""),
        ("new_clues", {"count": "陈大山", "day": "2022-09-16"}, ""),
        ("new_clues", {"count": 13800001234, "day": "2022-09-16"}, ""),
        ("new_clues", {"count": True, "day": "2022-09-16"}, ""),
        ("new_clues", {"count": -1, "day": "2022-09-16"}, ""),
        ("new_clues", {"count": 3}, ""),
        ("new_clues", {"count": 3, "day": "2022-09-16", "name": "陈大山"}, ""),
        ("damage_found", {"count": 3, "place": "陈大山家"}, ""),
        ("damage_found", {"count": 3, "place": "13800001234"}, ""),
        ("damage_found", {"count": 3, "place": "999999999999"}, ""),
        ("alert_over", {"count": 3, "place": VILLAGE_A, "colour": "陈"}, ""),
        ("no_such", {}, ""),
        ("new_clues", {"count": 3, "day": "2022-09-16"}, "https://elsewhere.example/"),
        ("new_clues", {"count": 3, "day": "2022-09-16"}, "//elsewhere.example/"),
        ("new_clues", {"count": 3, "day": "2022-09-16"}, "/clues/?text=陈大山"),
        ("new_clues", {"count": 3, "day": "2022-09-16"}, "/clues/?text=%E9%99%88"),
    ],
)
def test_what_is_no_count_day_place_or_colour_is_refused(small_county: SmallCounty, template, fields, link) -> None:
    with pytest.raises(Refusal) as refused:
        tell([small_county.posts["grid"]], template, fields, link, now=NOW)
    assert "陈" not in str(refused.value)
    assert "13800001234" not in str(refused.value)
    assert not Message.objects.exists()


def test_only_what_a_subscription_takes_waits_for_its_channel(small_county: SmallCounty) -> None:
    own, town, other, county = (_channel(name) for name in ("own", "town", "other", "county"))
    grid, village = small_county.posts["grid"], small_county.posts["village"]
    Subscription.objects.create(channel=own, post=grid, made_at=NOW)
    Subscription.objects.create(channel=town, role="grid", division=TOWN_A, made_at=NOW)
    Subscription.objects.create(channel=town, post=grid, made_at=NOW)  # twice in one channel is still once
    Subscription.objects.create(channel=other, role="grid", division=TOWN_B, made_at=NOW)
    Subscription.objects.create(channel=county, role="village", made_at=NOW)
    tell([grid, village], "clues_due", {"count": 2}, now=NOW)
    waiting = {(w.message.post_id, w.channel_id) for w in Waiting.objects.select_related("message")}
    assert waiting == {(grid.pk, own.pk), (grid.pk, town.pk), (village.pk, county.pk)}
    # told at 10:00 in the morning: with the digest of 17:30; at once what is urgent
    assert {w.due_at for w in Waiting.objects.all()} == {datetime(2022, 9, 13, 9, 30, tzinfo=UTC)}
    tell([grid], "damage_found", {"count": 1, "place": VILLAGE_A}, now=NOW)
    assert {w.due_at for w in Waiting.objects.filter(urgent=True)} == {NOW}
    tell([grid], "not_delivered", {"count": 1}, now=NOW)
    assert not Waiting.objects.filter(message__template="not_delivered").exists()


def test_a_county_of_officials_is_told_in_few_queries(small_county: SmallCounty) -> None:
    user = small_county.users["grid"]
    Post.objects.bulk_create(
        Post(user=user, role="grid", title=f"{n}", division=VILLAGE_A, grid=f"6109981{n:05d}-01", valid_from="2021-01-01")
        for n in range(2000)
    )
    channel = _channel("all")
    Subscription.objects.create(channel=channel, role="grid", made_at=NOW)
    line = line_of("clues_due", {"count": 2})
    notes = [Note(post, [line], "day:2022-09-13") for post in Post.objects.filter(role="grid")]
    with CaptureQueriesContext(connection) as captured:
        assert tell_all(notes, now=NOW) == 2001
    assert len(captured) <= 70
    assert Waiting.objects.count() == 2001


def _channel(title: str) -> Channel:
    return Channel.objects.create(
        title=title, gateway="json", sealed_address=b"x", shown="json://…", made_by=1, made_by_title="x", made_at=NOW
    )
