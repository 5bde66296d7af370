"""What a run keeps on disk: the snapshot it saw and the hits it found, sealed under a key of its own."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
from django.conf import settings

from sangesan.exchange.parquet import publish_parquet, read_parquet, staged
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.screening.models import ScreeningRun

SNAPSHOT = ("people", "households", "divisions")
HITS = "hits"
EXCLUSIONS = "exclusions"


def write_tables(run_id: int, tables: Mapping[str, pa.Table]) -> tuple[str, bytes]:
    """Writes a run's tables; (folder below HOME, its wrapped key, empty where Parquet is kept plain)."""
    key = None if settings.PLAIN_PARQUET else Keyring.random_key()
    folder = f"runs/{run_id}"
    for name, table in tables.items():
        with staged(table, _home() / folder, key) as part:
            publish_parquet(part, _home() / folder / f"{name}.parquet")
    wrapped = Keyring.load(_home()).seal(_purpose(run_id), key) if key else b""
    return folder, wrapped


def read_table(run: ScreeningRun, name: str) -> pa.Table:
    """One table of a run. Raises Refusal where it is gone."""
    wrapped = bytes(run.wrapped_key or b"")
    key = Keyring.load(_home()).open(_purpose(run.pk), wrapped) if wrapped else None
    try:
        return read_parquet(_home() / run.folder / f"{name}.parquet", key)
    except FileNotFoundError:
        raise Refusal(
            "这次筛查的存档不在了", place=f"筛查 {run.pk} 的 {name}", remedy="请从备份恢复 runs 目录，或重新筛查"
        ) from None


def _home() -> Path:
    return Path(settings.HOME)


def _purpose(run_id: int) -> str:
    return f"screening.run:{run_id}"
