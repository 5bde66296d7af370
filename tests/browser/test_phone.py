"""The phone app in a phone's browser: enrolled, without signal, opened anew, sent; locked, logged out, cut off, updated.

Driven by what it shows. Its policy forbids eval, so the tests wait by locators and never by functions in the page.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from browser.phone_app import PIN, Phone
from files.test_pictures import encoded
from sangesan.accounts.models import Post
from sangesan.clues.models import Clue
from sangesan.clues.raising import raise_clue
from sangesan.field import shell
from sangesan.field.devices import cut_off
from sangesan.field.models import Device, Submission
from sangesan.field.rescue import take_rescue
from sangesan.files.models import Attachment
from sangesan.patrols.models import Entry
from sangesan.regions.queries import today
from sangesan.registry.models import Household, Person
from web.small_county import VILLAGE_A, build

pytestmark = pytest.mark.browser

OTHER_PIN = "274950"
READS_EVERYTHING = """async () => {
  const opened = indexedDB.open("sangesan-field");
  await new Promise((done) => (opened.onsuccess = done));
  const all = {};
  for (const name of opened.result.objectStoreNames) {
    const asked = opened.result.transaction(name).objectStore(name).getAll();
    await new Promise((done) => (asked.onsuccess = done));
    const bytes = (value) => new TextDecoder("latin1").decode(value);
    all[name] = asked.result.map((row) => JSON.stringify(row, (key, value) =>
      value instanceof ArrayBuffer || value instanceof Uint8Array ? bytes(value) : value));
  }
  opened.result.close();
  return all;
}"""


@pytest.fixture
def county(transactional_db: None, tmp_path: Path, settings: Any) -> Household:
    """The small county; its first household."""
    del transactional_db
    settings.HOME = tmp_path
    build(tmp_path)
    return Household.objects.get(code=f"{VILLAGE_A}00001")


@pytest.fixture
def phone(chromium: Browser, live_server: Any, county: Household) -> Iterator[Phone]:
    """An enrolled phone; the test fails for any complaint of its console that is not about the missing connection."""
    del county
    opened = Phone(chromium, live_server.url)
    opened.enrol()
    yield opened
    opened.context.close()
    assert [text for text in opened.complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []


def told_by_the_browser(phone: Phone, status: int) -> None:
    """The browser notes a refusal that the app itself puts into words; it is no complaint."""
    noted = [text for text in phone.complaints if f"status of {status}" in text]
    assert noted, f"the server was expected to answer {status}"
    phone.complaints[:] = [text for text in phone.complaints if text not in noted]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture as large as a phone's camera makes it."""
    path = tmp_path / "IMG_1.jpg"
    path.write_bytes(encoded("JPEG", (4000, 3000)))
    return path


def change_of_road(phone: Phone, photo: Path) -> None:
    """A change with a photo, at the first household."""
    page = phone.page
    phone.visit("陈大山")
    page.get_by_role("link", name="有变化").click()
    page.get_by_role("button", name="入户路").click()
    page.get_by_role("textbox", name="入户路").fill("砂石路")
    page.get_by_role("button", name="改好了").click()
    page.get_by_label("照片 选照片").set_input_files(photo)
    page.get_by_role("button", name="删除照片 1").wait_for()


def test_a_week_without_signal_then_all_is_sent(phone: Phone, photo: Path, county: Household) -> None:
    page = phone.page
    phone.context.set_offline(offline=True)
    phone.same("李长顺")
    change_of_road(phone, photo)
    assert phone.fits()
    page = phone.close_app()
    phone.unlock("111222")
    page.get_by_text("PIN 不对").wait_for()
    phone.type_pin()
    page.get_by_role("heading", name="今日").wait_for()
    phone.visit("陈大山")
    page.get_by_role("link", name="接着写").click()
    expect(page.get_by_text("砂石路").first).to_be_visible()
    expect(page.locator(".photos img")).to_have_js_property("naturalWidth", 1280)
    page.get_by_role("button", name="保存").click()
    page.get_by_text("2 条存在手机上").wait_for()
    expect(page.get_by_text("砂石路").first).to_be_visible()
    assert not Submission.objects.exists()
    page = phone.close_app()
    phone.unlock()
    page.get_by_text("2 条存在手机上").wait_for()
    phone.context.set_offline(offline=False)
    page.get_by_text("全部已上报").wait_for()
    assert list(Submission.objects.order_by("number").values_list("state", "message")) == [("taken", "")] * 2
    assert list(Entry.objects.order_by("pk").values_list("result", flat=True)) == ["same", "changed"]
    assert Attachment.objects.count() == 1
    page.get_by_role("link", name="待发送").click()
    last = Submission.objects.order_by("number")[1].number  # the server goes on counting from test to test
    page.get_by_text(f"编号 {last}").wait_for()
    page.goto(f"/field/#/home/{county.pk}")
    expect(page.get_by_text("砂石路").first).to_be_visible()


