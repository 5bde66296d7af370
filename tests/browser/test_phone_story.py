"""A week without signal: ten visits with photos, the app closed and opened again, a second phone at the same door, the
server killed in the middle of the sync. Nothing is lost, nothing is there twice, a person settles the clash.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from browser.conftest import ARGUMENTS
from browser.real_server import HOUSEHOLDS, RealServer
from web.small_county import PASSWORD

PIN = "294617"
SLOW = 256 * 1000 / 8  # bytes a second
SYNC_SECONDS = 10
SIZE = {"width": 375, "height": 740}

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    made = RealServer(tmp_path_factory.mktemp("county"))
    made.build()
    made.start()
    yield made
    made.kill()


def phone(playwright: Playwright, program: str, folder: Path, url: str, **more) -> BrowserContext:
    """A phone: what it keeps lies in `folder` and is there again when it is switched on again."""
    return playwright.chromium.launch_persistent_context(
        str(folder), executable_path=program, args=ARGUMENTS, viewport=SIZE, is_mobile=True, has_touch=True,
        locale="zh-CN", base_url=url, geolocation={"longitude": 108.53, "latitude": 32.52}, permissions=["geolocation"], **more,
    )  # fmt: skip


def press_pin(page: Page) -> None:
    for digit in PIN:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="确定").or_(page.get_by_role("button", name="打开")).click()


def enrol(page: Page) -> None:
    page.goto("/field/")
    page.get_by_label("用户名").fill("test_grid")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("请设置 PIN")).to_be_visible()
    press_pin(page)
    expect(page.get_by_text("请再输一次")).to_be_visible()
    press_pin(page)


def picture(number: int) -> bytes:
    """A photo as a phone's camera makes them: large, with what the camera writes into it."""
    image = Image.effect_noise((2400, 1800), 20 + number).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, exif=exif)
    return out.getvalue()


def names(page: Page) -> list[str]:
    """Heads of households that are on the list."""
    return [link.inner_text().splitlines()[0] for link in page.locator("a[href^='#/home/']").all()]


def open_home(page: Page, head: str) -> None:
    page.get_by_role("link", name="今日", exact=False).first.click()
    page.locator("a[href^='#/home/']").filter(has_text=head).first.click()
    expect(page.get_by_role("heading", name=f"{head}户")).to_be_visible()


