"""`sangesan audit verify|seal`."""

import sys

import click
from django.utils import timezone

from sangesan.audit.sealing import seal_committed
from sangesan.audit.sealing import verify as verify_audit


@click.group()
def audit() -> None:
    """审计：封存与核验。"""


@audit.command("seal")
def seal() -> None:
    """把已提交而未封存的审计记录封存（平时由 sangesan work 每秒进行）。"""
    click.echo(f"新封存 {seal_committed(timezone.now())} 条")


@audit.command("verify")
def verify() -> None:
    """核验全部审计记录没有被改动；有改动则指出是哪一条，以1结束。"""
    verdict = verify_audit()
    if verdict.sound:
        click.echo(f"完好：已封存 {verdict.sealed} 条，待封存 {verdict.tail} 条")
        return
    click.echo(f"发现问题：封条第{verdict.broken}号，{verdict.why}（此前 {verdict.sealed} 条完好）", err=True)
    sys.exit(1)


COMMANDS = [audit]
