"""A household reports on a phone: by keyboard alone, at twice the text size, at 320 pixels, by voice, without script."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from browser.axe import serious_faults
from browser.conftest import PHONE, Visitor
from sangesan.files.attaching import attachments_of
from sangesan.self_reports.models import Report
from sangesan.self_reports.posters import posters_of
from sangesan.self_reports.receiving import receive
from web.small_county import DAY, GRID_A, PASSWORD, VILLAGE_A, build, identity

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
CHEN = identity(101, date(1968, 3, 5))
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def address(transactional_db: None, tmp_path: Path, settings) -> str:
    settings.HOME = tmp_path
    build(tmp_path)
    return f"/report/{posters_of([VILLAGE_A], now=NOW)[VILLAGE_A].token}/"


def focused(page) -> str:
    """Id (or text) of what has the focus."""
    return page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


def reach(page, target: str, key: str = "Tab") -> None:
    """Presses the key until the target has the focus."""
    for _ in range(40):
        if focused(page) == target:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{target} cannot be reached by keyboard; at {focused(page)}")


def expected(window: Visitor, status: int, times: int) -> None:
    """A form that was refused answers with a status that the console repeats: that many, and nothing else."""
    refused = [text for text in window.complaints if f"status of {status}" in text]
    assert len(refused) == times
    window.complaints[:] = [text for text in window.complaints if text not in refused]


def test_by_keyboard_alone_with_slips_on_the_way(visitor, address) -> None:
    window = visitor(PHONE)
    page = window.page
    page.goto(address)
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    reach(page, "risk")
    page.keyboard.press("ArrowDown")
    for field, text in (("head_name", "陈大山"), ("identity", CHEN[:-1]), ("phone", "1380000123"), ("words", "父亲住院花了两万多")):
        reach(page, field)
        page.keyboard.type(text)
    reach(page, "提交申报")
    page.keyboard.press("Enter")
    page.get_by_text("有 2 处要改一下").wait_for()
    assert focused(page) == "identity"
    assert page.locator("#identity-fault[role=alert]").is_visible()
    assert page.locator("#identity").get_attribute("aria-describedby") == "identity-fault"
    assert page.locator("#words").input_value() == "父亲住院花了两万多"
    assert page.locator("#risk").input_value() == "01"
    page.keyboard.press("End")
    page.keyboard.type(CHEN[-1])
    reach(page, "phone")
    page.keyboard.press("End")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    page.wait_for_url("**/received/**")
    receipt = page.locator(".report-receipt strong").inner_text()
    report = Report.objects.get()
    assert receipt.replace(" ", "") == report.receipt
    assert (report.risk, report.division) == ("01", VILLAGE_A)
    expected(window, 400, 1)
    receive(report_id=report.pk, today=DAY, now=NOW)
    reach(page, "以后在这里查进度")
    page.keyboard.press("Enter")
    page.wait_for_url("**/progress/")
    for field, text in (("receipt", receipt), ("last_four", "1234")):
        reach(page, field)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.locator(".report-standing", has_text="已转村核查").wait_for()


def test_a_proxy_by_keyboard_keeps_what_was_typed(visitor, address) -> None:
    page = visitor(PHONE).page
    page.goto(address)
    reach(page, "head_name")
    page.keyboard.type("陈大山")
    reach(page, "替别人申报")
    page.keyboard.press("Enter")
    page.get_by_label("您的姓名").wait_for()
    assert page.locator("#head_name").input_value() == "陈大山"


@pytest.mark.parametrize("size", [NARROW, PHONE], ids=["320", "375"])
def test_at_twice_the_text_size_nothing_runs_off(visitor, address, size) -> None:
    window = visitor(size)
    page = window.page

    def doubled() -> None:
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert window.fits()
        cut = page.evaluate(
            "[...document.querySelectorAll('main label, main p, main li, main button, main summary, main strong')]"
            ".filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')"
            ".map(e => e.textContent)"
        )
        assert cut == []

    page.goto(address)
    doubled()
    page.get_by_role("button", name="提交申报").click()
    page.get_by_text("要改一下").wait_for()
    doubled()
    page.get_by_role("button", name="替别人申报").click()
    page.get_by_label("您的姓名").wait_for()
    doubled()
    page.goto("/report/progress/")
    doubled()
    expected(window, 400, 1)


def test_axe_finds_nothing_serious(visitor, address) -> None:
    window = visitor(PHONE)
    page = window.page
    page.goto(address)
    page.locator("summary").click()
    assert serious_faults(page) == []
    page.get_by_role("button", name="提交申报").click()
    page.get_by_text("要改一下").wait_for()
    assert serious_faults(page) == []
    page.get_by_role("button", name="替别人申报").click()
    page.get_by_label("您的姓名").wait_for()
    assert serious_faults(page) == []
    page.goto("/report/progress/")
    assert serious_faults(page) == []
    fill(page)
    page.wait_for_url("**/received/**")
    assert serious_faults(page) == []
    expected(window, 400, 1)


def fill(page) -> None:
    """The whole form for 陈大山's household."""
    page.goto("/report/")
    page.get_by_label("地区").select_option(VILLAGE_A)
    page.get_by_label("困难类型").select_option("01")
    for label, text in (("户主姓名", "陈大山"), ("身份证号", CHEN), ("手机号", "13800001234"), ("家庭困难情况", "父亲住院花了两万多")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="提交申报").click()


def test_the_staffs_pages_have_nothing_serious_either(visitor, address) -> None:
    window = visitor()
    page = window.page
    fill(page)
    page.wait_for_url("**/received/**")
    report = receive(report_id=Report.objects.get().pk, today=DAY, now=NOW)
    window.log_in("test_town", PASSWORD)
    found = []
    for place in ("/self-reports/?tab=all", f"/self-reports/{report.pk}/", "/self-reports/new/?text=陈", "/self-reports/posters/", "/supervised/", "/supervised/new/"):
        page.goto(place)
        assert window.fits()
        found += [f"{place} {fault}" for fault in serious_faults(page)]
    assert found == [], "\n".join(found)


@pytest.fixture
def microphone(chromium, live_server, playwright_with_microphone):
    """A window of a browser whose microphone plays a tone and asks nobody."""
    window = Visitor(playwright_with_microphone, live_server.url, PHONE)
    yield window
    window.context.close()


@pytest.fixture(scope="module")
def playwright_with_microphone(chromium):
    from browser.conftest import ARGUMENTS

    more = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    browser = chromium.browser_type.launch(executable_path=program(), args=[*ARGUMENTS, *more])
    yield browser
    browser.close()


def program() -> str:
    import shutil

    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


def test_a_voice_instead_of_typing_survives_a_slip(microphone, address) -> None:
    page = microphone.page
    page.goto(address)
    page.get_by_label("困难类型").select_option("01")
    page.get_by_label("户主姓名").fill("陈大山")
    page.get_by_label("身份证号").fill(CHEN)
    page.locator("summary").click()
    page.get_by_role("button", name="开始录音").click()
    page.get_by_text("0:01").wait_for()
    page.get_by_role("button", name="提交申报").click()  # still speaking: the recording ends first
    page.get_by_text("刚才的录音还在").wait_for()
    assert page.locator("#words-fault").count() == 0
    page.get_by_label("手机号").fill("13800001234")
    page.get_by_role("button", name="提交申报").click()
    page.wait_for_url("**/received/**")
    report = Report.objects.get()
    (voice,) = attachments_of([f"self_report:{report.pk}"])[f"self_report:{report.pk}"]
    assert (voice.role, voice.content_type.startswith("audio/"), voice.file.size > 1000) == ("voice", True, True)


def test_without_script_it_works_as_well(chromium, live_server, address) -> None:
    context = chromium.new_context(viewport=NARROW, locale="zh-CN", base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("地区").select_option(GRID_A)
    page.get_by_label("困难类型").select_option("07")
    page.get_by_label("户主姓名").fill("陈大山")
    page.get_by_role("button", name="提交申报").click()
    page.get_by_text("有 3 处要改一下").wait_for()
    assert page.locator("#head_name").input_value() == "陈大山"
    for label, text in (("身份证号", CHEN), ("手机号", "13800001234"), ("家庭困难情况", "厂子停了没活干")):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="提交申报").click()
    page.wait_for_url("**/received/**")
    assert Report.objects.get().grid == GRID_A
    context.close()
