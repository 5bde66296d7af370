"""`sangesan alert take`, `sangesan alert list`: CAP messages through the same door as the upload page and the folder."""

import sys
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.alerts.domain import COLOURS, KINDS, STATES
from sangesan.alerts.models import Message
from sangesan.alerts.queries import TABS, alert_list, as_dict
from sangesan.alerts.taking import Taken, take_in
from sangesan.cli.printing import print_json
from sangesan.exchange.cap.xml_tree import MOST_BYTES
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county

BAD_INPUT = 2
MOST_LISTED = 1000


@click.group()
def alert() -> None:
    """预警：接收 CAP 文件，列出预警。"""


@alert.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def take(files: tuple[Path, ...], as_json: bool) -> None:
    """接收 FILES（CAP 1.2 或 1.1 的 XML）；一件不合格不影响其余，最后以 2 退出。"""
    county()
    results: list[dict[str, Any]] = []
    for path in files:
        try:
            taken = take_in(post=system_post(), data=_read(path), way=Message.Way.COMMAND, now=timezone.now())
        except Refusal as refusal:
            results.append({"file": path.name, "taken": False, "reason": str(refusal)})
            click.echo(f"{path.name}：没有收。{refusal}", err=True)
        else:
            results.append({"file": path.name, "taken": True, **_outcome(taken)})
            if not as_json:
                click.echo(f"{path.name}：{_words(taken)}")
    if as_json:
        print_json(results)
    if not all(result["taken"] for result in results):
        sys.exit(BAD_INPUT)


@alert.command("list")
@click.option(
    "--tab", type=click.Choice(list(TABS)), default="all", show_default=True, help="live 正在生效，over 已结束"
)
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def list_(tab: str, as_json: bool) -> None:
    """列出预警，新的在前。"""
    county()
    lines = alert_list(system_post(), tab=tab, after=None, now=timezone.now(), limit=MOST_LISTED)
    if as_json:
        print_json([as_dict(line) for line in lines])
        return
    for line in lines:
        tasks = f"{line.tasks.get('done', 0)}/{sum(line.tasks.values())} 户已走访" if line.tasks else "未安排走访"
        colour = COLOURS.get(line.alert.colour, "未分级")
        click.echo(
            f"{line.alert.pk:>5}  {colour}  {STATES[line.state]}  {line.alert.headline}  {line.villages} 村  {tasks}"
        )


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise Refusal("文件不存在", place=str(path), remedy="检查路径")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _outcome(taken: Taken) -> dict[str, Any]:
    return {"alert": taken.alert.pk, "message": taken.message.pk, "repeated": taken.repeated, **vars(taken.settled)}


def _words(taken: Taken) -> str:
    if taken.repeated:
        return f"以前收过，没有变化（预警 {taken.alert.pk}）"
    done, kind = taken.settled, KINDS.get(taken.message.kind, taken.message.kind)
    return (
        f"{kind}，预警 {taken.alert.pk}，覆盖 {len(taken.message.villages)} 村；"
        f"安排走访 {done.sent:,} 户，提前 {done.hastened:,} 户，关闭 {done.closed:,} 户"
    )


COMMANDS = [alert]
