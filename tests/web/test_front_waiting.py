"""The front page shows what waits beside households, to whom it belongs, and nothing where there is nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from sangesan.leadership.assignments import give
from web.small_county import DAY, NOW, SmallCounty

pytestmark = pytest.mark.django_db


def front(county: SmallCounty, role: str) -> str:
    client = Client()
    client.force_login(county.users[role])
    return client.get("/").content.decode()


def test_a_task_is_on_the_front_page_of_whom_it_was_given_to(small_county: SmallCounty) -> None:
    posts = small_county.posts
    give(
        post=posts["county"], title="摸清缺水院落", words="逐户看水源", to=[posts["town"]], due_on=DAY + timedelta(days=3),
        origin="", submission=uuid4(), now=NOW, today=DAY,
    )  # fmt: skip
    assert "督办、交办和公文" in front(small_county, "town")
    assert 'href="/assignments/"><span class="tally-name">交办任务</span><b>1</b>' in front(small_county, "town")
    assert "督办、交办和公文" not in front(small_county, "village")


@pytest.mark.parametrize("role", ["county", "town", "village", "grid", "department", "inspector"])
def test_where_nothing_waits_nothing_is_said(small_county: SmallCounty, role: str) -> None:
    assert "督办、交办和公文" not in front(small_county, role)
