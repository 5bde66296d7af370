"""The digest of a run's hits: equal digests, equal hits."""

import duckdb
import pyarrow as pa

from sangesan.kernel.digest import digest_bytes

LINE = (
    "concat_ws('|', rule, coalesce(household_no::VARCHAR, ''), coalesce(person_no::VARCHAR, ''), "
    "coalesce(division, ''), coalesce(measure::VARCHAR, ''))"
)


def digest_hits(hits: pa.Table) -> str:
    """SHA-256 over `rule|household_no|person_no|division|measure` of each hit in order, each line ended by a newline."""
    with duckdb.connect() as con:
        con.register("hits", hits)
        lines = con.sql(f"SELECT {LINE} AS line FROM hits").to_arrow_table().column("line")  # noqa: S608  own text
    return digest_bytes("".join(f"{line}\n" for line in lines.to_pylist()).encode())
