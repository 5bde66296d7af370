"""The in-home check by its page: kept, refused with everything typed, shown, and its files served to those who may."""

import base64
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from files.test_pictures import encoded
from sangesan.clues.models import Clue
from sangesan.files.models import Attachment
from sangesan.registry.models import Household
from sangesan.registry.queries import members_of
from sangesan.visits.models import Visit
from visits.test_recording import drawn
from web.small_county import DAY, VILLAGE_A, VILLAGE_B


@pytest.fixture(autouse=True)
def _home(tmp_path, settings) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def home(small) -> Household:
    return Household.objects.get(code=f"{VILLAGE_A}00001")


def form(home: Household, **changed: object) -> dict[str, object]:
    """A whole check, as a phone posts it."""
    first, second, third = members_of(home.pk)
    typed = {
        "purposes": ["identification"],
        "visited_on": DAY.isoformat(),
        "began_at": "09:30",
        "place": "二组老屋",
        "checker": ["张明", "李芳", ""],
        f"member-{first}": "seen",
        f"member-{second}": "away",
        f"member-{third}": "",
        "people": "3",
        "labour": "1",
        **{f"test-{test}": "yes" for test in ("housing", "schooling", "insurance")},
        "test-water": "no",
        "test-water-note": "天旱断水",
        "income-wage_work": "2.4万",
        "counted-wage_work": "1",
        "note-wage_work": "西安工地8个月",
        "income-transfer_donation": "500",
        "paid-what": ["住院自付", "", ""],
        "paid-yuan": ["6,800", "", ""],
        "paid-vouchers": ["0"],
        "claims": "1000",
        "conclusion": "needs_procedure",
        "reason": "大病后不能外出务工",
        "risk-1": "01",
        "risk-2": "H2",
        "household_opinion": "盼早日通水",
        "signed_how": "finger",
        "signed_by": str(first),
        "signature": "data:image/png;base64," + base64.b64encode(drawn()).decode(),
        "photos": [SimpleUploadedFile("IMG_1.jpg", encoded("JPEG"), "image/jpeg")],
    }
    return typed | changed


def record(client: Client, home: Household, data: dict[str, object], **more: object):
    return client.post(reverse("visit-record", args=[home.pk]), data, **more)


def test_a_whole_check_is_kept_and_shown(signed_in, home) -> None:
    answer = record(signed_in("grid"), home, form(home))
    visit = Visit.objects.get()
    assert answer.url == reverse("visit", args=[visit.pk])
    assert (visit.income_per_head_fen, visit.reference_per_head_fen) == (800_000, 606_666)
    assert visit.self_paid == [{"what": "住院自付", "fen": 680_000, "vouchers": True}]
    assert visit.tests == {"housing": True, "schooling": True, "insurance": True, "water": False}
    assert visit.risks == ["01", "H2"]
    page = signed_in("grid").get(answer.url).content.decode()
    for text in (
        "8,000.00",
        "6,066.66",
        "盼早日通水",
        "天旱断水",
        "西安工地8个月",
        "不计入",
        "陈大山 · 手机上签名",
        "张明、李芳",
    ):
        assert text in page
    photo, drawing = Attachment.objects.order_by("id")
    assert reverse("attachment", args=[photo.pk]) in page
    assert reverse("attachment", args=[drawing.pk]) in page
    assert "登记理由" not in page
    list_page = signed_in("grid").get(reverse("household", args=[home.pk])).content.decode()
    assert "识别入户核查" in list_page
    assert reverse("visit-record", args=[home.pk]) in list_page


def test_a_refusal_keeps_everything_typed(signed_in, home) -> None:
    data = form(home, checker=["张明", "", ""], debts="多少不清")
    page = record(signed_in("grid"), home, data).content.decode()
    assert "负债：金额“多少不清”认不出" in page
    data["debts"] = ""
    page = record(signed_in("grid"), home, form(home, checker=["张明", "", ""])).content.decode()
    assert not Visit.objects.exists()
    assert "核查须两人以上入户" in page
    for text in (
        'value="2.4万"', 'value="西安工地8个月"', 'value="6,800"', 'value="住院自付"', 'value="二组老屋"', 'value="09:30"',
        "大病后不能外出务工", "盼早日通水", 'value="天旱断水"', 'value="张明"', data["signature"],
    ):  # fmt: skip
        assert text in page, text
    assert page.count("checked") == page.count(" checked>")
    assert 'value="H2" selected' in page
    assert f'name="member-{members_of(home.pk)[0]}" value="seen" checked' in page


def test_a_refusal_to_the_phone_is_only_the_refusal(signed_in, home) -> None:
    """The page stays as it is, with photos chosen and signature drawn."""
    answer = record(signed_in("grid"), home, form(home, checker=["张明"]), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "核查须两人以上入户" in answer.content.decode()
    assert "<form" not in answer.content.decode()
    answer = record(signed_in("grid"), home, form(home), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("visit", args=[Visit.objects.get().pk])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"visited_on": "昨天"}, "入户日期：日期“昨天”认不出"),
        ({"visited_on": (DAY + timedelta(1)).isoformat()}, "晚于今天"),
        ({"began_at": "早上"}, "开始时间"),
        ({"people": "三"}, "家庭人口：“三”不是人数"),
        ({"income-wage_work": "二万"}, "务工：金额“二万”认不出"),
        ({"income-wage_work": "-1"}, "不能小于 0"),
        ({"paid-yuan": ["", "", ""]}, "“住院自付”没有填金额"),
        ({"signature": "data:image/png;base64,%%%"}, "签名传坏了"),
        ({"signature": ""}, "签名框是空的"),
        ({"signed_how": "fingerprint"}, "没有附签字纸的照片"),
        ({"conclusion": ""}, "没有选择核查结果"),
        ({"entered_for": VILLAGE_A}, "代录"),
        ({"photos": [SimpleUploadedFile("a.jpg", b"<script>")]}, "第1张照片：这不是照片"),
    ],
)
def test_refusals(signed_in, home, changed, said) -> None:
    page = record(signed_in("grid"), home, form(home, **changed)).content.decode()
    assert said in page
    assert not Visit.objects.exists()


