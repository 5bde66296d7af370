"""`sangesan draw list|show|verify|commit|reveal`: draws from the command line; secrets stay in the office's own file."""

import sys
from pathlib import Path

import click
from django.utils import timezone

from sangesan.accounts.models import Post, User
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import posts_of, system_post
from sangesan.cli.printing import print_json
from sangesan.draws import actions, secret_files
from sangesan.draws.domain import OFFICES, Owed, State
from sangesan.draws.models import Draw
from sangesan.draws.queries import PURPOSES, draw_of, draws, found, offices_of, published, verify
from sangesan.kernel.period import Week
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county, today, tree

MOST_LISTED = 1000
STATES = {State.OPEN: "进行中", State.DONE: "已完成", State.VOID: "已作废"}
OWED = {Owed.COMMIT: "未交存指纹", Owed.REVEAL: "未公开密数"}
WEEKLY = "weekly_village"


@click.group()
def draw() -> None:
    """抽签：列出、核对、交存和公开密数。"""


@draw.command("list")
@click.option("--purpose", type=click.Choice(list(PURPOSES)), help="只列一种用途")
@click.option("--json", "as_json", is_flag=True, help="输出JSON：每次抽签的公布内容")
def list_(purpose: str | None, as_json: bool) -> None:
    """列出抽签，新的在前；未到公布时间的只有指纹。"""
    county()
    now = timezone.now()
    lines = draws(system_post(), purpose=purpose or "", now=now, limit=MOST_LISTED)
    if as_json:
        print_json([published(line.draw, now=now) for line in lines])
        return
    for line in lines:
        shown = published(line.draw, now=now)
        names = "、".join(_name(code) for code in shown["result"] or [])
        waits = "、".join(OFFICES[office] for office in (*line.waits, *line.draw.missing))
        why = f"{waits}{OWED[Owed(line.owed or line.draw.owed)]}" if waits else ""
        click.echo(
            f"{line.draw.number:>4}  {shown['period'] or shown['title']:<10} {STATES[State(line.draw.state)]}  {names or why}"
        )


@draw.command()
@click.argument("which")
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def verify_(which: str, as_json: bool) -> None:
    """按公布的内容重算一次抽签。WHICH：周次（2022-W37）或抽签号。一致以 0 退出，不一致以 1 退出并说明在哪里。"""
    county()
    one = found(which)
    shown = published(one, now=timezone.now())
    faults = verify(shown)
    ended = one.state == State.DONE
    if as_json:
        print_json({"number": one.number, "period": shown["period"], "state": one.state, "repeats": not faults and ended,
                    "faults": faults, "result": shown["result"]})  # fmt: skip
    elif faults:
        for fault in faults:
            click.echo(f"不一致：{fault}")
    elif ended:
        click.echo(f"第 {one.number} 号重算一致：{'、'.join(_name(code) for code in shown['result'])}")
    else:
        click.echo(f"第 {one.number} 号{STATES[State(one.state)]}，已公布的部分一致")
    sys.exit(1 if faults else 0)


@draw.command()
@click.argument("which", nargs=-1, required=True)
@click.option("--office", required=True, type=click.Choice(list(OFFICES)), help="哪个办公室")
@click.option("--user", required=True, help="办公室负责人的用户名")
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help="密数存到哪个文件（新文件）")
def commit(which: tuple[str, ...], office: str, user: str, path: Path) -> None:
    """生成密数存入文件，只把指纹交存。WHICH：抽签号或周次，可以是以后几周的。"""
    county()
    post, now = _head(user, office), timezone.now()
    targets = [_target(one) for one in which]
    kept = secret_files.make([about for about, _ in targets])
    secret_files.write(path, office, kept)
    ahead = []
    for (about, fixed), one in zip(targets, kept, strict=True):
        if fixed is None:
            ahead.append(actions.Ahead(WEEKLY, about, one.digest))
        else:
            actions.commit(post=post, draw=fixed, office=office, digest=one.digest, now=now)
    if ahead:
        actions.commit_ahead(post=post, office=office, rows=ahead, now=now)
    click.echo(f"{OFFICES[office]}已交存 {len(kept)} 个指纹；密数在 {path}，公开之前请妥善保管")


@draw.command()
@click.argument("which")
@click.option("--office", required=True, type=click.Choice(list(OFFICES)), help="哪个办公室")
@click.option("--user", required=True, help="办公室负责人的用户名")
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help="交存时生成的密数文件")
def reveal(which: str, office: str, user: str, path: Path) -> None:
    """公开密数；两个办公室都公开后结果自动得出。"""
    county()
    post, one = _head(user, office), found(which)
    mine = one.commitments.filter(office=office).first()
    if mine is None:
        raise Refusal(f"{OFFICES[office]}还没有交存指纹", place="密数", remedy="请先 sangesan draw commit")
    secret = secret_files.secret_of(path, mine.digest)
    ended = actions.reveal(post=post, draw=one, office=office, secret=secret, now=timezone.now())
    names = "、".join(_name(code) for code in ended.result or [])
    click.echo(f"第 {ended.number} 号结果：{names}" if names else "已公开，等另一个办公室公开")


def _target(text: str) -> tuple[str, Draw | None]:
    """(what it is for, the draw where it is fixed already)."""
    if text.isdecimal():
        return f"第{text}号", found(text)
    week = str(Week.parse(text))
    return week, draw_of(WEEKLY, week)


def _head(user: str, office: str) -> Post:
    """The post under which somebody heads an office; NotAllowed where nobody of that name does."""
    holder = User.objects.filter(username=user).first()
    for post in posts_of(holder, today()) if holder else []:
        if office in offices_of(post, timezone.now()):
            return post
    raise NotAllowed(f"“{user}”不是{OFFICES[office]}的负责人", remedy="请核对用户名和任职")


def _name(code: str) -> str:
    kind, _, own = code.rpartition(":")
    return tree().full_name(own) if not kind or kind in {"village", "town"} else code


draw.add_command(verify_, "verify")

COMMANDS = [draw]
