"""`sangesan ingest`, `sangesan feeds`: departments' files through the same door as the upload page."""

import sys
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.alerts.feeding import FEED as WARNINGS
from sangesan.alerts.watching import take_deliveries
from sangesan.cli.printing import ProgressLine, print_json
from sangesan.exchange.actions import deliver
from sangesan.exchange.queries import FeedStatus, feed_statuses
from sangesan.exchange.report import DeliveryReport
from sangesan.kernel.period import Month
from sangesan.regions.queries import county, today

BAD_INPUT = 2
SHOWN = 20
STATES = {
    "accepted": "已接收",
    "accepted_partly": "部分接收",
    "refused": "已退回，整份未收",
    "same": "与以前收过的相同，没有变化",
}


@click.command()
@click.argument("feed")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--period", help="数据所属月份，如 2022-08（文件里写明的优先）")
@click.option("--take-good-rows", is_flag=True, help="有不合要求的行时，收下其余合格的行")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def ingest(feed: str, file: Path, period: str | None, take_good_rows: bool, as_json: bool) -> None:
    """收一份部门文件：FEED 是数据项代码（sangesan feeds 列出），FILE 是 .xlsx、.csv 或 .zip。"""
    county()
    now = timezone.now()
    report = deliver(
        system_post(),
        feed,
        file,
        now=now,
        period=Month.parse(period) if period else None,
        take_good_rows=take_good_rows,
        progress=ProgressLine(file.name),
    )
    if report.feed == WARNINGS and report.taken:
        take_deliveries(now=now)
    if as_json:
        print_json(report.to_dict())
    else:
        print_report(report)
    if not report.taken:
        sys.exit(BAD_INPUT)


def print_report(report: DeliveryReport) -> None:
    """The report for people: counts first, then what was refused and what to do."""
    click.echo(f"{report.title}（{report.feed}）{report.period}：{STATES.get(report.state, report.state)}")
    if report.message:
        click.echo(report.message)
    if report.warning:
        click.echo(f"注意：{report.warning}")
    click.echo(
        f"读到 {report.rows_read:,} 行，合格 {report.accepted:,} 行，退回 {report.refused:,} 行；"
        f"已挂接 {report.attached:,} 行，未挂接 {report.not_attached:,} 行；{report.seconds:.1f} 秒"
    )
    for cell in report.refusals[:SHOWN]:
        place = f"工作表“{cell.sheet}”" if cell.sheet else ""
        click.echo(f"  {place}第{cell.row}行 {cell.column}：“{cell.value}” 应为{cell.expected}。{cell.remedy}")
    if len(report.refusals) > SHOWN:
        click.echo(f"  ……另有 {len(report.refusals) - SHOWN} 处，加 --json 查看全部")
    if report.state == "refused":
        click.echo("整份没有收。改正后重新上传，或加 --take-good-rows 只收合格的行")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def feeds(as_json: bool) -> None:
    """列出部门和数据项：最近一次到位、是否按时、未挂接行数。"""
    statuses = feed_statuses(system_post(), today())
    if as_json:
        print_json([_plain(status) for status in statuses])
        return
    for status in statuses:
        last = status.last_period or "从未到位"
        click.echo(
            f"{status.feed.code:24} {status.feed.title}  {last}  {status.due.label}  未挂接 {status.not_attached}"
        )


def _plain(status: FeedStatus) -> dict[str, Any]:
    return {
        "feed": status.feed.code,
        "title": status.feed.title,
        "department": status.department.name,
        "last_period": str(status.last_period or ""),
        "status": status.due.status,
        "days_late": status.due.days_late,
        "rows": status.rows,
        "not_attached": status.not_attached,
    }


COMMANDS = [ingest, feeds]
