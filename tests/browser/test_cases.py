"""What the procedure's pages do in a browser: an agenda filled at once, minutes kept on the way, a link signed by finger."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import PHONE
from cases.way import Way, set_line
from sangesan.cases.models import Authorisation, Meeting
from sangesan.cases.states import State
from sangesan.registry.models import Person
from web.small_county import DAY, PASSWORD, identity

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_village_appraises_and_the_case_goes_on(small_county, visitor):
    set_line()
    way = Way(small_county)
    way.to(State.APPRAISAL)
    window = visitor()
    window.log_in("test_village", PASSWORD)
    page = window.page
    page.goto(f"/cases/{way.case.pk}/")
    page.get_by_role("link", name="列入民主评议会").click()
    expect(page.locator("[data-ticked]")).to_have_text("1")
    page.get_by_label("地点").fill("村委会会议室")
    page.get_by_role("button", name="列出议程").click()
    page.get_by_label("应到人数").fill("40")
    page.get_by_label("实到人数").fill("35")
    page.get_by_label("会议记录", exact=True).fill("代表们听取核查和比对情况，逐户发言，一致同意。")
    page.get_by_label("陈大山 结果").select_option("send_back")
    page.get_by_label("陈大山 理由").fill("再核一次")
    page.get_by_role("button", name="先保存记录和照片").click()
    expect(page.get_by_text("会议记录已保存")).to_be_visible()
    assert Meeting.objects.get().minutes
    expect(page.get_by_label("陈大山 结果")).to_have_value("send_back")  # the form stayed as it was
    page.get_by_role("button", name="全部通过").click()
    expect(page.get_by_label("陈大山 结果")).to_have_value("pass")
    expect(page.get_by_label("陈大山 理由")).to_be_hidden()
    for name, votes in (("同意", "33"), ("不同意", "1"), ("弃权", "1")):
        page.locator("[data-votes-all]").get_by_label(name, exact=True).fill(votes)
    page.get_by_role("button", name="填到空着的户").click()
    expect(page.get_by_label("陈大山 同意")).to_have_value("33")
    way.answer_warnings()
    page.reload()
    for name, votes in (("同意", "33"), ("不同意", "1"), ("弃权", "1")):
        page.locator("[data-votes-all]").get_by_label(name, exact=True).fill(votes)
    page.get_by_role("button", name="填到空着的户").click()
    page.get_by_role("button", name="登记结果，全部办理").click()
    expect(page.get_by_text("结果已登记，1 户已办")).to_be_visible()
    assert way.fresh().state == State.NOTICE


def test_an_adult_away_signs_by_finger_on_the_phone(small_county, visitor):
    way = Way(small_county)
    village, away = visitor(), visitor(PHONE)
    village.log_in("test_village", PASSWORD)
    village.page.goto(f"/cases/{way.case.pk}/")
    village.page.locator("tr", has_text="王秀兰").get_by_role("button", name="外出成员链接").click()
    message = village.page.locator("#message").input_value()
    found = re.search(r"https?://\S+(/authorise/\S+)", message)
    assert found
    village.page.get_by_role("button", name="复制").click()
    expect(village.page.get_by_role("button", name="已复制")).to_be_visible()
    page = away.page
    page.goto(found[1])
    assert away.fits()
    person = Person.objects.get(name="王秀兰")
    page.get_by_label("我已看过并同意").check()
    page.get_by_label("本人姓名").fill("王秀兰")
    page.get_by_label("身份证后四位").fill(identity(102, person.birth_date)[-4:])
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 80)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 30 + 25 * step, box["y"] + (40 if step % 2 else 110))
    page.mouse.up()
    page.get_by_role("button", name="签名，同意授权").click()
    expect(page.get_by_text("签名已经收到，谢谢")).to_be_visible()
    row = Authorisation.objects.get()
    assert (row.person_id, row.way, row.on) == (person.pk, "link", DAY)


@pytest.mark.parametrize(("role", "tiles"), [("grid", False), ("village", True)])
def test_a_desk_without_tiles_shows_no_empty_strip(small_county, visitor, role, tiles):
    Way(small_county).to(State.APPRAISAL)
    window = visitor(PHONE)
    window.log_in(f"test_{role}", PASSWORD)
    strip = window.page.locator(".desk-tallies")
    expect(strip).to_have_count(1)
    assert (strip.locator(".tally").count() > 0) is tiles
    assert strip.is_visible() is tiles


def test_minutes_written_while_the_session_ends_are_kept_after_a_new_log_in(small_county, visitor):
    set_line()
    way = Way(small_county)
    way.to(State.APPRAISAL)
    window = visitor()
    window.log_in("test_village", PASSWORD)
    page = window.page
    page.goto(f"/cases/{way.case.pk}/")
    page.get_by_role("link", name="列入民主评议会").click()
    page.get_by_label("地点").fill("村委会会议室")
    page.get_by_role("button", name="列出议程").click()
    page.get_by_label("会议记录", exact=True).fill("代表们逐户发言，一致同意。")
    window.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="先保存记录和照片").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="请点这里在新窗口登录").click()
    other = opened.value
    other.get_by_label("用户名").fill("test_village")
    other.get_by_label("口令").fill(PASSWORD)
    other.get_by_role("button", name="登录").click()
    other.get_by_role("heading", name="全县").wait_for()
    page.get_by_role("button", name="先保存记录和照片").click()
    expect(page.get_by_text("会议记录已保存")).to_be_visible()
    assert Meeting.objects.get().minutes == "代表们逐户发言，一致同意。"
    window.complaints[:] = [text for text in window.complaints if "status of 401" not in text and "status of 403" not in text]
