"""`sangesan projects`, `sangesan seats`: how the county's tasks stand; who holds which seat and where nobody does."""

import click

from sangesan.cli.printing import print_json
from sangesan.kernel.dates import parse_date
from sangesan.leadership.queries import held_rows
from sangesan.leadership.queries import vacancies as vacancies_on
from sangesan.leadership.seats import held_title
from sangesan.leadership.units import unit as unit_of
from sangesan.projects.domain import LAGGING, MAIN_TITLES
from sangesan.projects.models import Project
from sangesan.projects.queries import ProjectRow, rows_of
from sangesan.regions.queries import today

SHOWN = 40


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@click.option("--on", "day", help="截至哪一天，如 2022-09-13；不写为今天")
@click.option("--unit", default="", help="只看一个责任单位，如 town:代码、department:water")
@click.option("--lagging", is_flag=True, help="只列滞后和未报送的")
def projects(as_json: bool, day: str | None, unit: str, lagging: bool) -> None:
    """重点工作：每个项目的计划、完成、滞后天数、最近报送。"""
    on = parse_date(day) if day else today()
    found = Project.objects.order_by("pk")
    rows = rows_of(found.filter(owner=unit_of(unit).key) if unit else found, on)
    if lagging:
        rows = [row for row in rows if row.standing.main in LAGGING]
    rows.sort(key=lambda row: (-row.standing.behind, -row.standing.silent, row.project.pk))
    if as_json:
        print_json({"on": on, "unit": unit, "projects": [_as_json(row) for row in rows]})
        return
    for row in rows[:SHOWN]:
        state = row.standing
        days = f"{state.behind}天" if state.behind else ""
        click.echo(
            f"{MAIN_TITLES[state.main]}{days}\t{row.project.title}\t{row.owner_title}\t完成{state.done}%，应完成{state.planned}%"
        )
    click.echo(f"共 {len(rows)} 个项目，滞后或未报送 {sum(r.standing.main in LAGGING for r in rows)} 个")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@click.option("--on", "day", help="截至哪一天；不写为今天")
@click.option("--vacant", is_flag=True, help="只列空缺")
def seats(as_json: bool, day: str | None, vacant: bool) -> None:
    """职务和任期：谁担任什么职务，哪里空缺。"""
    on = parse_date(day) if day else today()
    empty = vacancies_on(on)
    held = (
        []
        if vacant
        else [
            {
                "seat": row.seat, "scope": row.scope, "title": held_title(row.seat, row.scope), "post": row.post.title,
                "from": row.valid_from, "document": row.document,
            }
            for row in held_rows(on)
        ]
    )  # fmt: skip
    lacking = [{"unit": one.unit, "seat": one.seat, "title": one.title, "grids": one.grids} for one in empty]
    if as_json:
        print_json({"on": on, "held": held, "vacant": lacking})
        return
    for line in held[:SHOWN]:
        click.echo(f"{line['title']}\t{line['post']}\t{line['from']} 起")
    for one in empty[:SHOWN]:
        click.echo(f"空缺\t{one.title}")
    click.echo(f"空缺 {len(empty):,} 处" if vacant else f"任职 {len(held):,} 项，空缺 {len(empty):,} 处")


def _as_json(row: ProjectRow) -> dict[str, object]:
    state, last = row.standing, row.last
    return {
        "reference": row.project.reference, "kind": row.project.kind, "title": row.project.title, "owner": row.project.owner,
        "place": row.project.place, "state": state.main, "planned_percent": state.planned, "percent": state.done,
        "behind_days": state.behind, "silent_days": state.silent, "unreported": state.unreported,
        "missed": [one.title for one in state.missed], "quantity": row.plan.quantity, "unit_word": row.plan.unit_word,
        "done": last.done if last else 0, "start": row.plan.start_on, "end": row.plan.end_on,
        "money_plan": row.plan.money_plan, "money_paid": last.money_paid if last else 0,
        "reported": last.as_of if last else None,
    }  # fmt: skip


COMMANDS = [projects, seats]
