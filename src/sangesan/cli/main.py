"""The entry of `sangesan`. Refusals are printed in Chinese on standard error and end with 2."""

import os
import sys
from typing import Any

import click
import django
from django.db import OperationalError, ProgrammingError

from sangesan.kernel.refusal import Refusal

BAD_INPUT = 2
NO_TABLES = ("no such table", "does not exist", "unable to open database file")


class Commands(click.Group):
    """The group: sets Django up, imports commands only then, and turns refusals into messages."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            click.echo(f"错误：{refusal}", err=True)
        except (OperationalError, ProgrammingError) as error:
            if not any(text in str(error) for text in NO_TABLES):
                raise
            click.echo("错误：数据库还没有建立。请先运行 sangesan init（或 make demo 生成演示县）", err=True)
        except KeyboardInterrupt:
            click.echo("已停止；再次运行会从停下的地方继续", err=True)
            sys.exit(130)
        sys.exit(BAD_INPUT)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """三个三：防返贫快速发现响应系统。状态都在 SANGESAN_HOME（默认 var/）之下。"""


def prepare() -> None:
    """Sets Django up and registers the commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
    except Refusal as refusal:
        click.echo(f"错误：{refusal}", err=True)
        sys.exit(BAD_INPUT)
    # Commands import models, which exist only after setup.
    from sangesan.cli import (  # noqa: PLC0415
        accounts,
        alerts,
        assessment,
        audit,
        bulletins,
        cases,
        checks,
        closing,
        county,
        delivery,
        demonstration,
        draws,
        leadership,
        messages,
        patrols,
        screening,
        serving,
        sheets,
        village,
    )

    for module in (
        accounts,
        alerts,
        assessment,
        audit,
        bulletins,
        cases,
        checks,
        closing,
        county,
        delivery,
        demonstration,
        draws,
        leadership,
        messages,
        patrols,
        screening,
        serving,
        sheets,
        village,
    ):
        for command in module.COMMANDS:
            cli.add_command(command)


prepare()

if __name__ == "__main__":
    cli()
