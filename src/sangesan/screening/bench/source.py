"""Where a benchmark reads from: plain Parquet in one folder, the same files for every engine."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import duckdb

from sangesan.policy.parameters import ParameterBook, ParameterValue, load_parameters
from sangesan.screening.bench.county import write_county
from sangesan.screening.rules import Rule

TABLES = ("people", "households", "divisions")
BENCH_LINE = 700_000


@dataclass(frozen=True)
class BenchSource:
    """`people`, `households`, `divisions`.parquet and feeds/<code>/<delivery>.parquet, not encrypted."""

    folder: Path

    @classmethod
    def synthetic(cls, folder: Path, *, scale: float = 1.0) -> "BenchSource":
        """A county drawn with a fixed seed, 4.9 million department rows at scale 1; written once per folder."""
        if not (folder / "divisions.parquet").exists():
            write_county(folder, scale=scale)
        return cls(folder)

    @classmethod
    def from_views(cls, con: duckdb.DuckDBPyConnection, folder: Path) -> "BenchSource":
        """The views of a connection (such as the demonstration county's), written out plain, a file per delivery."""
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            con.sql(f"FROM {table}").write_parquet(str(folder / f"{table}.parquet"))
        names = con.execute("SELECT table_name FROM information_schema.tables").fetchall()
        for (view,) in names:
            if view.startswith("feed_"):
                _write_feed(con, view, folder / "feeds" / view.removeprefix("feed_"))
        return cls(folder)

    @cached_property
    def feeds(self) -> dict[str, list[str]]:
        """The Parquet files of each feed, in the order of delivery."""
        folders = sorted((self.folder / "feeds").iterdir())
        return {folder.name: [str(path) for path in sorted(folder.glob("*.parquet"))] for folder in folders}

    def table(self, name: str) -> str:
        """The file of a snapshot table."""
        return str(self.folder / f"{name}.parquet")

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection with a view for each table and feed."""
        con = duckdb.connect()
        for name in TABLES:
            con.read_parquet(self.table(name)).create_view(name)
        for code, files in self.feeds.items():
            con.read_parquet(files).create_view(f"feed_{code}")
        return con


def _write_feed(con: duckdb.DuckDBPyConnection, view: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    deliveries = con.sql(f"SELECT DISTINCT delivery FROM {view} ORDER BY 1").fetchall()  # noqa: S608  our view
    for (delivery,) in deliveries or [(0,)]:
        rows = con.sql(f"FROM {view} WHERE delivery = {int(delivery)}")
        rows.write_parquet(str(folder / f"{int(delivery):08d}.parquet"))


def bench_parameters(as_of: date) -> ParameterBook:
    """The shipped parameters, with a monitoring line where the day has none: it changes nothing but what is measured."""
    book = load_parameters()
    if book.value("monitoring_line", as_of) is not None:
        return book
    return book.with_values([ParameterValue("monitoring_line", BENCH_LINE, "fen", as_of, as_of, "default")])


def values_on(rules: tuple[Rule, ...], book: ParameterBook, as_of: date) -> dict[str, int]:
    """The rules' parameters as plain whole numbers, for engines written by hand."""
    found = {code: book.value(code, as_of) for rule in rules for code in rule.parameters}
    return {code: int(value.value) for code, value in found.items() if value is not None}
