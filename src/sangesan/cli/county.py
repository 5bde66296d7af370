"""`sangesan init`, `sangesan county load`, `sangesan figures`: the county, its places, its register, its figures."""

from pathlib import Path

import click
from django.core.management import call_command
from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.cases.taking_over import take_over
from sangesan.cli.printing import ProgressLine, print_json
from sangesan.figures.queries import county_figures, county_figures_on
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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@click.option("--as-of", "as_of", help="截至哪一天，如 2022-06-30；不写为现在")
def figures(as_json: bool, as_of: str | None) -> None:
    """全县主要数字：户数和人数，风险消除率（按人、按户）。"""
    found = county_figures_on(parse_date(as_of)) if as_of else county_figures()
    if as_json:
        print_json(found.to_dict())
        return
    for name, title in TITLES.items():
        count = getattr(found, name)
        click.echo(f"{title}：{count.households:,} 户 {count.people:,} 人")
    rate = found.elimination_rate
    click.echo(f"风险消除率：按人 {rate.by_people} %（公布口径），按户 {rate.by_households} %")


COMMANDS = [init, county, figures]
