"""Values out of a submission's JSON; whatever has another shape is refused with the place named. Plain Python."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sangesan.kernel.refusal import Refusal

T = TypeVar("T")
MEND = "请更新应用，打开这份表改正后重报"
MOST_FILES = 20


def text(given: Mapping[str, Any], name: str, place: str) -> str:
    """A text, "" where there is none; raises Refusal."""
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value:
        raise Refusal("内容不是文字", place=place, remedy=MEND)
    return value


def maybe(given: Mapping[str, Any], name: str, kind: type[T], place: str) -> T | None:
    """A value of a kind, or None; raises Refusal."""
    return None if given.get(name) is None else one(given, name, kind, place)


def one(given: Mapping[str, Any], name: str, kind: type[T], place: str) -> T:
    """A value of a kind that must be there; raises Refusal."""
    value = given.get(name)
    if not is_a(value, kind):
        raise Refusal("缺少内容，或内容的样子不对", place=place, remedy=MEND)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise Refusal("数字太大", place=place, remedy=MEND)
    return value  # type: ignore[return-value]  # checked by is_a


def listed(given: Mapping[str, Any], name: str, kind: type[T], place: str) -> list[T]:
    """A list of values of a kind; raises Refusal."""
    values = given.get(name) or []
    if not isinstance(values, list) or not all(is_a(v, kind) for v in values):
        raise Refusal("内容的样子不对", place=place, remedy=MEND)
    if name in {"photos", "voice"} and len(values) > MOST_FILES:
        raise Refusal(f"超过 {MOST_FILES} 个", place=place, remedy="请删去一些后重报")
    return values


def mapped(given: Mapping[str, Any], name: str, place: str) -> dict[str, Any]:
    """A mapping, {} where there is none; raises Refusal."""
    value = given.get(name) or {}
    if not isinstance(value, dict):
        raise Refusal("内容的样子不对", place=place, remedy=MEND)
    return value


def is_a(value: Any, kind: type[Any] | tuple[type[Any], ...]) -> bool:
    """isinstance, but a truth is no number."""
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
