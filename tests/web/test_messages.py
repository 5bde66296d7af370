"""The bell, the list of one's messages, channels and the log."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from sangesan.audit.models import Entry
from sangesan.messages.actions import add_channel
from sangesan.messages.gateways import gateways
from sangesan.messages.models import Channel, Delivery, Message, Subscription
from sangesan.messages.queries import unread
from sangesan.messages.sending import Note, tell, tell_all
from sangesan.messages.templates import line_of
from web.small_county import NOW, TOWN_A, VILLAGE_A

SECRET = "geheim99"


def text(answer) -> str:
    return answer.content.decode()


def bell(page: str) -> str:
    found = re.search(r'class="bell-number"[^>]*>([^<]*)<', page)
    return found.group(1) if found else ""


@pytest.fixture
def told(small) -> Message:
    """A digest of two sentences to the grid worker."""
    lines = [
        line_of("new_clues", {"count": 3, "day": "2022-09-16"}, "/clues/?due=week"),
        line_of("clues_overdue", {"count": 1, "day": "2022-09-10"}),
    ]
    tell_all([Note(small.posts["grid"], lines, template="today")], now=NOW)
    return Message.objects.get()


@pytest.fixture
def channel(small) -> Channel:
    return add(small, f"jsons://fpcuser:{SECRET}@93.184.216.34/send?:phone={{to}}", "短信")


def add(small, address: str, title: str) -> Channel:
    return add_channel(post=small.posts["county"], title=title, address=address, now=NOW)


def test_the_bell_counts_what_was_not_seen_and_the_list_shows_it(signed_in, told) -> None:
    grid = signed_in("grid")
    assert bell(text(grid.get("/"))) == "1"
    page = text(grid.get("/messages/"))
    assert "今日待办" in page
    assert "今天有 3 条新线索，最早 9月16日 到期" in page
    assert "1 条线索已超期" in page
    assert bell(text(signed_in("village").get("/"))) == ""
    assert "今天有 3 条新线索" not in text(signed_in("village").get("/messages/"))


def test_a_digest_says_as_of_when_by_the_countys_clock(signed_in, told) -> None:
    Message.objects.update(
        made_at=datetime(2026, 11, 24, 23, 20, tzinfo=UTC)
    )  # long after the demonstration's fixed day
    page = text(signed_in("grid").get("/messages/"))
    assert "2022-09-13 07:20" in page
    assert "数字是 07:20 时的" in page


def test_a_day_of_another_year_is_said_with_its_year(signed_in, small) -> None:
    lines = [
        line_of("clues_overdue", {"count": 1, "day": "2021-05-27"}),
        line_of("cases_overdue", {"count": 1, "day": "2022-05-27"}),
    ]
    tell_all([Note(small.posts["grid"], lines, template="today")], now=NOW)
    page = text(signed_in("grid").get("/messages/"))
    assert "最早应在 2021年5月27日 前核查" in page
    assert "最早应在 5月27日 前办" in page


def test_opening_a_sentence_goes_where_it_leads_and_marks_it_seen(signed_in, told) -> None:
    grid = signed_in("grid")
    answer = grid.post(f"/messages/{told.pk}/open/", {"line": "0"})
    assert answer.url == "/clues/?due=week"
    told.refresh_from_db()
    assert told.read_at is not None
    assert bell(text(grid.get("/messages/"))) == ""
    for number in ("1", "2", "-1", "x", ""):  # no page, no such sentence, no number
        assert grid.post(f"/messages/{told.pk}/open/", {"line": number}).status_code == 400


def test_nobody_opens_or_reads_anothers(signed_in, told) -> None:
    for address in (f"/messages/{told.pk}/open/", f"/messages/{told.pk}/read/"):
        assert signed_in("village").post(address, {"line": "0"}).status_code == 403
    signed_in("village").post("/messages/read/", {"up_to": str(told.pk)})
    told.refresh_from_db()
    assert told.read_at is None


def test_all_are_marked_up_to_the_newest_shown(signed_in, small, told) -> None:
    grid = signed_in("grid")
    page = text(grid.get("/messages/"))
    assert f'name="up_to" value="{told.pk}"' in page
    tell([small.posts["grid"]], "clues_due", {"count": 2}, now=NOW)  # came after the page was opened
    grid.post("/messages/read/", {"up_to": str(told.pk)})
    assert list(Message.objects.filter(read_at=None).values_list("template", flat=True)) == ["clues_due"]
    assert "2 条线索今天或明天到期" in text(grid.get("/messages/?show=unread"))
    assert "今日待办" not in text(grid.get("/messages/?show=unread"))
    for broken in ("", "x", "9" * 30):
        assert grid.post("/messages/read/", {"up_to": broken}).status_code == 302
    assert Message.objects.filter(read_at=None).count() == 1


def test_pages_by_key_in_few_queries(signed_in, small, django_assert_max_num_queries) -> None:
    grid = signed_in("grid")
    for n in range(120):
        tell([small.posts["grid"]], "clues_due", {"count": n + 1}, "/clues/", now=NOW + timedelta(minutes=n))
    grid.get("/messages/")
    with django_assert_max_num_queries(9):
        page = grid.get("/messages/")
    assert bell(text(page)) == "99+"
    seen, address = [], "/messages/"
    while address:
        answer = grid.get(address)
        seen += [row.message.pk for row in answer.context["rows"]]
        address = f"/messages/?after={answer.context['next']}" if answer.context["next"] else ""
    assert seen == sorted(Message.objects.values_list("pk", flat=True), reverse=True)
    assert grid.get("/messages/?after=x").status_code == 400
    with django_assert_max_num_queries(1):
        assert unread(small.posts["grid"]) == 100


def test_a_channel_is_set_up_and_its_address_is_never_shown_again(signed_in, small, settings) -> None:
    county = signed_in("county")
    given = {"title": "县专班短信", "address": f"jsons://fpcuser:{SECRET}@93.184.216.34/send?:phone={{to}}"}
    assert county.post("/messages/channels/add/", given).url == "/messages/channels/"
    page = text(county.get("/messages/channels/"))
    assert "县专班短信" in page
    assert "jsons://…@93.184.216.34/…" in page
    assert SECRET not in page
    assert SECRET not in str([e.detail for e in Entry.objects.all()])
    again = county.post("/messages/channels/add/", {**given, "address": f"json://u:{SECRET}@10.0.0.1/"})
    assert again.status_code == 400
    assert "本机或内网" in text(again)
    assert "县专班短信" in text(again)
    assert SECRET not in text(again)  # what was typed there is not sent back either
    assert "没有保留，请重新输入" in text(again)
    assert "请管理员在服务器上允许" in text(again)
    assert "SANGESAN_" not in text(again)
    assert "对外通知免打扰开始" in page
    unknown = text(county.post("/messages/channels/add/", {"title": "县专班短信", "address": "sms://x"}))
    for gateway in gateways().values():
        assert unknown.count(gateway.beginnings) >= 2, "the refusal and the help say the same"
    assert Channel.objects.count() == 1


def test_who_receives_is_set_up_and_ended(signed_in, small, channel) -> None:
    county = signed_in("county")
    address = f"/messages/channels/{channel.pk}/subscribe/"
    for receiver, target, said in (
        ("nobody_known", "13900001111", "没有这个在任岗位"),
        ("test_grid", "123", "不是手机号码或邮箱"),
        ("", "13900001111", "按人发送"),
    ):
        answer = county.post(address, {"receiver": receiver, "target": target})
        assert answer.status_code == 400
        assert said in text(answer)
    county.post(address, {"receiver": "test_grid", "target": "13900001111"})
    page = text(county.get("/messages/channels/"))
    assert "139****1111" in page
    assert "13900001111" not in page
    county.post(address, {"receiver": "双柳村第1网格 网格员", "target": "13900002222"})  # a new number
    assert Subscription.objects.filter(ended_at=None).get().shown_target == "139****2222"
    county.post(f"/messages/subscriptions/{Subscription.objects.get(ended_at=None).pk}/end/")
    assert not Subscription.objects.filter(ended_at=None).exists()
    group = add(small, "wecombot://0a1b2c3d-key", "工作群")
    county.post(f"/messages/channels/{group.pk}/subscribe/", {"role": "grid", "division": TOWN_A})
    assert "东河镇" in text(county.get("/messages/channels/"))
    for wrong in ({"role": "system"}, {"role": ""}, {"role": "grid", "division": VILLAGE_A}):
        assert county.post(f"/messages/channels/{group.pk}/subscribe/", wrong).status_code == 400
    county.post(f"/messages/channels/{group.pk}/stop/")
    assert not Channel.objects.get(pk=group.pk).active
    assert county.post(f"/messages/channels/{group.pk}/try/").status_code == 400


def test_the_log_shows_each_delivery_with_its_attempts(signed_in, channel) -> None:
    now = timezone.now()
    for n in range(60):
        state = "given_up" if n == 7 else "sent"
        row = Delivery.objects.create(
            channel=channel,
            text=f"试验县防返贫提醒\n{n} 条",
            state=state,
            attempts=1 + (n == 7),
            next_at=now,
            made_at=now,
        )
        row.tries.create(
            number=1, result="failed" if n == 7 else "sent", answer="超时没有答复" if n == 7 else "", at=now
        )
    inspector = signed_in("inspector")
    page = inspector.get("/messages/log/")
    assert page.context["total"] == 60
    assert len(page.context["rows"]) == 50
    assert len(inspector.get(f"/messages/log/?after={page.context['next']}").context["rows"]) == 10
    failed = inspector.get("/messages/log/?state=given_up")
    assert len(failed.context["rows"]) == 1
    assert "超时没有答复" in text(failed)
    assert len(inspector.get("/messages/log/?problem=1").context["rows"]) == 1
    assert len(inspector.get("/messages/log/?on=2020-01-01").context["rows"]) == 0
    assert len(inspector.get(f"/messages/log/?channel={channel.pk}").context["rows"]) == 50
    assert inspector.get("/messages/log/?channel=x&state=y").status_code == 200
    assert inspector.get("/messages/log/?on=yesterday").status_code == 400
    assert signed_in("grid").get("/messages/log/").status_code == 403
    assert signed_in("inspector").get("/messages/channels/").status_code == 403


def test_the_log_asks_few_questions(signed_in, channel, django_assert_max_num_queries) -> None:
    for _ in range(60):
        row = Delivery.objects.create(channel=channel, text="x", next_at=NOW, made_at=NOW)
        row.tries.create(number=1, result="sent", at=NOW)
    client = signed_in("county")
    client.get("/messages/log/")
    with django_assert_max_num_queries(12):
        client.get("/messages/log/")
