"""What every page shows: the county, the day, the post one acts as, the menu."""

from typing import Any

from django.http import HttpRequest

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.regions.models import County
from sangesan.regions.queries import county
from sangesan.web.menu import menu_of

MENU_COOKIE = "menu"


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; `county` is None until one has been loaded."""
    post: Post | None = getattr(request, "post", None)
    return {
        "county": _county_if_loaded(),
        "post": post,
        "menu": menu_of(post),
        "menu_narrow": request.COOKIES.get(MENU_COOKIE) == "narrow",
    }


def _county_if_loaded() -> County | None:
    try:
        return county()
    except Refusal:
        return None
