"""`sangesan checks`: what the checks over the record find, by class, with the records behind each."""

from typing import Any

import click
from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.checks.defects import defects
from sangesan.checks.queries import listed
from sangesan.checks.reading import load_checks
from sangesan.checks.running import run_checks
from sangesan.cli.printing import ProgressLine, print_json
from sangesan.regions.queries import today

SHOWN = 10


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出JSON：问题类别 → 核查规则 → 每一件及依据的记录")
@click.option("--defect", default="", help="只看一类，如 missed_enrolment")
@click.option("--place", default="", help="镇或村的代码，或单位（如 department:health）；不写为全县")
@click.option("--run", "anew", is_flag=True, help="先按今天的记录核查一遍")
def checks(as_json: bool, defect: str, place: str, anew: bool) -> None:
    """数据核查：应纳未纳、体外循环、纳而不扶、消而不稳等，每一件写明依据的记录。不输出姓名和证件号码。"""
    post = system_post()
    if anew:
        run_checks(post=post, as_of=today(), now=timezone.now(), progress=ProgressLine("数据核查"))
    found = listed(post, defect=defect, place=place)
    if as_json:
        print_json(found)
        return
    _print(found)


def _print(found: dict[str, Any]) -> None:
    if found["as_of"] is None:
        click.echo("还没有核查过；加 --run 核查一遍")
        return
    click.echo(f"截至 {found['as_of']}，摘要 {found['digest'][:12]}")
    for code, lists in found["findings"].items():
        number = sum(len(rows) for rows in lists.values())
        click.echo(f"{defects()[code].title} {number:,} 件")
        for check, rows in lists.items():
            known = load_checks().get(check)
            if rows:
                click.echo(f"  {known.title if known else check} {len(rows):,} 件")
            for row in rows[:SHOWN]:
                click.echo(f"    {row['place_name']}：{row['sentence']}")
            if len(rows) > SHOWN:
                click.echo(f"    另有 {len(rows) - SHOWN:,} 件，用 --json 或 --place 看全部")
    for check, missing in found["waiting"].items():
        click.echo(f"没有核查 {check}：参数 {'、'.join(missing)} 没有取值")


COMMANDS = [checks]
