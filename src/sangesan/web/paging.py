"""Paging by key: the address carries the last row's key, never an offset."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from django.http import HttpRequest

from sangesan.kernel.refusal import Refusal


class Row(Protocol):
    """Anything with a primary key."""

    @property
    def pk(self) -> int: ...


R = TypeVar("R", bound=Row)


def key_of(request: HttpRequest) -> int | None:
    """The key after which the asked page begins; raises Refusal for anything but digits."""
    text = request.GET.get("after", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Refusal("翻页的位置认不出", remedy="请回到列表第一页")
    return int(text)


def paged(found: Sequence[R], limit: int) -> tuple[Sequence[R], str]:
    """The page's rows, and the key of the next page ("" at the end), from `limit` + 1 rows asked for."""
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else ""
