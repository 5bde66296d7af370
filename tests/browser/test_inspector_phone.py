"""An inspector's phone without signal: a sealed place begins, a household is compared, a finding with a photo; then sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from browser.phone_app import Phone
from field.phone import jpeg
from inspections.inspection_builders import finish, inspectors, plan_of, target_of
from sangesan.files.models import Attachment
from sangesan.inspections.conducting import content_of
from sangesan.inspections.models import Finding, Reply, Target
from sangesan.inspections.queries import words_of
from sangesan.inspections.sampling import draw_sample, take_sample
from web.small_county import DAY, NOW, build

pytestmark = pytest.mark.browser


@pytest.fixture
def village(transactional_db: None, tmp_path: Path, settings: Any) -> Target:
    """双柳村, planned and sealed, with one household drawn in it."""
    del transactional_db
    settings.HOME = tmp_path
    who = inspectors(build(tmp_path))
    target = target_of(who, plan_of(who))
    finish(draw_sample(post=who.one, target_id=target.pk, size=1, now=NOW, today=DAY), who)
    take_sample(post=who.one, target_id=target.pk, now=NOW)
    return target


def test_an_inspection_without_signal(chromium: Browser, live_server: Any, village: Target) -> None:
    phone = Phone(chromium, live_server.url, "test_inspector")
    phone.enrol("东河镇双柳村")
    page = phone.page
    phone.context.set_offline(True)
    page.get_by_role("link", name="东河镇双柳村").first.click()
    expect(page.get_by_text("还没有开始：只有督查岗位看得到")).to_be_visible()
    assert phone.fits()
    page.get_by_role("button", name="开始督查").click()
    expect(page.get_by_text("确认已到现场？开始后被督查单位会看到")).to_be_visible()
    page.get_by_role("button", name="还没到").click()
    page.get_by_role("button", name="开始督查").click()
    page.get_by_role("button", name="已到现场，开始").click()
    expect(page.get_by_text("已在手机上开始，联网后上报")).to_be_visible()
    village.refresh_from_db()
    assert village.begun_at is None

    page.get_by_role("button", name="填核查单").click()
    duties = page.locator("section.sheet").filter(has_text="各项日常职责有记录")
    duties.get_by_label("没有", exact=True).check()
    page.locator("button.button-main.big").click()
    expect(page.get_by_text("没有写明情况").first).to_be_visible()
    duties.get_by_label("看到的情况").fill("台账空白，问不出上次巡查时间")
    assert phone.fits()
    duties.get_by_role("link", name="登记为问题").click()
    expect(page.get_by_label("问题类别")).to_have_value("missing_patrols")
    assert "台账空白" in page.get_by_label("问题描述").input_value()
    page.get_by_label("不真干", exact=True).check()
    page.locator("button.button-main.big").click()
    expect(page.get_by_text("认定了作风问题，没有写依据").first).to_be_visible()
    page.get_by_label("认定的依据").fill("补记日期与管水员所说不符")
    photo = {"name": "台账.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    page.locator("input[type=file]").last.set_input_files(photo)
    expect(page.locator(".photos li")).to_have_count(1)
    assert phone.fits()
    page.locator("button.button-main.big").click()
    expect(page.get_by_role("heading", name="东河镇双柳村")).to_be_visible()
    expect(page.locator("li").filter(has_text="台账空白").get_by_text("未上报")).to_be_visible()
    page.get_by_role("button", name="填核查单").click()  # the draft of the checklist was kept
    expect(page.get_by_role("heading", level=1)).to_contain_text("已答 1／")
    expect(page.get_by_label("看到的情况").first).to_have_value("台账空白，问不出上次巡查时间")
    page.locator("button.button-main.big").click()

    page.locator("a.row").filter(has_text="双柳村").first.click()
    page.get_by_role("button", name="开始督查").click()
    page.get_by_role("button", name="填核查单").click()
    water = page.locator("section.sheet").filter(has_text="饮水安全").first
    expect(water.get_by_text("系统记录")).to_be_visible()
    water.get_by_label("农户怎么说").fill("夏天常断水")
    water.get_by_label("不符", exact=True).check()
    page.locator("button.button-main.big").click()
    expect(page.get_by_text("5 条存在手机上，联网后自动上报")).to_be_visible()

    phone.close_app()
    phone.unlock()
    expect(phone.page.get_by_text("5 条存在手机上，联网后自动上报")).to_be_visible()
    phone.context.set_offline(False)
    expect(phone.page.get_by_text("全部已上报").first).to_be_visible(timeout=30_000)
    finding = Finding.objects.get()
    assert words_of(finding)["conduct"] == "补记日期与管水员所说不符"
    assert finding.conduct == ["superficial"]
    assert Attachment.objects.filter(subject=f"finding:{finding.pk}").count() == 1
    said = Reply.objects.get(form="household")
    assert (said.answers, content_of(said)["said"]) == ({"water": "different"}, {"water": "夏天常断水"})
    assert set(Target.objects.values_list("state", flat=True)) == {"begun"}
    phone.context.close()
    assert [text for text in phone.complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []
