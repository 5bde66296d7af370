"""Pages of village duties, courtyard meetings and leaflets."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from sangesan.clues.models import Clue
from sangesan.files.models import Attachment
from sangesan.registry.models import Household
from sangesan.village_work.kinds import shipped_kinds
from sangesan.village_work.models import Assignment, Courtyard, DutyChange, Handout, Log, OfficePhone, Plan, Problem
from sangesan.village_work.periods import Cycle, Unit
from sangesan.web.templatetags.village_work import cycle_words
from village_work.builders import log, owe
from web.case_pages import picture, queries, text_of
from web.small_county import COMMUNITY, DAY, TOWN_A, VILLAGE_A, VILLAGE_B

pytestmark = pytest.mark.django_db
QUESTIONS = shipped_kinds()["water_patrol"].questions


@pytest.fixture
def pango() -> None:
    """PDF needs Debian's libpango, which scripts/ensure-printing installs where it may."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        pytest.skip("libpango is not on this machine")


def record(client: Client, **more) -> object:
    given = {"submission": str(uuid4()), "done_on": DAY.isoformat(), "result": "fine", "photos": picture(str(uuid4()))} | more
    return client.post(reverse("village-record", args=[VILLAGE_A, "water_patrol"]), given)


def page(client: Client, village: str = VILLAGE_A) -> str:
    return text_of(client, reverse("village-duties", args=[village]))


# --- duties -------------------------------------------------------------------------------------------------------


def test_the_county_sees_what_is_missing_by_town_and_the_overdue_list(small, signed_in):
    for village in (VILLAGE_A, VILLAGE_B, COMMUNITY):
        owe(village)
    county = signed_in("county")
    whole = text_of(county, reverse("duties"))
    assert whole.count("无安全饮水巡查记录") == 3
    assert "超期 37 天" in whole
    town = text_of(county, f"{reverse('duties')}?town={TOWN_A}")
    assert town.count("无安全饮水巡查记录") == 2
    assert "没有超期" in text_of(county, f"{reverse('duties')}?kind=road_patrol")
    assert text_of(signed_in("town"), reverse("duties")).count("无安全饮水巡查记录") == 2
    assert text_of(signed_in("inspector"), reverse("duties")).count("无安全饮水巡查记录") == 3


def test_grid_and_village_come_to_their_own_village(small, signed_in):
    for role in ("grid", "village"):
        assert signed_in(role).get(reverse("duties")).url == reverse("village-duties", args=[VILLAGE_A])
        assert signed_in(role).get(reverse("village-duties", args=[VILLAGE_B])).status_code == 403


def test_the_strip_says_in_words_and_shapes(small, signed_in):
    owe(since=date(2022, 8, 1))
    log(small.posts["grid"], on=date(2022, 8, 30))
    log(small.posts["grid"], on=date(2022, 9, 7))
    shown = page(signed_in("grid"))
    for words in ("strip-missing", "✗", "缺", "✓", "补记", "○", "本期待做", "–", "不用做", "9.12–9.18"):
        assert words in shown, words
    assert shown.count('<li class="strip-') == 12


def test_a_log_in_two_taps(small, signed_in):
    """A photo, and one button: every question is answered with it."""
    owe()
    grid = signed_in("grid")
    form = text_of(grid, reverse("village-record", args=[VILLAGE_A, "water_patrol"]))
    for question in QUESTIONS.values():
        assert question in form
    assert f'value="{DAY.isoformat()}"' in form
    assert record(grid).url == reverse("village-duties", args=[VILLAGE_A])
    made = Log.objects.get()
    assert made.answers == dict.fromkeys(QUESTIONS, True)
    shown = text_of(grid, reverse("village-log", args=[made.pk]))
    photo = Attachment.objects.get()
    assert reverse("attachment", args=[photo.pk]) in shown
    assert grid.get(reverse("attachment", args=[photo.pk])).status_code == 200


def test_photos_are_served_only_within_reach(small, signed_in):
    record(signed_in("village"))
    log_made = Log.objects.get()
    Log.objects.update(village=VILLAGE_B)
    address = reverse("attachment", args=[Attachment.objects.get(subject=f"village_log:{log_made.pk}").pk])
    assert signed_in("village").get(address).status_code == 403
    assert signed_in("county").get(address).status_code == 200


