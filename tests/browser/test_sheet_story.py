"""A finding's way as people live it: a photo, a blue sheet, a village that corrects it on a phone, a look-back, a yellow sheet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE
from browser.story import Actor, move_time, photo
from sangesan.files.models import Attachment
from sangesan.inspections.models import Finding
from sangesan.supervision.models import LookBack, Sheet
from supervision.sheets_county import UNIT_A, with_seats
from web.small_county import DAY, PASSWORD, VILLAGE_A, build

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MATTER = "双柳村4月新纳入1户的民主评议会议记录不规范"
TODO = "等您办理"


@pytest.fixture
def people(visitor: Any, tmp_path: Path, settings: Any) -> Any:
    """people("test_village", PHONE): somebody's window, signed in; the seats that sign sheets are held."""
    settings.HOME = tmp_path
    with_seats(build(tmp_path))
    windows: dict[str, Actor] = {}

    def of(username: str, **size: Any) -> Actor:
        if username not in windows:
            window = visitor(**size)
            window.log_in(username, PASSWORD)
            windows[username] = Actor(window)
        return windows[username]

    return of


def attach(page: Page, file: Path) -> None:
    """A photo is taken, and the page says that one is chosen."""
    page.locator("input[data-photos]").set_input_files(file)
    expect(page.locator("[data-photo-count]")).to_have_text("已选 1 张")


def first_waiting(actor: Actor, act: str) -> Page:
    """The first of what waits for somebody, opened by the button that says what to do."""
    page = actor.go("/sheets/")
    waiting = page.locator(".card", has_text=TODO).first
    waiting.get_by_role("link", name=act, exact=True).first.click()
    page.wait_for_url(re.compile(r"/sheets/\d+/"))
    return page


def words_of_chips(page: Page) -> set[tuple[str, str]]:
    """(colour, the word beside it) of every mark of a colour on the page."""
    chips = page.locator("table .sheet-chip, .waiting-list .sheet-chip, .sheet-tallies .sheet-chip")
    found = chips.evaluate_all(
        "chips => chips.map(c => [c.className.match(/sheet-chip-(\\w+)/)[1], c.innerText.trim()])"
    )
    assert found
    return {(colour, words[-2:]) for colour, words in found}


def record(actor: Actor, evidence: Path) -> Finding:
    """The inspector's form, with a photo."""
    page = actor.go("/findings/")
    page.get_by_role("link", name="登记问题").first.click()
    page.get_by_label("类别").select_option("irregular_records")
    page.get_by_label("责任单位").select_option(UNIT_A)
    page.get_by_label("问题描述").fill("4月新纳入1户，民主评议会议记录没有参会人签字")
    page.get_by_label("整改要求").fill("补齐会议记录，由参会人签字")
    attach(page, evidence)
    page.get_by_role("button", name="登记问题").click()
    page.wait_for_url(re.compile(r"/findings/\d+/$"))
    assert actor.window.fits()
    return Finding.objects.get()


def draft(actor: Actor, finding: Finding) -> Sheet:
    """From the finding's page to a sheet that waits for a signature."""
    page = actor.go(f"/findings/{finding.pk}/")
    assert page.locator(".visit-photos img").evaluate("i => i.decode().then(() => i.naturalWidth)") > 0
    page.get_by_role("link", name="下达督办单").click()
    expect(page.get_by_label("整改要求")).to_have_value("补齐会议记录，由参会人签字")
    page.get_by_label("责任人（一人）").select_option(label="双柳村 村文书 测试village")
    page.get_by_label("督办事项（一张单一件事）").fill(MATTER)
    expect(page.get_by_role("radio", name="蓝单")).to_be_checked()
    page.get_by_role("button", name="起草，送签发").click()
    page.wait_for_url(re.compile(r"/sheets/\d+/$"))
    expect(page.locator("h1")).to_contain_text("蓝单")
    return Sheet.objects.get()


