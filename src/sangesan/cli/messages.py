"""`sangesan messages send-due|log`."""

import click
from django.utils import timezone

from sangesan.cli.printing import print_json
from sangesan.messages.delivering import send_due
from sangesan.messages.models import Attempt, Delivery

MOST_ROWS = 1000


@click.group()
def messages() -> None:
    """通知：发送到期的对外通知，查看送达记录。"""


@messages.command("send-due")
def send_due_now() -> None:
    """把到期的对外通知发出去（平时由 sangesan work 每分钟进行）；免打扰时段里只发紧急的。"""
    done = send_due(clock=timezone.now).to_dict()
    click.echo(
        f"收集 {done['collected']} 条，送达网关 {done['sent']} 条，未成功 {done['failed']} 条，"
        f"未发出 {done['refused']} 条，放弃 {done['given_up']} 条"
    )


@messages.command("log")
@click.option("--state", type=click.Choice(list(Delivery.State.values)), help="只看一种状态")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, MOST_ROWS), help="最多几条，新的在前")
@click.option("--json", "as_json", is_flag=True, help="输出JSON：每条和它的每次尝试")
def log(state: str | None, limit: int, *, as_json: bool) -> None:
    """对外通知的送达记录，新的在前；不含地址和号码。"""
    rows = Delivery.objects.select_related("channel", "post").prefetch_related("tries").order_by("-pk")
    found = list((rows.filter(state=state) if state else rows)[:limit])
    if as_json:
        print_json([_row(one) for one in found])
        return
    for one in found:
        receiver = one.post.title if one.post else "群"
        title = Delivery.State(one.state).label
        made = timezone.localtime(one.made_at)
        click.echo(
            f"{one.pk}  {made:%Y-%m-%d %H:%M}  {one.channel.title}→{receiver}  {title}  {one.attempts}次  {one.answer}"
        )
    if not found:
        click.echo("没有记录")


def _row(one: Delivery) -> dict[str, object]:
    return {
        "number": one.pk,
        "channel": one.channel.title,
        "gateway": one.channel.gateway,
        "post": one.post.title if one.post else None,
        "text": one.text,
        "urgent": one.urgent,
        "state": one.state,
        "made_at": one.made_at.isoformat(),
        "sent_at": one.sent_at.isoformat() if one.sent_at else None,
        "answer": one.answer,
        "attempts": [_attempt(row) for row in sorted(one.tries.all(), key=lambda row: (row.number, row.pk))],
    }


def _attempt(row: Attempt) -> dict[str, object]:
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        "result": row.result,
        "answer": row.answer,
        "milliseconds": row.milliseconds,
    }


COMMANDS = [messages]
