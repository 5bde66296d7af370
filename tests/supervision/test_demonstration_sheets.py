"""The demonstration's sheets: told by the real acts, day by day, once."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.demo.supervision import write_supervision
from sangesan.leadership.actions import take_seat
from sangesan.leadership.units import departments
from sangesan.supervision.models import HandOver, LookBack, Sheet, SheetEvent
from supervision.sheets_county import with_seats
from web.small_county import COMMUNITY, DAY, NOW, PASSWORD, TOWN_A, TOWN_B, VILLAGE_B, SmallCounty


def test_every_colour_and_nearly_every_state(small_county: SmallCounty) -> None:
    county = with_seats(small_county)
    posts = [Post(role="village", title=f"村干部{code}", division=code) for code in (COMMUNITY, VILLAGE_B)]
    posts += [Post(role="town", title=f"镇干部{code}", division=code) for code in (TOWN_A, TOWN_B)]
    posts += [Post(role="department", title=f"{one.title}负责人", department=one.code) for one in departments()]
    for number, post in enumerate([*posts, Post(role="inspector", title="狠抓落实办主任")]):
        post.valid_from = date(2021, 1, 1)
        open_account(username=f"demo{number}", name="演示·某人", password=PASSWORD, posts=[post])
    other = Post.objects.get(title="狠抓落实办主任")
    take_seat(
        post=county["county"], seat="execution_office_head", scope="", holder=other, from_day=date(2021, 2, 1),
        document="测试文件3号", now=NOW,
    )  # fmt: skip
    write_supervision(today=DAY, progress=lambda *_: None)
    before = Sheet.objects.count(), SheetEvent.objects.count()
    write_supervision(today=DAY, progress=lambda *_: None)
    assert (Sheet.objects.count(), SheetEvent.objects.count()) == before
    colours = Counter(Sheet.objects.values_list("colour", flat=True))
    assert min(colours[colour] for colour in ("blue", "yellow", "red")) >= 2
    states = set(Sheet.objects.values_list("state", flat=True))
    assert states >= {"draft", "received", "rectified", "returned", "closed", "raised", "withdrawn", "handed_over"}
    assert set(LookBack.objects.values_list("result", flat=True)) >= {"", "corrected", "came_back"}
    assert HandOver.objects.filter(state="received", document__isnull=False).exists()
    assert SheetEvent.objects.filter(act="accept_extension").exists()
    signed = Sheet.objects.filter(number__isnull=False, colour="blue").order_by("number")
    days = list(signed.values_list("issued_on", flat=True))
    assert days == sorted(days)
    assert all(day is not None and day <= DAY for day in days)
