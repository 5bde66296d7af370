"""Pages of seats, of tasks given down the chain, of the county's tasks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from projects.builders import jpeg, planned, reported
from sangesan.documents.workbook import render_xlsx
from sangesan.files.models import Attachment
from sangesan.leadership.actions import take_seat
from sangesan.leadership.assignments import Told, give, take_step
from sangesan.leadership.domain import Act, State
from sangesan.leadership.models import Assignment, Part, Seat
from sangesan.leadership.words import ASSIGNMENT, opened
from sangesan.projects.importing import COLUMNS, EXAMPLE
from sangesan.projects.models import Plan, Project, Report
from web.case_pages import picture, queries, text_of
from web.small_county import DAY, NOW, TOWN_A, TOWN_B, VILLAGE_A, SmallCounty

pytestmark = pytest.mark.django_db
DUE = DAY + timedelta(days=7)


def seated(small: SmallCounty, role: str, seat: str, scope: str = "") -> Seat:
    return take_seat(
        post=small.posts["county"], seat=seat, scope=scope, holder=small.posts[role], from_day=date(2022, 1, 1),
        document="县委〔2022〕1号", now=NOW,
    )  # fmt: skip


def given(small: SmallCounty, giver: str, *to: str, parent: Part | None = None) -> Part:
    task = give(
        post=small.posts[giver], title="核实未落实措施的户", words="逐户核实原因", to=[small.posts[role] for role in to],
        due_on=DUE, submission=uuid4(), now=NOW, today=DAY, parent=parent,
    )  # fmt: skip
    return task.parts.order_by("pk")[0]


def stepped(small: SmallCounty, role: str, part: Part, act: Act, words: str = "") -> None:
    take_step(
        post=small.posts[role], part_id=part.pk, act=act, told=Told(words=words), submission=uuid4(), now=NOW, today=DAY
    )


# --- seats --------------------------------------------------------------------------------------------------------


def test_the_page_says_who_holds_what_and_what_is_empty(small, signed_in):
    seated(small, "county", "county_secretary")
    seated(small, "town", "town_secretary", TOWN_A)
    seated(small, "village", "village_secretary", VILLAGE_A)
    county = signed_in("county")
    text = text_of(county, reverse("seats"))
    assert "测试county" in text
    assert "空缺" in text
    assert "测试town" in text_of(county, f"{reverse('seats')}?tab=towns")
    assert "测试village" in text_of(county, f"{reverse('seats')}?tab=villages&town={TOWN_A}")
    empty = text_of(county, f"{reverse('seats')}?tab=empty")
    assert "西山镇党委书记" in empty
    assert "东河镇党委书记" not in empty
    assert "西山镇党委书记" not in text_of(signed_in("town"), f"{reverse('seats')}?tab=empty")


def test_a_seat_is_taken_and_ended_on_its_page(small, signed_in):
    county = signed_in("county")
    where = {"seat": "town_secretary", "scope": TOWN_A}
    page = text_of(county, f"{reverse('seat')}?seat=town_secretary&scope={TOWN_A}")
    assert "现在没有人担任" in page
    assert f'value="{small.posts["town"].pk}"' in page
    form = where | {"post": small.posts["town"].pk, "from_day": "2022-05-01"}
    refused = county.post(reverse("seat-take"), form)
    assert refused.status_code == 400
    assert "没有写依据的文件" in refused.content.decode()
    assert county.post(reverse("seat-take"), form | {"document": "县委〔2022〕3号"}).status_code == 302
    row = Seat.objects.get()
    form = where | {"last_day": "2022-09-12", "document": "县委〔2022〕9号"}
    assert county.post(reverse("seat-end", args=[row.pk]), form).status_code == 302
    page = text_of(county, f"{reverse('seat')}?seat=town_secretary&scope={TOWN_A}")
    assert "2022-05-01 — 2022-09-12" in page


def test_who_may_not_seat_sees_no_form(small, signed_in):
    page = text_of(signed_in("village"), f"{reverse('seat')}?seat=village_secretary&scope={VILLAGE_A}")
    assert "登记任职" not in page
    assert signed_in("village").post(reverse("seat-take"), {}).status_code == 403
    page = text_of(signed_in("town"), f"{reverse('seat')}?seat=town_secretary&scope={TOWN_B}")
    assert "由哪个岗位担任" not in page


# --- assignments --------------------------------------------------------------------------------------------------


def test_a_task_is_given_by_units_and_refused_with_what_was_typed(small, signed_in):
    county = signed_in("county")
    form = {
        "submission": str(uuid4()),
        "title": "核实未落实措施的户",
        "words": "逐户核实原因",
        "due_on": DUE.isoformat(),
    }
    refused = county.post(reverse("assignment-new"), form)
    assert "没有选交办给谁" in refused.content.decode()
    assert "逐户核实原因" in refused.content.decode()
    page = text_of(county, reverse("assignment-new"))
    assert f'value="unit:town:{TOWN_A}"' in page
    assert re.search(f'value="unit:town:{TOWN_B}"[^>]*disabled', page)  # nobody there
    bad = county.post(reverse("assignment-new"), form | {"to": [f"unit:town:{TOWN_B}"]})
    assert "现在没有责任人" in bad.content.decode()
    to = [f"unit:town:{TOWN_A}", f"unit:village:{VILLAGE_A}", "unit:department:medical_security"]
    answer = county.post(reverse("assignment-new"), form | {"to": to})
    task = Assignment.objects.get()
    assert answer["Location"] == reverse("assignment", args=[task.pk])
    assert {part.post for part in task.parts.all()} == {small.posts[role] for role in ("town", "village", "department")}


def test_a_task_passed_down_keeps_its_words_and_says_who_can_be_chosen(small, signed_in):
    part = given(small, "county", "town")
    form = text_of(signed_in("town"), f"{reverse('assignment-new')}?part={part.pk}")
    assert (
        opened(ASSIGNMENT, part.assignment.sealed)["words"] in form.split("<textarea", 1)[1].split("</textarea>", 1)[0]
    )
    assert "可勾本镇的村（社区）" in form
    assert "可勾镇、部门" in text_of(signed_in("county"), reverse("assignment-new"))
    nothing = {"submission": str(uuid4()), "title": "核实未落实措施的户", "words": "", "to": f"unit:town:{TOWN_A}"}
    refused = (
        signed_in("county").post(reverse("assignment-new"), nothing | {"due_on": DUE.isoformat()}).content.decode()
    )
    assert "要办什么、办到什么程度：没有写清要办什么" in refused
    refused = signed_in("county").post(reverse("assignment-new"), nothing | {"due_on": ""}).content.decode()
    assert "请选期限" in refused


def test_the_chain_is_seen_whole_from_above_and_in_part_from_below(small, signed_in):
    first = given(small, "county", "town", "department")
    second = given(small, "town", "village", parent=first)
    third = given(small, "village", "grid", parent=second)
    stepped(small, "grid", third, Act.RECEIVE)
    stepped(small, "grid", third, Act.DO, "三户都已上门核实")
    top = text_of(signed_in("county"), reverse("assignment", args=[first.assignment_id]))
    for role in ("town", "department", "village", "grid"):
        assert small.posts[role].title in top
    assert "三户都已上门核实" in top
    own = text_of(signed_in("department"), reverse("assignment", args=[first.assignment_id]))
    assert small.posts["department"].title in own
    assert "三户都已上门核实" not in own
    village = text_of(signed_in("village"), reverse("assignment", args=[second.assignment_id]))
    assert "核验通过" in village  # the grid's report waits for it
    assert signed_in("grid").get(reverse("assignment", args=[second.assignment_id])).status_code == 403


def test_steps_are_taken_on_the_page_with_evidence(small, signed_in):
    part = given(small, "county", "town")
    town, county = signed_in("town"), signed_in("county")
    about = {"shown": part.assignment_id}
    receive = about | {"act": "receive", "submission": str(uuid4())}
    assert town.post(reverse("assignment-answer", args=[part.pk]), receive).status_code == 302
    done = about | {"act": "do", "submission": str(uuid4()), "words": "已经全部安排", "files": picture("evidence")}
    assert town.post(reverse("assignment-answer", args=[part.pk]), done).status_code == 302
    file = Attachment.objects.get()
    assert town.get(reverse("attachment", args=[file.pk])).status_code == 200
    assert signed_in("department").get(reverse("attachment", args=[file.pk])).status_code == 403
    back = about | {"act": "return", "submission": str(uuid4()), "words": ""}
    refused = county.post(reverse("assignment-settle", args=[part.pk]), back)
    assert "没有写退回的理由" in refused.content.decode()
    verify = about | {"act": "verify", "submission": str(uuid4())}
    assert county.post(reverse("assignment-settle", args=[part.pk]), verify).status_code == 302
    part.refresh_from_db()
    assert part.state == State.VERIFIED


def test_a_step_of_the_other_side_is_refused(small, signed_in):
    part = given(small, "county", "town")
    form = {"act": "withdraw", "submission": str(uuid4()), "words": "不再需要", "shown": part.assignment_id}
    assert signed_in("town").post(reverse("assignment-answer", args=[part.pk]), form).status_code == 400
    assert (
        "只有交办的岗位" in signed_in("town").post(reverse("assignment-settle", args=[part.pk]), form).content.decode()
    )
    assert signed_in("department").post(reverse("assignment-answer", args=[part.pk]), form).status_code == 403


def test_a_department_answers_and_gives_nothing(small, signed_in):
    given(small, "county", "department")
    page = text_of(signed_in("department"), reverse("assignments"))
    assert "核实未落实措施的户" in page
    assert "交办一项任务" not in page
    assert signed_in("department").get(reverse("assignment-new")).status_code == 403


def test_lists_say_what_is_open_late_and_over(small, signed_in):
    part = given(small, "county", "town")
    Part.objects.filter(pk=part.pk).update(due_on=DAY - timedelta(days=3))
    assert "超期 3 天" in text_of(signed_in("town"), reverse("assignments"))
    county = signed_in("county")
    assert "核实未落实措施的户" in text_of(county, f"{reverse('assignments')}?tab=given&late=1")
    assert "没有等您办的任务" in text_of(county, reverse("assignments"))
    stepped(small, "county", part, Act.WITHDRAW, "不再需要了")
    assert "没有进行中的任务" in text_of(county, f"{reverse('assignments')}?tab=given")
    assert "核实未落实措施的户" in text_of(county, f"{reverse('assignments')}?tab=all&ended=1")


def test_the_queries_of_a_chain_do_not_grow_with_it(small, signed_in):
    first = given(small, "county", "town")
    county = signed_in("county")
    given(small, "town", "village", parent=first)
    one = queries(county, reverse("assignment", args=[first.assignment_id]))
    for _ in range(4):
        given(small, "town", "village", parent=first)
    assert queries(county, reverse("assignment", args=[first.assignment_id])) <= one
    assert queries(county, f"{reverse('assignments')}?tab=given") <= 14


# --- projects -----------------------------------------------------------------------------------------------------


def report_form(**more) -> dict[str, object]:
    return {
        "submission": str(uuid4()), "as_of": DAY.isoformat(), "done": "12", "money_paid": "36万元", "words": "完成十二户主体",
        "photos": picture(str(uuid4())), "milestone": ["m1"],
    } | more  # fmt: skip


def test_a_town_reports_and_the_county_sees_it(small, signed_in):
    project, town = planned(small.posts["county"]), signed_in("town")
    assert "滞后" in text_of(town, reverse("projects"))
    assert "累计完成（共 40 户）" in text_of(town, reverse("project-report", args=[project.pk]))
    refused = town.post(reverse("project-report", args=[project.pk]), report_form(done="41"))
    assert "完成数量应在0与40之间" in refused.content.decode()
    assert "完成十二户主体" in refused.content.decode()
    answer = town.post(reverse("project-report", args=[project.pk]), report_form(problem="砂石涨价"))
    assert answer.status_code == 302
    row = Report.objects.get()
    assert (row.done, row.money_paid, row.milestones, row.has_problem) == (12, 36_000_000, ["m1"], True)
    page = text_of(signed_in("county"), reverse("project", args=[project.pk]))
    assert "砂石涨价" in page
    assert "30%" in page
    photo = Attachment.objects.get()
    assert signed_in("inspector").get(reverse("attachment", args=[photo.pk])).status_code == 200
    assert signed_in("department").get(reverse("attachment", args=[photo.pk])).status_code == 403


def test_a_report_is_corrected_on_its_page(small, signed_in):
    project, town = planned(small.posts["county"]), signed_in("town")
    row = reported(small.posts["town"], project, 12)
    page = text_of(town, reverse("project-correct", args=[row.pk]))
    assert 'value="12"' in page
    form = report_form(done="11", reason="多报一户")
    assert town.post(reverse("project-correct", args=[row.pk]), form).status_code == 302
    void = report_form(result="void", reason="报错项目了")
    assert town.post(reverse("project-correct", args=[Report.objects.latest("pk").pk]), void).status_code == 302
    assert text_of(town, reverse("project", args=[project.pk])).count("已更正") == 2


def test_others_projects_are_out_of_reach(small, signed_in):
    project = planned(small.posts["county"])
    for role in ("department", "village"):
        assert signed_in(role).get(reverse("project", args=[project.pk])).status_code == 403
    assert signed_in("grid").get(reverse("projects")).status_code == 403
    assert "没有由本单位负责的项目" in text_of(signed_in("department"), reverse("projects"))


def plan_form(**more) -> dict[str, object]:
    return {
        "submission": str(uuid4()), "reference": "WF-9", "kind": "dangerous_house", "owner": f"town:{TOWN_A}",
        "title": "东河镇危房改造", "start_on": "2022-03-01", "end_on": "2022-10-31", "quantity": "40", "money_plan": "120万元",
        "document": "县政办〔2022〕8号", "m_code": ["", "", "", ""], "m_title": ["开工", "主体完工", "", ""],
        "m_due": ["2022-04-30", "2022-08-31", "", ""], "m_percent": ["10", "75", "", ""],
    } | more  # fmt: skip


def test_the_county_plans_changes_and_gives_up(small, signed_in):
    county = signed_in("county")
    refused = county.post(reverse("project-new"), plan_form(m_percent=["10", "x", "", ""]))
    assert "第2个节点" in refused.content.decode()
    assert "主体完工" in refused.content.decode()
    county.post(reverse("project-new"), plan_form())
    project = Project.objects.get()
    assert [m["code"] for m in project.plans.get().milestones] == ["m1", "m2"]
    form = plan_form(end_on="2022-12-31", reason="汛期道路中断", m_code=["m1", "m2", "", ""])
    assert county.post(reverse("project-plan", args=[project.pk]), form).status_code == 302
    assert [m["code"] for m in Plan.objects.latest("pk").milestones] == ["m1", "m2"]
    assert "汛期道路中断" in text_of(county, reverse("project", args=[project.pk]))
    stop = plan_form(result="stop", reason="选址不符合要求")
    assert county.post(reverse("project-plan", args=[project.pk]), stop).status_code == 302
    assert "已终止" in text_of(county, reverse("projects"))
    assert signed_in("town").get(reverse("project-new")).status_code == 403


def test_the_sample_is_downloaded_filled_in_and_taken_in(small, signed_in):
    county = signed_in("county")
    assert county.get(reverse("project-sample")).status_code == 200
    row = [*EXAMPLE]
    row[3] = "不存在镇"
    for unit, status in (("不存在镇", 400), ("东河镇", 302)):
        row[3] = unit
        file = picture()
        file.seek(0)
        file.truncate()
        file.write(render_xlsx("计划", list(COLUMNS), [row], [12] * len(row)))
        file.seek(0)
        file.name = "计划.xlsx"
        answer = county.post(reverse("project-import"), {"file": file})
        assert answer.status_code == status
        if status == 400:
            assert "责任单位：不认识“不存在镇”" in answer.content.decode()
    assert Project.objects.get().title == "高桥镇危房改造"


def test_the_list_of_projects_takes_few_queries(small, signed_in):
    county: Client = signed_in("county")
    planned(small.posts["county"])
    few = queries(county, reverse("projects"))
    for n in range(6):
        project = planned(small.posts["county"], reference=f"X-{n}")
        reported(small.posts["town"], project, 5)
    assert queries(county, reverse("projects")) <= few + 1
    assert len(jpeg()) > 100
