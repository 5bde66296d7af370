"""Which draws a post sees whole: one kept secret shows only that it was fixed, until it begins or its time has come."""

from datetime import datetime

from django.db.models import Q

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.draws.domain import OFFICES, SEATS
from sangesan.draws.models import Draw
from sangesan.leadership.queries import holds
from sangesan.regions.queries import today

INSIDERS = {Post.Role.INSPECTOR, Post.Role.SYSTEM}


def is_public(draw: Draw, now: datetime) -> bool:
    """Whether pool and result may be seen by everybody (now: the county's time)."""
    if draw.secret_until is None or draw.released_at is not None:
        return True
    return draw.secret_until <= now


def sees_whole(post: Post, draw: Draw, now: datetime) -> bool:
    """Whether this post sees the pool and the result now."""
    return is_public(draw, now) or post.role in INSIDERS


def known_to(post: Post, now: datetime) -> Q:
    """The draws that a post sees whole, for a query."""
    if post.role in INSIDERS:
        return Q()
    return Q(secret_until=None) | Q(released_at__isnull=False) | Q(secret_until__lte=now)


def reached_draw(post: Post, number: int) -> Draw:
    """The draw of a number; raises NotAllowed where there is none."""
    require(post, "draws.see")
    draw = Draw.objects.filter(number=number).first()
    if draw is None:
        raise NotAllowed(f"没有第 {number} 号抽签", remedy="请从“抽签”进入")
    return draw


def require_office(post: Post, office: str, *, now: datetime) -> None:
    """Raises NotAllowed where the post does not head the office that day."""
    if office not in SEATS:
        raise NotAllowed("没有这个办公室", remedy="请从抽签页面进入")
    if not holds(post, SEATS[office], on=today(now)):
        raise NotAllowed(f"“{post.title}”不是{OFFICES[office]}的负责人", remedy="密数由本办公室负责人自己交存、公开")
