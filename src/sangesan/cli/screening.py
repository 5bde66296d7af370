"""`sangesan screen`, `sangesan rules`, `sangesan bench`: screening the county, its rules, and measuring it."""

import sys
from pathlib import Path

import click
from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.amendments.queries import parameter_book
from sangesan.cases.screening_county import screen_county
from sangesan.cli.benchmarks import bench
from sangesan.cli.printing import ProgressLine, print_json
from sangesan.kernel.dates import parse_date
from sangesan.kernel.money import format_yuan
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import UNITS, ParameterValue, load_parameters, parse_value
from sangesan.regions.queries import county, today
from sangesan.screening.actions import repeat_screening
from sangesan.screening.models import ScreeningRun
from sangesan.screening.queries import rule_states
from sangesan.screening.reading import load_rules


@click.command()
@click.option("--as-of", help="筛查哪一天（默认今天；演示县为它的日期）")
@click.option("--repeat", type=int, help="按存档重算某次筛查，核对结果是否一致")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def screen(as_of: str | None, repeat: int | None, as_json: bool) -> None:
    """全县筛查：运行全部规则，生成和更新线索。可以重复运行。"""
    county()
    if repeat is not None:
        _repeat(repeat)
        return
    day = parse_date(as_of) if as_of else today()
    done = screen_county(post=system_post(), as_of=day, now=timezone.now(), progress=ProgressLine("筛查"))
    if as_json:
        print_json(done.to_dict())
        return
    click.echo(f"{day} 命中 {done.run.hits:,} 条，新线索 {done.refreshed.new_clues:,} 条，{done.seconds:.1f} 秒")
    click.echo(f"摘要 {done.run.digest}")
    for waiting in done.waiting:
        click.echo(f"  {waiting['rule']} 待启用：{'；'.join(waiting['missing'])}")


def _repeat(number: int) -> None:
    run = ScreeningRun.objects.filter(pk=number).first()
    if run is None:
        raise Refusal(f"没有第{number}次筛查", remedy="请从“筛查”页面查看编号")
    digest = repeat_screening(run).digest
    if digest == run.digest:
        click.echo(f"一致：{digest}")
        return
    click.echo(f"不一致：存档 {run.digest}，重算 {digest}", err=True)
    sys.exit(1)


@click.command()
@click.option("--from", "folder", type=click.Path(path_type=Path), help="只检查这个目录里的规则文件，不涉及本县数据")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def rules(folder: Path | None, as_json: bool) -> None:
    """列出规则：编号、名称、部门、风险类型、出处、事实、参数、条件、状态。"""
    if folder is not None:
        found = load_rules(folder)
        if as_json:
            print_json([rule.as_dict() for rule in found])
        else:
            click.echo(f"{len(found)} 条规则，都能读懂")
        return
    county()
    states = rule_states(system_post(), today())
    if as_json:
        print_json([
            {**state.rule.as_dict(), "state": "waiting" if state.waiting else "running", "missing": state.missing,
             "hits": state.hits}
            for state in states
        ])  # fmt: skip
        return
    for state in states:
        status = f"待启用：{'；'.join(state.missing)}" if state.waiting else f"命中 {state.hits:,}"
        click.echo(f"{state.rule.code}  {state.rule.title}  {status}")


@click.command()
@click.option("--from", "folder", type=click.Path(path_type=Path), help="只检查这个目录里的参数文件")
@click.option("--on", help="哪一天的值（默认今天）")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def parameters(folder: Path | None, on: str | None, as_json: bool) -> None:
    """列出参数在某一天的值、单位和出处；没有值的写明没有。"""
    day = parse_date(on) if on else today()
    book = load_parameters(folder) if folder is not None else parameter_book()
    rows = [(book.parameter(code), book.value(code, day)) for code in book.codes()]
    if as_json:
        print_json([
            {"code": p.code, "title": p.title, "unit": p.unit, "value": v and v.value, "source": v and v.source,
             "document": v and v.document, "from": v and v.valid_from}
            for p, v in rows
        ])  # fmt: skip
        return
    for parameter, value in rows:
        shown = f"{_shown(value)}  {value.source} {value.document}" if value else "这一天没有值"
        click.echo(f"{parameter.code}  {parameter.title}  {shown}")


def _shown(value: ParameterValue) -> str:
    """A value with its Chinese unit, money in yuan."""
    text = format_yuan(int(value.value)) if value.unit == "fen" else str(value.value)
    return f"{text}{UNITS[value.unit]}"


@click.command("amend")
@click.argument("code")
@click.argument("value")
@click.option("--from", "since", required=True, help="从哪一天起")
@click.option("--to", "until", help="到哪一天止（不写为一直有效）")
@click.option("--source", required=True, help="依据；没有文件的写 default")
@click.option("--document", default="", help="文号或文件名")
@click.option("--demonstration-only", is_flag=True, help="仅供演示")
def amend_parameter(
    code: str, value: str, since: str, until: str | None, source: str, document: str, demonstration_only: bool
) -> None:
    """修订参数 CODE 的值为 VALUE（金额以元计）：从某一天起生效，记入审计，不需要换版本。"""
    county()
    unit = parameter_book().parameter(code).unit
    laid = ParameterValue(
        code=code,
        value=parse_value(value, unit),
        unit=unit,
        valid_from=parse_date(since),
        valid_to=parse_date(until) if until else None,
        source=source,
        document=document,
        demonstration_only=demonstration_only,
    )
    amend(post=system_post(), value=laid, now=timezone.now())
    click.echo(f"已修订 {code}：{since} 起为 {value}")


COMMANDS = [screen, rules, parameters, amend_parameter, bench]
