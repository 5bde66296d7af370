"""A draw as the two offices hold it: secrets made in their own browsers, files in their hands, a result anybody repeats."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import timezone
from playwright.sync_api import Page, expect

from browser.conftest import PHONE
from draws.two_offices import EXECUTION, STYLE, heads
from sangesan.accounts.queries import system_post
from sangesan.cli.draws import draw as command
from sangesan.dispatch.spot_calls import fix_week
from sangesan.draws.domain import OFFICES
from sangesan.draws.models import Commitment, Draw
from sangesan.draws.queries import verify
from sangesan.kernel.period import Week
from sangesan.regions.queries import tree
from web.small_county import COMMUNITY, DAY, PASSWORD, VILLAGE_A, VILLAGE_B, build

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def offices(visitor: Any, tmp_path: Path, settings: Any) -> dict[str, Any]:
    """A window by office; this week's village is to be drawn."""
    settings.HOME = tmp_path
    heads(build(tmp_path))
    fix_week(post=system_post(), week=Week.of(DAY), today=DAY, now=timezone.now())
    windows = {STYLE: visitor(), EXECUTION: visitor(PHONE)}
    for office, window in windows.items():
        window.log_in(office, PASSWORD)
    return windows


def open_draw(page: Page) -> Draw:
    """From the list, where it waits for the office."""
    page.goto("/draws/")
    page.locator(".card-due").get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"/draws/\d+/$"))
    return Draw.objects.get()


def hand_in(window: Any, office: str, folder: Path) -> Path:
    """The office's secret is made in its browser and saved as a file; only the fingerprint goes to the server."""
    page, sent = window.page, []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    draw = open_draw(page)
    send = page.get_by_role("button", name="交存指纹")
    expect(send).to_be_disabled()
    with page.expect_download() as download:
        page.get_by_role("button", name="生成密数并保存文件").click()
    assert download.value.suggested_filename == f"{OFFICES[office]}-第{draw.number}号密数.json"
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    expect(page.get_by_text("密数文件已保存")).to_be_visible()
    assert window.fits()
    send.click()
    expect(page.get_by_text("指纹已交存", exact=False).first).to_be_visible()
    secret = json.loads(kept.read_text(encoding="utf-8"))["secrets"][0]["secret"]
    handed = Commitment.objects.get(draw=draw, office=office)
    assert handed.digest == hashlib.sha256(bytes.fromhex(secret)).hexdigest()
    assert any(handed.digest in body for body in sent)
    assert not any(secret in body for body in sent)
    return kept


def show(window: Any, right: Path, wrong: Path) -> None:
    """The wrong file is refused with what to do; the right one is found in, and shown."""
    page = window.page
    open_draw(page)
    choose, secret = page.get_by_label("选择交存时保存的密数文件"), page.get_by_label("或粘贴密数")
    choose.set_input_files(wrong)
    expect(page.get_by_text("文件里没有这次抽签的密数，请选交存时保存的那个文件")).to_be_visible()
    expect(secret).to_have_value("")
    assert window.fits()
    choose.set_input_files(right)
    expect(page.get_by_text("文件里有这次抽签的密数")).to_be_visible()
    page.get_by_role("button", name="公开密数").click()
    page.wait_for_load_state("networkidle")


def test_a_village_is_drawn_and_anybody_repeats_it(offices: dict[str, Any], visitor: Any, tmp_path: Path) -> None:
    files = {office: hand_in(window, office, tmp_path) for office, window in offices.items()}
    nonsense = tmp_path / "照片.json"
    nonsense.write_bytes(b"\xff\xd8\xff not a file of secrets")
    show(offices[STYLE], files[STYLE], files[EXECUTION])
    expect(offices[STYLE].page.get_by_text("已公开，等另一个办公室公开后显示")).to_be_visible()
    refused_when_pasted(offices[EXECUTION], files[STYLE])
    show(offices[EXECUTION], files[EXECUTION], nonsense)

    town = visitor(PHONE)
    town.log_in("test_town", PASSWORD)
    page = town.page
    page.goto("/draws/")
    page.locator("tbody tr").first.click()
    page.wait_for_url(re.compile(r"/draws/\d+/$"))
    draw = Draw.objects.get()
    assert draw.result is not None
    expect(page.get_by_text("已按公布的记录重算，一致")).to_be_visible()
    expect(page.locator(".drawn-list strong")).to_have_text([tree().full_name(code) for code in draw.result])
    expect(page.locator(".pool-all")).to_contain_text("1/3")
    assert town.fits()
    published = downloaded(page, f"draw-{draw.number}.json", tmp_path)
    assert {code for code, _weight, _town in json.loads(published.read_text())["pool"]} == {
        VILLAGE_A,
        VILLAGE_B,
        COMMUNITY,
    }
    repeated_by_others(published, downloaded(page, "repeat_draw.py", tmp_path), draw)


def refused_when_pasted(window: Any, wrong: Path) -> None:
    """Another office's secret, pasted in: nothing is shown, and the page says what to do."""
    page = window.page
    open_draw(page)
    page.get_by_label("或粘贴密数").fill(json.loads(wrong.read_text(encoding="utf-8"))["secrets"][0]["secret"])
    with page.expect_response("**/reveal/") as answer:
        page.get_by_role("button", name="公开密数").click()
    assert answer.value.status == 400
    expect(page.get_by_role("alert")).to_contain_text("密数与交存的指纹不符")
    assert Draw.objects.get().result is None
    assert len(window.complaints) == 1  # Chromium notes a whole page that answers 400
    window.complaints.clear()


def downloaded(page: Page, name: str, folder: Path) -> Path:
    """A file as the page's link gives it."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    download.value.save_as(folder / name)
    return folder / name


def repeated_by_others(published: Path, program: Path, draw: Draw) -> None:
    """Another Python process without the system's code gives the same, and one changed letter gives it away."""
    command_line = [sys.executable, "-I", str(program)]
    said = subprocess.run([*command_line, str(published)], capture_output=True, text=True, timeout=30, check=False)
    assert (said.returncode, said.stdout.strip()) == (0, f"{'、'.join(draw.result)}  与公布的一致")
    record = json.loads(published.read_text(encoding="utf-8"))
    assert verify(record) == []
    other = next(code for code, _weight, _town in record["pool"] if code not in draw.result)
    changed = published.with_name("changed.json")
    changed.write_text(json.dumps(record | {"result": [other]}), encoding="utf-8")
    said = subprocess.run([*command_line, str(changed)], capture_output=True, text=True, timeout=30, check=False)
    assert said.returncode == 1
    checked = CliRunner().invoke(command, ["verify", str(Week.of(DAY))])
    assert checked.exit_code == 0, checked.output
    assert "重算一致" in checked.output
