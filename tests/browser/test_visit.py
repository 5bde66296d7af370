"""The in-home check on a phone: running sums, a signature by pointer, a refusal that loses nothing, the page after."""

from __future__ import annotations

from pathlib import Path

import pytest

from browser.conftest import DESKTOP, PHONE
from files.test_pictures import encoded
from sangesan.registry.models import Household
from sangesan.visits.models import Visit
from web.small_county import PASSWORD, VILLAGE_A, build


@pytest.fixture
def home(transactional_db: None, tmp_path: Path, settings) -> Household:
    settings.HOME = tmp_path
    build(tmp_path)
    return Household.objects.get(code=f"{VILLAGE_A}00001")


def sign(page) -> None:
    """Draws across the box, as a finger does."""
    canvas = page.locator("[data-signature] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 40 + step * 15, box["y"] + 60 + (step % 3) * 25)
    page.mouse.up()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_check_from_the_door_to_the_record(visitor, home, size, tmp_path) -> None:
    window = visitor(size)
    window.log_in("test_grid", PASSWORD)
    page = window.page
    page.goto(f"/households/{home.pk}/")
    page.get_by_role("link", name="登记入户").click()
    page.wait_for_url("**/visit/")
    assert window.fits()
    assert page.get_by_label("核查人 1").input_value() == "测试grid"
    page.get_by_label("识别入户核查").check(force=True)
    assert page.get_by_text("风险仍在，继续帮扶").is_hidden()
    for name in ("陈大山", "王秀兰"):
        page.get_by_role("group", name=name).get_by_label("见到").check(force=True)
    for title, answer in (("住房", "是"), ("义务教育", "是"), ("医疗保险", "是"), ("饮水", "否")):
        fields = page.locator(".visit-test").filter(has_text=title)
        fields.get_by_label(answer, exact=True).check(force=True)
    page.get_by_label("饮水是否安全 具体情况").fill("天旱断水")
    page.get_by_text("工资性收入").click()
    page.get_by_label("务工", exact=True).fill("2.4万")
    page.get_by_label("自付项目").first.fill("住院自付")
    page.get_by_label("自付金额（元）").first.fill("6000")
    assert page.locator("[data-net-per-head]").text_content() == "8,000"
    assert page.locator("[data-reference-per-head]").text_content() == "6,000"
    assert page.get_by_label("第 2 风险").is_hidden()
    page.get_by_label("第 1 风险").select_option("01")
    page.get_by_label("第 2 风险").select_option("H2")
    page.get_by_text("有风险，需进入程序").click()
    page.get_by_label("手机上签名").check(force=True)
    page.get_by_label("谁签的").select_option(label="陈大山")
    sign(page)
    photo = tmp_path / "IMG_1.jpg"
    photo.write_bytes(encoded("JPEG", (800, 600)))
    page.get_by_label("入户照片").set_input_files(photo)
    page.get_by_role("button", name="登记入户").click()
    page.get_by_text("核查须两人以上入户").wait_for()
    assert window.fits()
    assert not Visit.objects.exists()
    page.get_by_label("核查人 2").fill("李芳")
    page.get_by_role("button", name="登记入户").click()
    page.wait_for_url("**/visits/*/")
    visit = Visit.objects.get()
    assert (visit.reference_per_head_fen, visit.risks, visit.signed) == (600_000, ["01", "H2"], True)
    assert page.get_by_alt_text("签名").evaluate("i => i.naturalWidth") > 100
    assert page.locator(".visit-photos img").evaluate("i => i.naturalWidth") == 800
    assert window.fits()


def test_the_signature_can_be_drawn_anew_and_stays_small(visitor, home) -> None:
    window = visitor(PHONE)
    window.log_in("test_grid", PASSWORD)
    page = window.page
    page.goto(f"/households/{home.pk}/visit/")
    page.get_by_label("手机上签名").check(force=True)
    field = page.locator("input[name=signature]")
    assert field.input_value() == ""
    for _ in range(5):
        sign(page)
    assert 500 < len(field.input_value()) < 60_000
    page.get_by_role("button", name="重签").click()
    assert field.input_value() == ""


def test_a_session_that_ends_while_the_form_is_filled_loses_nothing(visitor, home) -> None:
    window = visitor(PHONE)
    window.log_in("test_grid", PASSWORD)
    page = window.page
    page.goto(f"/households/{home.pk}/visit/")
    page.get_by_label("识别入户核查").check(force=True)
    page.get_by_label("核查人 2").fill("李芳")
    page.get_by_label("成员变化").fill("长子外出务工")
    for title in ("住房", "义务教育", "医疗保险", "饮水"):
        page.locator(".visit-test").filter(has_text=title).locator(".answer-good").click()
    page.get_by_text("有风险，需进入程序").click()
    page.get_by_label("第 1 风险").select_option("01")
    page.get_by_label("手机上签名").check(force=True)
    page.get_by_label("谁签的").select_option(label="陈大山")
    sign(page)
    window.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="登记入户").click()
    page.get_by_text("登录已过期，填的内容还在").wait_for()
    assert window.fits()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="请点这里在新窗口登录").click()
    other = opened.value
    other.get_by_label("用户名").fill("test_grid")
    other.get_by_label("口令").fill(PASSWORD)
    other.get_by_role("button", name="登录").click()
    other.get_by_role("heading", name="全县").wait_for()
    assert not Visit.objects.exists()
    page.get_by_role("button", name="登记入户").click()
    page.wait_for_url("**/visits/*/")
    visit = Visit.objects.get()
    assert (visit.members_note, visit.risks, visit.signed) == ("长子外出务工", ["01"], True)
    refused = [text for text in window.complaints if "status of 401" in text or "status of 403" in text]
    assert len(refused) == 2, "the log-in that ended, then the token of before it"
    window.complaints[:] = [text for text in window.complaints if text not in refused]
