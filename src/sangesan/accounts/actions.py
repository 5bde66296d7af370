"""Opening accounts and posts. Called from the command line and the demonstration only."""

from datetime import date

from django.db import transaction

from sangesan.accounts.models import Post, User


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
