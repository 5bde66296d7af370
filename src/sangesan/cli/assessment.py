"""`sangesan assessment`: the scores of a quarter as they stand, computed, announced or frozen."""

from typing import Any

import click

from sangesan.accounts.queries import system_post
from sangesan.assessment.computing import digest_of
from sangesan.assessment.domain import Line
from sangesan.assessment.explaining import line_words, points_words
from sangesan.assessment.models import Assessment
from sangesan.assessment.scoring import assessments, result_of, scores
from sangesan.assessment.sheets import KIND_TITLES, Kind, parse_sheet
from sangesan.cli.printing import print_json
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today

SHOWN = 20


@click.command("assessment")
@click.option("--period", default="", help="季度，如 2022-Q3；不写为本季度")
@click.option("--kind", default="", help="只看一类：town、department、team、cadre")
@click.option("--json", "as_json", is_flag=True, help="输出JSON，含逐项得分和依据")
def assessment(period: str, kind: str, as_json: bool) -> None:
    """考核：各镇、部门、驻村工作队、包联干部和网格员的得分，每一分的依据。"""
    quarter = Quarter.parse(period) if period else Quarter.of(today())
    if kind and kind not in set(Kind):
        raise Refusal(f"没有“{kind}”这一类", place="--kind", remedy=f"可用：{'、'.join(Kind)}")
    rows = [row for row in assessments(str(quarter)) if not kind or row.kind == kind]
    if not rows:
        raise Refusal("这个季度还没有计算", place=str(quarter), remedy="请在“考核”页面计算，或等今晚自动计算")
    if as_json:
        print_json([_plain(row) for row in rows])
        return
    for row in rows:
        _print(row)


def _plain(row: Assessment) -> dict[str, Any]:
    sheet = parse_sheet(row.sheet, row.period)
    found = scores(system_post(), row, on=today())
    return {
        "period": row.period, "kind": row.kind, "state": row.state, "as_of": row.as_of, "announced_on": row.announced_on,
        "objections_until": row.objections_until, "frozen_on": row.frozen_on, "digest": row.digest,
        "unchanged": not row.digest or digest_of(row) == row.digest,
        "scores": [
            {
                "subject": one.score.subject, "title": one.score.title,
                "total": one.total / 100 if one.total is not None else None, "rank": one.rank, "objections": one.objections,
                "lines": [_line(line) for line in result_of(one.score, sheet).lines],
            }
            for one in found
        ],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    return {
        "part": str(line.part), "code": line.code, "title": line.title, "points": line.points / 100, "got": line.got / 100,
        "standing": str(line.standing), "why": line_words(line),
        "records": [{"record": one.key, "count": one.count, "points": one.minus / 100} for one in line.records],
    }  # fmt: skip


def _print(row: Assessment) -> None:
    found = scores(system_post(), row, on=today(), limit=SHOWN)
    click.echo(f"{row.period} {KIND_TITLES[Kind(row.kind)]}（{row.state}，数据截至 {row.as_of}）")
    for one in found:
        click.echo(f"  {points_words(one.total):>8}  {one.score.title}")
    left = row.scores.count() - len(found)
    if left:
        click.echo(f"  …… 另有 {left} 个，用 --json 看全部")


COMMANDS = [assessment]
