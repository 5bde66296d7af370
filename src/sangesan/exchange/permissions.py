"""Which feeds a post may deliver, and which it sees: a department its own, the county all."""

from __future__ import annotations

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, may, require
from sangesan.exchange.contracts import Contracts, FeedContract

DELIVER = "exchange.deliver"
WITHDRAW = "exchange.withdraw"
SEE = "exchange.see"


def require_feed(post: Post | None, act: str, feed: FeedContract) -> Post:
    """The post, when it may do the act on this feed; raises NotAllowed otherwise."""
    holder = require(post, act)
    if not _own(holder, feed):
        raise NotAllowed(f"“{holder.title}”不能处理“{feed.title}”", remedy="各部门只处理本部门的数据项")
    return holder


def feeds_for(post: Post | None, act: str, contracts: Contracts) -> list[FeedContract]:
    """The feeds on which the post may do the act."""
    if post is None or not may(post, act):
        return []
    return [feed for feed in contracts.feeds.values() if _own(post, feed)]


def _own(post: Post, feed: FeedContract) -> bool:
    return post.role != Post.Role.DEPARTMENT or post.department == feed.department
