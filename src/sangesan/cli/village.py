"""`sangesan village missing`: what villages owe and have not done, who has had no courtyard meeting, whom no leaflet reached."""

from typing import Any

import click

from sangesan.cli.printing import print_json
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.village_work.courtyard_page import courtyard_period, without_meeting
from sangesan.village_work.leaflets import coverage, round_on
from sangesan.village_work.queries import missing as missing_duties

FULL = 100
SHOWN = 40


@click.group()
def village() -> None:
    """村级工作：日常职责、院落会议、明白纸。"""


@village.command()
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@click.option("--on", "day", help="截至哪一天，如 2022-09-13；不写为今天")
@click.option("--place", default="", help="镇或村的代码；不写为全县")
@click.option("--kind", default="", help="只看一项职责，如 water_patrol")
def missing(as_json: bool, day: str | None, place: str, kind: str) -> None:
    """缺什么：超期和从来没有的日常职责，本期没开院落会议的村，明白纸没有到户的村。"""
    places, on = tree(), parse_date(day) if day else today()
    if place and place not in places.names:
        raise Refusal(f"没有代码为“{place}”的镇村", place="--place", remedy="请填区划代码")
    duties = [
        {
            "village": one.village, "name": places.full_name(one.village), "kind": one.kind, "title": one.title,
            "finding": one.finding, "never": one.never, "since": one.since, "days_late": one.days_late,
            "periods": one.periods, "last_done": one.last_done, "owner": one.owner,
        }
        for one in missing_duties(on, place, kind=kind)
    ]  # fmt: skip
    found: dict[str, Any] = {"on": on, "place": place, "duties": duties}
    if not kind:
        period, of = courtyard_period(on), round_on(on)
        found["courtyards"] = {
            "from": period.start, "to": period.end,
            "none": [{"village": n.village, "name": places.full_name(n.village), "last": n.last} for n in without_meeting(on, place)],
        }  # fmt: skip
        found["leaflets"] = {
            "from": of.start, "to": of.end,
            "not_reached": [
                {"village": c.village, "name": places.full_name(c.village), "percent": c.percent}
                for c in coverage(on, place)
                if c.percent < FULL
            ],
        }  # fmt: skip
    if as_json:
        print_json(found)
        return
    _print(found)


def _print(found: dict[str, Any]) -> None:
    duties = found["duties"]
    click.echo(f"截至 {found['on']}：超期 {len(duties):,} 项，其中从来没有记录 {sum(d['never'] for d in duties):,} 项")
    for one in duties[:SHOWN]:
        click.echo(f"  {one['name']}：{one['finding']}（超期 {one['days_late']} 天，{one['owner']}）")
    if len(duties) > SHOWN:
        click.echo(f"  另有 {len(duties) - SHOWN:,} 项，用 --json 或 --place 看全部")
    if "courtyards" in found:
        none, short = len(found["courtyards"]["none"]), len(found["leaflets"]["not_reached"])
        click.echo(f"本期没有开院落会议的村 {none:,} 个，明白纸没有到户的村 {short:,} 个")


COMMANDS = [village]
