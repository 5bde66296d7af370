"""Patrol pages: coverage down to the door, two taps, changes, clues and nobody at home, campaigns, hazard points."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from patrols.walks import NOW, a_round, home, walk
from sangesan.accounts.queries import system_post
from sangesan.clues.models import Clue
from sangesan.patrols.assigning import assign_tasks
from sangesan.patrols.models import Entry, KeyGroup, Round, Task
from sangesan.patrols.rounds import weekly_round
from sangesan.registry.models import Condition, Living
from sangesan.registry.queries import members_of
from web.small_county import COMMUNITY, COUNTY, DAY, GRID_A, GRID_B, TOWN_A, VILLAGE_A

MINE, OTHER, FAR = "10020100001", "10020100002", "10120100001"


def record(client: Client, code: str, *, htmx: bool = False, **given: object):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse("patrol-record", args=[home(code).pk]), given, headers=headers)


def test_before_the_first_round_the_pages_say_so(signed_in) -> None:
    assert "还没有任何一轮排查" in signed_in("county").get(reverse("patrols")).content.decode()
    assert "本周还没有登记" in signed_in("grid").get(reverse("patrol-grid", args=[GRID_A])).content.decode()
    assert signed_in("county").get(reverse("patrols-download")).status_code == 400


def test_coverage_drills_down_to_the_door(small, signed_in, django_assert_max_num_queries) -> None:
    weekly_round(DAY, now=NOW)
    walk(small, home(MINE))
    client = signed_in("county")
    with django_assert_max_num_queries(22):
        page = client.get(reverse("patrols")).content.decode()
    assert "东河镇" in page
    assert "西山镇" in page
    town = client.get(reverse("patrols"), {"place": TOWN_A}).content.decode()
    assert "双柳村" in town
    assert "新居社区" in town
    village = client.get(reverse("patrols"), {"place": VILLAGE_A}).content.decode()
    assert reverse("patrol-grid", args=[GRID_A]) in village
    assert "1 / 2" in village
    rest = client.get(reverse("patrols-left"), {"place": VILLAGE_A}).content.decode()
    assert "李长顺" in rest
    assert "陈大山" not in rest
    assert "都走到了" in client.get(reverse("patrols-left"), {"place": VILLAGE_A, "key": "1"}).content.decode()


def test_the_download_holds_the_table(small, signed_in) -> None:
    weekly_round(DAY, now=NOW)
    walk(small, home(MINE), "changed", words="儿子外出务工了")
    answer = signed_in("county").get(reverse("patrols-download"), {"place": VILLAGE_A})
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    found = next(row for row in rows if row[0] == "合计")
    assert found[1:9] == [1, 1, 2, 1, "50.0", 0, 0, 1]


@pytest.mark.parametrize(
    ("role", "route", "given", "status"),
    [
        ("town", "patrols", {"place": COUNTY}, 403), ("village", "patrols", {"place": TOWN_A}, 403), ("county", "patrols", {"place": "9"}, 400),
        ("county", "patrols", {"round": "99"}, 400), ("town", "patrols-left", {"place": COUNTY}, 403), ("department", "patrols", {}, 403), ("inspector", "patrols", {}, 200),
        ("county", "patrols-left", {"after": "x"}, 400), ("county", "patrol-rounds", {"after": "x"}, 400), ("county", "patrol-rounds", {}, 200),
    ],
)  # fmt: skip
def test_reach_and_bad_addresses(signed_in, role: str, route: str, given: dict[str, str], status: int) -> None:
    weekly_round(DAY, now=NOW)
    assert signed_in(role).get(reverse(route), given).status_code == status


def test_a_grid_worker_comes_to_the_own_list_and_to_no_other(signed_in, django_assert_max_num_queries) -> None:
    weekly_round(DAY, now=NOW)
    client = signed_in("grid")
    assert client.get(reverse("patrols")).headers["Location"] == reverse("patrol-grid", args=[GRID_A])
    with django_assert_max_num_queries(24):
        page = client.get(reverse("patrol-grid", args=[GRID_A])).content.decode()
    assert page.index("陈大山") < page.index("李长顺")
    assert page.count("确认：见到人，没有变化") == 2
    assert client.get(reverse("patrol-grid", args=[GRID_B])).status_code == 403
    assert record(client, FAR, result="same").status_code == 403


def test_two_taps_and_the_line_is_done(small, signed_in) -> None:
    week = weekly_round(DAY, now=NOW)
    assign_tasks(post=system_post(), households={home(MINE).pk: "独居老人"}, source="alert:1", title="暴雨红色预警", due_at=NOW, now=NOW)
    client = signed_in("grid")
    assert "独居老人" in client.get(reverse("patrol-grid", args=[GRID_A])).content.decode()
    answer = record(client, MINE, htmx=True, result="same", round=week.pk)
    line = answer.content.decode()
    assert line.lstrip().startswith("<li")
    assert "door-walked" in line
    assert "没有变化" in line
    assert 'id="walk-head" hx-swap-oob="true"' in line, "the tallies above the list come along"
    assert "1 / 2 户" in line
    assert "紧急走访 1" not in line
    assert (Entry.objects.get().result, Task.objects.get().state) == ("same", "done")
    record(client, MINE, htmx=True, result="same", round=week.pk)
    assert Entry.objects.count() == 1


def test_a_refusal_in_the_list_stays_in_its_line(signed_in) -> None:
    line = record(signed_in("grid"), MINE, htmx=True, result="").content.decode()
    assert "没有选择排查结果" in line
    assert f"door-{home(MINE).pk}" in line


def test_changes_are_taken_into_the_register(signed_in) -> None:
    mine, client = home(MINE), signed_in("grid")
    first = members_of(mine.pk)[0]
    page = client.get(reverse("patrol-record", args=[mine.pk])).content.decode()
    assert 'name="shown.living.safe_water" value="yes"' in page
    assert "13800001234" not in page, "the phone is not shown, only asked for when it is new"
    given = {
        "result": "changed", "words": "水管冻裂", "on": DAY.isoformat(), "version.living": "1", f"version.person:{first}": "1",
        "shown.living.safe_water": "yes", "value.living.safe_water": "no", "shown.living.road": "水泥路", "value.living.road": "水泥路",
        f"shown.person:{first}.work_months": "", f"value.person:{first}.work_months": "6", f"shown.person:{first}.phone": "", f"value.person:{first}.phone": "",
    }  # fmt: skip
    assert record(client, MINE, **given).status_code == 302
    entry = Entry.objects.get()
    assert entry.changed == ["living.safe_water", f"person:{first}.work_months"]
    assert Living.objects.get(household=mine, valid_to=None).safe_water is False
    assert Condition.objects.get(person=first, valid_to=None).work_months == 6
    again = record(client, MINE, **given | {"value.living.safe_water": ""})
    assert "又有人改过" in again.content.decode()
    assert "水管冻裂" in again.content.decode(), "nothing typed is lost"
    assert "不是整数" in record(client, MINE, **given | {f"value.person:{first}.work_months": "半年"}).content.decode()


def test_a_clue_and_nobody_at_home(signed_in) -> None:
    client = signed_in("grid")
    typed = {"result": "clue", "risk": "01", "clue_words": "父亲上周住院，自付两万多元", "event_on": "2022-09-06", "purposes": ["civil_affairs"]}
    assert record(client, MINE, **typed).status_code == 302
    clue = Clue.objects.get()
    assert (clue.channel, clue.event_on, Entry.objects.get().clue) == ("GRID", date(2022, 9, 6), clue.pk)
    record(client, OTHER, result="absent", words="锁门")
    page = client.get(reverse("household", args=[home(MINE).pk])).content.decode()
    assert "民政救助核查" in page
    assert "还没有排查记录" not in page
    listed = client.get(reverse("patrol-grid", args=[GRID_A])).content.decode()
    assert "锁门" in listed
    answer = record(client, OTHER, **typed | {"clue_words": "病"})
    assert "没有写清看到了什么" in answer.content.decode()


def test_opening_a_campaign(signed_in) -> None:
    client = signed_in("county")
    typed = {"kind": "campaign", "title": "2022年秋季集中排查", "starts_on": "2022-09-10", "ends_on": "2022-10-15", "divisions": [TOWN_A], "note": "全覆盖"}
    refused = client.post(reverse("round-open"), typed | {"ends_on": "2022-09-01"})
    assert "早于开始日期" in refused.content.decode()
    assert "2022年秋季集中排查" in refused.content.decode()
    assert client.post(reverse("round-open"), typed).status_code == 302
    row = Round.objects.get()
    assert (row.divisions, row.ends_on) == ([TOWN_A], date(2022, 10, 15))
    assert "进行中" in client.get(reverse("patrol-rounds")).content.decode()
    assert signed_in("village").post(reverse("round-open"), typed).status_code == 403
    form = signed_in("grid").get(reverse("patrol-record", args=[home(MINE).pk]), {"round": row.pk}).content.decode()
    assert "2022年秋季集中排查" not in form, "one round only runs: the week is opened by the first entry"
    record(signed_in("grid"), MINE, result="same", round=row.pk)
    assert Entry.objects.get().round == row


def test_rounds_page_by_key(signed_in) -> None:
    for n in range(33):
        a_round(title=f"第{n}次集中排查", starts_on=DAY - timedelta(days=n))
    client = signed_in("county")
    first = client.get(reverse("patrol-rounds"))
    assert "第29次" in first.content.decode()
    assert "第30次" not in first.content.decode()
    second = client.get(reverse("patrol-rounds"), {"after": first.context["next"]}).content.decode()
    assert all(f"第{n}次" in second for n in (30, 31, 32))


def test_a_village_lists_who_lives_below_a_hazard_point(signed_in) -> None:
    mine, client = home(MINE), signed_in("village")
    address = reverse("household-threatened", args=[mine.pk])
    assert client.post(address, {"group": "hazard_point", "words": "屋后滑坡体"}).status_code == 302
    assert "屋后滑坡体" in client.get(reverse("household", args=[mine.pk])).content.decode()
    assert client.post(address, {"group": "elderly_alone", "words": "一个人住着"}).status_code == 400
    assert signed_in("grid").post(address, {"group": "hazard_point", "words": "屋后滑坡体"}).status_code == 403
    client.post(address, {"group": "hazard_point", "out": "1", "words": "隐患点已治理销号"})
    assert not KeyGroup.objects.exists()


def test_a_whole_visit_counts_for_the_round(signed_in, clue) -> None:
    given = {"version": "1", "visited_on": DAY.isoformat(), "conclusion": "no_risk", "reason": "自付已由大病保险报销", "checkers": "两名核查人"}
    signed_in("grid").post(reverse("clue-visit", args=[clue.pk]), given)
    entry = Entry.objects.get()
    assert (entry.result, entry.purposes, entry.household) == ("same", ["patrol", "clue"], clue.household)


def test_the_household_page_of_one_who_lives_elsewhere(small, signed_in) -> None:
    moved = home("10120100002")
    walk(small, moved, role="town")
    assert moved.residence == COMMUNITY
    page = signed_in("town").get(reverse("household", args=[moved.pk])).content.decode()
    assert "东河镇 防返贫专干" in page
