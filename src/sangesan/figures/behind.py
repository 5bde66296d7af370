"""What is behind a number: its records, page by page, each with what it is called and where it leads.

A list is opened within a post's own places only; of a household that has left them since, the name is not shown.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.figures.catalogue import SHARE, Figure
from sangesan.figures.counted import DEPARTMENT_KEY, Item
from sangesan.figures.describing import Described, describe
from sangesan.figures.measuring import place_key
from sangesan.figures.places import Places
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county, tree
from sangesan.registry.permissions import WHOLE_COUNTY

SEE = "dispatch.see"
LIMIT = 50
NUMERATOR, REST, ALL = PARTS = ("numerator", "rest", "all")
PART_TITLES: Mapping[str, str] = {NUMERATOR: "计入的", REST: "没有计入的", ALL: "全部（分母）"}


@dataclass(frozen=True)
class Line:
    """One counted thing: where it counts, and what it is; described None where the post may not know more."""

    item: Item
    place: str
    described: Described | None


@dataclass(frozen=True)
class BehindPage:
    """One page of a list. total: of all pages; next: the key after which the next page begins, "" at the end."""

    figure: Figure
    part: str
    place_name: str
    lines: list[Line]
    total: int
    next: str


def own(post: Post | None, place: str) -> str:
    """The place's or unit's key, when the post may open lists of it; raises NotAllowed."""
    holder = require(post, SEE)
    key = place_key(place) or county().code
    if holder.role in WHOLE_COUNTY:
        return key
    if holder.role == Post.Role.DEPARTMENT and key == DEPARTMENT_KEY + holder.department:
        return key
    if holder.role in {Post.Role.TOWN, Post.Role.VILLAGE} and holder.division in tree().path(key.partition("-")[0]):
        return key
    raise NotAllowed("这个地方的名单不在您的管理范围内", remedy="请打开自己管理的镇、村的数字")


def chosen_items(one: Figure, items: Iterable[Item], places: Places, key: str, part: str) -> list[Item]:
    """The items of a place (unit) that are asked for, ordered by village and number. Raises Refusal for an unknown part."""
    if part not in PARTS:
        raise Refusal("没有这一部分", place="名单", remedy=f"可用：{'、'.join(PART_TITLES.values())}")
    whole = part == ALL or one.shape != SHARE
    inside: dict[str, bool] = {}
    found = []
    for item in items:
        if not whole and item.hit != (part == NUMERATOR):
            continue
        if key.startswith(DEPARTMENT_KEY):
            if DEPARTMENT_KEY + item.department == key:
                found.append(item)
        elif item.grid == key or _inside(item.village, key, places, inside):
            found.append(item)
    return sorted(found, key=order_of)


def order_of(item: Item) -> tuple[str, int, str]:
    """By village, then number; texts after numbers."""
    return (item.village, item.number, "") if isinstance(item.number, int) else (item.village, 0, item.number)


def page_of(
    post: Post, one: Figure, chosen: Sequence[Item], key: str, part: str, places: Places, *, after: str, limit: int
) -> BehindPage:
    """One page of the chosen items, described as far as the post may know them."""
    rest = chosen
    if after:
        begin = _key(after)
        rest = [item for item in chosen if order_of(item) > begin]
    shown = list(rest[:limit])
    following = ""
    if len(rest) > limit:
        last = shown[-1]
        following = f"{last.village}~{last.number}"
    return BehindPage(
        one,
        part if one.shape == SHARE else NUMERATOR,
        _name(key, places),
        lines(post, one, shown, places),
        len(chosen),
        following,
    )


def lines(post: Post, one: Figure, items: Sequence[Item], places: Places) -> list[Line]:
    """The items with what they are, in this order."""
    told = describe(post, one.record, [item.number for item in items])
    return [
        Line(item, places.full_name(item.grid or item.village) if item.village else "", told.get(item.number))
        for item in items
    ]


def parts_of_list(one: Figure) -> Collection[str]:
    """Which parts a figure's list has: a share's numerator, the rest, and both together."""
    return PARTS if one.shape == SHARE else (NUMERATOR,)


def _inside(village: str, key: str, places: Places, known: dict[str, bool]) -> bool:
    if village not in known:
        known[village] = key in places.path(village)
    return known[village]


def _key(after: str) -> tuple[str, int, str]:
    village, _, number = after.partition("~")
    if not number or len(after) > 200:
        raise Refusal("翻页的位置认不出", remedy="请回到列表第一页")
    return (village, int(number), "") if number.isdecimal() and len(number) < 19 else (village, 0, number)


def _name(key: str, places: Places) -> str:
    return key if key.startswith(DEPARTMENT_KEY) else places.full_name(key)
