"""A paper printed from the case's page, signed, photographed on a phone, given back, and the adults on it ticked."""

from __future__ import annotations

from pathlib import Path

import pytest

from browser.conftest import DESKTOP, PHONE
from cases.test_returning import photo
from cases.way import Way
from sangesan.cases.models import Authorisation, PrintedPaper
from sangesan.documents.barcode import paper_code
from web.small_county import PASSWORD, SmallCounty, build


@pytest.fixture
def county(transactional_db: None, tmp_path: Path, settings) -> SmallCounty:
    settings.HOME = tmp_path
    return build(tmp_path)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_printing_to_authorised_by_paper(visitor, county, size, tmp_path) -> None:
    way, window = Way(county), visitor(size)
    window.log_in("test_village", PASSWORD)
    page = window.page
    page.goto(f"/cases/{way.case.pk}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="申请及承诺授权书 Word").click()
    assert download.value.suggested_filename.endswith(".docx")
    code = paper_code("APL", PrintedPaper.objects.get().pk)
    for name, data in (("signed.jpg", photo(code)), ("blank.jpg", photo())):
        (tmp_path / name).write_bytes(data)
    page.goto("/papers/return/")
    assert window.fits()
    page.locator("[data-drop-zone] input").set_input_files([tmp_path / "signed.jpg", tmp_path / "blank.jpg"])
    page.get_by_role("button", name="上传并归档").click()
    page.get_by_text("没有认出").wait_for()
    assert window.fits()
    page.get_by_label("陈大山").check()
    page.get_by_label("王秀兰").check()
    page.get_by_role("button", name="登记授权").click()
    page.wait_for_url("**/papers/return/*/")
    assert page.locator(".paper-photos img").evaluate("i => i.decode().then(() => i.naturalWidth)") > 0
    assert window.fits()
    assert set(Authorisation.objects.values_list("way", flat=True)) == {"paper"}
    page.goto(f"/cases/{way.case.pk}/")
    assert page.get_by_text("已交回的纸件").is_visible()
    page.goto("/papers/")
    assert window.fits()
