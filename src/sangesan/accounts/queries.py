"""Posts: which one holds, which one is acting."""

from datetime import date

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post, User


def posts_of(user: User, on: date) -> list[Post]:
    """The posts whose term covers the day, county first."""
    held = Post.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), user=user, valid_from__lte=on)
    order = list(Post.Role.values)
    return sorted(held, key=lambda p: (order.index(p.role), p.pk))


def system_post() -> Post:
    """The post under which the machine acts; its row in the access matrix lists what it may."""
    post, _ = Post.objects.get_or_create(
        role=Post.Role.SYSTEM, user=None, defaults={"title": "系统自动", "valid_from": date(1970, 1, 1)}
    )
    return post


def holding(on: date) -> QuerySet[Post]:
    """Posts held by somebody on a day."""
    held = Q(valid_to=None) | Q(valid_to__gte=on)
    return Post.objects.filter(held, user__isnull=False, valid_from__lte=on).select_related("user")
