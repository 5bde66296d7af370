"""From the queue to the gateway: digests, urgent ones, quiet hours, retries, crashes; nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messages.receiving import Received, http_gateway
from sangesan.accounts.models import Post
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import execute
from sangesan.kernel.refusal import Refusal
from sangesan.messages import delivering
from sangesan.messages.actions import add_channel, end_subscription, stop_channel, subscribe, try_channel
from sangesan.messages.delivering import STALE, collect, send_due
from sangesan.messages.gateways import Answer
from sangesan.messages.guard import ensure_sayable
from sangesan.messages.models import Attempt, Channel, Delivery, Message, Subscription, Waiting
from sangesan.messages.queries import work_waits
from sangesan.messages.sending import tell
from sangesan.messages.tasks import ask_to_deliver
from sangesan.regions.queries import CHINA
from web.small_county import NOW, TOWN_A, VILLAGE_A, SmallCounty

MORNING = datetime(2022, 9, 13, 10, 0, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def local(settings) -> None:
    settings.ALLOW_LOCAL_GATEWAYS = True
    settings.ADDRESS = "https://fpc.example.cn"


@pytest.fixture
def gateway() -> Iterator[Received]:
    with http_gateway() as received:
        yield received


def at(hour: int, minute: int = 0, *, day: int = 13) -> datetime:
    return datetime(2022, 9, day, hour, minute, tzinfo=CHINA)


def group(county: SmallCounty, port: int, title: str = "工作群", **who: Any) -> Channel:
    channel = add_channel(
        post=county.posts["county"], title=title, address=f"json://127.0.0.1:{port}/{title}key", now=NOW
    )
    subscribe(post=county.posts["county"], channel_id=channel.pk, now=NOW, **(who or {"role": "grid"}))
    return channel


def run(now: datetime) -> dict[str, int]:
    return send_due(clock=lambda: now).to_dict()


def test_forty_messages_become_one_text_at_the_next_set_time(small_county, gateway) -> None:
    group(small_county, gateway.port)
    user = small_county.users["grid"]
    grids = [small_county.posts["grid"]] + [
        Post.objects.create(
            user=user, role="grid", title=f"{n}", division=VILLAGE_A, grid=f"x{n}", valid_from="2021-01-01"
        )
        for n in range(39)
    ]
    for n, post in enumerate(grids):
        tell([post], "new_clues", {"count": 1, "day": date(2022, 9, 16 + n % 3)}, "/clues/", now=MORNING)
    assert run(at(17, 29))["collected"] == 0
    assert run(at(17, 30)) == {"collected": 40, "sent": 1, "failed": 0, "unclear": 0, "refused": 0, "given_up": 0}
    number = Delivery.objects.get().pk
    assert gateway.texts() == [
        f"试验县防返贫提醒\n今天有 40 条新线索，最早 9月16日 到期\nhttps://fpc.example.cn/clues/\n编号 {number}"
    ]
    assert run(at(17, 31))["sent"] == 0
    assert Waiting.objects.filter(delivery=number).count() == 40


def test_a_group_of_several_roles_reads_each_apart(small_county, gateway) -> None:
    channel = group(small_county, gateway.port)
    subscribe(post=small_county.posts["county"], channel_id=channel.pk, role="village", division=TOWN_A, now=NOW)
    posts = [small_county.posts[role] for role in ("grid", "village", "town")]
    tell(posts, "clues_due", {"count": 2}, "/clues/", now=MORNING)
    tell(posts, "told_waiting", {"count": 1, "day": "2022-09-15"}, "/responsibility/", now=MORNING)
    run(at(17, 30))
    (text,) = gateway.texts()
    assert text.split("\n")[1:6] == [
        "村（社区）：2 条线索今天或明天到期",
        "村（社区）：搬迁户另一方的 1 条告知等待签收，最早 9月15日 到期",
        "网格员：2 条线索今天或明天到期",
        "网格员：搬迁户另一方的 1 条告知等待签收，最早 9月15日 到期",
        "https://fpc.example.cn/messages/",
    ]


def test_urgent_ones_go_at_once_and_at_night_only_those_that_may(small_county, gateway) -> None:
    group(small_county, gateway.port)
    grid = [small_county.posts["grid"]]
    tell(grid, "damage_found", {"count": 2, "place": VILLAGE_A}, now=MORNING)
    assert run(MORNING)["sent"] == 1
    tell(grid, "damage_found", {"count": 3, "place": VILLAGE_A}, now=at(22))
    tell(grid, "alert_tasks_at_once", {"count": 5, "place": VILLAGE_A, "colour": "red", "hours": 2}, now=at(22))
    tell(grid, "clues_due", {"count": 1}, now=at(22))
    assert run(at(22))["sent"] == 1
    assert "红色预警，5 户要立即走访，限 2 小时" in gateway.texts()[-1]
    assert run(at(6, 59, day=14))["sent"] == 0
    assert run(at(7, 0, day=14))["sent"] == 1
    assert "3 户灾情" in gateway.texts()[-1]
    assert run(at(8, 30, day=14))["sent"] == 1
    assert len(gateway.bodies) == 4


def test_a_personal_channel_reaches_each_at_their_own_number(small_county, gateway) -> None:
    chief = small_county.posts["county"]
    address = f"form://fpcuser:geheim99@127.0.0.1:{gateway.port}/send?:phone={{to}}"
    channel = add_channel(post=chief, title="短信", address=address, now=NOW)
    assert channel.personal
    for role, number in (("grid", "13900001111"), ("village", "13900002222")):
        row = subscribe(post=chief, channel_id=channel.pk, receiver=small_county.posts[role].pk, target=number, now=NOW)
        assert row.shown_target == f"139****{number[-4:]}"
    stored = bytes(Channel.objects.get().sealed_address) + b"".join(
        bytes(s.sealed_target) for s in Subscription.objects.all()
    )
    assert not any(secret in stored for secret in (b"geheim99", b"13900001111"))
    assert "geheim99" not in channel.shown
    tell([small_county.posts["grid"], small_county.posts["village"]], "clues_due", {"count": 2}, "/clues/", now=MORNING)
    assert run(at(17, 30))["sent"] == 2
    assert Counter(body["phone"] for body in gateway.bodies) == {"13900001111": 1, "13900002222": 1}
    with pytest.raises(Refusal, match="按人发送"):
        subscribe(post=chief, channel_id=channel.pk, role="grid", now=NOW)
    with pytest.raises(Refusal, match="手机号码或邮箱"):
        subscribe(post=chief, channel_id=channel.pk, receiver=small_county.posts["grid"].pk, target="12&x=1", now=NOW)


def test_failures_are_tried_again_with_growing_waits_and_told_to_the_county(small_county, gateway) -> None:
    group(small_county, gateway.port)
    tell([small_county.posts["grid"]], "clues_due", {"count": 2}, now=MORNING)
    gateway.answers = [(500, "13800001234 is full")] * 9
    now, tried = at(8, 30, day=14), []
    for _ in range(8 * 60):
        if run(now)["failed"]:
            tried.append(now)
        now += timedelta(minutes=1)
    assert [int((b - a).total_seconds() // 60) for a, b in pairwise(tried)] == [1, 5, 15, 60, 240]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, len(gateway.bodies)) == ("given_up", 6, 6)
    assert delivery.tries.count() == 6
    assert all("500" in row.answer and "13800001234" not in row.answer for row in Attempt.objects.all())
    told = Message.objects.get(template="not_delivered")
    assert told.post == small_county.posts["county"]
    assert told.lines[0]["fields"] == {"count": 1}
    assert Channel.objects.get().failing_since is not None


def test_a_gateway_that_comes_back_gets_it_once(small_county, gateway) -> None:
    group(small_county, gateway.port)
    tell([small_county.posts["grid"]], "clues_due", {"count": 2}, now=MORNING)
    gateway.answers = [(503, "later")]
    assert run(at(17, 30))["failed"] == 1
    assert run(at(17, 31))["sent"] == 1
    assert run(at(17, 40))["sent"] == 0
    assert Channel.objects.get().failing_since is None
    assert [row.result for row in Attempt.objects.order_by("pk")] == ["failed", "sent"]


def test_a_dead_gateway_is_let_alone_after_three_and_holds_up_no_other(small_county, gateway) -> None:
    chief, user = small_county.posts["county"], small_county.users["grid"]
    dead = add_channel(post=chief, title="坏了", address="json://127.0.0.1:9/?:phone={to}", now=NOW)
    group(small_county, gateway.port)
    grids = [
        Post.objects.create(
            user=user, role="grid", title=f"{n}", division=VILLAGE_A, grid=f"x{n}", valid_from="2021-01-01"
        )
        for n in range(6)
    ]
    for n, post in enumerate(grids):
        subscribe(post=chief, channel_id=dead.pk, receiver=post.pk, target=f"1390000000{n}", now=NOW)
    tell(grids, "clues_due", {"count": 2}, now=MORNING)
    assert run(at(17, 30)) == {"collected": 12, "sent": 1, "failed": 3, "unclear": 0, "refused": 0, "given_up": 0}
    assert Delivery.objects.filter(channel=dead, state="queued", attempts=0).count() == 3


def test_a_run_killed_between_handing_over_and_noting_sends_again_once(small_county, gateway, monkeypatch) -> None:
    group(small_county, gateway.port)
    tell([small_county.posts["grid"]], "clues_due", {"count": 2}, now=MORNING)

    def handed_over_and_killed(*given: str) -> Answer:
        delivering.hand_over(*given)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_due(clock=lambda: at(17, 30), hand_over=handed_over_and_killed)
    assert Delivery.objects.get().state == "sending"
    assert run(at(17, 35))["sent"] == 0  # perhaps it is still under way
    later = at(17, 30) + STALE
    assert run(later)["unclear"] == 1
    assert run(later + timedelta(minutes=1))["sent"] == 1
    assert run(later + timedelta(hours=1))["sent"] == 0
    first, second = gateway.texts()
    assert first == second  # with the same number under it
    assert [row.result for row in Attempt.objects.order_by("pk")] == ["unclear", "sent"]


def test_what_another_run_has_taken_is_left_to_it(small_county, gateway) -> None:
    group(small_county, gateway.port)
    tell([small_county.posts["grid"]], "clues_due", {"count": 2}, now=MORNING)

    def second_run_meanwhile(*given: str) -> Answer:
        assert run(at(17, 30))["sent"] == 0
        return delivering.hand_over(*given)

    assert send_due(clock=lambda: at(17, 30), hand_over=second_run_meanwhile).counts["sent"] == 1
    assert len(gateway.bodies) == 1


def test_a_stopped_channel_and_an_empty_post_get_nothing_and_the_log_says_so(small_county, gateway) -> None:
    chief, grid = small_county.posts["county"], small_county.posts["grid"]
    channel = group(small_county, gateway.port)
    tell([grid], "clues_due", {"count": 2}, now=MORNING)
    stop_channel(post=chief, channel_id=channel.pk, now=at(12))
    run(at(17, 30))
    assert list(Delivery.objects.values_list("state", "answer")) == [("given_up", "渠道已停用")]
    sms = add_channel(post=chief, title="短信", address=f"json://127.0.0.1:{gateway.port}/?:p={{to}}", now=NOW)
    own = subscribe(post=chief, channel_id=sms.pk, receiver=grid.pk, target="13900001111", now=NOW)
    tell([grid], "clues_due", {"count": 2}, now=at(18))
    Post.objects.filter(pk=grid.pk).update(valid_to=date(2022, 9, 13))
    run(at(8, 30, day=14))
    assert Delivery.objects.latest("pk").answer == "岗位已无人在任"
    end_subscription(post=chief, subscription_id=own.pk, now=at(9, day=14))
    assert tell([grid], "clues_due", {"count": 2}, now=at(9, day=14)) == 1
    assert not Waiting.objects.filter(delivery=None).exists()
    assert not gateway.bodies


@pytest.mark.parametrize(
    "line",
    [
        "陈大山户今天到期", "今天有 3 条新线索，最早 陈大山 到期", "陈大山登记了 3 户灾情，可以走绿色通道", "13800001234",
        "今天有 3 条新线索，最早 9月16日 到期 陈大山", "王秀兰：2 条线索今天或明天到期", "https://fpc.example.cn/households/?text=陈大山",
        "https://elsewhere.example/", "https://fpc.example.cn.elsewhere.example/", "编号 13800001234", "",
    ],
)  # fmt: skip
def test_the_last_guard_lets_nothing_else_out(small_county, gateway, line) -> None:
    group(small_county, gateway.port)
    tell([small_county.posts["grid"]], "clues_due", {"count": 2}, now=MORNING)
    collect(now=at(17, 30))
    delivery = Delivery.objects.get()
    delivery.text = delivery.text.replace("2 条线索今天或明天到期", line)
    delivery.save()
    assert run(at(17, 30))["refused"] == 1
    delivery.refresh_from_db()
    assert delivery.state == "given_up"
    assert not gateway.bodies
    assert "陈" not in Attempt.objects.get().answer
    assert Message.objects.filter(template="not_delivered").exists()


WORDS = st.text(st.sampled_from("陈大山王秀兰户因病0123456789X：， 条线索月日"), min_size=1, max_size=24)


@given(WORDS)
def test_free_words_never_pass_the_guard(words) -> None:
    def passes(text: str) -> bool:
        try:
            ensure_sayable(text, address="https://a.cn", county="试验县", places={"东河镇"}, roles={"网格员"})
        except Refusal:
            return False
        return True

    assert not passes(words)
    assert passes("网格员：今天有 3 条新线索，最早 9月16日 到期")


def test_a_trial_tells_what_came_of_it(small_county, gateway) -> None:
    chief = small_county.posts["county"]
    channel = group(small_county, gateway.port)
    assert try_channel(post=chief, channel_id=channel.pk, now=at(23)).taken  # whoever tries it is awake
    assert "测试通知" in gateway.texts()[0]
    gateway.answers = [(401, "bad key 工作群key")]
    assert "key" not in try_channel(post=chief, channel_id=channel.pk, now=at(23)).words.replace("bad key", "")


def test_the_job_is_asked_for_only_while_something_can_go(small_county, gateway) -> None:
    group(small_county, gateway.port)
    assert ask_to_deliver(MORNING) is None
    tell([small_county.posts["grid"]], "clues_due", {"count": 2}, now=at(20))
    assert ask_to_deliver(at(20, 30)) is None
    assert ask_to_deliver(at(8, 29, day=14)) is None
    run_of_job = ask_to_deliver(at(8, 30, day=14))
    assert run_of_job is not None
    assert ask_to_deliver(at(8, 31, day=14)) is None  # one is under way
    assert execute(run_of_job.pk).state == JobRun.State.DONE
    assert len(gateway.bodies) in {0, 1}  # quiet or not is a matter of the real clock here
    tell([small_county.posts["grid"]], "damage_found", {"count": 2, "place": VILLAGE_A}, now=at(22, day=14))
    assert ask_to_deliver(at(22, day=14)) is None or not gateway.bodies


# --- schedules by chance -------------------------------------------------------------------------------------------

STEP = st.tuples(
    st.integers(1, 600),  # minutes that pass
    st.sampled_from(["clues_due", "damage_found", "alert_tasks_at_once", "run", "run", "killed"]),
    st.booleans(),  # whether the gateway takes what comes in this step
)


class Moment:
    """The clock of a schedule."""

    def __init__(self) -> None:
        self.now = at(9)

    def __call__(self) -> datetime:
        return self.now


class Gateway:
    """Takes what it is given or not, and may be killed after taking it."""

    def __init__(self, clock: Moment) -> None:
        self.clock, self.taken, self.took, self.kill, self.killed = clock, True, Counter(), False, 0

    def __call__(self, _address: str, _title: str, text: str) -> Answer:
        quiet = not 7 <= self.clock().astimezone(CHINA).hour < 21
        assert not quiet or "立即走访" in text
        if self.taken:
            self.took[int(text.rpartition(" ")[2])] += 1
        if self.kill:
            self.killed += 1
            raise KeyboardInterrupt
        return Answer(taken=self.taken, words="")


FIELDS: dict[str, dict[str, Any]] = {
    "clues_due": {"count": 1},
    "damage_found": {"count": 1, "place": VILLAGE_A},
    "alert_tasks_at_once": {"count": 1, "place": VILLAGE_A, "colour": "red", "hours": 2},
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=24))
def test_nothing_lost_nothing_twice_never_in_quiet_hours(small_county, steps) -> None:
    for model in (Attempt, Waiting, Delivery, Message, Subscription, Channel):
        model.objects.all().delete()
    chief, grid = small_county.posts["county"], small_county.posts["grid"]
    channel = add_channel(post=chief, title="试群", address="json://127.0.0.1:9/", now=NOW)
    subscribe(post=chief, channel_id=channel.pk, role="grid", now=NOW)
    clock = Moment()
    gateway, told = Gateway(clock), 0
    for minutes, what, gateway.taken in steps:
        clock.now += timedelta(minutes=minutes)
        gateway.kill = what == "killed"
        if what in FIELDS:
            told += tell([grid], what, FIELDS[what], now=clock())
        else:
            with suppress(KeyboardInterrupt):
                send_due(clock=clock, hand_over=gateway)
    gateway.taken, gateway.kill = True, False
    for _ in range(3 * 24):  # three good days
        clock.now += timedelta(hours=1)
        if work_waits(clock()):
            send_due(clock=clock, hand_over=gateway)
    deliveries = {d.pk: d for d in Delivery.objects.all()}
    assert Waiting.objects.count() == told
    assert all(row.delivery_id in deliveries for row in Waiting.objects.all())
    assert Attempt.objects.filter(result="unclear").count() == gateway.killed
    for number, delivery in deliveries.items():
        took, unclear = gateway.took[number], delivery.tries.filter(result="unclear").count()
        # sent again only where a run broke off between handing over and noting; given up only after six tries
        assert took <= 1 + unclear
        assert (delivery.state, took >= 1) == ("sent", True) or (delivery.state, delivery.attempts) == ("given_up", 6)
