"""Pages of draws: what offices hand in and show, what others see, what stays hidden."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from draws.two_offices import EXECUTION, POOL, SECRET, STYLE, heads, weekly
from sangesan.accounts.models import User
from sangesan.draws import repeat_draw_path
from sangesan.draws.actions import fix
from sangesan.draws.domain import commitment_of
from sangesan.draws.models import Commitment, Draw
from sangesan.inspections.planning import PlanContent, make_plan
from sangesan.inspections.sampling import draw_targets
from sangesan.inspections.teams import set_up_team
from web.case_pages import queries, text_of
from web.small_county import DAY, NOW, VILLAGE_A

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices(small):
    """A client by office."""
    heads(small)

    def client(office):
        made = Client()
        made.force_login(User.objects.get(username=office), backend="django.contrib.auth.backends.ModelBackend")
        return made

    return {office: client(office) for office in (STYLE, EXECUTION)}


@pytest.fixture
def draw(small):
    from django.utils import timezone

    return weekly(now=timezone.now())


def send(client, route, draw, **given):
    return client.post(reverse(route, args=[draw.number]), given, follow=True)


def test_an_empty_list_says_what_comes(small, signed_in):
    assert "还没有抽签" in text_of(signed_in("town"), reverse("draws"))


def test_the_offices_go_through_a_whole_draw(offices, draw, signed_in):
    first = text_of(offices[STYLE], reverse("draws"))
    assert "等您办理" in first
    assert "县作风办" in first
    for office, client in offices.items():
        page = client.get(reverse("draw", args=[draw.number])).content.decode()
        assert page.count("data-make-secret") == 1, "only one's own"
        answer = send(client, "draw-commit", draw, office=office, digest=commitment_of(SECRET[office]))
        assert "指纹已交存" in answer.content.decode()
    refused = send(offices[STYLE], "draw-reveal", draw, office=STYLE, secret="cc" * 32)
    assert refused.status_code == 400
    assert "密数与交存的指纹不符" in refused.content.decode()
    send(offices[STYLE], "draw-reveal", draw, office=STYLE, secret=SECRET[STYLE])
    assert SECRET[STYLE] not in offices[EXECUTION].get(reverse("draw", args=[draw.number])).content.decode()
    done = send(offices[EXECUTION], "draw-reveal", draw, office=EXECUTION, secret=SECRET[EXECUTION]).content.decode()
    assert "结果已经得出" in done
    assert "已按公布的记录重算，一致" in done
    for role in ("county", "town", "village", "grid", "department", "inspector"):
        page = text_of(signed_in(role), reverse("draw", args=[draw.number]))
        assert "1/3" in page
        assert "抽中" in page
    record = json.loads(signed_in("town").get(reverse("draw-published", args=[draw.number])).content)
    assert hashlib.sha256(bytes.fromhex(record["secrets"][STYLE])).hexdigest() == record["commitments"][STYLE]["digest"]
    assert signed_in("grid").get(reverse("draw-repeat")).content == repeat_draw_path().read_bytes()


def test_a_result_that_was_changed_is_said_on_the_page(offices, draw, signed_in):
    for office, client in offices.items():
        send(client, "draw-commit", draw, office=office, digest=commitment_of(SECRET[office]))
    for office, client in offices.items():
        send(client, "draw-reveal", draw, office=office, secret=SECRET[office])
    draw.refresh_from_db()
    other = next(item.code for item in POOL if item.code not in draw.result)
    Draw.objects.update(result=[other])
    assert "重算不一致" in text_of(signed_in("town"), reverse("draw", args=[draw.number]))


def test_others_get_no_form_and_no_way(offices, draw, signed_in, small):
    assert "data-make-secret" not in signed_in("inspector").get(reverse("draw", args=[draw.number])).content.decode()
    assert send(signed_in("inspector"), "draw-commit", draw, office=STYLE, digest="e" * 64).status_code == 403
    assert send(signed_in("town"), "draw-commit", draw, office=STYLE, digest="e" * 64).status_code == 403
    assert send(offices[EXECUTION], "draw-commit", draw, office=STYLE, digest="e" * 64).status_code == 403
    assert Commitment.objects.count() == 0


def test_a_void_draw_says_who_failed_and_leads_on(offices, draw, signed_in):
    Draw.objects.update(state="void", owed="commit", missing=[EXECUTION], ended_at=NOW)
    page = text_of(signed_in("inspector"), reverse("draw", args=[draw.number]))
    assert "县狠抓落实办到期没有交存指纹" in page
    answer = send(signed_in("inspector"), "draw-again", draw)
    assert "同一期的第 2 次" in answer.content.decode()
    assert Draw.objects.get(after=draw).pool == draw.pool


def test_a_hidden_draw_shows_a_town_nothing_and_an_inspector_all(offices, signed_in, small):
    hidden = fix(
        post=small.posts["inspector"], purpose="inspection", period="第3轮", title="第3轮督查抽村", pool=POOL, size=1,
        method="weighted", secret_until=NOW + timedelta(days=4000), now=NOW,
    )  # fmt: skip
    for role in ("county", "town", "village", "department"):
        page = signed_in(role).get(reverse("draw", args=[hidden.number])).content.decode()
        assert hidden.pool_digest in page
        assert "双柳村" not in page.split("<main")[1]
        main = page.split("<main")[1]
        assert "保密抽签" in main
        for hidden_word in ("第3轮", "督查抽样", "按风险加权", "抽 1 个", small.posts["inspector"].title):
            assert hidden_word not in main, hidden_word
        assert VILLAGE_A not in signed_in(role).get(reverse("draw-published", args=[hidden.number])).content.decode()
        assert "第3轮督查抽村" not in text_of(signed_in(role), reverse("draws"))
        assert send(signed_in(role), "draw-release", hidden).status_code == 403
        assert "督查抽样" not in signed_in(role).get(reverse("draws")).content.decode().split("<tbody")[1]
    assert "双柳村" in text_of(signed_in("inspector"), reverse("draw", args=[hidden.number]))
    for office, client in offices.items():
        send(client, "draw-commit", hidden, office=office, digest=commitment_of(SECRET[office]))
    for office, client in offices.items():
        send(client, "draw-reveal", hidden, office=office, secret=SECRET[office])
    assert "双方已公开，督查开始后公布全部内容" in text_of(signed_in("town"), reverse("draw", args=[hidden.number]))
    send(signed_in("inspector"), "draw-release", hidden)
    assert "双柳村" in text_of(signed_in("town"), reverse("draw", args=[hidden.number]))


def test_a_plan_and_places_stand_with_their_names(small, signed_in):
    content = PlanContent("unannounced", "饮水安全暗访", DAY, DAY, (1,))
    set_up_team(post=small.posts["inspector"], code=1, title="县督查一组", now=NOW)
    plan = make_plan(post=small.posts["inspector"], content=content, submission=uuid4(), now=NOW, today=DAY)
    draw = draw_targets(
        post=small.posts["inspector"], plan_id=plan.pk, kind="village", within="", size=1, method="equal", now=NOW,
        today=DAY,
    )  # fmt: skip
    page = signed_in("inspector").get(reverse("draw", args=[draw.number])).content.decode().split("<main")[1]
    listed = text_of(signed_in("inspector"), reverse("draws"))
    assert "饮水安全暗访" in page
    assert "饮水安全暗访" in listed
    for code in (f"plan:{plan.pk}", "village:"):
        assert code not in page
        assert code not in listed
    assert "饮水安全暗访" not in text_of(signed_in("county"), reverse("draw", args=[draw.number]))


def test_fingerprints_for_weeks_ahead(offices):
    page = offices[STYLE].get(reverse("draws-ahead")).content.decode()
    assert "2022-W38,2022-W39" in page
    lines = "\n".join(f"2022-W{week} {commitment_of(f'{week:064x}')}" for week in (38, 39))
    answer = offices[STYLE].post(reverse("draws-ahead"), {"office": STYLE, "lines": lines}, follow=True)
    assert "已交存 2 周的指纹" in answer.content.decode()
    assert Commitment.objects.filter(draw=None, office=STYLE).count() == 2
    wrong = offices[STYLE].post(reverse("draws-ahead"), {"office": STYLE, "lines": "2022-W99 ab"})
    assert "没有第99周" in wrong.content.decode()


def test_a_list_of_many_costs_no_more_queries(small, signed_in, offices):
    for week in range(10, 13):
        weekly(f"2022-W{week}")
    client = signed_in("town")
    client.get(reverse("draws"))
    few = queries(client, reverse("draws"))
    for week in range(13, 30):
        weekly(f"2022-W{week}")
    assert queries(client, reverse("draws")) == few
