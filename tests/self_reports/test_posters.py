"""The poster: its QR code reads back from the printed sheet, one page a village, nothing runs off it."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from sangesan.accounts.permissions import NotAllowed
from sangesan.documents.barcode import read_texts
from sangesan.kernel.refusal import Refusal
from sangesan.self_reports.models import Poster
from sangesan.self_reports.posters import office_phone, posters_of, print_posters, set_phone, village_of
from web.small_county import COMMUNITY, COUNTY, DAY, TOWN_A, VILLAGE_A, VILLAGE_B, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
BASE = "https://jiance.example.gov.cn/"


def printed(county: SmallCounty, place: str, size: str = "A4", role: str = "town") -> bytes:
    return print_posters(post=county.posts[role], place=place, size=size, address=BASE, today=DAY, now=NOW)[0]


@pytest.mark.parametrize(("size", "width"), [("A4", 595), ("A3", 842)])
def test_the_code_reads_back_from_the_sheet(small_county: SmallCounty, tmp_path: Path, size, width) -> None:
    data = printed(small_county, VILLAGE_A, size)
    (page,) = PdfReader(io.BytesIO(data)).pages
    assert round(float(page.mediabox.width)) == width
    said = page.extract_text()
    for words in ("东河镇双柳村", "12317", "12345", "不收费", "不影响现有待遇", "演示系统"):
        assert words in said
    (tmp_path / "poster.pdf").write_bytes(data)
    program = shutil.which("pdftoppm")
    if program is None:
        pytest.skip("pdftoppm (poppler-utils) is not there to make a picture of the page")
    subprocess.run([program, "-r", "60", "-png", "-singlefile", "poster.pdf", "poster"], cwd=tmp_path, check=True)
    token = Poster.objects.get(village=VILLAGE_A).token
    assert read_texts((tmp_path / "poster.png").read_bytes()) == [f"{BASE}report/{token}/"]


def test_all_of_a_town_in_one_file_a_page_each(small_county: SmallCounty) -> None:
    pages = PdfReader(io.BytesIO(printed(small_county, TOWN_A))).pages
    assert ["双柳村" in p.extract_text() for p in pages].count(True) == 1
    assert len(pages) == 2
    assert len(PdfReader(io.BytesIO(printed(small_county, VILLAGE_B, role="county"))).pages) == 1


def test_a_villages_address_stays_and_is_its_own(small_county: SmallCounty) -> None:
    first = posters_of([VILLAGE_A, COMMUNITY], now=NOW)
    again = posters_of([COMMUNITY, VILLAGE_A, VILLAGE_B], now=NOW)
    assert list(again) == [COMMUNITY, VILLAGE_A, VILLAGE_B]
    assert again[VILLAGE_A].token == first[VILLAGE_A].token
    assert len({row.token for row in again.values()}) == 3
    assert village_of(first[VILLAGE_A].token) == VILLAGE_A
    with pytest.raises(Refusal, match="选您的村"):
        village_of("nosuchpl")


def test_reach_and_paper(small_county: SmallCounty) -> None:
    for role, place in (("village", VILLAGE_B), ("town", VILLAGE_B), ("grid", VILLAGE_A), ("inspector", VILLAGE_A)):
        with pytest.raises(NotAllowed):
            printed(small_county, place, role=role)
    with pytest.raises(NotAllowed):
        printed(small_county, COUNTY, role="village")
    with pytest.raises(Refusal, match="纸"):
        printed(small_county, VILLAGE_A, "A0")


def test_the_villages_phone_stands_on_it(small_county: SmallCounty) -> None:
    village = small_county.posts["village"]
    set_phone(post=village, village=VILLAGE_A, phone="0915-442 1234", now=NOW)
    assert office_phone(VILLAGE_A) == "09154421234"
    assert "09154421234" in PdfReader(io.BytesIO(printed(small_county, VILLAGE_A))).pages[0].extract_text()
    with pytest.raises(Refusal, match="不像电话"):
        set_phone(post=village, village=VILLAGE_A, phone="村主任", now=NOW)
    with pytest.raises(NotAllowed):
        set_phone(post=village, village=VILLAGE_B, phone="4421234", now=NOW)
