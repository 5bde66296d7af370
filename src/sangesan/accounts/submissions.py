"""A form sent twice is one act: what its submission made already comes back to the post that sent it, and to no other."""

from typing import Protocol, TypeVar

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal


class Sent(Protocol):
    """A row that keeps the id of the post whose form made it."""

    @property
    def post(self) -> int: ...


Row = TypeVar("Row", bound=Sent)


def own_only(there: Row | None, post: Post) -> Row | None:
    """The row that a submission made before, None for none. Raises Refusal where another post's form has the same id."""
    if there is not None and there.post != post.pk:
        raise Refusal("这张表已由别的岗位提交过", remedy="请重新打开登记的页面")
    return there
