"""Self-reports on pages: the public form, the receipt, progress; the staff's list, report, form; supervision."""

from __future__ import annotations

import html
import io
import re
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from files.test_pictures import encoded
from sangesan.files.attaching import attachments_of
from sangesan.registry.models import Household
from sangesan.self_reports.domain import receipt_of
from sangesan.self_reports.models import Draft, Poster, Report, Tally, Ticket
from sangesan.self_reports.posters import posters_of
from sangesan.self_reports.receiving import receive
from web.small_county import DAY, GRID_A, VILLAGE_A, VILLAGE_B, identity

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
CHEN, CHILD, STRANGER = identity(101, date(1968, 3, 5)), identity(103, date(2009, 1, 22)), identity(777, date(1980, 1, 1))
WEBM = b"\x1a\x45\xdf\xa3\x01\x42\x82\x84webm" + bytes(2000)
GOOD = {
    "form": "7b0c4a6e-1f4f-4a52-9d3e-6f1f3f5a0001", "place": GRID_A, "risk": "01", "head_name": "陈大山", "identity": CHEN,
    "phone": "13800001234", "words": "父亲住院花了两万多",
}  # fmt: skip


@pytest.fixture
def address(small) -> str:
    """The village's public address."""
    return f"/report/{posters_of([VILLAGE_A], now=NOW)[VILLAGE_A].token}/"


def send(address: str, client: Client | None = None, **changes):
    return (client or Client()).post(address, GOOD | changes)


def receipt_page(answer, client: Client | None = None) -> str:
    assert answer.status_code == 302, answer.content.decode()
    return (client or Client()).get(answer.url).content.decode()


def inputs(page: str) -> list[str]:
    """Names of the fields that one sees: hidden ones, and those in a part that is folded, left out."""
    seen = re.sub(r"<details(?![^>]*\sopen).*?</details>", "", page, flags=re.DOTALL)
    return [
        name
        for tag, name in re.findall(r'<(?:input|select|textarea)([^>]*?)name="(\w+)"', seen)
        if 'type="hidden"' not in tag
    ]


def test_six_inputs_and_eight_for_a_proxy(address) -> None:
    assert inputs(Client().get(address).content.decode()) == ["place", "risk", "head_name", "identity", "phone", "words"]
    proxy = send(address, do="proxy", head_name="陈大").content.decode()
    assert inputs(proxy)[6:] == ["proxy_name", "proxy_phone", "proxy_relation"]
    assert 'value="陈大"' in proxy


def test_the_form_stands_without_script_cookie_or_log_in(address) -> None:
    client = Client(enforce_csrf_checks=True)
    page = receipt_page(send(address, client))
    report = Report.objects.get()
    assert f"{report.receipt[:3]} {report.receipt[3:6]} {report.receipt[6:]}" in page
    assert (report.way, report.division, report.grid) == ("qr", VILLAGE_A, GRID_A)


def test_a_double_tap_is_one_report(address) -> None:
    first, again = send(address), send(address)
    assert Report.objects.count() == 1
    assert receipt_page(first).count("受理号") == receipt_page(again).count("受理号")
    assert sorted(Tally.objects.values_list("count", flat=True)) == [1, 1, 1]


def neutral(page: str) -> str:
    """The page without receipt number and the key made from it."""
    return re.sub(r'value="[\w-]+:[\w-]+:[\w-]+"', "KEY", re.sub(r"\d{3} \d{3} \d{4}", "RECEIPT", page))


@pytest.mark.parametrize(
    "other",
    [
        {"identity": STRANGER, "head_name": "赵六"},  # nobody like that
        {"identity": STRANGER},  # the name of somebody
        {"head_name": "赵六"},  # the number of somebody
    ],
)
def test_no_answer_tells_who_is_in_the_register(address, other) -> None:
    """Byte for byte the same, by the same queries, for who is and who is not in the register."""
    assert send(address, words="先有一件，次数的记录就都在了").status_code == 302
    pages, heads, queries = [], [], []
    for n, changes in enumerate(({}, other)):
        client = Client()
        with CaptureQueriesContext(connection) as captured:
            answer = send(address, client, form=f"7b0c4a6e-1f4f-4a52-9d3e-6f1f3f5a00{n:02d}", **changes)
        pages.append(neutral(client.get(answer.url).content.decode()))
        heads.append((answer.status_code, sorted(answer.headers)))
        queries.append([q["sql"].split(" VALUES ")[0].split(" WHERE ")[0] for q in captured.captured_queries])
    assert pages[0] == pages[1]
    assert heads[0] == heads[1]
    assert queries[0] == queries[1]


