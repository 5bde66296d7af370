"""Paging by key: the address carries the last row's key, never an offset."""

from collections.abc import Callable, Sequence
from datetime import date
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
    return _number(text)


def day_key_of(request: HttpRequest) -> tuple[date, int] | None:
    """The key `date.id` of a list by day after which the asked page begins; raises Refusal for anything else."""
    text = request.GET.get("after", "")
    if not text:
        return None
    day, _, number = text.partition(".")
    try:
        return date.fromisoformat(day), _number(number)
    except ValueError:
        raise _unknown() from None


def paged(found: Sequence[R], limit: int) -> tuple[Sequence[R], str]:
    """The page's rows, and the key of the next page ("" at the end), from `limit` + 1 rows asked for."""
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else ""


def paged_by_day(found: Sequence[R], limit: int, day_of: Callable[[R], date]) -> tuple[Sequence[R], str]:
    """Like `paged` for a list by day: the next page's key is `date.id` of the last row shown."""
    rows, following = paged(found, limit)
    return rows, f"{day_of(rows[-1]).isoformat()}.{following}" if following else ""


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise _unknown()
    return int(text)


def _unknown() -> Refusal:
    return Refusal("翻页的位置认不出", remedy="请回到列表第一页")
