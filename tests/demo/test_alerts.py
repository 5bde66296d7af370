"""The demonstration's alerts: one past and cancelled, one in force on its day with an update; nothing for rules to see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction

from sangesan.accounts.queries import system_post
from sangesan.alerts.models import Alert, Covered, Message, Step
from sangesan.alerts.queries import alert_list
from sangesan.demo.alerts import write_alerts
from sangesan.demo.answering import name_those_who_answer
from sangesan.demo.making import make_county
from sangesan.demo.registry_files import write_registry
from sangesan.exchange.models import Delivery
from sangesan.patrols.models import Entry, KeyGroup, Task
from sangesan.regions.outline import outline
from sangesan.regions.queries import forget_tree
from sangesan.registry.county_folder import load_places, load_register
from sangesan.registry.models import Household
from web.small_county import NOW

pytestmark = pytest.mark.django_db
SINCE, TODAY = date(2021, 1, 1), date(2022, 9, 13)


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All villages with few households, every other one with somebody old and alone, in one transaction."""
    folder = tmp_path_factory.mktemp("alerts")
    write_registry(make_county(0.01, 20220913), folder)
    with django_db_blocker.unblock(), transaction.atomic():
        forget_tree()
        load_places(folder, SINCE)
        load_register(folder, SINCE, post=system_post(), progress=lambda *_: None)
        name_those_who_answer(SINCE, now=NOW, progress=lambda *_: None)
        KeyGroup.objects.bulk_create(
            KeyGroup(household=home, group="elderly_alone", sentence="独居", since=TODAY)
            for home in Household.objects.order_by("pk")[::2]
        )
        write()
        yield
        transaction.set_rollback(True)
    forget_tree()


def write() -> None:
    write_alerts(today=TODAY, now=NOW, progress=lambda *_: None)


def test_one_cancelled_one_in_force(county: None) -> None:
    lines = alert_list(system_post(), tab="all", after=None, now=NOW)
    assert [(line.alert.colour, str(line.state)) for line in lines] == [("orange", "live"), ("red", "cancelled")]
    assert [m.msg_type for m in Message.objects.order_by("pk")] == ["Alert", "Cancel", "Alert", "Update"]
    orange, red = lines
    assert red.alert.sent_at.date() < TODAY
    assert set(red.tasks) == {"done", "closed"}
    assert set(orange.tasks) == {"done", "open"}
    assert orange.tasks["done"] == Entry.objects.count() > 10
    assert orange.tasks["open"] > orange.tasks["done"]
    assert Covered.objects.filter(alert=orange.alert).values("town").distinct().count() == 6


def test_it_says_that_it_is_made_up_and_draws_inside_an_outline(county: None) -> None:
    for message in Message.objects.all():
        assert message.content["note"] == "演示数据，不是真实预警"
        assert message.sender.endswith(".invalid")
    assert outline()
    assert any(area["polygons"] for m in Message.objects.all() for i in m.content["infos"] for area in i["areas"])


def test_rules_do_not_see_it_and_a_second_time_changes_nothing(county: None) -> None:
    assert not Delivery.objects.exists()

    def counts() -> list[int]:
        return [model.objects.count() for model in (Alert, Message, Step, Task, Entry, Covered)]

    before = counts()
    write()
    assert counts() == before
    assert not Delivery.objects.exists()