def test_a_fingerprint_on_paper_counts(signed_in, home) -> None:
    data = form(home, signed_how="fingerprint", signature="")
    data["scans"] = [SimpleUploadedFile("签字页.pdf", b"%PDF-1.7\n", "application/pdf")]
    answer = record(signed_in("village"), home, data)
    assert Visit.objects.get().signed
    assert "签字页1.pdf" in signed_in("village").get(answer.url).content.decode()


def test_a_clue_is_answered_by_the_whole_check(signed_in, small, clue) -> None:
    home, grid = clue.household, signed_in("grid")
    page = grid.get(reverse("visit-record", args=[home.pk]), {"clue": clue.pk}).content.decode()
    assert 'value="clue" data-allows="no_risk needs_procedure" checked' in page
    more = {"purposes": ["clue"], "clue": clue.pk, "clue_version": clue.row_version}
    stale = record(grid, home, form(home, **(more | {"clue_version": 99}))).content.decode()
    assert "有了新的证据" in stale
    assert not Visit.objects.exists()
    record(grid, home, form(home, **more))
    clue.refresh_from_db()
    visit = Visit.objects.get()
    assert (clue.state, clue.visit_id, visit.clue) == ("taken", visit.pk, clue.pk)


def test_a_clue_of_another_household_is_not_taken(signed_in, small, clue) -> None:
    other = Household.objects.get(code=f"{VILLAGE_A}00002")
    page = signed_in("grid").get(reverse("visit-record", args=[other.pk]), {"clue": clue.pk}).content.decode()
    assert 'name="clue"' not in page


def test_what_was_known_is_filled_in_and_a_recent_visit_is_named(signed_in, home) -> None:
    record(signed_in("grid"), home, form(home))
    page = signed_in("village").get(reverse("visit-record", args=[home.pk]), {"purpose": "clue"}).content.decode()
    assert 'value="24000"' in page
    assert "不必再去一次" in page
    assert f"{DAY.isoformat()} 入户登记" in page
    fresh = signed_in("village").get(reverse("visit-record", args=[home.pk]), {"purpose": "inspection"})
    assert "不必再去一次" not in fresh.content.decode()


def test_an_odd_thing_is_explained_on_the_page(signed_in, home) -> None:
    record(signed_in("grid"), home, form(home, photos=[]))
    visit = Visit.objects.get()
    address = reverse("visit-explain", args=[visit.pk])
    assert "没有入户照片" in signed_in("grid").get(reverse("visit", args=[visit.pk])).content.decode()
    assert "没有写清理由" in signed_in("grid").post(address, {"code": "no_photo", "reason": "x"}).content.decode()
    signed_in("grid").post(address, {"code": "no_photo", "reason": "手机没电，次日补拍"})
    visit.refresh_from_db()
    assert visit.warnings[0]["reason"] == "手机没电，次日补拍"


def test_files_are_served_only_to_those_who_see_the_visit(signed_in, home, small) -> None:
    record(signed_in("grid"), home, form(home))
    photo = Attachment.objects.get(role="photo")
    address = reverse("attachment", args=[photo.pk])
    served = signed_in("town").get(address)
    assert b"".join(served.streaming_content)[:3] == b"\xff\xd8\xff"
    assert served.headers["Content-Type"] == "image/jpeg"
    assert served.headers["Content-Disposition"].startswith("inline")
    assert served.headers["Cache-Control"] == "private, no-store"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    village_b = small.posts["village"]
    village_b.division = VILLAGE_B
    village_b.save()
    assert signed_in("village").get(address).status_code == 403
    assert signed_in("department").get(address).status_code == 403
    photo.subject = "secret:1"
    photo.save()
    assert signed_in("county").get(address).status_code == 403, "a kind nobody vouches for is not served"


def test_what_is_no_picture_is_downloaded(signed_in, home) -> None:
    record(signed_in("grid"), home, form(home))
    Attachment.objects.update(content_type="application/octet-stream")
    served = signed_in("grid").get(reverse("attachment", args=[Attachment.objects.first().pk]))
    assert served.headers["Content-Disposition"].startswith("attachment")


def test_out_of_reach(signed_in, small) -> None:
    elsewhere = Household.objects.get(code=f"{VILLAGE_B}00001")
    grid = signed_in("grid")
    assert grid.get(reverse("visit-record", args=[elsewhere.pk])).status_code == 403
    assert record(grid, elsewhere, {"purposes": ["clue"]}).status_code == 403
    assert grid.get(reverse("visit", args=[99])).status_code == 403
    assert not Clue.objects.exists()
