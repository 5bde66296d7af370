"""`sangesan bench`: ratios side by side in one run; without a name all of them, written to docs/benchmarks.md."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import click
import duckdb
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection
from django.utils import timezone

from sangesan.amendments.queries import parameter_book
from sangesan.cli.printing import print_json
from sangesan.exchange.bench import run_ingest_bench
from sangesan.exchange.models import Delivery
from sangesan.exchange.queries import open_feeds
from sangesan.kernel.refusal import Refusal
from sangesan.regions.models import County
from sangesan.regions.queries import today
from sangesan.registry.snapshot import snapshot
from sangesan.screening.bench.running import run_bench
from sangesan.screening.bench.source import BenchSource
from sangesan.screening.engine import screen
from sangesan.screening.reading import load_exclusions, load_rules

SIZES = (10_000, 1_000_000)
CASE_SIZES = (800, 80_000)
SYNTHETIC_DAY = date(2022, 9, 13)
REPORT = Path("docs/benchmarks.md")


@click.group(invoke_without_command=True)
@click.pass_context
def bench(ctx: click.Context) -> None:
    """测速：同一次运行里并排比较。不带名字时全部测一遍，写入 docs/benchmarks.md（约六分钟，没有县时再加几分钟）。"""
    if ctx.invoked_subcommand is not None:
        return
    if not REPORT.parent.is_dir():
        raise Refusal("这里没有 docs 目录", place=str(Path.cwd()), remedy="请在项目目录里运行 make bench")
    click.echo("筛查……", err=True)
    screening = screening_figures(5)
    click.echo("收文件……", err=True)
    ingest = run_ingest_bench()
    click.echo("线索列表……", err=True)
    worklist = worklist_figures()
    click.echo("会审和待办……", err=True)
    cases = cases_figures()
    click.echo("周统计关账……", err=True)
    dispatch = dispatch_figures()
    click.echo("月通报、数据核查和考核……", err=True)
    rhythm = rhythm_figures()
    REPORT.write_text(report(screening, ingest, worklist, cases, dispatch, rhythm), encoding="utf-8")
    click.echo(REPORT.read_text(encoding="utf-8"))
    if not screening["digests_equal"]:
        raise Refusal("各引擎的摘要不一致", place="测速 筛查", remedy="请查看 docs/benchmarks.md")


@bench.command("screening")
@click.option("--repeat", default=5, show_default=True, help="每个引擎跑几轮，取中位数")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def bench_screening(repeat: int, as_json: bool) -> None:
    """全部规则过一遍全县：本系统、手写 DuckDB、手写 Polars、pandas、只解码；摘要必须一致。"""
    figures = screening_figures(repeat)
    if as_json:
        print_json(figures)
    else:
        click.echo(screening_table(figures))
    if not figures["digests_equal"]:
        click.echo("错误：各引擎的摘要不一致", err=True)
        sys.exit(1)


@bench.command("ingest")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def bench_ingest(as_json: bool) -> None:
    """十万行的 .xlsx：读、查、挂接，与 openpyxl + pandas 比较。"""
    figures = run_ingest_bench()
    print_json(figures) if as_json else click.echo(ingest_table(figures))


@bench.command("worklist")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def bench_worklist(as_json: bool) -> None:
    """线索列表在一百万条与一万条时的查询和页面时间。"""
    figures = worklist_figures()
    print_json(figures) if as_json else click.echo(worklist_table(figures))


@bench.command("cases")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def bench_cases(as_json: bool) -> None:
    """镇级会审一次办200户；县里的待办在800件与80,000件时的查询数和页面时间。"""
    figures = cases_figures()
    print_json(figures) if as_json else click.echo(cases_table(figures))


@bench.command("dispatch")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def bench_dispatch(*, as_json: bool) -> None:
    """全县关一周的账：统计、冻结数字和名单、核对。"""
    figures = dispatch_figures()
    print_json(figures) if as_json else click.echo(dispatch_table(figures))


@bench.command("rhythm")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def bench_rhythm(*, as_json: bool) -> None:
    """全县一个月的通报和全部通报单、一次数据核查、一个季度的考核得分。这里没有县时先生成演示县（几分钟）。"""
    figures = rhythm_figures()
    print_json(figures) if as_json else click.echo(rhythm_table(figures))


def screening_figures(repeat: int) -> dict[str, Any]:
    """The county of this home where there is one, else a drawn one of the same size; seconds are medians."""
    with tempfile.TemporaryDirectory(prefix="sangesan-bench-") as name, _source(Path(name)) as (source, day, extra):
        return {**run_bench(source, day, repeat), **extra}


@contextmanager
def _source(folder: Path) -> Iterator[tuple[BenchSource, date, dict[str, Any]]]:
    if not _county_here():
        yield BenchSource.synthetic(folder), SYNTHETIC_DAY, {"county": "synthetic"}
        return
    day, now = today(), timezone.now()
    with duckdb.connect() as con:
        begun = perf_counter()
        for name, table in snapshot(as_of=day, known_at=now).items():
            con.register(name, table)
        snapshotted = perf_counter()
        open_feeds(con, known_at=now)
        opened = perf_counter()
        screen(con, as_of=day, rules=load_rules(), parameters=parameter_book(now), exclusions=load_exclusions())
        done = perf_counter()
        steps = {
            "snapshot": round(snapshotted - begun, 3),
            "decrypt": round(opened - snapshotted, 3),
            "all_rules": round(done - opened, 3),
        }
        source = BenchSource.from_views(con, folder)
    yield source, day, {"county": "home", "encrypted_run": steps}


def _county_here() -> bool:
    try:
        return County.objects.exists() and Delivery.objects.exists()
    except (OperationalError, ProgrammingError):
        return False


def worklist_figures() -> list[dict[str, Any]]:
    """The work list at both sizes."""
    return _at_sizes("sangesan.cli.worklist_bench", SIZES)


def cases_figures() -> list[dict[str, Any]]:
    """The sitting and the desk at both sizes."""
    return _at_sizes("sangesan.cli.cases_bench", CASE_SIZES)


def dispatch_figures() -> dict[str, Any]:
    """Closing a week of the whole county, the median of five times."""
    return _at_sizes("sangesan.cli.dispatch_bench", (5,))[0]


def rhythm_figures() -> dict[str, Any]:
    """A month, a run of the checks, a quarter: on a copy of this home's county, else on the demonstration built anew."""
    copied = _county_here() and connection.vendor == "sqlite"  # a database on a server is not copied with its home
    return _at_sizes("sangesan.cli.rhythm_bench", (1,), *([str(settings.HOME)] if copied else []))[0]


