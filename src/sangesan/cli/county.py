"""`sangesan init`, `sangesan county load`, `sangesan figures`: the county, its places, its register, its figures."""

from datetime import date
from pathlib import Path

import click
from django.core.management import call_command
from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.cases.taking_over import take_over
from sangesan.cli.printing import ProgressLine, print_json
from sangesan.figures.line_queries import line_figures
from sangesan.figures.queries import county_figures, county_figures_on
from sangesan.figures.selecting import Period, Selection, by_channel, by_line, known_place
from sangesan.kernel.dates import parse_date
from sangesan.regions.queries import today
from sangesan.registry.county_folder import first_day, load_places, load_register

TITLES = {
    "rural": "农村人口",
    "formerly_poor": "脱贫户",
    "monitored": "监测对象（累计）",
    "eliminated": "其中风险已消除",
    "open": "其中风险未消除",
}


@click.command()
def init() -> None:
    """建立（或升级）数据库。可以重复运行。"""
    call_command("migrate", verbosity=0, interactive=False)
    click.echo("数据库已就绪")


@click.group()
def county() -> None:
    """装入一个县：区划、网格、农户底册。"""


@county.command("load")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "since", help="底册从哪一天起算（默认取 county.yaml 的 register_from，否则今天）")
def load(folder: Path, since: str | None) -> None:
    """装入 FOLDER 中的 county.yaml、divisions.csv、grids.csv、households.csv、people.csv。"""
    on = parse_date(since) if since else first_day(folder) or timezone.localdate()
    load_places(folder, on)
    counts = load_register(folder, on, post=system_post(), progress=ProgressLine("装入农户底册"))
    click.echo(f"已装入 {counts['households']:,} 户 {counts['people']:,} 人")
    _take_over()


@county.command("take-over")
def take_over_() -> None:
    """为底册里已有的监测对象各立一件，从现在的状态接着办；可以重复运行（county load 已自动做过）。"""
    _take_over()


def _take_over() -> None:
    taken = take_over(post=system_post(), today=today(), now=timezone.now())
    click.echo(f"接续办理的监测对象 {taken:,} 户")


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@click.option("--as-of", "as_of", help="截至哪一天，如 2022-06-30；不写为现在")
@click.pass_context
def figures(ctx: click.Context, as_json: bool, as_of: str | None) -> None:
    """全县主要数字：户数和人数，风险消除率（按人、按户）。figures lines 是三道防线的数字。"""
    if ctx.invoked_subcommand is not None:
        return
    found = county_figures_on(parse_date(as_of)) if as_of else county_figures()
    if as_json:
        print_json(found.to_dict())
        return
    for name, title in TITLES.items():
        count = getattr(found, name)
        click.echo(f"{title}：{count.households:,} 户 {count.people:,} 人")
    rate = found.elimination_rate
    click.echo(f"风险消除率：按人 {rate.by_people} %（公布口径），按户 {rate.by_households} %")


@figures.command("lines")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@click.option("--from", "first", help="从哪一天起，如 2022-01-01；不写为今年1月1日")
@click.option("--to", "last", help="到哪一天；不写为今天")
@click.option(
    "--by", type=click.Choice(["line", "channel"]), default="line", show_default=True, help="按防线还是按渠道"
)
@click.option("--place", default="", help="镇、村或网格的代码；不写为全县")
def lines(as_json: bool, first: str | None, last: str | None, by: str, place: str) -> None:
    """三道防线：哪道防线发现了什么、多快，已确认的户谁先发现、别的防线晚几天。"""
    day = today()
    period = Period(parse_date(first) if first else date(day.year, 1, 1), parse_date(last) if last else day)
    keys = by_channel() if by == "channel" else by_line()
    found = line_figures(Selection(system_post(), period, day, known_place(place)), keys)
    if as_json:
        print_json(found)
        return
    click.echo(f"{period.first} 至 {period.last}")
    for row in found["rows"]:
        clues, homes = row["clues"], row["households"]
        click.echo(
            f"{row['title']}：线索 {clues['clues']:,}，已入户 {clues['visited']:,}，确认 {clues['confirmed']:,}，"
            f"纳入 {clues['enrolled']:,}；最先发现 {homes['first']['households']:,} 户，"
            f"未发现 {homes['unseen']['households']:,} 户"
        )
    homes = found["households"]
    click.echo(
        f"已确认 {homes['every']['households']:,} 户，其中等人说了才知道 {homes['missed']['households']:,} 户，"
        f"没有最先发现的记录 {homes['unknown']['households']:,} 户"
    )


COMMANDS = [init, county, figures]