def test_after_the_looking_up_too_an_outsider_sees_the_same_until_the_village_confirmed(address) -> None:
    shown = []
    for n, changes in enumerate(({}, {"identity": identity(104, date(1955, 11, 2)), "head_name": "李长顺"})):
        answer = send(address, form=f"7b0c4a6e-1f4f-4a52-9d3e-6f1f3f5a00{n:02d}", phone="13911112222", **changes)
        assert answer.status_code == 302
        report = Report.objects.order_by("-pk")[0]
        receive(report_id=report.pk, today=DAY, now=NOW)
        shown.append(neutral(asked(report, "2222").content.decode()))
    assert shown[0] == shown[1]
    assert "已转村核查" in shown[0]


def asked(report: Report, last_four: str, **more):
    return Client().post("/report/progress/", {"receipt": report.receipt, "last_four": last_four, **more})


def test_every_fault_stands_at_its_field_with_what_was_typed(address) -> None:
    answer = send(address, identity=CHEN[:-1], words="", phone="12")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "有 3 处要改一下" in page
    for name in ("identity", "phone", "words"):
        assert re.search(rf'id="{name}-fault" role="alert"', page), name
        assert re.search(rf'<(input|textarea)[^>]*id="{name}"[^>]*aria-invalid="true"', page), name
    for typed in ("陈大山", CHEN[:-1], f'value="{GRID_A}" selected', 'value="01" selected'):
        assert typed in page
    assert re.search(r'id="identity"[^>]*autofocus', page), "the focus goes to the first fault"
    assert page.count("autofocus") == 1
    assert not Report.objects.exists()


def test_a_recording_is_not_lost_by_a_slip_elsewhere(address) -> None:
    first = send(address, identity="1", words="", voice=SimpleUploadedFile("a.webm", WEBM, "audio/webm"))
    page = first.content.decode()
    token = re.search(r'name="draft" value="([^"]+)"', page)[1]
    assert "刚才的录音还在" in page
    assert 'id="words-fault"' not in page
    heard = Client().get(f"/report/voice/{token}/")
    assert (heard.content, heard.headers["Content-Type"], heard.headers["Cache-Control"]) == (WEBM, "audio/webm", "no-store")
    still = send(address, words="", phone="1", draft=token).content.decode()
    assert f'value="{token}"' in still
    receipt_page(send(address, words="", draft=token))
    report = Report.objects.get()
    (voice,) = attachments_of([f"self_report:{report.pk}"])[f"self_report:{report.pk}"]
    assert (voice.role, Draft.objects.count()) == ("voice", 0)
    assert Client().get(f"/report/voice/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<script>alert(1)</script>" * 40, "这不是录音"), (b"\x1a\x45\xdf\xa3webm", "录音是空的"),
        (bytes(40 * 1024 * 1024), "录音有 40 MB"),
    ],
)  # fmt: skip
def test_what_is_no_recording_is_said_at_the_recording(address, content, says) -> None:
    page = send(address, voice=SimpleUploadedFile("a.webm", content)).content.decode()
    assert says in page
    assert 'id="voice-fault" role="alert"' in page
    assert "父亲住院花了两万多" in page
    assert not Report.objects.exists()


def test_a_child_is_answered_kindly_and_kept(address) -> None:
    page = receipt_page(send(address, identity=CHILD, head_name="陈小禾"))
    for words in ("你好，同学", "12317", "大人"):
        assert words in page
    report = Report.objects.get()
    receive(report_id=report.pk, today=DAY, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.clue) == ("child", None)


def test_who_comes_from_another_county_is_told_how_it_goes_on(address) -> None:
    here, away = receipt_page(send(address)), receipt_page(send(address, identity="11010519491231002X"))
    assert "前六位不是本县" not in here
    assert "前六位不是本县" in away
    assert "照样办理" in away