def _at_sizes(module: str, sizes: Sequence[int], *more: str) -> list[dict[str, Any]]:
    """One size after the other, each in a process and a home of its own. more: further arguments."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SANGESAN", "DJANGO"))}
    figures = []
    for size in sizes:
        command = [sys.executable, "-m", module, str(size), *more]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
        if done.returncode:
            raise Refusal("测速没有跑完", place=f"{module} {size}", remedy=done.stderr.strip()[-400:])
        figures.append(json.loads(done.stdout.splitlines()[-1]))
    return figures


def screening_table(figures: dict[str, Any]) -> str:
    """Engines by seconds with the ratio to sangesan."""
    seconds = figures["seconds"]
    lines = ["| 引擎 | 秒（中位数） | 与本系统之比 |", "|---|---|---|"]
    lines += [f"| {name} | {value} | {value / seconds['sangesan']:.2f} |" for name, value in seconds.items()]
    verdict = "一致" if figures["digests_equal"] else "不一致"
    counts = f"{figures['rows']:,} 行部门数据，{len(figures['rules'])} 条规则，{figures['hits']:,} 条命中"
    lines += ["", f"{counts}；摘要{verdict}。"]
    if "encrypted_run" in figures:
        steps = figures["encrypted_run"]
        lines.append(
            f"加密存放时（平时的路）：底册快照 {steps['snapshot']} 秒，解密读入 {steps['decrypt']} 秒，"
            f"全部规则和需说明事项 {steps['all_rules']} 秒。"
        )
    return "\n".join(lines)


def ingest_table(figures: dict[str, Any]) -> str:
    """Both sides with seconds and peak memory."""
    lines = ["| | 秒 | 内存峰值 MB |", "|---|---|---|"]
    lines += [f"| {n} | {figures[n]['seconds']} | {figures[n]['peak_mb']} |" for n in ("sangesan", "openpyxl_pandas")]
    return "\n".join([*lines, "", f"{figures['rows']:,} 行；快 {figures['times_faster']} 倍；结果{_same(figures)}。"])


def _same(figures: dict[str, Any]) -> str:
    return "相同" if figures["same_result"] else "不同"


def worklist_table(figures: list[dict[str, Any]]) -> str:
    """Milliseconds at both sizes by role."""
    lines = ["| 线索 | 岗位 | SQL p50 / p95 毫秒 | 列表对象 p50 / p95 | 页面 p50 / p95 |", "|---|---|---|---|---|"]
    for size in figures:
        for role, query in size["query_ms"].items():
            page, objects = size["page_ms"][role], size["list_ms"][role]
            lines.append(
                f"| {size['clues']:,} | {role} | {query['p50']} / {query['p95']} "
                f"| {objects['p50']} / {objects['p95']} | {page['p50']} / {page['p95']} |"
            )
    return "\n".join(lines)


def cases_table(figures: list[dict[str, Any]]) -> str:
    """The desk at both sizes, and the sitting."""
    lines = [
        "| 在办件 | 首页查询数 | 首页 p50 / p95 毫秒 | 列表查询数 | 列表 p50 / p95 毫秒 |",
        "|---|---|---|---|---|",
    ]
    for size in figures:
        desk, cases = size["desk_ms"], size["list_ms"]
        lines.append(
            f"| {size['cases']:,} | {size['desk_queries']} | {desk['p50']} / {desk['p95']} "
            f"| {size['list_queries']} | {cases['p50']} / {cases['p95']} |"
        )
    sitting = [size["sitting"] for size in figures]
    told = "；".join(
        f"{size['cases']:,} 件在办时 {s['households']} 户 {s['decide_seconds']} 秒、{s['decide_queries']} 次查询"
        for size, s in zip(figures, sitting, strict=True)
    )
    return "\n".join([*lines, "", f"镇级会审一次办结：{told}。"])


def dispatch_table(figures: dict[str, Any]) -> str:
    """One line of what was closed and how long it took."""
    lines = ["| 户 | 人 | 排查登记 | 关账（秒，中位数） | 核对（秒） | 名单一页（毫秒） | 名单（KB） |"]
    lines.append("|---|---|---|---|---|---|---|")
    lines.append(
        f"| {figures['households']:,} | {figures['people']:,} | {figures['entries']:,} | {figures['close_seconds']} "
        f"| {figures['verify_seconds']} | {figures['list_ms']} | {figures['lists_kb']:,} |"
    )
    verdict = "相符" if figures["intact"] else "不符"
    return "\n".join([*lines, "", f"{figures['places']:,} 个地方和部门，{figures['figures']} 项指标；核对{verdict}。"])


def rhythm_table(figures: dict[str, Any]) -> str:
    """One line for each act: on the clock and of processor time."""
    month, checks, scores = figures["month"], figures["checks"], figures["scores"]
    subjects = scores["subjects"]
    drawing = month["drawing"]
    told = {
        f"一个月的通报：关账、起草、{month['sheets']} 份通报单（docx 和 PDF）": month,
        f"一次数据核查，命中 {checks['found']:,} 件": checks,
        f"一个季度的考核得分，{sum(subjects.values()):,} 个对象": scores,
    }
    lines = ["| | 秒 | 其中处理器（秒） |", "|---|---|---|"]
    lines += [f"| {words} | {one['seconds']} | {one['cpu']} |" for words, one in told.items()]
    share = f"通报单中 PDF 用处理器 {drawing['pdf']} 秒，docx {drawing['docx']} 秒"
    return "\n".join([*lines, "", f"{figures['households']:,} 户；{share}。"])


REPORT_TEXT = """# 测速 · Benchmarks