def test_nothing_about_people_lies_on_the_phone_in_the_clear(phone: Phone, photo: Path) -> None:
    phone.context.set_offline(offline=True)
    change_of_road(phone, photo)
    phone.page.get_by_role("button", name="保存").click()
    phone.page.get_by_text("1 条存在手机上").wait_for()
    kept: dict[str, list[str]] = phone.page.evaluate(READS_EVERYTHING)
    assert kept["homes"]
    assert kept["queue"]
    assert kept["blobs"]
    everything = json.dumps(kept, ensure_ascii=False)
    token = f"{Device.objects.get().pk}."
    secrets = ["砂石路", "陈大山", "test_grid", "双柳村", VILLAGE_A, PIN, "JFIF", "household", f'"{token}']
    secrets += [name for name in Person.objects.values_list("name", flat=True) if name]
    for secret in secrets:
        assert secret not in everything
        assert secret.encode().decode("latin1") not in everything
    stored = phone.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "陈大山" not in stored
    assert PIN not in stored


def test_wrong_pins_have_to_wait_longer_and_longer(phone: Phone) -> None:
    page = phone.close_app()
    for _ in range(2):
        phone.unlock("111222")
        page.get_by_text("请再输一次").wait_for()
    phone.unlock("111222")
    page.get_by_text("试错多次，请等").wait_for()
    page = phone.close_app()
    page.get_by_text("试错多次，请等").wait_for()
    assert page.get_by_role("button", name="1", exact=True).is_disabled()


def at(phone: Phone, moment: datetime) -> Page:
    """The app opened at another time by the phone's own clock."""
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.page.clock.set_system_time(moment)
    phone.page.goto("/field/")
    return phone.page


def test_without_contact_it_locks_and_the_queue_survives(phone: Phone) -> None:
    phone.context.set_offline(offline=True)
    phone.same("李长顺")
    phone.page.get_by_text("1 条存在手机上").wait_for()
    page = at(phone, timezone.now() + timedelta(days=7, hours=20))
    phone.unlock()
    page.get_by_text("1 条存在手机上").wait_for()
    page = at(phone, timezone.now() + timedelta(days=8, hours=1))
    page.get_by_text("已超过 8 天没有联系上系统").wait_for()
    expect(page.get_by_text("没有上报的登记：1 条，都在")).to_be_visible()
    expect(page.get_by_text("陈大山")).to_have_count(0)
    phone.log_in(PIN)
    page.get_by_text("登记都存在这部手机上").wait_for()
    phone.context.set_offline(offline=False)
    phone.log_in(PIN)
    page.get_by_text("全部已上报").wait_for()
    assert Entry.objects.count() == 1
    page = at(phone, timezone.now())
    page.get_by_text("时间被调到了上次联系以前").wait_for()


def test_a_log_in_that_ran_out_holds_up_no_work(phone: Phone) -> None:
    Device.objects.update(secret=b"another")
    phone.same("李长顺")
    phone.page.get_by_text("登录已过期，请重新登录后上报").click()
    told_by_the_browser(phone, 401)
    phone.same("陈大山")
    phone.page.get_by_text("登录已过期，请重新登录后上报").click()
    phone.log_in()
    phone.page.get_by_text("全部已上报").wait_for()
    assert Entry.objects.count() == 2
    assert Device.objects.count() == 1


