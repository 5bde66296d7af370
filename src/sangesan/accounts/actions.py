"""Opening accounts and posts, and ending them. Who may do it is asked by the caller (a slice above, a command)."""

import re
from datetime import date, timedelta

from django.db import transaction

from sangesan.accounts.models import Post, User
from sangesan.kernel.refusal import Refusal

USERNAME = re.compile(r"[A-Za-z0-9._-]{1,60}")


def open_account(*, username: str, name: str, password: str, posts: list[Post]) -> User:
    """A user with posts (unsaved, without user); an existing one gets the password and the posts it lacks."""
    with transaction.atomic():
        user = User.objects.filter(username=username).first()
        if user is None:
            user = User.objects.create_user(username, password, name=name)
        else:
            user.name = name
            user.set_password(password)
            user.save()
        for post in posts:
            same = Post.objects.filter(
                user=user, role=post.role, division=post.division, grid=post.grid, department=post.department
            )
            if not same.exists():
                post.user = user
                post.save()
    return user


def end_post(post: Post, on: date) -> None:
    """Ends a term of office; the post stays, with its history."""
    Post.objects.filter(pk=post.pk).update(valid_to=on)


def account_without_password(*, username: str, name: str) -> User:
    """A user who cannot log in until a password is set; raises Refusal where the username cannot be used."""
    if not USERNAME.fullmatch(username):
        raise Refusal(f"用户名“{username}”不能用", place="用户名", remedy="请用字母、数字、点、横线，60个以内")
    if User.objects.filter(username=username).exists():
        raise Refusal(f"用户名“{username}”已有人用", place="用户名", remedy="请另取一个")
    return User.objects.create_user(username, None, name=name[:60])


def succeed(former: Post, user: User, on: date) -> Post:
    """Ends a term of office the day before `on` and opens the same post for the successor, who keeps it open-ended."""
    end_post(former, on - timedelta(days=1))
    return Post.objects.create(
        user=user,
        role=former.role,
        title=former.title,
        division=former.division,
        grid=former.grid,
        department=former.department,
        valid_from=on,
    )


def set_password(*, username: str, password: str) -> User:
    """A new password; Refusal where there is no such account."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise Refusal(f"没有用户“{username}”", place="用户名", remedy="请先开户")
    user.set_password(password)
    user.save(update_fields=["password"])
    return user
