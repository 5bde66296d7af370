"""The bell in the page's head, with the number of messages not yet seen: one short query, only where it is shown."""

from typing import Any

from django import template

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import may
from sangesan.messages.queries import SHOWN_UNREAD, unread

register = template.Library()


@register.inclusion_tag("web/parts/bell.html")
def bell(post: Post | None) -> dict[str, Any]:
    """unread: as a text, "99+" beyond; shown: whether the post has messages at all."""
    if post is None or not may(post, "messages.see"):
        return {"shown": False}
    number = unread(post)
    return {"shown": True, "number": number, "unread": f"{SHOWN_UNREAD}+" if number > SHOWN_UNREAD else str(number)}