def test_a_phone_that_is_cut_off_forgets_the_households_and_hands_its_queue_over(phone: Phone) -> None:
    phone.context.set_offline(offline=True)
    phone.same("李长顺")
    phone.page.get_by_text("1 条存在手机上").wait_for()
    expect(phone.page.locator(".toast")).to_be_visible()
    county_post = Post.objects.get(role=Post.Role.COUNTY)
    cut_off(post=county_post, device_id=Device.objects.get().pk, why="手机丢失", now=timezone.now())
    phone.context.set_offline(offline=False)
    page = phone.page
    page.get_by_role("heading", name="这部手机已停用").wait_for()
    assert page.locator(".toast").count() == 0, "what was said before would lie over the notice"
    told_by_the_browser(phone, 403)
    expect(page.get_by_text("陈大山")).to_have_count(0)
    assert phone.page.evaluate(READS_EVERYTHING)["homes"] == []
    page = phone.close_app()
    page.get_by_role("heading", name="这部手机已停用").wait_for()
    phone.type_pin()
    with page.expect_download() as download:
        page.get_by_role("button", name="另存 1 条").click()
    file = Path(download.value.path()).read_bytes()
    assert "李长顺".encode() not in file
    assert not Entry.objects.exists()
    assert take_rescue(post=county_post, file=file, now=timezone.now()).taken == 1
    assert Entry.objects.get().result == "same"
    page.get_by_role("button", name="重新登记这部手机").click()
    phone.log_in()
    page.get_by_text("全部已上报").wait_for()
    expect(page.get_by_text("陈大山").first).to_be_visible()
    assert Entry.objects.count() == 1, "handed in twice, done once"
    assert Device.objects.count() == 2


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """A call that puts another version of the app on the server."""

    def publish() -> None:
        built = tmp_path / "newer"
        shutil.copytree(shell.BUILT, built)
        worker = built / "sw.js"
        worker.write_text(worker.read_text(encoding="utf-8") + "\n// another version\n", encoding="utf-8")
        monkeypatch.setattr(shell, "BUILT", built)

    return publish


def test_a_new_version_waits_for_the_worker_and_keeps_the_queue(
    phone: Phone, newer: Callable[[], None], photo: Path
) -> None:
    phone.context.set_offline(offline=True)
    phone.same("李长顺")
    change_of_road(phone, photo)
    newer()
    phone.context.set_offline(offline=False)
    page = phone.page
    page.get_by_text("全部已上报").wait_for()
    phone.context.set_offline(offline=True)
    page.get_by_role("button", name="保存").click()
    page.get_by_text("1 条存在手机上").wait_for()
    phone.context.set_offline(offline=False)
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => true)")
    page.get_by_role("link", name="设置 1 个新版本").click()
    page.get_by_role("button", name="现在更新").click()
    phone.unlock()
    page.get_by_text("全部已上报").wait_for()
    page.get_by_role("link", name="设置").click()
    expect(page.get_by_text("已是最新版本")).to_be_visible()
    assert Entry.objects.count() == 2


def test_a_form_over_which_the_server_fails_holds_up_no_other(phone: Phone) -> None:
    phone.context.set_offline(offline=True)
    phone.same("李长顺")
    phone.same("陈大山")
    asked: list[str] = []

    def fail_over_the_first(route: Route) -> None:
        asked.append(route.request.url)
        if route.request.url == asked[0]:
            route.fulfill(status=500, body="broken", content_type="text/plain")
        else:
            route.continue_()

    phone.context.route("**/field/api/submissions/*", fail_over_the_first)
    phone.context.set_offline(offline=False)
    page = phone.page
    page.goto("/field/#/queue")
    page.get_by_text("系统暂时不能处理").first.wait_for()
    page.wait_for_timeout(1500)
    assert len(asked) == 1, "it waits before it tries again"
    page.get_by_role("button", name="现在同步").click()
    page.get_by_text("1 条存在手机上").wait_for()
    assert [entry.household.code for entry in Entry.objects.select_related("household")] == [f"{VILLAGE_A}00001"]
    phone.context.unroute("**/field/api/submissions/*")
    page.get_by_role("button", name="现在同步").click()
    page.get_by_text("全部已上报").wait_for()
    assert Entry.objects.count() == 2
    told_by_the_browser(phone, 500)


def test_a_spoken_note_is_kept_and_sent(phone: Phone) -> None:
    page = phone.page
    phone.context.set_offline(offline=True)
    phone.visit("陈大山")
    page.get_by_role("link", name="有变化").click()
    page.get_by_role("button", name="开始录音").click()
    page.get_by_text("正在录音 0:02").wait_for()
    page.get_by_role("button", name="停止").click()
    page.get_by_role("button", name="删除录音").wait_for()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("1 条存在手机上").wait_for()
    phone.context.set_offline(offline=False)
    page.get_by_text("全部已上报").wait_for()
    assert Submission.objects.get().state == "taken"
    assert [one.content_type for one in Attachment.objects.all()] == ["audio/webm"]


