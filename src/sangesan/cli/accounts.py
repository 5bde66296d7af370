"""`sangesan account`: opening accounts and setting passwords. The password is asked for, never an argument."""

import click
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from sangesan.accounts.actions import open_account, set_password
from sangesan.accounts.models import Post
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree

PLACED = {Post.Role.TOWN: "town", Post.Role.VILLAGE: "village community", Post.Role.GRID: "village community"}


@click.group()
def account() -> None:
    """账号：开户、设口令。口令在提示下输入，不写在命令里。"""


@account.command("open")
@click.argument("username")
@click.option("--name", required=True, help="姓名")
@click.option("--role", required=True, type=click.Choice([r for r in Post.Role.values if r != Post.Role.SYSTEM]))
@click.option("--title", required=True, help="岗位名称，如 双龙村包联干部")
@click.option("--division", default="", help="镇、村（社区）的12位编码；镇、村、网格岗位必填")
@click.option("--grid", default="", help="网格编号；网格员必填")
@click.option("--department", default="", help="部门代码；部门联络员必填")
@click.option("--from", "since", help="任期从哪一天起，默认今天")
@click.option("--password", prompt="口令（不少于10位）", hide_input=True, confirmation_prompt="再输一遍")
def open_(
    username: str, name: str, role: str, title: str, division: str, grid: str, department: str, since: str | None,
    password: str,
) -> None:  # fmt: skip
    """开一个账号并给它一个岗位；已有的账号再给一个岗位。"""
    _check(role, division, grid, department)
    post = Post(
        role=role, title=title, division=division, grid=grid, department=department,
        valid_from=parse_date(since) if since else today(),
    )  # fmt: skip
    _check_password(password)
    user = open_account(username=username, name=name, password=password, posts=[post])
    click.echo(f"{user.username}：{name}，{title}")


@account.command("password")
@click.argument("username")
@click.option("--password", prompt="口令（不少于10位）", hide_input=True, confirmation_prompt="再输一遍")
def password_(username: str, password: str) -> None:
    """给一个账号设口令（移交岗位时新开的账号还没有口令）。"""
    _check_password(password)
    set_password(username=username, password=password)
    click.echo(f"{username}：口令已设")


def _check_password(password: str) -> None:
    """Raises Refusal for a password that the settings' validators do not take."""
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refusal("；".join(error.messages), place="口令", remedy="请换一个不少于10位、不常见的口令") from None


def _check(role: str, division: str, grid: str, department: str) -> None:
    wanted = PLACED.get(Post.Role(role), "")
    if wanted and tree().levels.get(division) not in wanted.split():
        raise Refusal(f"编码“{division}”不是这种岗位的地方", place="--division", remedy="镇岗位填镇的编码，村和网格岗位填村的")
    if role == Post.Role.GRID and not grid.startswith(division):
        raise Refusal(f"网格“{grid}”不在这个村", place="--grid", remedy="网格编号以村编码开头")
    if role == Post.Role.DEPARTMENT and not department:
        raise Refusal("没有写部门代码", place="--department", remedy="部门代码见 feeds.yaml，如 medical_security")


COMMANDS = [account]
