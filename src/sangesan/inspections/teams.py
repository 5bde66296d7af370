"""The teams and who is in them. Two offices lend their people; what the teams find belongs to both."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.accounts.queries import holding
from sangesan.inspections.models import Member, Team
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today

OFFICES = {str(code): str(title) for code, title in Member.Office.choices}


@dataclass(frozen=True)
class TeamLine:
    """A team with those who are in it on a day."""

    team: Team
    members: list[Member]


def set_up_team(*, post: Post, code: int, title: str, now: datetime) -> Team:
    """A team of a number; once it is there it is left as it is. Raises Refusal."""
    if not 1 <= code <= 99 or not title.strip():
        raise Refusal("督查组要有序号和名称", place="督查组", remedy="如 1、县督查一组")
    with acting(post, "inspections.plan", on="inspection_teams:0") as act:
        team, new = Team.objects.get_or_create(code=code, defaults={"title": title.strip()[:60], "recorded_at": now})
        act.detail = {"team": code, "new": new}
    return team


def place_in_team(*, post: Post, team: int, member: Post, office: str, from_day: date, now: datetime) -> Member:
    """Puts an inspector's post into a team; it leaves the one where it was the same day. The same again changes nothing."""
    if office not in OFFICES:
        raise Refusal("没有这个办公室", place="抽调办公室", remedy=f"可选：{'、'.join(OFFICES.values())}")
    if member.role != Post.Role.INSPECTOR or not holding(today()).filter(pk=member.pk).exists():
        raise Refusal("只有现在有人在岗的督查岗位可以编入督查组", place="岗位", remedy="请先由县里设督查岗位")
    with acting(post, "inspections.plan", on="inspection_teams:0") as act:
        wanted = Team.objects.filter(code=team).first()
        if wanted is None:
            raise Refusal("没有这个督查组", place="督查组", remedy="请先设组")
        held = Member.objects.select_for_update().filter(post=member, valid_to=None).first()
        if held is not None and (held.team_id, held.office) == (wanted.pk, office):
            return held
        if held is not None:
            if held.valid_from > from_day:
                raise Refusal(f"该岗位从 {held.valid_from} 起已编组", place="起始日期", remedy="请填更晚的日期")
            held.valid_to = from_day
            held.save(update_fields=["valid_to"])
        made = Member.objects.create(
            team=wanted, post=member, office=office, valid_from=from_day, assigned_by=post.pk, recorded_at=now
        )
        act.detail = {"team": team, "post": member.pk, "office": office}
    return made


def leave_team(*, post: Post, member_id: int, on: date, now: datetime) -> Member:
    """Somebody is in a team no longer from a day on; the row stays with its end. Raises Refusal."""
    with acting(post, "inspections.plan", on="inspection_teams:0") as act:
        held = Member.objects.select_for_update().filter(pk=member_id, valid_to=None).first()
        if held is None:
            raise Refusal("该人员已不在组内", place="督查组", remedy="请刷新页面")
        if on < held.valid_from:
            raise Refusal(f"该岗位从 {held.valid_from} 起编组", place="离组日期", remedy="请填当天或更晚的日期")
        held.valid_to = on
        held.save(update_fields=["valid_to"])
        act.detail = {"post": held.post_id, "to": held.valid_to.isoformat(), "at": now.isoformat()}
    return held


def teams_on(post: Post, on: date) -> list[TeamLine]:
    """The teams in order with their people on a day: two queries."""
    require(post, "inspections.see")
    found = {team.pk: TeamLine(team, []) for team in Team.objects.order_by("code")}
    for member in members_on(on).select_related("post__user").order_by("post__title", "pk"):
        found[member.team_id].members.append(member)
    return list(found.values())


@dataclass(frozen=True)
class Choice:
    """An inspector's post that can be put into a team; team: the one that it is in, "" for none."""

    post: Post
    team: str


def choices(post: Post, on: date) -> list[Choice]:
    """The inspectors' posts held on a day, those in no team first: two queries."""
    require(post, "inspections.plan")
    held = dict(members_on(on).values_list("post", "team__title"))
    rows = holding(on).filter(role=Post.Role.INSPECTOR).order_by("title", "pk")
    return sorted((Choice(one, held.get(one.pk, "")) for one in rows), key=lambda choice: choice.team)


def team_of(post: Post, on: date | None = None) -> Team | None:
    """The team that a post is in on a day (the county's today); None for one that is in none."""
    row = members_on(on or today()).filter(post=post).select_related("team").first()
    return row.team if row else None


def members_on(on: date) -> QuerySet[Member]:
    """Who is in a team on a day."""
    return Member.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