def test_the_pin_is_changed_and_weak_ones_are_not_taken(phone: Phone) -> None:
    page = phone.page
    page.goto("/field/#/settings")
    page.get_by_role("button", name="改 PIN").click()
    phone.type_pin()
    page.get_by_role("heading", name="请设置 PIN").wait_for()
    phone.type_pin("123456")
    page.get_by_text("数字连着排").wait_for()
    phone.type_pin(OTHER_PIN)
    page.get_by_role("heading", name="请再输一次").wait_for()
    phone.type_pin(OTHER_PIN)
    page.get_by_text("PIN 已改").wait_for()
    page = phone.close_app()
    phone.unlock()
    page.get_by_text("PIN 不对").wait_for()
    phone.type_pin(OTHER_PIN)
    page.get_by_text("陈大山").first.wait_for()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.jpg", b"<script>alert(1)</script>", "这不是照片"),
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "这不是照片"),
        ("x.jpg", b"\xff\xd8\xff" + b"\0" * 100, "照片打不开，可能已损坏"),
        ("x.jpg", b"\xff\xd8\xff" + b"\0" * (40 * 1024 * 1024), "超过 40 MB"),
    ],
    ids=["script", "svg", "broken", "large"],
)
def test_what_is_no_photo_is_refused_kindly(phone: Phone, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    page = phone.page
    phone.visit("陈大山")
    page.get_by_role("link", name="有变化").click()
    file = tmp_path / name
    file.write_bytes(content)
    page.get_by_label("照片 选照片").set_input_files(file)
    page.get_by_text(said).wait_for()
    expect(page.locator(".photos img")).to_have_count(0)


SLOW_PICTURES = """() => {
  const quick = HTMLCanvasElement.prototype.toBlob;
  HTMLCanvasElement.prototype.toBlob = function (...given) { setTimeout(() => quick.apply(this, given), 1000); };
}"""


def draw(page: Page) -> None:
    """A stroke in the box for the signature."""
    box = page.locator("canvas.signature")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    assert place
    page.mouse.move(place["x"] + 40, place["y"] + 60)
    page.mouse.down()
    page.mouse.move(place["x"] + 160, place["y"] + 90, steps=8)
    page.mouse.up()


def test_a_check_says_that_it_is_signed_and_complains_only_after_a_try(phone: Phone, county: Household) -> None:
    page = phone.page
    page.goto(f"/field/#/home/{county.pk}/visit")
    page.get_by_role("heading", name="入户核查").wait_for()
    expect(page.get_by_text("选了入户目的，这里才有结果可选")).to_be_visible()
    expect(page.get_by_text("没有选入户目的")).to_have_count(0)
    page.evaluate(SLOW_PICTURES)
    page.get_by_label("手机上签名").check(force=True)
    expect(page.get_by_text("还没有签")).to_be_visible()
    draw(page)
    assert page.get_by_text("还没有签").count() == 0, "there is ink in the box"
    expect(page.get_by_text("✓ 已签名")).to_be_visible()
    draw(page)
    page.get_by_role("button", name="重签").click()
    expect(page.get_by_text("还没有签")).to_be_visible()
    page.wait_for_timeout(1500)
    expect(page.get_by_text("还没有签")).to_be_visible(timeout=1)
    page.get_by_role("button", name="保存入户核查").click()
    expect(page.get_by_text("没有选入户目的").first).to_be_visible()


def test_a_household_that_comes_first_stands_there_once_and_says_when_it_was_walked(
    phone: Phone, county: Household
) -> None:
    raise_clue(
        post=Post.objects.get(role=Post.Role.GRID), household_id=county.pk, risk="01", channel="GRID", words="父亲住院",
        source="test:1", seen_on=today(), now=timezone.now(), today=today(),
    )  # fmt: skip
    Clue.objects.update(due_on=today())
    page = phone.page
    page.get_by_role("link", name="待发送").click()
    page.get_by_role("button", name="现在同步").click()
    page.get_by_text("全部已上报").wait_for()
    page.get_by_role("link", name="今日").click()
    page.get_by_text("今天到期").wait_for()
    rows = page.locator("a.row").filter(has_text="陈大山")
    expect(rows).to_have_count(1)
    expect(page.get_by_text("另有 1 户在上面")).to_be_visible()
    page.get_by_label("全部 2").check(force=True)
    expect(rows).to_have_count(2)
    phone.same("陈大山")
    page.get_by_text("全部已上报").wait_for()
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="日已走")).to_have_count(2)
    expect(rows.filter(has_text="没走")).to_have_count(0)
