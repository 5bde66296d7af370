"""Messages through the one door: what they cover, whom they send, in any order, the same twice, by hand, by folder."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.conftest import NOW, take
from alerts.messages import at, cap
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.alerts.dispatching import send_by_hand, state_of, stop
from sangesan.alerts.domain import Seen, effective_kind, standing_of
from sangesan.alerts.models import Alert, Covered, Message, Step, Turned
from sangesan.alerts.standing import chain_is_whole
from sangesan.alerts.taking import take_in
from sangesan.alerts.tasks import ask_to_watch, watch
from sangesan.alerts.watching import end_expired, inbox, take_deliveries, take_folder
from sangesan.amendments.actions import amend
from sangesan.audit.models import Entry
from sangesan.exchange.actions import deliver
from sangesan.exchange.cap.parsing import parse_alert
from sangesan.exchange.models import Delivery
from sangesan.jobs.models import JobRun
from sangesan.kernel.refusal import Refusal
from sangesan.messages.models import Message as Word
from sangesan.patrols.models import Task
from sangesan.policy.parameters import ParameterValue
from sangesan.regions.queries import CHINA
from sangesan.registry.models import Household
from web.small_county import COMMUNITY, COUNTY, VILLAGE_A, VILLAGE_B, SmallCounty

pytestmark = pytest.mark.django_db


def tasks(state: str = "open") -> set[int]:
    first = Household.objects.order_by("pk")[0].pk
    return {t.household_id - first + 1 for t in Task.objects.filter(state=state)}


def villages(alert: Alert) -> set[str]:
    return set(Covered.objects.filter(alert=alert).values_list("division", flat=True))


GEO = "<geocode><valueName>区划</valueName><value>{}</value></geocode>"
AREAS = {
    "a town by name": ("<areaDesc>东河镇</areaDesc>", {VILLAGE_A, COMMUNITY}),
    "a town with its county": ("<areaDesc>试验县东河镇全境</areaDesc>", {VILLAGE_A, COMMUNITY}),
    "province, city, county": ("<areaDesc>某某省某某市试验县</areaDesc>", {VILLAGE_A, VILLAGE_B, COMMUNITY}),
    "villages by name": ("<areaDesc>双柳村、西山镇高坪村</areaDesc>", {VILLAGE_A, VILLAGE_B}),
    "county by 6 digits": ("<areaDesc>x</areaDesc>" + GEO.format(COUNTY), {VILLAGE_A, VILLAGE_B, COMMUNITY}),
    "county by 12 digits": ("<areaDesc>x</areaDesc>" + GEO.format(COUNTY + "000000"), {VILLAGE_A, VILLAGE_B, COMMUNITY}),
    "town by 9 digits": ("<areaDesc>x</areaDesc>" + GEO.format("610998101"), {VILLAGE_B}),
    "village by 12 digits": ("<areaDesc>x</areaDesc>" + GEO.format(VILLAGE_B), {VILLAGE_B}),
    "the city": ("<areaDesc>x</areaDesc>" + GEO.format("610900"), {VILLAGE_A, VILLAGE_B, COMMUNITY}),
    "the province": ("<areaDesc>x</areaDesc>" + GEO.format("610000"), {VILLAGE_A, VILLAGE_B, COMMUNITY}),
    "a circle": ("<areaDesc>x</areaDesc><circle>32.70,108.70 3</circle>", {VILLAGE_B}),
    "a polygon": (
        "<areaDesc>x</areaDesc><polygon>32.49,108.49 32.49,108.53 32.53,108.53 32.53,108.49 32.49,108.49</polygon>",
        {VILLAGE_A, COMMUNITY},
    ),
    "a shape is finer than the county's code": (
        "<areaDesc>试验县</areaDesc><circle>32.70,108.70 3</circle>" + GEO.format(COUNTY), {VILLAGE_B}),
    "a village's code is exact": (
        "<areaDesc>x</areaDesc><circle>32.70,108.70 3</circle>" + GEO.format(VILLAGE_A), {VILLAGE_A}),
    "another country's code": (
        "<areaDesc>高坪村</areaDesc>" + GEO.replace("区划", "SAME").format(COUNTY), {VILLAGE_B}),
}  # fmt: skip


@pytest.mark.parametrize("case", AREAS)
def test_what_an_alert_covers(case: str, county: SmallCounty) -> None:
    area, expected = AREAS[case]
    assert villages(take(county, cap(area=area)).alert) == expected


def test_elsewhere_is_refused_and_leaves_nothing(county: SmallCounty) -> None:
    with pytest.raises(Refusal, match="不在本县"):
        take(county, cap(area="<areaDesc>别县</areaDesc>" + GEO.format("110000")))
    with pytest.raises(Refusal, match="还没有到"):
        take(county, cap(sent="2022-09-20T08:00:00+08:00"))
    assert not Message.objects.exists()
    assert not Alert.objects.exists()


FAR = "<areaDesc>1 mi. WSW of Brawley, CA; 11 mi. N of El Centro, CA</areaDesc><circle>32.9525,-115.5527 0</circle>"
KNOWN, UNKNOWN = [("A1", at(8))], [("Z1", at(7))]
ELSEWHERE = {
    "an alert by shape": (cap("A2", area=FAR), False),
    "an update of an unknown alert": (cap("A2", kind="Update", sent=at(9), area=FAR, references=UNKNOWN), False),
    "an update of a known alert": (cap("A2", kind="Update", sent=at(9), area=FAR, references=KNOWN), True),
    "a named place beside the shape": (cap("A2", area=FAR.replace("1 mi.", "东河镇 1 mi.")), True),
    "a cancellation of an unknown alert, no area": (cap("A2", kind="Cancel", sent=at(9), references=UNKNOWN), True),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_shape_elsewhere_is_taken_only_where_it_concerns_the_county(case: str, county: SmallCounty) -> None:
    data, taken = ELSEWHERE[case]
    take(county, cap())
    if taken:
        take(county, data)
    else:
        with pytest.raises(Refusal, match=r"“1 mi\. WSW of Brawley, CA; 11…”不在本县") as refusal:
            take(county, data)
        assert "geocode" in refusal.value.remedy
    assert Message.objects.count() == 1 + taken


def test_orange_sends_at_once_to_the_households_at_risk(county: SmallCounty) -> None:
    taken = take(county, cap())
    assert taken.settled.sent == 3
    assert tasks() == {1, 2, 4}
    task = Task.objects.filter(household=Household.objects.order_by("pk")[0]).get()
    assert (task.source, task.title, task.why) == (f"alert:{taken.alert.pk}", "暴雨橙色预警走访", "独居空巢老人")
    assert task.due_at == NOW + timedelta(hours=12)
    assert Step.objects.get().households == 3
    words = {(w.post.role, w.lines[0]["fields"]["count"]) for w in Word.objects.select_related("post")}
    assert words == {("county", 3), ("town", 3), ("village", 2), ("grid", 2)}
    assert Entry.objects.filter(tag="alerts:alert:take_in").count() == 1


def test_the_same_message_again_changes_nothing(county: SmallCounty) -> None:
    first = take(county, cap())
    before = (Task.objects.count(), Step.objects.count(), Word.objects.count(), first.alert.row_version)
    again = take(county, cap())
    other_bytes = take(county, cap().replace(b"\n", b"\n  "))
    first.alert.refresh_from_db()
    assert (again.repeated, other_bytes.repeated) == (True, True)
    assert (Task.objects.count(), Step.objects.count(), Word.objects.count(), first.alert.row_version) == before
    with pytest.raises(Refusal, match="内容不同"):
        take(county, cap(colour="红色"))


def test_yellow_sends_nobody_until_it_goes_up(county: SmallCounty) -> None:
    assert take(county, cap(colour="黄色")).settled.sent == 0
    up = take(county, cap("A2", kind="Update", sent=at(9), references=[("A1", at(8))]))
    assert (up.settled.sent, tasks()) == (3, {1, 2, 4})


def test_red_hastens_what_orange_began(county: SmallCounty) -> None:
    take(county, cap())
    up = take(county, cap("A2", kind="Update", sent=at(9), colour="红色", references=[("A1", at(8))]))
    assert (up.settled.sent, up.settled.hastened) == (0, 3)
    assert set(Task.objects.values_list("due_at", "title")) == {(NOW + timedelta(hours=6), "暴雨红色预警走访")}


def test_down_and_up_again_asks_once_more_but_not_who_was_visited(county: SmallCounty) -> None:
    take(county, cap())
    Task.objects.filter(household=Household.objects.order_by("pk")[0]).update(state="done")
    down = take(county, cap("A2", kind="Update", sent=at(9), colour="黄色", references=[("A1", at(8))]))
    assert (down.settled.closed, tasks(), tasks("done")) == (2, set(), {1})
    assert Step.objects.order_by("-id")[0].why == "黄色预警不自动安排走访"
    up = take(county, cap("A3", kind="Update", sent=at(10), references=[("A2", at(9))]))
    assert (up.settled.sent, tasks()) == (2, {2, 4})
    assert Task.objects.filter(source=f"alert:{up.alert.pk}:2").count() == 2


def test_an_update_that_covers_less_lets_the_others_go(county: SmallCounty) -> None:
    take(county, cap(area="<areaDesc>试验县</areaDesc>"))
    assert tasks() == {1, 2, 3, 4}
    less = take(
        county, cap("A2", kind="Update", sent=at(9), area="<areaDesc>西山镇</areaDesc>", references=[("A1", at(8))])
    )
    assert (less.settled.closed, tasks(), villages(less.alert)) == (3, {3}, {VILLAGE_B})


def test_cancelled(county: SmallCounty) -> None:
    take(county, cap())
    over = take(county, cap("A2", kind="Cancel", sent=at(9), references=[("A1", at(8))]))
    assert (over.settled.closed, tasks()) == (3, set())
    assert set(Task.objects.values_list("closed_why", flat=True)) == {"预警已解除"}
    assert Word.objects.filter(template="alert_over").count() == 1
    assert state_of(over.alert, NOW) == "cancelled"


def test_a_cancellation_before_its_alert(county: SmallCounty) -> None:
    early = take(county, cap("A2", kind="Cancel", sent=at(9), references=[("A1", at(8))]))
    assert state_of(early.alert, NOW) == "waiting"
    late = take(county, cap())
    assert (late.alert.pk, state_of(late.alert, NOW), Task.objects.count()) == (early.alert.pk, "cancelled", 0)


def test_a_drill_sends_nobody(county: SmallCounty) -> None:
    assert take(county, cap(colour="红色", status="Exercise")).settled.sent == 0


def test_expiry_calls_off_what_was_not_begun(county: SmallCounty) -> None:
    alert = take(county, cap(expires=at(11))).alert
    assert end_expired(now=NOW) == 0
    assert end_expired(now=NOW + timedelta(hours=1)) == 3
    assert (state_of(alert, NOW + timedelta(hours=1)), tasks()) == ("expired", set())
    assert end_expired(now=NOW + timedelta(hours=1)) == 0


def test_an_alert_that_comes_after_its_hour_sends_nobody(county: SmallCounty) -> None:
    assert take(county, cap(expires=at(9))).settled.sent == 0


def test_the_county_sends_by_hand_and_stops(county: SmallCounty) -> None:
    alert, post = take(county, cap(colour="黄色")).alert, county.posts["county"]
    sent = send_by_hand(post=post, alert_id=alert.pk, now=NOW)
    assert (sent.sent, Task.objects.filter(due_at=NOW + timedelta(hours=24)).count()) == (3, 3)
    with pytest.raises(Refusal, match="没有写停止的理由"):
        stop(post=post, alert_id=alert.pk, reason=" ", now=NOW)
    assert stop(post=post, alert_id=alert.pk, reason="雨停了，不再走访", now=NOW).closed == 3
    up = take(county, cap("A2", kind="Update", sent=at(9), colour="红色", references=[("A1", at(8))]))
    assert up.settled.sent == 0, "stopped stays stopped until somebody sends"
    assert send_by_hand(post=post, alert_id=alert.pk, now=NOW).sent == 3
    for role in ("town", "village", "grid", "department", "inspector"):
        with pytest.raises(NotAllowed):
            send_by_hand(post=county.posts[role], alert_id=alert.pk, now=NOW)
    with pytest.raises(NotAllowed):
        take_role(county, "town")


def take_role(county: SmallCounty, role: str) -> None:
    take_in(post=county.posts[role], data=cap("B1"), way="upload", now=NOW)


def test_which_colours_send_is_policy_data(county: SmallCounty) -> None:
    value = ParameterValue("alert_hours_yellow", 8, "hours", NOW.date(), None, "县应急办规定")
    amend(post=system_post(), value=value, now=NOW)
    assert take(county, cap(colour="黄色")).settled.sent == 3


MESSAGES = {
    "A1": cap("A1", area="<areaDesc>试验县</areaDesc>"),
    "A2": cap("A2", kind="Update", sent=at(9), colour="红色", references=[("A1", at(8))]),
    "A3": cap("A3", kind="Update", sent=at(10), colour="黄色", references=[("A1", at(8)), ("A2", at(9))]),
    "A4": cap("A4", kind="Cancel", sent=at(11), references=[("A3", at(10))]),
    "B1": cap("B1", sent=at(8, 30), event="大风", area="<areaDesc>西山镇</areaDesc>"),
    "B2": cap("B2", kind="Update", sent=at(11), area="<areaDesc>高坪村</areaDesc>", references=[("B1", at(8, 30))]),
    "C1": cap("C1", kind="Cancel", sent=at(11, 30), references=[("A1", at(8)), ("B2", at(11))]),
}


def told(name: str) -> Seen:
    m = parse_alert(MESSAGES[name])
    refs = frozenset((r.identifier, r.sent) for r in m.references)
    return Seen(m.identifier, m.sender, m.sent, effective_kind(m), m.status, refs)


def model(names: list[str]) -> set[tuple[frozenset[str], frozenset[str], str]]:
    """The plain model: components by shared names, each with its live messages and what ended it."""
    parts: list[set[Seen]] = []
    for seen in {told(n) for n in names}:
        keys = {seen.key, *seen.references}
        touched = [p for p in parts if keys & {k for m in p for k in {m.key, *m.references}}]
        parts = [p for p in parts if p not in touched] + [{seen}.union(*touched)]
    found = set()
    for part in parts:
        chain = standing_of(part)
        over = chain.cancelled_by.identifier if chain.cancelled_by else ""
        found.add((frozenset(m.identifier for m in part), frozenset(m.identifier for m in chain.live), over))
    return found


def stored() -> set[tuple[frozenset[str], frozenset[str], str]]:
    found = set()
    for alert in Alert.objects.filter(merged_into=None).select_related("cancelled_by"):
        assert chain_is_whole(alert)
        numbers = dict(alert.messages.values_list("pk", "identifier"))
        over = alert.cancelled_by.identifier if alert.cancelled_by else ""
        found.add((frozenset(numbers.values()), frozenset(numbers[pk] for pk in alert.live), over))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(MESSAGES)), min_size=1, max_size=10))
def test_any_order_and_any_repeats_converge(county: SmallCounty, names: list[str]) -> None:
    with transaction.atomic():
        for name in names:
            take(county, MESSAGES[name])
        assert stored() == model(names)
        sending = [a for a in Alert.objects.filter(merged_into=None) if a.live and a.colour in {"red", "orange"}]
        live = {village for alert in sending for village in villages(alert)}
        homes = set(Household.objects.filter(residence__in=live).values_list("pk", flat=True))
        assert set(Task.objects.filter(state="open").values_list("household_id", flat=True)) == homes
        transaction.set_rollback(True)


def test_every_order_of_the_first_four_ends_alike(county: SmallCounty) -> None:
    ends = set()
    for order in permutations(["A1", "A2", "A3", "A4"]):
        with transaction.atomic():
            for name in order:
                take(county, MESSAGES[name])
            alert = Alert.objects.get(merged_into=None)
            ends.add((alert.colour, alert.head.identifier, tuple(sorted(villages(alert))), len(tasks())))
            transaction.set_rollback(True)
    assert ends == {("yellow", "A3", (COMMUNITY, VILLAGE_A), 0)}


def age(path: Path) -> None:
    os.utime(path, (path.stat().st_mtime - 60, path.stat().st_mtime - 60))


def test_the_watched_folder(county: SmallCounty, home: Path) -> None:
    now = datetime.now(CHINA)
    assert take_folder(now=now) == (0, 0)
    folder = inbox()
    for name, data in (("a.xml", cap()), ("b.cap", b"<rss/>"), ("c.txt", b"x"), ("a2.xml", cap())):
        (folder / name).write_bytes(data)
        age(folder / name)
    (folder / "fresh.xml").write_bytes(cap("A9"))
    run = ask_to_watch(now)
    assert run is not None
    assert watch(run, lambda *_: None) == {"taken": 2, "refused": 1, "delivered": 0, "closed": 0}
    assert sorted(p.name for p in folder.iterdir() if p.is_file()) == ["c.txt", "fresh.xml"]
    assert sorted(p.name for p in (folder / "taken").iterdir()) == ["a.xml", "a2.xml"]
    assert "不是 alert" in (folder / "refused" / "b.cap.原因.txt").read_text(encoding="utf-8")
    assert Turned.objects.get().file_name == "b.cap"
    JobRun.objects.update(state="done")
    assert Alert.objects.count() == 1
    assert ask_to_watch(now) is None


def test_what_a_department_delivers_becomes_an_alert_too(county: SmallCounty) -> None:
    report = deliver(county.posts["county"], "weather_alert", cap(), now=NOW, filename="a.xml")
    assert report.taken
    assert take_deliveries(now=NOW) == 1
    assert take_deliveries(now=NOW) == 0
    alert = Alert.objects.get()
    assert (alert.messages.get().way, alert.messages.get().delivery, tasks()) == ("feed", report.delivery, {1, 2, 4})
    assert Delivery.objects.count() == 1


def test_the_feed_follows_the_alert(county: SmallCounty) -> None:
    post = county.posts["county"]
    rows = Delivery.objects.filter(feed="weather_alert", ended_at=None)
    take_in(post=post, data=cap(), way="upload", now=NOW)
    first = rows.get()
    assert first.accepted == 2
    take_in(post=post, data=MESSAGES["A2"], way="upload", now=NOW)
    assert rows.get() != first
    take_in(post=post, data=MESSAGES["A3"], way="upload", now=NOW)
    take_in(post=post, data=MESSAGES["A4"], way="upload", now=NOW)
    assert not rows.exists()
    assert Delivery.objects.filter(feed="weather_alert").count() == 3