def test_an_address_that_is_none_still_lets_one_report(small) -> None:
    answer = Client().get("/report/nosuchpl/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert 'action="/report/"' in page
    assert "东河镇" in page
    receipt_page(Client().post("/report/", GOOD | {"place": VILLAGE_B}))
    assert Report.objects.get().division == VILLAGE_B


def test_a_flood_is_stopped_with_everything_kept(address) -> None:
    for n in range(5):
        assert send(address, form=f"7b0c4a6e-1f4f-4a52-9d3e-6f1f3f5a00{n:02d}", words=f"第{n}次说").status_code == 302
    answer = send(address, form="7b0c4a6e-1f4f-4a52-9d3e-6f1f3f5a0099", words="第六次说")
    page = answer.content.decode()
    assert answer.status_code == 429
    for words in ("手机申报一时太多", "填的都还在", "第六次说", "12345"):
        assert words in page
    assert Report.objects.count() == 5


def test_a_person_at_the_window_is_not_stopped(signed_in, address) -> None:
    for n in range(7):
        given = GOOD | {"form": f"7b0c4a6e-1f4f-4a52-9d3e-6f1f3f5a00{n:02d}", "words": f"第{n}次说", "way": "window"}
        assert signed_in("village").post("/self-reports/new/", given).status_code == 302
    assert Report.objects.count() == 7


def test_photos_come_afterwards_and_bad_ones_are_refused_in_words(address) -> None:
    page = receipt_page(send(address))
    key = re.search(r'name="key" value="([^"]+)"', page)[1]

    def photos(*contents: bytes):
        files = [SimpleUploadedFile("a.jpg", one, "image/jpeg") for one in contents]
        return Client().post("/report/progress/", {"key": key, "do": "photos", "photos": files})

    good = encoded("JPEG", (80, 60))
    for bad, says in (
        (bytes(40 * 1024 * 1024), "照片太大"), (b"<script>alert(1)</script>", "这不是照片"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "图片已损坏"), (b"<svg onload='alert(1)'/>", "这不是照片"),
    ):  # fmt: skip
        answer = photos(bad)
        assert (answer.status_code, says in answer.content.decode()) == (400, True), says
    assert "照片收到了" in photos(good, encoded("PNG", (50, 50))).content.decode()
    assert "最多3张，已有2张" in photos(good, good).content.decode()
    assert "照片收到了" in photos(encoded("JPEG", (81, 60))).content.decode()
    assert 'name="photos"' not in asked(Report.objects.get(), "1234").content.decode()


def test_progress_says_how_far_without_saying_whose(address) -> None:
    send(address)
    report = Report.objects.get()
    assert "已收到" in asked(report, "1234").content.decode()
    receive(report_id=report.pk, today=DAY, now=NOW)
    page = asked(report, "1234").content.decode()
    assert re.search(r'report-standing">已转村核查<', page)
    for private in ("陈大山", "双柳", "13800001234", CHEN, "住院", "因病"):
        assert private not in page
    wrong, nobody = asked(report, "9999"), Client().post("/report/progress/", {"receipt": receipt_of(0), "last_four": "9999"})
    assert (wrong.status_code, nobody.status_code) == (400, 400)
    said = [html.unescape(re.sub(r'value="\d*"', "", a.content.decode())) for a in (wrong, nobody)]
    assert said[0] == said[1]


def test_too_many_wrong_answers_wait(address) -> None:
    send(address)
    report = Report.objects.get()
    for _ in range(5):
        asked(report, "9999")
    stopped = asked(report, "1234")
    assert stopped.status_code == 429
    assert "先停一会儿" in stopped.content.decode()


@pytest.mark.parametrize("role", ["county", "town", "village", "grid", "inspector"])
def test_the_list_by_role(signed_in, address, role, django_assert_max_num_queries) -> None:
    send(address, head_name="赵六")
    receive(report_id=Report.objects.get().pk, today=DAY, now=NOW)
    client = signed_in(role)
    with django_assert_max_num_queries(24):
        page = client.get("/self-reports/").content.decode()
    assert "赵六" in page
    assert "赵六" not in client.get("/self-reports/?tab=sent").content.decode()
    assert ("窗口、电话代录" in page) is (role in {"county", "town", "village"})


def test_from_the_list_to_an_answer(signed_in, address) -> None:
    send(address, head_name="赵六", phone="13911112222")
    report = receive(report_id=Report.objects.get().pk, today=DAY, now=NOW)
    client = signed_in("village")
    page = client.get(f"/self-reports/{report.pk}/").content.decode()
    assert "父亲住院花了两万多" in page
    assert "就是这一户" in page
    assert CHEN not in page
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    done = client.post(f"/self-reports/{report.pk}/attach/", {"version": report.row_version, "household": home.pk})
    assert done.url == f"/self-reports/{report.pk}/"
    report.refresh_from_db()
    assert "已核对，是本户申报" in client.get(done.url).content.decode()
    client.post(f"/self-reports/{report.pk}/confirm/", {"version": report.row_version})
    report.refresh_from_db()
    assert report.confirmed_on == DAY
    refused = client.post(f"/self-reports/{report.pk}/answer/", {"version": report.row_version, "answer": "no_risk", "note": "先记着"})
    assert refused.status_code == 400
    assert "还没有入户核查" in refused.content.decode()
    assert "先记着" in refused.content.decode()
    client.post(f"/self-reports/{report.pk}/answer/", {"version": report.row_version, "answer": "not_them"})
    report.refresh_from_db()
    assert report.state == "answered"


def test_the_words_stand_on_the_clues_and_the_households_page(signed_in, address) -> None:
    send(address)
    report = receive(report_id=Report.objects.get().pk, today=DAY, now=NOW)
    for page, title in ((f"/clues/{report.clue_id}/", "农户自己的话"), (f"/households/{report.household_id}/", "自主申报")):
        said = signed_in("grid").get(page).content.decode()
        assert "父亲住院花了两万多" in said
        assert title in said
    assert "父亲住院" not in signed_in("grid").get("/clues/").content.decode()


def test_a_voice_is_played_to_who_may_see_the_report(signed_in, address) -> None:
    send(address, words="", voice=SimpleUploadedFile("a.webm", WEBM, "audio/webm"))
    report = receive(report_id=Report.objects.get().pk, today=DAY, now=NOW)
    (voice,) = attachments_of([f"self_report:{report.pk}"])[f"self_report:{report.pk}"]
    heard = signed_in("village").get(f"/files/{voice.pk}/")
    assert (heard.headers["Content-Type"], heard.headers["X-Content-Type-Options"]) == ("audio/webm", "nosniff")
    assert b"".join(heard.streaming_content) == WEBM
    assert signed_in("department").get(f"/files/{voice.pk}/").status_code == 403


def test_at_the_window_the_register_fills_in(signed_in) -> None:
    client, home = signed_in("town"), Household.objects.get(code=f"{VILLAGE_A}00001")
    assert f"?household={home.pk}" in client.get("/self-reports/new/", {"text": "陈大"}).content.decode()
    page = client.get("/self-reports/new/", {"household": home.pk}).content.decode()
    assert 'value="陈大山"' in page
    assert 'value="13800001234"' in page
    assert CHEN not in page
    assert 'name="identity"' not in page
    refused = client.post("/self-reports/new/", GOOD | {"identity": "", "household": home.pk, "place": VILLAGE_A})
    assert "没有选怎样来的" in refused.content.decode()
    assert "父亲住院花了两万多" in refused.content.decode()
    done = client.post("/self-reports/new/", GOOD | {"identity": "", "household": home.pk, "place": VILLAGE_A, "way": "phone"})
    report = Report.objects.get()
    assert done.url == f"/self-reports/{report.pk}/"
    assert (report.state, report.way, report.household) == ("sent", "phone", home)


def test_posters(signed_in) -> None:
    client = signed_in("town")
    page = client.get("/self-reports/posters/").content.decode()
    assert "双柳村" in page
    assert "高坪村" not in page
    assert "没有设置对外网址" in page
    answer = client.get(f"/self-reports/posters/{VILLAGE_A}.pdf?size=A3")
    assert answer.content[:5] == b"%PDF-"
    assert client.post(f"/self-reports/posters/{VILLAGE_A}/phone/", {"phone": "村主任"}).status_code == 400
    client.post(f"/self-reports/posters/{VILLAGE_A}/phone/", {"phone": "4421234"})
    row = Poster.objects.get(village=VILLAGE_A)
    assert "4421234" in Client().get(f"/report/{row.token}/").content.decode()
    assert client.get("/self-reports/posters/610998101201.pdf").status_code == 403


def test_supervision_from_registering_to_the_answer(signed_in) -> None:
    client = signed_in("county")
    given = {
        "kind": "petition", "number": "XF-1", "head_name": "陈大山", "identity": "", "place": VILLAGE_A, "risk": "01",
        "words": "反映生活困难没人管", "received_on": "2022-09-12",
    }  # fmt: skip
    refused = client.post("/supervised/new/", given | {"received_on": "2022-13-40"})
    assert "收到日期" in refused.content.decode()
    assert "反映生活困难没人管" in refused.content.decode()
    done = client.post("/supervised/new/", given)
    ticket = Ticket.objects.get()
    assert done.url == f"/supervised/{ticket.pk}/"
    page = client.get(done.url).content.decode()
    assert "就是这一户" in page
    client.post(f"/supervised/{ticket.pk}/attach/", {"version": ticket.row_version, "household": ticket.candidates[0]})
    ticket.refresh_from_db()
    assert "反映生活困难没人管" in client.get(f"/clues/{ticket.clue_id}/").content.decode()
    client.post(f"/supervised/{ticket.pk}/answer/", {"version": ticket.row_version, "answer": "已入户核查并当面答复"})
    assert "已入户核查并当面答复" in client.get(done.url).content.decode()
    assert "XF-1" in client.get("/supervised/?tab=answered").content.decode()


def test_a_list_of_the_upper_platform(signed_in) -> None:
    client = signed_in("county")
    text = f"编号,户主姓名,证件号码,行政村,情况\nP1,陈大山,{CHEN},双柳村,疑似大额支出\n"
    file = io.BytesIO(text.encode())
    file.name = "下发清单.csv"
    done = client.post("/supervised/import/", {"kind": "platform", "file": file}, follow=True)
    assert "新登记 1 件，其中 1 件已对上农户" in done.content.decode()
    bad = SimpleUploadedFile("a.csv", text.replace("双柳村", "无此村").encode())
    refused = client.post("/supervised/import/", {"kind": "platform", "file": bad})
    assert "第2行“行政村”列" in refused.content.decode()
    assert client.post("/supervised/import/", {"kind": "platform"}).status_code == 400
    assert "没有选择文件" in client.post("/supervised/import/", {}).content.decode()


def test_who_is_not_in_the_register_goes_on_by_a_look(signed_in, address) -> None:
    send(address, head_name="赵六", identity=STRANGER)
    report = receive(report_id=Report.objects.get().pk, today=DAY, now=NOW)
    client, page = signed_in("village"), f"/self-reports/{report.pk}/"
    assert "登记核实" in client.get(page).content.decode()
    given = {"version": report.row_version, "looked_on": str(DAY), "who": "李主任", "finding": "ours", "look_words": ""}
    refused = client.post(f"{page}look/", given)
    assert refused.status_code == 400
    assert "没有写看到的情况" in refused.content.decode()
    assert 'value="李主任"' in refused.content.decode()
    assert "早于" in client.post(f"{page}look/", given | {"looked_on": "2022-09-01"}).content.decode()
    client.post(f"{page}look/", given | {"look_words": "住在三组，一家三口"})
    county = signed_in("county")
    assert "赵六" in county.get("/self-reports/?tab=register").content.decode()
    said = county.get(page).content.decode()
    assert "请县里把这一户补入底册" in said
    assert "还不能单独新增一户" in said
    assert "登记核实" not in said
    assert "已转村核查" in asked(report, "1234").content.decode()


def test_the_inspector_sees_no_whole_phone(signed_in, address) -> None:
    send(address, phone="13911112222")
    page = signed_in("inspector").get(f"/self-reports/{Report.objects.get().pk}/").content.decode()
    assert "139****2222" in page
    assert "13911112222" not in page


def test_a_tickets_fault_is_said_once_at_its_field(signed_in) -> None:
    given = {
        "kind": "hotline_12345", "number": "R-1", "head_name": "陈大山", "identity": "123", "place": VILLAGE_A, "risk": "01",
        "words": "反映生活困难没人管", "received_on": "2022-09-12",
    }  # fmt: skip
    page = signed_in("county").post("/supervised/new/", given).content.decode()
    assert page.count("身份证号应为18位") == 1
    assert 'id="identity-fault"' in page
    assert 'aria-describedby="identity-fault"' in page


def test_photos_say_that_the_button_sends_them(address) -> None:
    page = receipt_page(send(address))
    assert "要点“上传照片”才会送出" in page
    assert "已选 {n} 张" in page


@pytest.mark.parametrize(("public", "says"), [("", "没有设置对外网址"), ("http://127.0.0.1:8000", "本机地址"), ("https://j.example.cn", "")])
def test_a_poster_without_a_public_address_must_not_be_put_up(signed_in, settings, public, says) -> None:
    settings.PUBLIC_URL = public
    client = signed_in("town")
    page = client.get("/self-reports/posters/").content.decode()
    sheet = client.get(f"/self-reports/posters/{VILLAGE_A}.pdf").content
    printed = PdfReader(io.BytesIO(sheet)).pages[0].extract_text()
    assert ("alert-danger" in page, "网址未设置，勿张贴" in printed) == (bool(says), bool(says))
    assert says in page
