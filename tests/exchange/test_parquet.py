"""Encrypted Parquet of any size and type comes back as it went in, by Arrow and, with the key, by DuckDB."""

import base64
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sangesan.exchange.parquet import publish_parquet, read_parquet, read_rows, staged
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring

KEY = bytes(range(32))


def table(rows: int) -> pa.Table:
    random = np.random.default_rng(rows)
    missing = random.random(rows) < 0.3
    return pa.table(
        {
            "person_no": pa.array(random.integers(1, 10**6, rows)),
            "row_no": pa.array(np.arange(rows, dtype=np.int32)),
            "day": pa.array(random.integers(0, 20_000, rows).astype("int32")).view(pa.date32()),
            "maybe": pa.array(random.integers(-(10**12), 10**12, rows), mask=missing),
            "code": pa.array(np.array(["住院", "门诊"])[random.integers(0, 2, rows)]),
            "text": pa.array([f"合同{n}" for n in random.integers(0, 10**9, rows)]),
            "area": pa.array(random.integers(0, 10**6, rows).astype("int32")).cast(pa.decimal128(14, 2)),
            "flag": pa.array(random.random(rows) < 0.5),
            "nothing": pa.nulls(rows, pa.string()),
        }
    )


def written(data: pa.Table, folder: Path, key: bytes | None) -> Path:
    path = folder / "t.parquet"
    with staged(data, folder, key) as part:
        publish_parquet(part, path)
    return path


@pytest.mark.parametrize("rows", [0, 1, 1_000, 20_480, 20_481, 150_000])
def test_what_went_in_comes_out(rows: int, tmp_path: Path) -> None:
    data = table(rows)
    path = written(data, tmp_path, KEY)
    assert read_parquet(path, KEY).equals(data)
    some = read_parquet(path, KEY, columns=["maybe", "code"], coded=["code"])
    assert some.cast(data.select(["maybe", "code"]).schema).equals(data.select(["maybe", "code"]))
    if rows:
        with duckdb.connect() as con:
            con.execute(f"PRAGMA add_parquet_key('k', '{base64.b64encode(KEY).decode()}')")
            relation = con.sql(f"SELECT * FROM read_parquet('{path}', encryption_config = {{footer_key: 'k'}})")
            assert relation.to_arrow_table().cast(data.schema).equals(data)


def test_without_its_key_a_file_tells_nothing(tmp_path: Path) -> None:
    path = written(table(1_000), tmp_path, KEY)
    for key in (None, Keyring.random_key()):
        with pytest.raises(Refusal, match="损坏或被改动"):
            read_parquet(path, key)
    assert "合同".encode() not in path.read_bytes()
    assert b"person_no" not in path.read_bytes()


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), staged(table(10), tmp_path / "f", KEY):
        raise RuntimeError
    assert list((tmp_path / "f").iterdir()) == []


@given(st.sets(st.integers(0, 49_999), min_size=1, max_size=30))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_single_rows_from_the_groups_they_lie_in(tmp_path: Path, chosen: set[int]) -> None:
    path, data = tmp_path / "t.parquet", table(50_000)
    if not path.exists():
        written(data, tmp_path, KEY)
    places = np.array(sorted(chosen), dtype=np.int64)
    assert read_rows(path, KEY, places, ["row_no", "text"])["row_no"].to_pylist() == sorted(chosen)


def test_plain_where_there_is_no_key(tmp_path: Path) -> None:
    path = written(pa.table({"day": pa.array([date(2022, 9, 13)])}), tmp_path, None)
    assert duckdb.sql(f"SELECT day FROM '{path}'").fetchall() == [(date(2022, 9, 13),)]
