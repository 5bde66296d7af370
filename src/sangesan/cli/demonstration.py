"""`sangesan demo`: builds the demonstration county and opens it."""

import click

from sangesan.cli.printing import ProgressLine
from sangesan.cli.serving import run_server
from sangesan.demo.run import Account, build


@click.command()
@click.option("--scale", default=1.0, show_default=True, help="规模：1 为全县 283,542 人，0.05 为二十分之一")
@click.option("--serve/--no-serve", default=True, help="建好后打开网页服务")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def demo(scale: float, serve: bool, host: str, port: int) -> None:
    """建立演示县（人员均为程序生成），收入18个部门的文件，筛查，打开系统。可以重复运行，中断后接着做。"""
    accounts = build(scale=scale, step=ProgressLine)
    show_accounts(accounts)
    if serve:
        click.echo(f"\n打开 http://{host}:{port}/ 登录；按 Ctrl+C 停止")
        run_server(host, port)


def show_accounts(accounts: list[Account]) -> None:
    """The accounts one can log in with at once."""
    click.echo("\n演示账号（演示系统：人员均为程序生成，并非真实个人）")
    click.echo("  用户名        口令                岗位")
    for account in accounts:
        click.echo(f"  {account.username:12}  {account.password:18}  {account.title}")


COMMANDS = [demo]
