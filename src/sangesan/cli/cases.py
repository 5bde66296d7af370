"""`sangesan case` and `sangesan act`: a household's whole history; an act of the procedure under a named post."""

import click
from django.utils import timezone

from sangesan.accounts.models import User
from sangesan.accounts.queries import posts_of
from sangesan.cases.history import history
from sangesan.cases.models import Case
from sangesan.cases.performing import Order, perform
from sangesan.cases.states import ACT_TITLES, ENDED, STATE_TITLES, Act, State
from sangesan.cli.printing import print_json
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.registry.models import Household


@click.command()
@click.argument("household")
@click.option("--json", "as_json", is_flag=True, help="输出JSON：每一步的经办人、岗位、时间和依据")
def case(household: str, as_json: bool) -> None:
    """一户的全部办理经过。HOUSEHOLD：户编号。"""
    found = history(_household(household), today())
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['head']}户 {found['household']} {found['village']}")
    for one in found["cases"]:
        click.echo(f"第{one['case']}件 {one['title']} {'、'.join(one['risks'])} 从 {one['began_on']}")
        for step in one["steps"]:
            who = f"{step['post']}（代录 {step['entered_for']}）" if step["entered_for"] else step["post"]
            click.echo(f"  {step['on']} {step['title']} → {step['to_title']} · {who}")


@click.command()
@click.argument("household")
@click.argument("act_code", metavar="ACT", type=click.Choice([str(a) for a in Act]))
@click.option("--user", required=True, help="以谁的岗位办理（用户名）")
@click.option("--on", "day", help="办理日期，默认今天")
@click.option("--reason", default="", help="理由")
@click.option("--number", default="", help="审定文号")
def act(household: str, act_code: str, user: str, day: str | None, reason: str, number: str) -> None:
    """以一个岗位办理程序的一步；前置条件不齐的办不了，说明缺什么、由谁办。"""
    home = _household(household)
    live = Case.objects.filter(household=home).exclude(state__in=ENDED).first()
    holder = User.objects.filter(username=user).first()
    posts = posts_of(holder, today()) if holder else []
    if live is None or not posts:
        raise Refusal(
            "这一户没有在办的件" if posts else f"没有用户“{user}”或没有在任岗位", remedy="请核对户编号和用户名"
        )
    order = Order(live.pk, live.row_version, Act(act_code), parse_date(day) if day else today(), reason, number)
    (done,) = perform(post=posts[0], orders=[order], today=today(), now=timezone.now())
    click.echo(f"{home.head_name}户：{ACT_TITLES[Act(act_code)]} → {STATE_TITLES[State(done.state)]}")


def _household(code: str) -> Household:
    found = Household.objects.filter(code=code).first()
    if found is None:
        raise Refusal(f"没有户编号为“{code}”的户", remedy="户编号见农户页面")
    return found


COMMANDS = [case, act]