def test_a_refusal_loses_nothing_that_was_typed(small, signed_in):
    grid = signed_in("grid")
    given = {"result": "problem", "words": "坏", "answer-quantity": "no", "photos": picture()}
    again = record(grid, **given).content.decode()
    assert "没有写清是什么问题" in again or "还有没回答的" in again
    assert 'value="no" checked' in again
    part = grid.post(
        reverse("village-record", args=[VILLAGE_A, "water_patrol"]),
        {"submission": str(uuid4()), "done_on": DAY.isoformat(), "result": "fine"},
        headers={"HX-Request": "true"},
    )
    body = part.content.decode()
    assert "须附照片" in body
    assert "<html" not in body, "the form stays as it is, with the chosen files"
    assert not Log.objects.exists()


def test_all_right_against_a_no_is_refused(small, signed_in):
    again = record(signed_in("grid"), **{"answer-quantity": "no"}).content.decode()
    assert "却有不正常的项：水量够用" in again
    assert not Log.objects.exists()


def test_a_problem_with_households_found_by_name(small, signed_in):
    village = signed_in("village")
    found = village.post(reverse("pick-households"), {"search": "陈大", "picking": ""}).content.decode()
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    assert f'value="{home.pk}"' in found
    assert "周明远" not in village.post(reverse("pick-households"), {"search": "周明"}).content.decode()
    kept = village.post(reverse("pick-households"), {"search": "没有这人", "household": home.pk}).content.decode()
    assert f'value="{home.pk}" checked' in kept
    answers = {f"answer-{code}": "yes" for code in QUESTIONS} | {"answer-quantity": "no"}
    done = record(village, result="problem", words="二组水池见底，3户断水", household=[home.pk], clue_place="1", **answers)
    problem = Problem.objects.get()
    made = Log.objects.get()
    assert done.url == reverse("village-log", args=[made.pk])
    assert set(Clue.objects.values_list("household_id", "risk")) == {(home.pk, "H2"), (None, "H2")}
    assert "陈大山" in text_of(village, done.url)
    assert "二组水池见底" in page(village)
    follow = reverse("problem-follow", args=[problem.pk])
    assert "二组水池见底" in text_of(village, follow)
    given = {"submission": str(uuid4()), "done_on": DAY.isoformat(), "words": "已换水管", "result": "solved"}
    assert "须附照片" in village.post(follow, given).content.decode()
    assert village.post(follow, given | {"photos": picture("after")}).status_code == 302
    assert "二组水池见底，3户断水</strong>" not in page(village)
    problem.refresh_from_db()
    assert problem.closed_on == DAY


def test_a_correction_and_a_withdrawal(small, signed_in):
    owe()
    village = signed_in("village")
    record(village)
    first = Log.objects.get()
    address = reverse("log-correct", args=[first.pk])
    assert "再加照片" in text_of(village, address)
    given = {"submission": str(uuid4()), "done_on": (DAY - timedelta(days=2)).isoformat(), "result": "fine"}
    assert "为什么更正" in village.post(address, given).content.decode()
    done = village.post(address, given | {"reason": "日期填错"})
    second = Log.objects.get(corrects=first)
    assert done.url == reverse("village-log", args=[second.pk])
    assert "已更正" in text_of(village, reverse("village-log", args=[first.pk]))
    void = {"submission": str(uuid4()), "done_on": DAY.isoformat(), "result": "void", "reason": "登记到别的村了"}
    village.post(reverse("log-correct", args=[second.pk]), void)
    assert "作废" in page(village)
    assert "无安全饮水巡查记录" in page(village)


def test_a_plan_is_made_read_and_reviewed(small, signed_in):
    owe(kind="shortage_plan", since=DAY - timedelta(days=90))
    village = signed_in("village")
    address = reverse("village-plan", args=[VILLAGE_A, "shortage_plan"])
    assert "未建立季节性缺水长效机制" in page(village)
    given = {
        "submission": str(uuid4()), "adopted_on": DAY.isoformat(), "review_on": "2023-09-01", "responsible": "村党支部书记",
        "situation": "二组、三组冬季缺水，涉及36户", "what": ["清淤蓄水", ""], "who": ["", ""], "by": ["11月底前", ""],
    }  # fmt: skip
    refused = village.post(address, given).content.decode()
    assert "第1条措施" in refused
    assert "涉及36户" in refused
    assert village.post(address, given | {"who": ["村级水管员", ""], "scans": picture()}).status_code == 302
    assert Plan.objects.count() == 1
    shown = text_of(signed_in("inspector"), address)
    assert "清淤蓄水" in shown
    assert 'name="what"' not in shown, "an inspector only reads"
    assert signed_in("inspector").post(address, given).status_code == 403
    assert "未建立" not in page(village)


