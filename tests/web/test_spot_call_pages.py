"""Pages of the spot call: questions with their records, answers saved and ended, tasks given, others kept out."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from draws.two_offices import SECRET, heads
from sangesan.accounts.queries import system_post
from sangesan.dispatch.models import SpotCall
from sangesan.dispatch.spot_calls import fix_week, prepare
from sangesan.draws.actions import commit, reveal
from sangesan.draws.domain import OFFICES, commitment_of
from sangesan.draws.models import Draw
from sangesan.kernel.period import Week
from sangesan.leadership.assignments import assignments_of
from sangesan.registry.models import Household
from village_work.builders import owe
from web.case_pages import queries, text_of
from web.small_county import DAY, NOW, VILLAGE_A

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(small):
    posts = heads(small)
    owe(VILLAGE_A)
    draw = fix_week(post=system_post(), week=Week.of(DAY), today=DAY, now=NOW)
    for office in OFFICES:
        commit(post=posts[office], draw=draw, office=office, digest=commitment_of(SECRET[office]), now=NOW)
    for office in OFFICES:
        draw = reveal(post=posts[office], draw=draw, office=office, secret=SECRET[office], now=NOW)
    Draw.objects.update(result=[VILLAGE_A])
    draw.refresh_from_db()
    return prepare(post=system_post(), draw=draw, today=DAY, now=NOW)


def send(client, call, **given):
    return client.post(reverse("spot-call-record", args=[call.pk]), {"submission": str(uuid4()), **given}, follow=True)


def test_nothing_yet_says_what_comes(small, signed_in):
    assert "还没有调度记录" in text_of(signed_in("county"), reverse("spot-calls"))


def test_the_county_calls_saves_and_ends(call, signed_in):
    county = signed_in("county")
    assert "双柳村" in text_of(county, reverse("spot-calls"))
    page = county.get(reverse("spot-call", args=[call.pk])).content.decode()
    assert "无安全饮水巡查记录" in page
    assert f"{reverse('village-duties', args=[VILLAGE_A])}#water_patrol" in page
    saved = send(county, call, **{"answer-0": "漏记了，本周补", "verdict-0": "to_correct", "follow-0": "哪天补"})
    assert "答复已保存" in saved.content.decode()
    early = send(
        county, call, finish="1", called_on=DAY.isoformat(), way="phone", result="有漏记", answerer_words="村文书"
    )
    assert early.status_code == 400
    assert "还没有答复" in early.content.decode()
    assert "有漏记" in early.content.decode(), "what was written stays"
    rest = {f"answer-{n}": "属实" for n in range(1, len(call.questions))}
    rest |= {f"verdict-{n}": "confirmed" for n in range(1, len(call.questions))}
    done = send(
        county,
        call,
        finish="1",
        called_on=DAY.isoformat(),
        way="phone",
        result="有漏记",
        answerer_words="村文书",
        **rest,
    )
    assert "调度已结束" in done.content.decode()
    (task,) = assignments_of(f"spot_call:{call.pk}")
    assert f"/assignments/{task.pk}/" in done.content.decode()
    assert "漏记了，本周补" in text_of(signed_in("village"), reverse("spot-call", args=[call.pk]))
    assert "双柳村" in text_of(signed_in("town"), reverse("spot-calls"))


def test_a_verdict_without_words_is_refused(call, signed_in):
    answer = send(signed_in("county"), call, **{"answer-0": "", "verdict-0": "confirmed"})
    assert "没有写对方怎么答" in answer.content.decode()


def test_a_running_call_is_shown_to_nobody_who_is_called(call, signed_in):
    for role in ("town", "village"):
        assert signed_in(role).get(reverse("spot-call", args=[call.pk])).status_code == 403
        assert send(signed_in(role), call).status_code == 403
    page = text_of(signed_in("inspector"), reverse("spot-call", args=[call.pk]))
    assert "漏" not in page
    assert "结束调度" not in page


def test_rows_can_be_read_aloud_and_many_are_folded(call, signed_in):
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    words = "超期 3 天"
    record = {"kind": "household", "number": home.pk, "words": words}
    question = {"code": "x", "title": "未完成", "ask": "？", "records": [record] * 7}
    SpotCall.objects.filter(pk=call.pk).update(questions=[question])
    page = signed_in("county").get(reverse("spot-call", args=[call.pk])).content.decode()
    assert f">{home.head_name}</a>" in page
    assert page.count(words) == 7
    assert "全部 7 条" in page
    assert page.index("全部 7 条") > [m.start() for m in re.finditer(words, page)][4]
    assert home.head_name not in json.dumps(call.questions, ensure_ascii=False)


def test_a_list_of_many_costs_no_more_queries(call, signed_in):
    client = signed_in("county")
    few = queries(client, reverse("spot-calls"))
    for n in range(12):
        draw = Draw.objects.create(**{
            f.name: getattr(call.draw, f.name) for f in Draw._meta.concrete_fields if f.name not in {"id", "number", "period"}
        } | {"number": 100 + n, "period": f"2021-W{n + 10}"})  # fmt: skip
        SpotCall.objects.create(
            draw=draw, week=draw.period, village=VILLAGE_A, prepared_on=DAY, due_on=DAY, questions=[], recorded_at=NOW
        )
    assert queries(client, reverse("spot-calls")) == few
