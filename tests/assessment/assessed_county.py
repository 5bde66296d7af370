"""The small county with the seats that assess, a village team, and the third quarter as seen after its end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sangesan.accounts.models import Post, User
from sangesan.assessment.attending import add_member, enter_days
from sangesan.assessment.models import TeamMember
from sangesan.kernel.period import Quarter
from sangesan.leadership.actions import take_seat
from web.small_county import TOWN_A, VILLAGE_A

Q3 = Quarter(2022, 3)
AFTER = date(2022, 10, 8)
NOW = datetime(2022, 10, 8, 2, 0, tzinfo=UTC)
SINCE = date(2022, 1, 1)


def seat(county, seat_code: str, role: str = "county", scope: str = "", title: str = "", **place) -> Post:
    """A post of its own that holds the seat."""
    user = User.objects.create_user(f"seat_{seat_code}_{scope}", None, name="测试")
    post = Post.objects.create(user=user, role=role, title=title or seat_code, valid_from=SINCE, **place)
    take_seat(post=county.posts["county"], seat=seat_code, scope=scope, holder=post, from_day=SINCE, document="任职文件", now=NOW)
    return post


def office(county) -> Post:
    return seat(county, "assessment_office_head", title="县考核办负责人")


def head(county) -> Post:
    return seat(county, "leading_group_head", title="县委农村工作领导小组组长")


def town_secretary(county) -> Post:
    return seat(county, "town_secretary", "town", TOWN_A, "东河镇党委书记", division=TOWN_A)


def member(county, name: str = "演示·甲", role: str = "head", village: str = VILLAGE_A, since: date = SINCE) -> TeamMember:
    return add_member(
        post=county.posts["county"], village=village, role=role, name=name, sent_by="县林业局", from_day=since, document="选派文件", now=NOW
    )


def attend(county, who: TeamMember, first: date, days: int, state: str = "in_village", today: date | None = None) -> int:
    """So many days in a row, with a reason, as they may be late."""
    given = {first + timedelta(days=n): (state, "补登：没有信号") for n in range(days)}
    return enter_days(post=county.posts["village"], member_id=who.pk, days=given, today=today or AFTER, now=NOW)