def test_duties_are_assigned_and_ended(small, signed_in):
    town = signed_in("town")
    grid = small.posts["grid"]
    given = {"kind": "road_patrol", "to_post": grid.pk, "from_day": "2022-09-01", "why": "村两委分工"}
    assert town.post(reverse("village-assign", args=[VILLAGE_A, "new"]), given).status_code == 302
    assert grid.title in page(town)
    assert town.post(reverse("village-assign", args=[VILLAGE_A, "road_patrol"]), {"act": "end"}).status_code == 400
    assert town.post(reverse("village-assign", args=[VILLAGE_B, "new"]), given).status_code == 403
    town.post(reverse("village-assign", args=[VILLAGE_A, "road_patrol"]), {"act": "end", "why": "并入公路站"})
    assert Assignment.objects.get().valid_to == DAY


def test_the_county_adds_a_kind_and_gives_villages_their_duties(small, signed_in):
    county = signed_in("county")
    assert "安全饮水巡查" in text_of(county, reverse("duty-kinds"))
    assert 'name="questions"' not in text_of(signed_in("town"), reverse("duty-kinds"))
    filled = text_of(county, f"{reverse('duty-kinds')}?change=hazard_patrol")
    assert 'value="hazard_patrol" readonly' in filled
    assert len(re.findall(r'name="month" value="\d+" checked', filled)) == 6
    given = {
        "code": "forest_patrol", "title": "森林防火巡查", "form": "log", "every": "1", "unit": "week", "month": ["1", "2", "3"],
        "questions": "没有野外用火\n防火标语完好", "photo": "needed", "owner": "grid", "applies": "all", "risk": "99",
        "from_day": DAY.isoformat(), "document": "县林业局通知",
    }  # fmt: skip
    assert "没有写登记时要回答什么" in county.post(reverse("duty-kind-change"), given | {"questions": ""}).content.decode()
    assert county.post(reverse("duty-kind-change"), given).status_code == 302
    assert DutyChange.objects.get().content["questions"] == {"q1": "没有野外用火", "q2": "防火标语完好"}
    assert "每周一次（1–3月）" in text_of(county, reverse("duty-kinds"))
    assert county.post(reverse("duties-assign")).status_code == 302
    assert Assignment.objects.filter(kind="forest_patrol").count() == 3
    stop = {"code": "forest_patrol", "act": "stop", "from_day": DAY.isoformat(), "document": "改为镇里统一组织"}
    county.post(reverse("duty-kind-change"), stop)
    assert "现在不用做" in text_of(county, reverse("duty-kinds"))
    assert signed_in("town").post(reverse("duties-assign")).status_code == 400


def test_pages_ask_no_more_with_more_rows(small, signed_in):
    owe()
    log(small.posts["grid"], wrong="quantity", words="水池见底")
    grid, county = signed_in("grid"), signed_in("county")
    address = reverse("village-duties", args=[VILLAGE_A])
    few, few_late = queries(grid, address), queries(county, reverse("duties"))
    for kind in ("road_patrol", "housing_patrol"):
        owe(kind=kind)
        owe(VILLAGE_B, kind)
    for days in range(0, 40, 5):
        log(small.posts["grid"], on=DAY - timedelta(days=days))
        log(small.posts["grid"], on=DAY - timedelta(days=days), wrong="quantity", words="水池见底")
    assert queries(grid, address) <= few
    assert queries(county, reverse("duties")) <= few_late
    assert few <= 30


@pytest.mark.parametrize(
    ("cycle", "words"),
    [
        (Cycle(Unit.WEEK), "每周一次"),
        (Cycle(Unit.MONTH), "每月一次"),
        (Cycle(Unit.MONTH, 2), "每 2 个月一次"),
        (Cycle(Unit.DAYS, 10), "每 10 天一次"),
        (Cycle(Unit.WEEK, months=frozenset({5, 6, 7})), "每周一次（5–7月）"),
        (Cycle(Unit.WEEK, months=frozenset({12, 1, 2})), "每周一次（1, 2, 12月）"),
    ],
)
def test_cycles_in_words(cycle, words):
    with override("zh-hans"):
        assert cycle_words(cycle) == words


# --- courtyard meetings -------------------------------------------------------------------------------------------


def meet(client: Client, **more) -> object:
    given = {
        "submission": str(uuid4()), "held_on": DAY.isoformat(), "place": "二组院坝", "host": "村支书", "people": "31",
        "topic": ["apply", "medical"], "asked": ["怎么申报", ""], "answered": ["扫码或找网格员", ""],
    }  # fmt: skip
    return client.post(reverse("courtyard-new"), given | more)