由 `make bench` 写成（{day}，{cores} 核，Python {python}）。机器有噪声，看同一次运行里的比值，不看单个的秒数。

## 全部规则，从 Parquet 到命中（`sangesan bench screening`）

{screening}

各引擎读同样的文件、算同样的规则；本系统的时间含编译规则和每条命中的证据，其他几家没有证据。

## 十万行的 .xlsx（`sangesan bench ingest`）

{ingest}

## 线索列表（`sangesan bench worklist`）

{worklist}

每页50行，前20页轮流取；页面为服务器端时间，不含网络。

## 会审和待办（`sangesan bench cases`）

{cases}

从按下“登记结果”到提交，含逐户检查前置条件和提醒。SQLite，同一次运行。

## 周统计关账（`sangesan bench dispatch`）

{dispatch}

从开始统计到快照提交：全部指标到网格，名单一并冻结。SQLite，同一次运行。

## 月通报、数据核查、考核（`sangesan bench rhythm`）

{rhythm}

在本机的县（没有时为演示县）的副本上各做一次，从头做起；处理器时间不受机器上其他程序的影响。
"""


def report(
    screening: dict[str, Any],
    ingest: dict[str, Any],
    worklist: list[dict[str, Any]],
    cases: list[dict[str, Any]],
    dispatch: dict[str, Any],
    rhythm: dict[str, Any],
) -> str:
    """docs/benchmarks.md."""
    return REPORT_TEXT.format(
        day=timezone.localdate(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        screening=screening_table(screening),
        ingest=ingest_table(ingest),
        worklist=worklist_table(worklist),
        cases=cases_table(cases),
        dispatch=dispatch_table(dispatch),
        rhythm=rhythm_table(rhythm),
    )


COMMANDS = [bench]
