"""The rhythm as people live it: a closed week from the county down to the households behind a number; a month's bulletin."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PHONE
from browser.story import Actor, work
from bulletins.offices import a_post, seat
from figures.random_records import fill
from sangesan.accounts.models import User
from sangesan.accounts.queries import system_post
from sangesan.bulletins.models import Document
from sangesan.dispatch import month_bulletin
from sangesan.dispatch.week_closing import close_week
from sangesan.kernel.period import Week
from web.small_county import NOW, PASSWORD, SmallCounty, build

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WEEK = Week(2022, 36)


@pytest.fixture
def county(transactional_db: None, tmp_path: Path, settings: Any) -> SmallCounty:
    """Records of every kind."""
    del transactional_db
    settings.HOME = tmp_path
    small = build(tmp_path)
    fill(0)
    return small


def opened(page: Page, link: Any) -> int:
    """A number's list: it says as many as the number, and shows them. Returns how many."""
    number = int(link.inner_text().replace(",", ""))
    link.click()
    page.wait_for_url("**/statistics/list/**")
    expect(page.get_by_text(f"共 {number} 条")).to_be_visible()
    assert page.locator("tbody tr").count() == min(number, 50)
    return number


def test_a_closed_week_from_the_county_to_the_village(county: SmallCounty, visitor: Any) -> None:
    del county
    for week in (WEEK.plus(-1), WEEK):
        close_week(post=system_post(), week=week, as_of=week.last_day(), now=NOW, progress=lambda *_: None)
    window = visitor()
    window.log_in("test_county", PASSWORD)
    page = window.page
    group = page.locator(".menu-group").filter(has_text="调度考核")
    group.locator("summary").click()  # a long menu's groups are folded but for the one that one is in
    group.get_by_role("link", name="周统计").click()
    expect(page.get_by_text("✓ 已关账")).to_be_visible()
    expect(page.locator("h1")).to_contain_text("2022年第36周")
    for name, inside in (("东河镇", "双柳村"), ("双柳村", "双柳村第1网格")):
        page.locator("tbody td.headline").get_by_role("link", name=name, exact=True).click()
        expect(page.locator("h1")).to_contain_text(f"{name}周统计")
        expect(page.locator("table").nth(1)).to_contain_text(inside)
        assert window.fits()

    line = page.locator("tr.figure-line").filter(has=page.locator("summary", has_text="走访户")).first
    line.locator("summary").click()  # the definition is a tap away
    expect(line.get_by_text("数什么")).to_be_visible()
    title = line.locator("summary").inner_text()
    link = line.locator("td[data-label=本周] a").last  # of how many were to be visited
    assert opened(page, link) > 0
    expect(page.locator("h1")).to_contain_text(title)
    expect(page.locator("h1")).to_contain_text("双柳村")
    expect(page.get_by_text("关账时的名单")).to_be_visible()
    page.locator("tbody td.headline a").first.click()
    page.wait_for_url("**/households/*/")


def test_the_same_on_the_village_s_phone(county: SmallCounty, visitor: Any) -> None:
    del county
    close_week(post=system_post(), week=WEEK, as_of=WEEK.last_day(), now=NOW, progress=lambda *_: None)
    window = visitor(PHONE)
    window.log_in("test_village", PASSWORD)
    page = window.page
    page.goto("/weeks/")
    expect(page.locator("h1")).to_contain_text("双柳村周统计")
    assert window.fits()
    number = page.locator("tr.figure-line td[data-label=本周] a", has_text=re.compile(r"^[1-9]")).first
    assert opened(page, number) > 0
    assert window.fits()
    page.goto("/statistics/figures/")
    assert window.fits()


def signed_in(visitor: Any, username: str, size: dict[str, int] | None = None) -> Actor:
    window = visitor(size) if size else visitor()
    window.log_in(username, PASSWORD)
    return Actor(window)


def made(county: Actor) -> Document:
    """The county asks for August's bulletin and watches it being made."""
    page = county.go("/months/")
    page.get_by_role("button", name="现在生成").click()
    page.wait_for_url("**/jobs/*/")
    work()
    document = Document.objects.get()
    page = county.go("/months/")
    page.get_by_role("link", name="2022年8月", exact=False).first.click()
    expect(page.get_by_role("link", name="核对签发通报")).to_be_visible()
    number = page.locator("tbody td.number a", has_text=re.compile(r"^[1-9][0-9]*$")).first
    assert opened(page, number) > 0
    return document


@pytest.fixture
def _no_sheets_as_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every unit's own sheet as PDF takes a minute; the bulletin itself is set in full."""
    whole = month_bulletin.produce
    monkeypatch.setattr(
        month_bulletin, "produce", lambda paper, kind: b"%PDF-1.7 " if kind == "pdf" else whole(paper, kind)
    )


@pytest.mark.usefixtures("_no_sheets_as_pdf")
def test_a_month_s_bulletin_is_signed_issued_and_signed_for(county: SmallCounty, visitor: Any) -> None:
    head = a_post("county", "专班组长")
    seat(county, "special_team_head", head)
    official, signer = signed_in(visitor, "test_county"), signed_in(visitor, User.objects.get(posts=head).username)
    document = made(official)

    page = signer.go("/bulletins/")
    page.locator(".card-due", has_text="待您签发").get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/bulletins/\d+/$"))
    expect(page.locator("article")).to_contain_text("2022年8月")
    signer.press("签发", exact=True)
    expect(page.get_by_role("button", name="签发", exact=True)).to_have_count(0)

    page = official.go(f"/bulletins/{document.pk}/")
    official.press("印发", exact=True)
    document.refresh_from_db()
    assert (document.state, document.number) == ("issued", 1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Word").click()
    assert download.value.suggested_filename.endswith(".docx")
    texts = [p.text for p in docx.Document(io.BytesIO(Path(download.value.path()).read_bytes())).paragraphs]
    assert "第1期" in texts
    assert document.title in "".join(texts).replace("\n", "")

    town = signed_in(visitor, "test_town", PHONE)
    page = town.go("/bulletins/")
    assert town.window.fits()
    page.locator(".card-due", has_text="待签收").get_by_role("link").first.click()
    expect(page.get_by_text("请代表本单位签收")).to_be_visible()
    assert town.window.fits()
    town.press("签收", exact=True)
    expect(page.get_by_text("请代表本单位签收")).to_have_count(0)
    page = official.go(f"/bulletins/{document.pk}/")
    expect(page.locator(".receipts li", has_text="东河镇")).to_contain_text("✓")
    expect(page.locator(".receipts li", has_text="西山镇")).to_contain_text("待签收")
    assert document.issued_on == date(2022, 9, 13)
