"""Pages of inspections: nothing of what has not begun reaches anybody but inspectors; a place from plan to finding."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from inspections.inspection_builders import Inspectors, finish, inspectors, plan_of, target_of
from sangesan.inspections.conducting import begin
from sangesan.inspections.models import Finding, Member, Reply, Target
from sangesan.inspections.planning import choose_target
from sangesan.inspections.sampling import draw_sample, take_sample
from sangesan.messages.models import Message
from web.routes import routes
from web.small_county import DAY, NOW, ROLES, VILLAGE_A, SmallCounty

SECRETS = ("绝密方案标题", "绝密范围", "绝密事由", "绝密选定理由")
OTHERS = [role for role in ROLES if role != "inspector"]


def signed(county: SmallCounty, role: str) -> Client:
    client = Client()
    client.force_login(county.users[role], backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("front"))
    return client


def sealed_plan(who: Inspectors) -> Target:
    """A village of the town of test posts, with drawn households, nothing of it begun."""
    plan = plan_of(who, title=SECRETS[0], scope=SECRETS[1], why=SECRETS[2])
    target = choose_target(
        post=who.one,
        plan_id=plan.pk,
        subject=f"village:{VILLAGE_A}",
        team=1,
        planned_on=DAY,
        reason=SECRETS[3],
        now=NOW,
    )
    choose_target(
        post=who.one, plan_id=plan.pk, subject="department:medical_security", team=2, planned_on=DAY, reason=SECRETS[3],
        now=NOW,
    )  # fmt: skip
    finish(draw_sample(post=who.one, target_id=target.pk, size=2, now=NOW, today=DAY), who)
    take_sample(post=who.one, target_id=target.pk, now=NOW)
    return target


def pages(client: Client, target: Target) -> dict[str, str]:
    """Every page and download that a post gets by GET, with the numbers that exist, by address."""
    found = {}
    numbers = {"target_id": target.pk, "plan_id": target.plan_id, "number": 1, "household_id": 1, "post_id": 1}
    for route in routes():
        if "GET" not in getattr(route.view, "methods", ()) or route.name in {"logout", "audit-verdict"}:
            continue
        arguments = {name: numbers.get(name, value) for name, value in route.arguments.items()}
        address = reverse(route.name, kwargs=arguments)
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]  # sync files only
        found[address] = body.decode("utf-8", "replace")
    return found


@pytest.mark.parametrize("role", OTHERS)
def test_nothing_of_a_plan_leaks_before_it_begins(small_county: SmallCounty, role: str) -> None:
    """Every page of every other role is the same with the plan and without it, but for the draw that everybody may see."""
    who = inspectors(small_county)
    client = signed(small_county, role)
    target = sealed_plan(who)
    ids = [f"/inspections/{t.pk}/" for t in Target.objects.all()] + [f"inspection_plan:{target.plan_id}"]
    for address, text in pages(client, target).items():
        for secret in (*SECRETS, *ids, "draw:1", "sample:", "督查入户抽样"):
            assert secret not in text.replace(address, ""), (role, address, secret)
    answer = client.get(reverse("inspections"))
    assert answer.status_code == (403 if role == "grid" else 200)
    listed = answer.context if role != "grid" else {"mine": [], "others": [], "ended": [], "plans": []}
    assert (listed["mine"], listed["others"], list(listed["ended"]), listed["plans"]) == ([], [], [], [])
    assert client.get(reverse("inspection", args=[target.pk])).status_code == 403
    assert client.get(reverse("inspection-plan", args=[target.plan_id])).status_code == 403
    record = json.loads(client.get(reverse("draw-published", args=[1])).content)
    assert {record[key] for key in ("purpose", "period", "method", "size", "fixed_at", "pool", "result", "salt")} == {None}
    assert not Message.objects.exclude(post__role="inspector").exists()


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("state", ["planned", "begun"])
def test_a_place_is_seen_by_those_it_concerns_once_it_begins(small_county: SmallCounty, role: str, state: str) -> None:
    who = inspectors(small_county)
    target = sealed_plan(who)
    if state == "begun":
        begin(post=who.one, target_id=target.pk, now=NOW)
    client = signed(small_county, role)
    concerned = role in {"county", "town", "village"}
    answer = client.get(reverse("inspection", args=[target.pk]))
    assert answer.status_code == (200 if state == "begun" and concerned else 403)
    if state == "begun" and concerned:
        text = answer.content.decode()
        assert not [secret for secret in SECRETS if secret in text]
        assert "抽户" not in text
        assert len(client.get(reverse("inspections")).context["others"]) == 1
    for one in Target.objects.filter(parent=target):
        assert client.get(reverse("inspection", args=[one.pk])).status_code == 403


def test_an_inspector_goes_from_plan_to_finding_by_pages(small_county: SmallCounty) -> None:
    inspectors(small_county)
    client = signed(small_county, "inspector")
    last = (DAY + timedelta(days=3)).isoformat()
    form = {
        "title": "饮水安全暗访", "kind": "unannounced", "first_day": DAY.isoformat(), "last_day": last, "team": ["1"],
        "submission": str(uuid4()),
    }  # fmt: skip
    refused = client.post(reverse("inspection-plan-new"), form | {"title": "短"})
    assert "督查方案要有标题" in refused.content.decode()
    plan = client.post(reverse("inspection-plan-new"), form)
    chosen = {"subject": f"village:{VILLAGE_A}", "team": "1", "planned_on": DAY.isoformat(), "reason": "群众反映缺水"}
    client.post(plan["Location"] + "choose/", chosen)
    target = Target.objects.get()
    address = reverse("inspection", args=[target.pk])
    assert "开始督查" in client.get(address).content.decode()
    client.post(reverse("inspection-begin", args=[target.pk]))
    points = {
        "answer-duties": "missing", "words-duties": "台账空白", "answer-people": "true", "checked_on": DAY.isoformat(),
        "submission": str(uuid4()),
    }  # fmt: skip
    refused = client.post(reverse("inspection-answer", args=[target.pk]), points | {"words-duties": ""})
    assert "没有写明情况" in refused.content.decode()
    client.post(reverse("inspection-answer", args=[target.pk]), points)
    assert Reply.objects.get().answers == {"duties": "missing", "people": "true"}
    filled = client.get(reverse("finding-new"), {"target": target.pk, "question": "duties"})
    assert filled.context["values"]["defect"] == "missing_patrols"
    assert "台账空白" in filled.context["values"]["words"]
    record = filled.context["records"][0]
    client.post(
        reverse("finding-new"),
        {
            "target": target.pk, "question": "duties", "defect": "missing_patrols", "unit": target.unit,
            "words": "无安全饮水巡查记录", "found_on": DAY.isoformat(), "conduct": ["superficial"],
            "conduct_words": "台账为当天补写", "record_kind": record["kind"], "record_number": record["number"],
            "record_words": record["words"], "submission": str(uuid4()),
        },
    )  # fmt: skip
    finding = Finding.objects.get()
    assert finding.target == target
    assert "已登记为问题" in client.get(address).content.decode()
    client.post(reverse("inspection-end", args=[target.pk]), {"summary": "看了台账，问了三户"})
    village = signed(small_county, "village")
    assert "无安全饮水巡查记录" in village.get(reverse("finding", args=[finding.pk])).content.decode()
    assert signed(small_county, "department").get(reverse("finding", args=[finding.pk])).status_code == 403
    client.post(reverse("finding-withdraw", args=[finding.pk]), {"reason": "登记到别的村了"})
    assert "登记到别的村了" in village.get(reverse("finding", args=[finding.pk])).content.decode()


def test_the_lists_take_as_many_queries_for_many_as_for_one(
    small_county: SmallCounty, django_assert_max_num_queries: object
) -> None:
    who = inspectors(small_county)
    plan = plan_of(who)
    for subject in (f"village:{VILLAGE_A}", "department:medical_security", "department:civil_affairs"):
        target_of(who, plan, subject)
    client = signed(small_county, "inspector")
    with django_assert_max_num_queries(40):  # type: ignore[operator]  # pytest-django's fixture
        assert client.get(reverse("inspections")).status_code == 200


def test_inspectors_make_up_their_teams_on_the_page(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    client = signed(small_county, "inspector")
    page = reverse("inspection-teams")
    assert client.post(reverse("inspection-team-new"), {"code": "3", "title": "第3组"}).status_code == 302
    given = {"team": "3", "member": str(who.two.pk), "office": "execution_office", "from_day": DAY.isoformat()}
    assert client.post(reverse("inspection-team-place"), given).status_code == 302
    member = Member.objects.get(post=who.two, valid_to=None)
    assert (member.team.code, member.office) == (3, "execution_office")
    refused = client.post(reverse("inspection-team-place"), given | {"member": str(small_county.posts["county"].pk)})
    assert (refused.status_code, "督查人员" in refused.content.decode()) == (400, True)
    assert client.post(reverse("inspection-team-leave", args=[member.pk]), {"on": DAY.isoformat()}).status_code == 302
    assert [line.members for line in client.get(page).context["teams"] if line.team.code == 3] == [[]]
    assert not Member.objects.filter(post=who.two, valid_to=None).exists()


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_makes_up_teams_or_calls_plans_off(small_county: SmallCounty, role: str) -> None:
    who = inspectors(small_county)
    plan, client = plan_of(who), signed(small_county, role)
    member = Member.objects.get(post=who.two)
    for address in (
        reverse("inspection-team-new"),
        reverse("inspection-team-place"),
        reverse("inspection-team-leave", args=[member.pk]),
        reverse("inspection-plan-call-off", args=[plan.pk]),
    ):
        assert client.post(address, {"reason": "改期另行安排"}).status_code == 403
    assert client.get(reverse("inspection-teams")).status_code == 403


def test_a_plan_is_called_off_on_its_page(small_county: SmallCounty) -> None:
    who = inspectors(small_county)
    plan, client = plan_of(who), signed(small_county, "inspector")
    target_of(who, plan)
    address = reverse("inspection-plan-call-off", args=[plan.pk])
    assert "取消原因" in client.post(address, {"reason": ""}).content.decode()
    assert client.post(address, {"reason": "防汛应急，推迟"}).status_code == 302
    text = client.get(reverse("inspection-plan", args=[plan.pk])).content.decode()
    assert "已取消" in text
    assert "防汛应急，推迟" in text
    assert reverse("inspection-plan-choose", args=[plan.pk]) not in text
    assert "已取消" in client.get(reverse("inspection-plans")).content.decode()
