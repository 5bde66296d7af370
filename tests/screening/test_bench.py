"""The benchmark's engines agree on a small synthetic county; what is missing is said plainly."""

from datetime import date
from pathlib import Path

import pytest

from sangesan.kernel.refusal import Refusal
from sangesan.screening.bench.libraries import require
from sangesan.screening.bench.running import run_bench
from sangesan.screening.bench.source import BenchSource
from sangesan.screening.reading import load_rules


def test_all_engines_give_the_same_digest(tmp_path: Path) -> None:
    pytest.importorskip("polars")
    pytest.importorskip("pandas")
    source = BenchSource.synthetic(tmp_path / "county", scale=0.02)
    result = run_bench(source, date(2022, 9, 13), repeat=1)
    assert result["digests_equal"], result["digests"]
    assert set(result["seconds"]) == {"sangesan", "duckdb_by_hand", "polars_by_hand", "pandas", "decode"}
    assert result["hits"] > 0
    assert set(result["rules"]) == {rule.code for rule in load_rules()} - {"R27"}


def test_views_can_be_written_out_for_it(tmp_path: Path) -> None:
    source = BenchSource.synthetic(tmp_path / "county", scale=0.01)
    again = BenchSource.from_views(source.connect(), tmp_path / "again")
    for feed in source.feeds:
        count = f"SELECT count(*), sum(delivery) FROM feed_{feed}"
        assert again.connect().sql(count).fetchall() == source.connect().sql(count).fetchall()


def test_a_missing_library_is_named() -> None:
    with pytest.raises(Refusal, match="没有安装 no_such_library"):
        require("no_such_library")
