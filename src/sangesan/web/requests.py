"""What a request carries when a view sees it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from sangesan.accounts.models import Post, User


class Request(HttpRequest):
    """user, post: of a signed-in person (a guard has seen to it); htmx: truthy when a page's part is asked for."""

    user: User
    post: Post
    htmx: HtmxDetails
