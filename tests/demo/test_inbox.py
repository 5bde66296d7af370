import hashlib
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from sangesan.demo.deliveries import CSV_LEAST_ROWS
from sangesan.demo.generate import CountySummary, Workshop, generate_county
from sangesan.demo.making import make_county
from sangesan.demo.presentation import Delivery
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.reading.table import read_file
from sangesan.kernel.identity_number import is_sound
from sangesan.kernel.refusal import Refusal

CONTRACTS = load_contracts()
ID_HEADINGS = ("身份证号", "身份证号码", "公民身份号码", "证件号码")
TABLES = [code for code, feed in CONTRACTS.feeds.items() if feed.format == "table"]


def files_of(inbox: Path, feed: str) -> list[Path]:
    return sorted(inbox.glob(f"*/*/{feed}.*"))


def digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return total.hexdigest()


@pytest.mark.parametrize("feed", TABLES)
def test_every_feed_opens_with_its_headings(small_county: tuple[Path, CountySummary], feed: str):
    contract = CONTRACTS.feed(feed)
    paths = files_of(small_county[0] / "inbox", feed)
    assert paths
    for path in paths:
        assert path.parts[-3] == contract.department
        table = read_file(path.read_bytes(), f"{path.parent.name}/{path.name}", contract)
        assert str(table.month) == path.parts[-2]
        assert table.records > 0
    read = sum(read_file(p.read_bytes(), p.name, contract).records for p in paths)
    assert read == small_county[1].rows[feed]


def test_the_same_seed_writes_the_same_bytes(small_county: tuple[Path, CountySummary], tmp_path: Path):
    again = generate_county(tmp_path, scale=small_county[1].scale)
    assert again == small_county[1]
    assert digest(tmp_path) == digest(small_county[0])


def test_another_seed_makes_another_county():
    one, other = make_county(0.01, 1), make_county(0.01, 2)
    assert one.households.size.sum() == other.households.size.sum()
    assert one.people.name.tolist() != other.people.name.tolist()


def test_identity_cells_are_text_and_some_are_damaged(small_county: tuple[Path, CountySummary]):
    cells: list[object] = []
    for path in sorted((small_county[0] / "inbox").glob("*/*/*.xlsx")):
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        places = [(n, row.index(h)) for n, row in enumerate(rows) for h in ID_HEADINGS if h in row]
        for first, column in places[:1]:
            cells += [row[column] for row in rows[first + 1 :]]
    numbers = [c for c in cells if isinstance(c, str) and c[:1].isdigit()]
    assert len(numbers) > 2000
    assert not any(isinstance(c, float) for c in cells)
    damaged = sum(not is_sound(n) for n in numbers)
    assert 0.002 < damaged / len(numbers) < 0.009
    assert any(" " in n for n in numbers)
    assert any(n[0] in "０１２３４５６７８９" for n in numbers)
    assert any(len(n) == 15 for n in numbers)


def test_large_deliveries_are_zipped_csv(tmp_path: Path):
    county = make_county(0.01, 1)
    workshop = Workshop(tmp_path, county, Delivery.of(county), CONTRACTS)
    written = [*workshop.run(("medical_settlement", "2022-08")), *workshop.run(("insurance_enrolment", ""))]
    encodings = set()
    for file in written:
        path = tmp_path / file.path
        assert read_file(path.read_bytes(), path.name, CONTRACTS.feed(file.feed)).records == file.rows
        assert (path.suffixes == [".csv", ".zip"]) == (file.rows > CSV_LEAST_ROWS)
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                raw = archive.read(archive.namelist()[0])
            assert len(raw.splitlines()) == file.rows + 1
            encodings.add("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "gb18030")
    assert encodings == {"utf-8-sig", "gb18030"}


@pytest.mark.parametrize("name", ["列名不符.xlsx", "图片改名.xlsx", "空文件.csv", "只有表头.xlsx", "编码混乱.csv"])
def test_bad_samples_are_refused(small_county: tuple[Path, CountySummary], name: str):
    path = small_county[0] / "samples" / name
    with pytest.raises(Refusal):
        read_file(path.read_bytes(), name, CONTRACTS.feed("traffic_accident"))
