"""`sangesan patrol`: how far a round of patrols has come."""

from dataclasses import asdict
from typing import Any

import click
from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.cli.printing import print_json
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.coverage import Figures, coverage
from sangesan.patrols.queries import round_of
from sangesan.regions.queries import county, today


@click.group()
def patrol() -> None:
    """网格排查：各轮走到了多少。"""


@patrol.command("coverage")
@click.option("--round", "number", type=int, help="哪一轮（编号见排查轮次页），不写为本周")
@click.option("--place", default="", help="镇、村（社区）的编码，不写为全县")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def coverage_(number: int | None, place: str, as_json: bool) -> None:
    """按镇（村、网格）列出走访进度：报告的网格、走到的户、重点户、变化、线索、无人、紧急走访。"""
    code = place or county().code
    post = system_post()
    row = round_of(post, number, today())
    if row is None:
        raise Refusal("还没有任何一轮排查", place="排查轮次", remedy="登记第一条排查后，本周一轮会自动开始")
    found = coverage(post, row, code, now=timezone.now())
    if as_json:
        about = {"number": row.pk, "kind": row.kind, "title": row.title}
        about |= {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()}
        lines = [
            {"code": line.code, "name": line.name, "level": line.level} | _figures(line.figures) for line in found.lines
        ]
        print_json({"round": about, "place": code, "total": _figures(found.total), "lines": lines})
        return
    click.echo(f"{row.title} {found.name}")
    for name, figures in [*((line.name, line.figures) for line in found.lines), ("合计", found.total)]:
        share = "—" if figures.share is None else f"{figures.share:.1f} %"
        click.echo(
            f"{name}：走到 {figures.walked:,}/{figures.households:,} 户（{share}），网格 {figures.grids_reported}/{figures.grids}，"
            f"重点户 {figures.key_walked:,}/{figures.key:,}，线索 {figures.clues}"
        )


def _figures(figures: Figures) -> dict[str, Any]:
    share = figures.share
    return asdict(figures) | {"left": figures.left, "share_percent": None if share is None else round(share, 2)}


COMMANDS = [patrol]