def add_photo(page: Page, number: int) -> None:
    file = {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": picture(number)}
    page.locator("input[type=file]").last.set_input_files(file)
    expect(page.locator(".photos li")).to_have_count(1)


def nothing_changed(page: Page, head: str, number: int) -> None:
    open_home(page, head)
    page.get_by_role("button", name="没有变化").click()
    add_photo(page, number)
    page.locator("button.button-main.big").click()
    expect(page.get_by_role("heading", name="今日")).to_be_visible()


def works_now(page: Page, head: str, member: str, place: str, number: int) -> None:
    """A change at the door: where a member works."""
    open_home(page, head)
    page.get_by_role("link", name="有变化").click()
    fold = page.locator("details.fold").filter(has_text=member).last
    fold.locator("summary").click()
    fold.locator("button.row").filter(has_text="务工地点").click()
    fold.locator("input[type=text], input:not([type])").first.fill(place)
    add_photo(page, number)
    page.locator("button.button-main.big").click()
    expect(page.get_by_role("heading", name=f"{head}户")).to_be_visible()


def settled(page: Page) -> None:
    expect(page.get_by_text("全部已上报").first).to_be_visible(timeout=60_000)


def test_a_week_without_signal(playwright: Playwright, program: str, server: RealServer, tmp_path: Path) -> None:
    one = phone(playwright, program, tmp_path / "one", server.url)
    page = one.pages[0]
    page.goto("/field/")
    seconds = _slow_first_sync(one, page)
    assert seconds <= SYNC_SECONDS, f"{seconds:.1f} s"
    print(f"\n{HOUSEHOLDS} households at 256 kbit/s: {seconds:.1f} s")
    page.evaluate("navigator.serviceWorker.ready")
    one.set_offline(True)
    heads = [head for head in names(page) if head != "陈大山"][:9]
    works_now(page, "陈大山", "王秀兰", "安康市", 0)
    for number, head in enumerate(heads, start=1):
        nothing_changed(page, head, number)
    expect(page.get_by_text("10 条存在手机上，联网后自动上报")).to_be_visible()
    one.close()

    two = phone(playwright, program, tmp_path / "two", server.url)
    enrol(two.pages[0])
    settled(two.pages[0])
    works_now(two.pages[0], "陈大山", "王秀兰", "西安市", 99)
    server.wait_for("SELECT count(*) FROM patrols_entry", (1,))

    one = phone(playwright, program, tmp_path / "one", server.url, offline=True)
    page = one.pages[0]
    page.goto("/field/")  # the shell comes from the phone itself
    press_pin(page)
    expect(page.get_by_text("10 条存在手机上，联网后自动上报")).to_be_visible()
    one.set_offline(False)
    _killed_in_the_middle(server)
    server.wait_for("SELECT count(*) FROM field_submission", (11,))
    settled(page)
    _nothing_lost(server)
    _settle(page)
    assert server.ask("SELECT state, count(*) FROM field_submission GROUP BY state") == [("taken", 11)]
    current = (
        "SELECT c.work_place FROM registry_condition c JOIN registry_person p ON p.id = c.person_id "
        "WHERE c.valid_to IS NULL AND p.name = '王秀兰'"
    )
    assert server.ask(current) == [("安康市",)]
    one.close()
    two.close()


def _slow_first_sync(context: BrowserContext, page: Page) -> float:
    """From the PIN to the last household on a line of 256 kbit/s; the app itself is there already."""
    enrol_until_pin = page.get_by_label("用户名")
    enrol_until_pin.fill("test_grid")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("请设置 PIN")).to_be_visible()
    press_pin(page)
    expect(page.get_by_text("请再输一次")).to_be_visible()
    session = context.new_cdp_session(page)
    line = {"offline": False, "latency": 150, "downloadThroughput": SLOW, "uploadThroughput": SLOW}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line)
    began = time.monotonic()
    press_pin(page)
    expect(page.get_by_text(f"共 {HOUSEHOLDS} 户")).to_be_visible(timeout=60_000)
    settled(page)
    seconds = time.monotonic() - began
    session.send("Network.emulateNetworkConditions", line | {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
    session.detach()
    return seconds


def _killed_in_the_middle(server: RealServer) -> None:
    """Once some of the ten are there and others are not."""
    for _try in range(600):
        (there,) = server.ask("SELECT count(*) FROM field_submission")[0]
        if there >= 4:
            break
        time.sleep(0.02)
    server.kill()
    (there,) = server.ask("SELECT count(*) FROM field_submission")[0]
    assert 4 <= there < 11, "the server was to be killed in the middle"
    time.sleep(1)
    server.start()


def _nothing_lost(server: RealServer) -> None:
    assert server.ask("SELECT count(*), count(DISTINCT household_id) FROM patrols_entry") == [(11, 10)]
    assert server.ask("SELECT state, count(*) FROM field_submission GROUP BY state ORDER BY state") == [("conflict", 1), ("taken", 10)]
    photos = server.ask("SELECT subject, taken_at, position FROM files_attachment WHERE role = 'photo'")
    assert len({subject for subject, _taken, _where in photos}) == len(photos) == 11
    assert all(taken and "108.53" in where for _subject, taken, where in photos)
    assert server.ask("SELECT count(*) FROM field_blob") == [(0,)]


def _settle(page: Page) -> None:
    page.get_by_role("link", name="待核对").first.click()
    expect(page.get_by_text("西安市").first).to_be_visible()
    expect(page.get_by_text("安康市").first).to_be_visible()
    page.get_by_role("button", name="用手机上报的").click()
    expect(page.get_by_text("没有不一致的地方").first).to_be_visible(timeout=15_000)
