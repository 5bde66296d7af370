"""`sangesan sheets`: blue, yellow and red sheets with their colour, unit, state and deadline. No names, no sealed words."""

from typing import Any

import click

from sangesan.cli.printing import print_json
from sangesan.leadership.units import unit as unit_of_key
from sangesan.regions.queries import today
from sangesan.supervision.domain import STATES, State, is_overdue
from sangesan.supervision.models import Sheet
from sangesan.supervision.queries import of_unit
from sangesan.supervision.table import ORDER, load_table
from sangesan.supervision.words import number_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@click.option("--colour", type=click.Choice(ORDER), help="只看一种")
@click.option("--unit", default="", help="只看一个单位，如 village:代码、town:代码、department:health")
@click.option("--open", "only_open", is_flag=True, help="只看还没有办结的")
def sheets(as_json: bool, colour: str | None, unit: str, only_open: bool) -> None:
    """督办单：蓝黄红三单的责任单位、状态、期限，同一事项的单连在一起。"""
    if unit:
        unit_of_key(unit)
    rows = of_unit(unit).prefetch_related("events", "look_backs").order_by("pk")
    if colour:
        rows = rows.filter(colour=colour)
    if only_open:
        rows = rows.filter(ended_on=None)
    day = today()
    listed = [_row(sheet, day) for sheet in rows]
    if as_json:
        print_json({"on": day.isoformat(), "sheets": listed})
        return
    for row in listed:
        late = "，逾期" if row["overdue"] else ""
        click.echo(
            f"{row['number']} {row['unit_name']}：{row['matter']}（{row['state_title']}，期限 {row['due_on'] or '未定'}{late}）"
        )
    if not listed:
        click.echo("没有督办单")


def _row(sheet: Sheet, day: Any) -> dict[str, Any]:
    """One sheet with its history as codes and days."""
    return {
        "sheet": sheet.pk,
        "number": number_of(sheet),
        "colour": sheet.colour,
        "colour_title": load_table().colours[sheet.colour].name,
        "cause": sheet.cause,
        "matter": sheet.matter,
        "unit": sheet.unit,
        "unit_name": unit_of_key(sheet.unit).title,
        "state": sheet.state,
        "state_title": STATES[State(sheet.state)],
        "drafted_on": sheet.drafted_on.isoformat(),
        "issued_on": sheet.issued_on.isoformat() if sheet.issued_on else None,
        "due_on": sheet.due_on.isoformat() if sheet.due_on else None,
        "ended_on": sheet.ended_on.isoformat() if sheet.ended_on else None,
        "overdue": is_overdue(sheet.state, sheet.due_on, day),
        "evidence": sheet.evidence,
        "matter_of": sheet.root_id or sheet.pk,
        "follows": sheet.follows_id,
        "finding": sheet.finding_id,
        "history": [{"act": e.act, "on": e.on.isoformat(), "state": e.after} for e in sheet.events.all()],
        "look_backs": [
            {"due_on": look.due_on.isoformat(), "result": look.result or None} for look in sheet.look_backs.all()
        ],
    }


COMMANDS = [sheets]
