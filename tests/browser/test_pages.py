"""Every page in both widths and both languages: nothing wider than the window, nothing in the console."""

import pytest
from playwright.sync_api import expect

from browser.conftest import DESKTOP, PHONE
from web.small_county import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/clues/",
    "/clues/?state=all&due=overdue",
    "/households/",
    "/cases/",
    "/meetings/",
    "/notices/",
    "/national/",
    "/departments/",
    "/departments/medical_security/",
    "/deliveries/upload/",
    "/rules/",
    "/rules/R04/",
    "/rules/E01/",
    "/runs/",
    "/audit/",
    "/post/",
]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_fit_and_break_no_rule_of_the_policy(small_county, visitor, size):
    window = visitor(size)
    window.log_in("test_county", PASSWORD)
    for address in PAGES:
        answer = window.page.goto(address)
        assert answer is not None
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        window.page.wait_for_load_state("networkidle")
        expect(window.page.get_by_text("演示系统：人员均为程序生成，并非真实个人")).to_be_visible()
        assert window.fits(), f"{address} is wider than the window"


def test_english_is_one_press_away(small_county, visitor):
    window = visitor()
    window.log_in("test_county", PASSWORD)
    window.page.get_by_role("button", name="English").click()
    expect(window.page.locator("#menu")).to_contain_text("Screening runs")
    expect(window.page.get_by_text("Demonstration: all people are made up by a program; none is real")).to_be_visible()
    window.page.get_by_role("button", name="中文").click()
    expect(window.page.locator("#menu")).to_contain_text("筛查记录")


def test_the_menu_folds_and_stays_folded(small_county, visitor):
    window = visitor()
    window.log_in("test_county", PASSWORD)
    window.page.get_by_role("button", name="收起或展开菜单").click()
    window.page.goto("/clues/")
    assert window.page.locator("#menu").bounding_box()["width"] < 80


def test_a_household_shows_what_departments_reported(small_county, visitor):
    window = visitor()
    window.log_in("test_grid", PASSWORD)
    window.page.goto("/households/")
    window.page.get_by_role("link", name="李长顺").click()
    expect(window.page.get_by_text("各部门数据中没有这一户的记录")).to_be_visible()


def test_wrong_passwords_are_answered_in_words(small_county, visitor):
    window = visitor()
    window.page.goto("/login/")
    window.page.get_by_label("用户名").fill("test_grid")
    window.page.get_by_label("口令").fill("not-the-one")
    window.page.get_by_role("button", name="登录").click()
    expect(window.page.get_by_role("alert")).to_contain_text("用户名或口令不对")
