"""`sangesan init`, `sangesan county load`, `sangesan figures`: the county, its places, its register, its figures."""

import csv
from datetime import date
from pathlib import Path

import click
from django.core.management import call_command
from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.cli.printing import ProgressLine, print_json
from sangesan.figures.queries import county_figures
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, read_yaml
from sangesan.regions.actions import load_divisions, load_grids, set_county
from sangesan.regions.domain import DivisionRow
from sangesan.registry.actions import import_register

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
    load_places(folder, since)
    counts = load_register(folder, since)
    click.echo(f"已装入 {counts['households']:,} 户 {counts['people']:,} 人")


def load_places(folder: Path, since: str | None = None) -> None:
    """County, divisions and grids from a folder in the import form."""
    facts = mapping(read_yaml(folder / "county.yaml"), "county.yaml")
    on = _since(facts, since)
    set_county(facts, place="county.yaml")
    rows = [DivisionRow(*row) for row in _rows(folder / "divisions.csv", ["code", "name", "level", "parent_code"])]
    load_divisions(rows, on=on, now=timezone.now())
    grids = folder / "grids.csv"
    if grids.exists():
        load_grids(((a, b, c) for a, b, c in _rows(grids, ["网格编号", "村编码", "网格名称"])), on=on)


def load_register(folder: Path, since: str | None = None) -> dict[str, int]:
    """Households and people from a folder in the import form."""
    facts = mapping(read_yaml(folder / "county.yaml"), "county.yaml")
    return import_register(
        post=system_post(),
        folder=folder,
        on=_since(facts, since),
        now=timezone.now(),
        progress=ProgressLine("装入农户底册"),
    )


def _since(facts: dict[str, object], since: str | None) -> date:
    if since:
        return parse_date(since)
    value = facts.get("register_from")
    return value if isinstance(value, date) else timezone.localdate()


def _rows(path: Path, columns: list[str]) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [c for c in columns if c not in (reader.fieldnames or [])]
            if missing:
                raise Refusal(
                    f"缺少列“{'、'.join(missing)}”", place=path.name, remedy=f"列名应为：{'、'.join(columns)}"
                )
            return [[(row[c] or "").strip() for c in columns] for row in reader]
    except FileNotFoundError:
        raise Refusal("没有这个文件", place=str(path), remedy="请核对目录") from None
    except UnicodeDecodeError:
        raise Refusal("不是UTF-8编码", place=path.name, remedy="请另存为UTF-8的CSV") from None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def figures(as_json: bool) -> None:
    """全县主要数字：户数和人数，风险消除率（按人、按户）。"""
    found = county_figures()
    if as_json:
        print_json(found.to_dict())
        return
    for name, title in TITLES.items():
        count = getattr(found, name)
        click.echo(f"{title}：{count.households:,} 户 {count.people:,} 人")
    rate = found.elimination_rate
    click.echo(f"风险消除率：按人 {rate.by_people} %（公布口径），按户 {rate.by_households} %")


COMMANDS = [init, county, figures]
