"""A small county with two teams, both offices' heads, and draws that can be finished in one call."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.draws.actions import commit, reveal
from sangesan.draws.domain import OFFICES, commitment_of, digest
from sangesan.draws.models import Draw
from sangesan.inspections.models import Plan, Target
from sangesan.inspections.planning import PlanContent, choose_target, make_plan
from sangesan.inspections.teams import place_in_team, set_up_team
from sangesan.leadership.actions import take_seat
from web.small_county import DAY, NOW, PASSWORD, VILLAGE_A, SmallCounty

LAST = DAY + timedelta(days=6)


@dataclass(frozen=True)
class Inspectors:
    """Heads of the two offices, and one member of each of two teams (the first is the small county's inspector)."""

    county: SmallCounty
    heads: dict[str, Post]
    one: Post
    two: Post


def inspector(name: str, title: str) -> Post:
    """A new inspector's post with an account."""
    post = Post(role=Post.Role.INSPECTOR, valid_from=date(2021, 1, 1), title=title)
    return open_account(username=name, name=f"测试{title}", password=PASSWORD, posts=[post]).posts.get()


def inspectors(county: SmallCounty) -> Inspectors:
    """Two teams, one member each, and the heads of the offices."""
    one, two = county.posts["inspector"], inspector("test_inspector_2", "县督查二组")
    heads = {}
    for office, seat in (("style_office", "style_office_head"), ("execution_office", "execution_office_head")):
        heads[office] = inspector(f"test_{office}", OFFICES[office])
        take_seat(
            post=county.posts["county"], seat=seat, scope="", holder=heads[office], from_day=date(2022, 1, 1),
            document="县委〔2022〕1号", now=NOW,
        )  # fmt: skip
    for code, member in ((1, one), (2, two)):
        set_up_team(post=one, code=code, title=f"第{code}组", now=NOW)
        place_in_team(post=one, team=code, member=member, office="style_office", from_day=date(2022, 1, 1), now=NOW)
    return Inspectors(county, heads, one, two)


def plan_of(who: Inspectors, **changed: object) -> Plan:
    """A plan of this week for both teams."""
    given: dict[str, object] = {
        "kind": "unannounced", "title": "饮水安全暗访", "first_day": DAY, "last_day": LAST, "teams": (1, 2),
        "scope": "全县各镇", "why": "季节性缺水",
    }  # fmt: skip
    content = PlanContent(**(given | changed))  # type: ignore[arg-type]  # one call for many cases
    return make_plan(post=who.one, content=content, submission=uuid4(), now=NOW, today=DAY)


def target_of(who: Inspectors, plan: Plan, subject: str = f"village:{VILLAGE_A}", team: int = 1) -> Target:
    """A place that people chose."""
    return choose_target(
        post=who.one, plan_id=plan.pk, subject=subject, team=team, planned_on=DAY, reason="群众反映缺水", now=NOW
    )


def finish(draw: Draw, who: Inspectors) -> Draw:
    """Both offices hand in their fingerprints and show their secrets."""
    secrets = {office: digest(f"{office} {draw.number}") for office in OFFICES}
    for office, secret in secrets.items():
        commit(post=who.heads[office], draw=draw, office=office, digest=commitment_of(secret), now=NOW)
    for office, secret in secrets.items():
        draw = reveal(post=who.heads[office], draw=draw, office=office, secret=secret, now=NOW)
    return draw
