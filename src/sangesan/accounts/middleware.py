"""request.post: the post one acts as. Chosen after log-in, kept in the session, checked at every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sangesan.accounts.models import Post
from sangesan.accounts.queries import posts_of
from sangesan.regions.queries import today

SESSION_KEY = "post"


class PostMiddleware:
    """Sets request.post: None for nobody, and for a user of several posts until one is chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.post = acting_post(request)  # type: ignore[attr-defined]  # Django's request is open for it
        return self.get_response(request)


def acting_post(request: HttpRequest) -> Post | None:
    """The chosen post if its term holds today, the only one where there is one, else None."""
    if not request.user.is_authenticated:
        return None
    held = posts_of(request.user, today())
    chosen = request.session.get(SESSION_KEY)
    for post in held:
        if post.pk == chosen or len(held) == 1:
            return post
    return None