def test_a_courtyard_meeting_with_a_clue(small, signed_in):
    village = signed_in("village")
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    clue = {f"risk-{home.pk}": "09", f"words-{home.pk}": "两个孩子上大学，学费没凑齐", "household": [home.pk]}
    done = meet(village, photos=picture(), sheets=picture("sheet"), **clue)
    made = Courtyard.objects.get()
    assert done.url == reverse("courtyard", args=[made.pk])
    shown = text_of(village, done.url)
    for words in ("二组院坝", "怎样申报监测对象", "扫码或找网格员", "学费没凑齐", "陈大山"):
        assert words in shown, words
    assert Clue.objects.get().channel == "SELF"
    listed = text_of(village, reverse("courtyards"))
    assert "二组院坝" in listed
    assert "各村都开过了" in listed
    paper = village.get(reverse("courtyard-paper", args=[made.pk, "docx"]))
    assert paper.status_code == 200
    assert paper.headers["Cache-Control"] == "private, no-store"
    for photo in Attachment.objects.all():
        assert village.get(reverse("attachment", args=[photo.pk])).status_code == 200


def test_what_was_typed_of_a_meeting_stays(small, signed_in):
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    again = meet(
        signed_in("village"), people="很多", household=[home.pk], **{f"risk-{home.pk}": "09", f"words-{home.pk}": "学费没凑齐"}
    ).content.decode()
    assert "不是人数" in again
    for kept in ("二组院坝", "怎么申报", "扫码或找网格员", "学费没凑齐", f'value="{home.pk}" checked'):
        assert kept in again, kept
    assert re.search(r'value="apply" checked', again)
    assert not Courtyard.objects.exists()


def test_a_town_chooses_the_village(small, signed_in):
    town = signed_in("town")
    assert "没有选村" in meet(town).content.decode()
    meet(town, village=COMMUNITY)
    assert Courtyard.objects.get().village == COMMUNITY
    assert "双柳村" in text_of(town, reverse("courtyards"))


def test_a_meeting_is_corrected(small, signed_in):
    village = signed_in("village")
    meet(village)
    first = Courtyard.objects.get()
    form = text_of(village, f"{reverse('courtyard-new')}?correct={first.pk}")
    assert 'value="31"' in form
    assert "扫码或找网格员" in form
    meet(village, people="28", correct=first.pk)
    assert Courtyard.objects.get(corrects=first).people == 28
    assert "已更正" in text_of(village, reverse("courtyard", args=[first.pk]))


# --- leaflets -----------------------------------------------------------------------------------------------------


def test_leaflets_are_printed_with_the_villages_own_code(small, signed_in, pango):
    village = signed_in("village")
    shown = text_of(village, reverse("leaflets"))
    assert "县里尚未公布" in shown
    for code in ("apply", "help"):
        answer = village.get(reverse("leaflet", args=[code, VILLAGE_A, "pdf"]))
        assert answer.headers["Content-Type"] == "application/pdf"
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    edition = re.search(r'class="code">([0-9A-F]{8})<', shown)[1]
    assert "是现在的政策" in text_of(village, f"{reverse('leaflets')}?edition={edition}")
    assert "没有印过" in text_of(village, f"{reverse('leaflets')}?edition=00000000")
    assert village.get(reverse("leaflet", args=["apply", VILLAGE_B, "pdf"])).status_code == 403


def test_hand_outs_are_counted_corrected_and_withdrawn(small, signed_in):
    village = signed_in("village")
    given = {
        "submission": str(uuid4()), "village": VILLAGE_A, "leaflet": "apply", "handed_on": DAY.isoformat(), "copies": "2", "how": "door",
    }  # fmt: skip
    assert "没有填发了多少份" in village.post(reverse("leaflet-handed"), given | {"copies": ""}).content.decode()
    assert village.post(reverse("leaflet-handed"), given).status_code == 302
    village.post(reverse("leaflet-handed"), given | {"leaflet": "help", "submission": str(uuid4())})
    shown = text_of(village, reverse("leaflets"))
    assert "✓ 100 %" in shown
    first = Handout.objects.order_by("id")[0]
    void = given | {"submission": str(uuid4()), "corrects": first.pk, "void": "1", "edition": first.edition.digest}
    village.post(reverse("leaflet-handed"), void)
    assert "✗ 0 %" in text_of(village, reverse("leaflets"))


def test_the_office_phone_of_a_town(small, signed_in):
    town = signed_in("town")
    refused = town.post(reverse("leaflet-phone"), {"division": TOWN_A, "number": "没有"})
    assert "电话号码不对" in refused.content.decode()
    town.post(reverse("leaflet-phone"), {"division": TOWN_A, "number": "0900-1234567"})
    assert OfficePhone.objects.get().number == "0900-1234567"
    assert "0900-1234567" in text_of(town, reverse("leaflets"))
