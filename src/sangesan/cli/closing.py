"""`sangesan close`: closing weeks, months and quarters, what is closed, and whether it is still as it was closed."""

import sys
from typing import Any

import click
from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.cli.printing import ProgressLine, print_json
from sangesan.dispatch.closing import close_period
from sangesan.dispatch.frozen import verify as faults_of
from sangesan.dispatch.models import Snapshot
from sangesan.dispatch.queries import rhythm, snapshot, snapshots
from sangesan.kernel.dates import parse_date
from sangesan.kernel.period import Month, Period, Quarter, Week, parse_period
from sangesan.kernel.refusal import Refusal

AS_OF = click.option("--as-of", "day", help="截至哪一天的登记，如 2022-09-11；不写为关账日的前一天")
JSON = click.option("--json", "as_json", is_flag=True, help="输出JSON")


@click.group()
def close() -> None:
    """关账：周、月、季统计到期自动关账；这里可以补做、查看、核对。"""


@close.command()
@click.argument("week")
@AS_OF
@JSON
def week(week: str, day: str | None, *, as_json: bool) -> None:
    """关一周的账，如 2022-W36。已经关过的不再关，结果相同。"""
    _closed(Week.parse(week), day, as_json=as_json)


@close.command()
@click.argument("month")
@AS_OF
@JSON
def month(month: str, day: str | None, *, as_json: bool) -> None:
    """关一个月的账，如 2022-08。已经关过的不再关，结果相同。"""
    _closed(Month.parse(month), day, as_json=as_json)


@close.command()
@click.argument("quarter")
@AS_OF
@JSON
def quarter(quarter: str, day: str | None, *, as_json: bool) -> None:
    """关一个季度的账，如 2022-Q2。已经关过的不再关，结果相同。"""
    _closed(Quarter.parse(quarter), day, as_json=as_json)


def _closed(period: Period, day: str | None, *, as_json: bool) -> None:
    """Closes a period, unless it is, and prints it."""
    before = snapshot(period)
    as_of = parse_date(day) if day else rhythm().as_of(period)
    row = before or close_period(
        post=system_post(), period=period, as_of=as_of, now=timezone.now(), progress=ProgressLine(f"关账 {period}")
    )
    if as_json:
        print_json({**_shown(row), "already": before is not None})
        return
    words = "早已关账" if before else "已关账"
    click.echo(f"{row.period} {words}：截至 {row.as_of}，{row.rows.count():,} 个镇村网格和部门，摘要 {row.digest}")


@close.command("list")
@click.option("--kind", type=click.Choice(["", "week", "month", "quarter"]), default="", help="只看一种")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def close_list(kind: str, *, as_json: bool) -> None:
    """已经关账的期间，最近的在前。"""
    rows = snapshots(kind)
    if as_json:
        print_json({"snapshots": [_shown(row) for row in rows]})
        return
    for row in rows:
        click.echo(f"{row.get_kind_display()} {row.period}  截至 {row.as_of}  {row.closed_by_title}  {row.digest[:16]}")
    if not rows:
        click.echo("还没有关过账")


@close.command()
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def verify(period: str, *, as_json: bool) -> None:
    """核对一期：由存下的数字和名单重新计算摘要，数字和名单要对得上。不符时以 1 结束。"""
    row = snapshot(parse_period(period))
    if row is None:
        raise Refusal(f"{period} 还没有关账", place="期间", remedy="用 sangesan close list 看关过哪些")
    faults = faults_of(row)
    if as_json:
        print_json({**_shown(row), "intact": not faults, "faults": faults})
    elif faults:
        for fault in faults[:20]:
            click.echo(f"不符：{fault}", err=True)
    else:
        click.echo(f"{row.period} 相符：摘要 {row.digest}")
    if faults:
        sys.exit(1)


def _shown(row: Snapshot) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "period": row.period,
        "from": row.first_on,
        "to": row.last_on,
        "as_of": row.as_of,
        "closed_at": row.closed_at.isoformat(),
        "closed_by": row.closed_by_title,
        "digest": row.digest,
        "corrections": row.corrections.count(),
    }


COMMANDS = [close]
