"""What pages show, to whom, with how many queries."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from sangesan.accounts.models import Post
from sangesan.audit.models import Entry
from sangesan.clues.models import Clue
from sangesan.registry.models import Condition, Membership, Person
from web.small_county import DAY, PASSWORD, VILLAGE_A, identity


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_front_page_labels_each_rate_as_what_it_is(signed_in):
    page = text_of(signed_in("county"), "/")
    assert "按人" in page
    assert "按户" in page
    assert "演示系统：人员均为程序生成，并非真实个人" in page


@pytest.mark.parametrize(("role", "sees"), [("county", 1), ("town", 1), ("village", 1), ("grid", 1), ("inspector", 1)])
def test_a_clue_is_on_the_lists_of_those_who_answer_for_it(signed_in, clue, role, sees):
    assert text_of(signed_in(role), "/clues/").count(reverse("clue", args=[clue.pk])) == 2 * sees  # row and link


def test_a_clue_of_another_grid_is_not_shown(signed_in, clue, small):
    Post.objects.filter(pk=small.posts["grid"].pk).update(grid="610998101201-01", division="610998101201")
    grid = signed_in("grid")
    assert reverse("clue", args=[clue.pk]) not in text_of(grid, "/clues/")
    assert grid.get(reverse("clue", args=[clue.pk])).status_code == 403
    assert grid.get(reverse("household", args=[clue.household_id])).status_code == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("?state=all", True),
        ("?state=cleared", False),
        ("?line=第三道防线·部门预警", True),
        ("?line=第一道防线·网格排查", False),
        ("?risk=01", True),
        ("?risk=H1", False),
        (f"?place={VILLAGE_A}", True),
        ("?place=610998101201", False),
        ("?due=overdue", False),
        ("?text=陈大", True),
        (f"?text={VILLAGE_A}00001", True),
        ("?text=王", False),
        ("?rule=R01", True),
        ("?rule=R02", False),
    ],
)
def test_filters(signed_in, clue, query, shown):
    assert (reverse("clue", args=[clue.pk]) in text_of(signed_in("county"), f"/clues/{query}")) is shown


def test_a_broken_page_key_is_refused_in_words(signed_in):
    for address in ("/clues/?after=x", "/households/?after=-1", "/audit/?after=zz"):
        answer = signed_in("county").get(address)
        assert answer.status_code == 400
        assert "请回到列表第一页" in answer.content.decode()


def test_a_clue_says_why_by_which_rule_and_on_whose_word(signed_in, clue):
    page = text_of(signed_in("grid"), reverse("clue", args=[clue.pk]))
    for words in ("住院自付6,800.00元", "R01 脱贫人口住院自付过高", "医疗保障局", "本年至上月住院个人自付", "2022-09-16", "登记首次核查结果"):
        assert words in page


def test_only_who_visits_gets_the_form(signed_in, clue):
    assert "登记首次核查结果" not in text_of(signed_in("inspector"), reverse("clue", args=[clue.pk]))


def test_a_record_made_on_an_old_view_is_refused_with_what_was_written(signed_in, clue):
    given = {"version": 0, "visited_on": DAY.isoformat(), "conclusion": "needs_procedure", "reason": "孩子上学缺钱"}
    page = signed_in("grid").post(reverse("clue-visit", args=[clue.pk]), given).content.decode()
    assert "您打开页面之后线索有了新的证据" in page
    assert "孩子上学缺钱" in page
    assert Clue.objects.get().state == "open"


def test_the_download_holds_the_list(signed_in, clue):
    answer = signed_in("town").get("/clues/download.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "演示系统：人员均为程序生成，并非真实个人"
    assert rows[1][:3] == ["户主", "户编号", "居住地"]
    assert rows[2][0] == "陈大山"
    assert rows[2][1] == f"{VILLAGE_A}00001"
    assert len(rows) == 3


def test_pages_mask_identity_numbers(signed_in, small):
    person = Person.objects.get(name="陈大山")
    number = identity(101, person.birth_date)
    page = text_of(signed_in("grid"), reverse("household", args=[person.memberships.get().household_id]))
    assert number not in page
    assert f"610998********{number[-4:]}" in page


def test_the_full_number_needs_a_reason_and_is_audited(signed_in, small):
    person = Person.objects.get(name="陈大山")
    grid, address = signed_in("grid"), reverse("reveal", args=[person.pk])
    assert grid.post(address, {"reason": ""}).status_code == 400
    assert not Entry.objects.filter(tag="registry:person:reveal").exists()
    assert identity(101, person.birth_date) in grid.post(address, {"reason": "入户核对"}).content.decode()
    assert Entry.objects.get(tag="registry:person:reveal").reason == "入户核对"
    assert signed_in("inspector").post(address, {"reason": "看看"}).status_code == 403


def test_a_person_of_whom_nothing_else_is_known_stands_on_the_page(signed_in):
    person = Person.objects.get(name="陈大山")
    Condition.objects.filter(person=person).delete()
    household = Membership.objects.get(person=person).household_id
    assert "陈大山" in text_of(signed_in("grid"), reverse("household", args=[household]))


def test_a_department_sees_and_uploads_its_own_feeds_only(signed_in):
    department = signed_in("department")
    assert "医保结算明细" in text_of(department, "/departments/")
    assert "社会救助" not in text_of(department, "/deliveries/upload/")
    assert department.get("/departments/civil_affairs/").status_code == 403


def test_a_rule_says_its_values_and_their_source(signed_in):
    page = text_of(signed_in("grid"), "/rules/R01/")
    for words in ("脱贫人口本年住院自付预警线", "5,000.00 元", "2022-09-13 的取值", "医保结算明细"):
        assert words in page
    assert signed_in("grid").get("/rules/R99/").status_code == 400


def test_logging_in_by_password_leads_where_one_wanted_to_go(small):
    client = Client()
    answer = client.post("/login/?next=/clues/", {"username": "test_grid", "password": PASSWORD})
    assert answer.url == "/clues/"
    answer = Client().post("/login/?next=//evil.example/", {"username": "test_grid", "password": PASSWORD})
    assert answer.url == "/"


def test_who_holds_several_posts_chooses_one(small):
    user = small.users["grid"]
    second = Post.objects.create(user=user, role="village", title="双柳村 支书", division=VILLAGE_A, valid_from=DAY)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/clues/").url == "/post/"
    client.post("/post/", {"post": second.pk})
    assert "双柳村 支书" in text_of(client, "/clues/")
    client.post("/post/", {"post": small.posts["county"].pk})
    assert "双柳村 支书" in text_of(client, "/clues/"), "somebody else's post cannot be chosen"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [("/nothing/", 404, "请从左侧菜单或首页重新进入"), ("/runs/999/", 404, "没有找到"), ("/households/999/", 403, "没有这一户")],
)
def test_error_pages_say_what_to_do(signed_in, address, status, words):
    answer = signed_in("county").get(address)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_an_old_form_is_refused_in_words(small):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/login/", {"username": "test_grid", "password": PASSWORD})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "most"),
    [("/", 44), ("/clues/", 13), ("/households/", 8), ("/departments/", 9), ("/rules/", 11), ("/audit/", 10), ("/runs/", 8)],
)
def test_pages_ask_few_questions_however_long_the_list(signed_in, clue, address, most, django_assert_max_num_queries):
    county = signed_in("county")
    county.get(address)
    with django_assert_max_num_queries(most):
        county.get(address)
