"""Reading and checking one spreadsheet, ours against openpyxl + pandas: each in a process of its own.

`python -m sangesan.exchange.bench` prints the figures; `sangesan bench ingest` calls `run_ingest_bench`.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import xlsxwriter

from sangesan.exchange.attaching import PEOPLE_SCHEMA, People
from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.preparing import prepare
from sangesan.kernel.identity_number import check_digit
from sangesan.kernel.refusal import Refusal

ROWS = 100_000
ROUNDS = 2
REGISTERED = 283_542
FEED = "medical_settlement"
HEADINGS = ("姓名", "身份证号", "村", "结算日期", "就医类型", "总费用（元）", "基金支付", "个人自付")
CODES = ("住院", "门诊慢特病", "门诊统筹")
DIVISIONS = (
    ("610998", "试验县", "county", ""),
    ("610998100000", "东河镇", "town", "610998"),
    ("610998100201", "双柳村", "village", "610998100000"),
)


def identity(person: int) -> str:
    """The impossible number of the n-th person (area 610998 was never assigned)."""
    birth = date(1930, 1, 1) + timedelta(days=person % 32_000)
    first = f"610998{birth:%Y%m%d}{person // 32_000:03d}"
    return first + check_digit(first)


def write_spreadsheet(path: Path, rows: int = ROWS) -> None:
    """A month of 医保结算明细 under a title row: dates in cells and in three written styles, money as numbers."""
    random = np.random.default_rng(20220913)
    person, day = random.integers(0, REGISTERED, rows).tolist(), random.integers(1, 29, rows).tolist()
    code, fen = random.integers(0, 3, rows).tolist(), random.integers(1_000, 3_000_000, rows).tolist()
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("明细")
        sheet.write_string(0, 0, "2022年8月 医保结算明细")
        sheet.write_row(1, 0, HEADINGS)
        for i in range(rows):
            paid = fen[i] * 6 // 10
            styles = (None, f"2022-08-{day[i]:02d}", f"2022/8/{day[i]}", f"2022年8月{day[i]}日")
            sheet.write_row(i + 2, 0, (f"人{person[i]}", identity(person[i]), "东河镇双柳村"))
            written = styles[i % 4]
            if written is None:
                sheet.write_datetime(i + 2, 3, datetime(2022, 8, day[i]))  # noqa: DTZ001  a cell has no zone
            else:
                sheet.write_string(i + 2, 3, written)
            sheet.write_row(i + 2, 4, (CODES[code[i]], fen[i] / 100, paid / 100, (fen[i] - paid) / 100))


def write_people(path: Path) -> None:
    """The registered people's numbers, in order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([i, identity(i)] for i in range(REGISTERED))


def ours(folder: Path) -> dict[str, object]:
    """Read, checked and attached with the code in use. seconds: without loading the register."""
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        known = list(csv.reader(file))
    columns: dict[str, pa.Array] = {f.name: pa.nulls(len(known), f.type) for f in PEOPLE_SCHEMA}
    columns["person_no"] = pa.array([int(n) for n, _ in known], pa.int64())
    columns["identity"] = pa.array([number for _, number in known], pa.string())
    people, directory, feed = People(pa.table(columns)), Directory(DIVISIONS), load_contracts().feeds[FEED]
    started = time.perf_counter()
    data = (folder / "bench.xlsx").read_bytes()
    result = prepare(data, "bench.xlsx", feed, directory=directory, people=people)
    total = int(np.asarray(result.open["total"]).sum())
    return figures_of(started, result.open.num_rows, total)


def figures_of(started: float, attached: int, total: int) -> dict[str, object]:
    """Seconds since `started`, this process's peak memory in MB (Linux), and what came out."""
    seconds = time.perf_counter() - started
    status = Path("/proc/self/status").read_text(encoding="ascii") if Path("/proc/self/status").exists() else ""
    peak = next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)
    return {"seconds": round(seconds, 3), "peak_mb": peak, "attached": attached, "total_fen": total}


def run_ingest_bench(rows: int = ROWS) -> dict[str, object]:
    """Both on the same file, in turn, the better of two rounds each.

    {"rows", "sangesan", "openpyxl_pandas", "times_faster", "same_result"}.

    Each side: {"seconds", "peak_mb", "attached", "total_fen"}; same_result: equal rows and sums.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_spreadsheet(folder / "bench.xlsx", rows)
        write_people(folder / "people.csv")
        modules = {
            "sangesan": "sangesan.exchange.bench",
            "openpyxl_pandas": "sangesan.exchange.bench_by_pandas",
        }
        rounds = [{side: _run(module, folder) for side, module in modules.items()} for _ in range(ROUNDS)]
    sides = {side: min((r[side] for r in rounds), key=lambda figures: figures["seconds"]) for side in modules}
    mine, theirs = sides["sangesan"], sides["openpyxl_pandas"]
    return {
        "rows": rows,
        **sides,
        "times_faster": round(theirs["seconds"] / mine["seconds"], 2),
        "same_result": all(mine[k] == theirs[k] for k in ("attached", "total_fen")),
    }


def _run(module: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", module, str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        last = done.stderr.strip().rsplit("\n", 1)[-1]
        raise Refusal(f"测速没有跑完（{last}）", place=module, remedy="测速需要开发依赖（pandas、openpyxl）")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    outcome = ours(Path(sys.argv[1])) if len(sys.argv) > 1 else run_ingest_bench()
    sys.stdout.write(json.dumps(outcome, ensure_ascii=False) + "\n")
