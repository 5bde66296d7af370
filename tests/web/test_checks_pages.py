"""Pages of the checks: each sees its own, drills down, gets to the record; inspectors judge; words stay with them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases.builders import case_at
from sangesan.accounts.queries import system_post
from sangesan.cases.states import State
from sangesan.checks.models import Flag
from sangesan.checks.running import run_checks
from sangesan.messages.models import Message
from sangesan.registry.models import Household
from sangesan.reminders.composing import compose
from web.case_pages import queries, text_of
from web.small_county import DAY, NOW, TOWN_A, VILLAGE_A, VILLAGE_B, SmallCounty

pytestmark = pytest.mark.django_db
WORDS = "到村查了档案盒，确实没有录入"


@pytest.fixture
def flagged(small: SmallCounty) -> dict[str, Flag]:
    """A case decided nine days ago and not entered, in each of two villages."""
    for village in (VILLAGE_A, VILLAGE_B):
        home = Household.objects.filter(village=village).order_by("pk")[0]
        case_at(home, State.ENTRY, small.posts["county"], enrolled_on=DAY - timedelta(days=9))
    run_checks(post=system_post(), as_of=DAY, now=NOW)
    return {f.village: f for f in Flag.objects.filter(check_code="decided_not_entered")}


def judge(client: Client, flag: Flag, **more: str) -> object:
    given = {"verdict": "confirmed", "words": WORDS} | more
    return client.post(reverse("check-judge", args=[flag.pk]), given)


def test_nothing_was_run_yet(signed_in) -> None:
    assert "还没有核查过" in text_of(signed_in("inspector"), reverse("checks"))


def test_each_sees_its_own(flagged, signed_in) -> None:
    whole = text_of(signed_in("inspector"), reverse("checks"))
    assert whole.count("审定纳入已9天，没有录入全国系统。") == 2
    for role in ("town", "village"):
        page = text_of(signed_in(role), reverse("checks"))
        assert page.count("审定纳入已9天，没有录入全国系统。") == 1
        assert "能改的先改" in page
    there = reverse("check-flag", args=[flagged[VILLAGE_B].pk])
    assert signed_in("village").get(there).status_code == 403
    assert signed_in("grid").get(reverse("checks")).status_code == 403
    assert "审定纳入已9天" not in text_of(signed_in("department"), reverse("checks"))


def test_drilling_down(flagged, signed_in) -> None:
    client, address = signed_in("county"), reverse("checks")
    town = text_of(client, f"{address}?defect=outside_the_system&place={TOWN_A}")
    assert town.count("没有录入全国系统。") == 1
    assert "没有符合条件的疑点" in text_of(client, f"{address}?defect=missed_enrolment")
    assert "没有符合条件的疑点" in text_of(client, f"{address}?state=confirmed")
    for wrong in ("defect=x", "place=x", "check=x", "state=x", "after=x"):
        assert client.get(f"{address}?{wrong}").status_code == 400


def test_a_flag_leads_to_its_record(flagged, signed_in) -> None:
    flag = flagged[VILLAGE_A]
    page = text_of(signed_in("village"), reverse("check-flag", args=[flag.pk]))
    assert reverse("case", args=[int(flag.subject.partition(":")[2])]) in page
    assert "审定纳入至今" in page
    assert 'name="verdict"' not in page
    assert Household.objects.get(pk=flag.household_id).head_name not in page


def test_an_inspector_judges_and_only_inspectors_read_the_words(flagged, signed_in) -> None:
    flag, inspector = flagged[VILLAGE_A], signed_in("inspector")
    page = judge(inspector, flag, words="无")
    assert page.status_code == 400
    assert "没有写认定的依据" in page.content.decode()
    assert judge(inspector, flag).status_code == 302
    assert WORDS in text_of(inspector, reverse("check-flag", args=[flag.pk]))
    for role in ("village", "town", "county"):
        shown = text_of(signed_in(role), reverse("check-flag", args=[flag.pk]))
        assert "属实" in shown
        assert WORDS not in shown
        assert judge(signed_in(role), flag).status_code == 403
    assert "没有录入全国系统" in text_of(inspector, f"{reverse('checks')}?state=confirmed")


def test_the_rules_say_their_precision_only_above_the_floor(flagged, signed_in) -> None:
    inspector = signed_in("inspector")
    assert "还没有认定" in text_of(inspector, reverse("check-rule", args=["decided_not_entered"]))
    judge(inspector, flagged[VILLAGE_A])
    page = text_of(inspector, reverse("check-rule", args=["decided_not_entered"]))
    assert "认定 1 件，不足 5 件不算" in page
    assert "「审定纳入至今」" in page
    Flag.objects.filter(check_code="decided_not_entered").update(
        verdict="confirmed", judged_on=DAY, judged_at=NOW, judged_title="x"
    )
    many = [Flag(**_copy(flagged[VILLAGE_A], n)) for n in range(3)]
    Flag.objects.bulk_create(many)
    assert "60.0 %（3/5）" not in (listed := text_of(inspector, reverse("check-rules")))
    assert "40.0 %（2/5）" in listed
    assert inspector.get(reverse("check-rule", args=["nothing"])).status_code == 400


def _copy(flag: Flag, number: int) -> dict:
    row = {f.attname: getattr(flag, f.attname) for f in Flag._meta.concrete_fields if f.name != "id"}
    return row | {
        "subject": f"case:9{number}", "verdict": "refuted", "judged_on": DAY, "judged_at": NOW, "gone_on": DAY,
    }  # fmt: skip


def test_a_full_county_page_costs_a_fixed_number_of_queries(small: SmallCounty, signed_in) -> None:
    client = signed_in("inspector")
    run_checks(post=system_post(), as_of=DAY, now=NOW)
    few = queries(client, reverse("checks"))
    rows = Flag.objects.first()
    assert rows is not None
    Flag.objects.bulk_create(
        Flag(**_copy(rows, n) | {"verdict": "", "judged_on": None, "judged_at": None, "gone_on": None})
        for n in range(120)
    )
    assert queries(client, reverse("checks")) == few
    first = text_of(client, reverse("checks"))
    assert 'rel="next"' in first
    assert queries(client, reverse("check-rules")) <= 14


def test_the_morning_says_what_waits(flagged, small) -> None:
    compose(post=system_post(), day=DAY, after_clue=None, now=NOW)
    told = {m.post_id: m for m in Message.objects.all()}
    said = {role: str(told[post.pk].__dict__) for role, post in small.posts.items() if post.pk in told}
    assert "checks_to_judge" in said["inspector"]
    assert "checks_open" in said["village"]
    assert "checks_open" in said["department"]
    assert "checks_open" not in said.get("grid", "")


def test_a_flag_becomes_a_finding_in_one_go(flagged, signed_in) -> None:
    flag, inspector = flagged[VILLAGE_A], signed_in("inspector")
    address = f"{reverse('finding-new')}?flag={flag.pk}"
    assert address in text_of(inspector, reverse("check-flag", args=[flag.pk]))
    form = text_of(inspector, address)
    assert flag.sentence in form
    assert f'name="flag" value="{flag.pk}"' in form
    submission = re.search(r'name="submission" value="([^"]+)"', form)
    given = {
        "flag": str(flag.pk), "submission": submission and submission[1], "defect": flag.defect, "unit": flag.unit,
        "words": WORDS, "requirement": "七日内录入", "found_on": DAY.isoformat(), "household": str(flag.household_id),
    }  # fmt: skip
    answer = inspector.post(reverse("finding-new"), given)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    flag.refresh_from_db()
    assert flag.verdict == "confirmed"