def correct(village: Actor, sheet: Sheet, evidence: Path) -> None:
    """The village's clerk on a phone: signs for it, is told that a photo is missing, sends both."""
    page = first_waiting(village, "签收")
    expect(page.locator("h1")).to_contain_text("蓝单")
    assert village.window.fits()
    village.press("签收", exact=True)
    page.get_by_label("做了什么、现在怎样").fill("已补齐会议记录，9名参会人签字")
    page.get_by_role("button", name="报送整改").click()
    expect(page.get_by_text("没有整改的佐证")).to_be_visible()
    expect(page.get_by_label("做了什么、现在怎样")).to_have_value("已补齐会议记录，9名参会人签字")
    attach(page, evidence)
    page.get_by_role("button", name="报送整改").click()
    expect(page.locator(".timeline-list")).to_contain_text("9名参会人签字")
    assert village.window.fits()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.evidence) == ("rectified", 1)


def may_not_close(village: Actor, sheet: Sheet) -> None:
    """Whoever corrected is offered no closing, and a form that was made up is refused."""
    page = village.go(f"/sheets/{sheet.pk}/")
    expect(page.get_by_role("button", name="符合要求，销号")).to_have_count(0)
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    given = {"words": "自己看过了，符合要求", "csrfmiddlewaretoken": token}
    answer = page.request.post(f"/sheets/{sheet.pk}/close/", form=given, headers={"Referer": page.url})
    assert answer.status == 403
    sheet.refresh_from_db()
    assert sheet.state == "rectified"


def close(actor: Actor, sheet: Sheet) -> None:
    page = first_waiting(actor, "审核整改")
    assert page.locator(".sheet-photos img").first.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0
    page.get_by_label("审核意见").fill("签字齐全，符合要求")
    actor.press("符合要求，销号")
    expect(page.locator("h1")).to_contain_text("已销号")
    sheet.refresh_from_db()
    assert sheet.state == "closed"


def came_back(actor: Actor, evidence: Path) -> Sheet:
    """A month later the inspector looks again; the next sheet is drafted."""
    page = actor.go("/sheets/look-backs/")
    page.get_by_role("link", name="登记", exact=True).click()
    page.get_by_label("反弹", exact=True).check(force=True)
    page.get_by_label("所见情况").fill("9月新纳入的1户，会议记录又没有签字")
    attach(page, evidence)
    assert actor.window.fits()
    page.get_by_role("button", name="登记回头看").click()
    page.wait_for_url(re.compile(r"/sheets/\d+/$"))
    expect(page.locator("h1")).to_contain_text("黄单")
    raised = LookBack.objects.get(result="came_back").raised
    assert raised is not None
    return raised


def test_from_a_finding_to_the_yellow_sheet(people: Any, tmp_path: Path) -> None:
    inspector, head = people("test_inspector"), people("test_team_head")
    village = people("test_village", size=PHONE)
    pictures = [photo(tmp_path, f"{name}.jpg") for name in ("会议记录", "补齐的记录", "又缺签字")]
    sheet = draft(inspector, record(inspector, pictures[0]))
    expect(village.go("/sheets/").get_by_text(MATTER)).to_have_count(0)  # a draft is the supervisors' own

    page = first_waiting(head, "签发")
    expect(page.get_by_text("等待签发")).to_be_visible()
    head.press("签发", exact=True)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.colour, sheet.issued_on) == ("issued", "blue", DAY)

    correct(village, sheet, pictures[1])
    may_not_close(village, sheet)
    close(head, sheet)

    move_time(30)
    raised = came_back(inspector, pictures[2])
    assert (raised.state, raised.colour) == ("draft", "yellow")
    page = village.go("/sheets/")
    assert words_of_chips(page) >= {("blue", "蓝单")}
    assert f"/sheets/{raised.pk}/" not in page.content()

    style = people("test_style")
    page = first_waiting(style, "签发")
    expect(page.locator(".sheet-chain")).to_contain_text("黄单")
    style.press("签发", exact=True)
    raised.refresh_from_db()
    assert (raised.state, raised.signed_title) == ("issued", "作风办主任")

    page = village.go("/sheets/")
    expect(page.locator(".waiting-list")).to_contain_text("黄单")
    assert words_of_chips(page) == {("blue", "蓝单"), ("yellow", "黄单"), ("red", "红单")}
    assert village.window.fits()
    assert Attachment.objects.filter(subject=f"sheet:{sheet.pk}").count() >= 1
    assert VILLAGE_A in raised.unit
