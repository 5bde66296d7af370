"""Which clues and households a figure of the lines of defence is about: period, place and a post's reach, as SQL."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sangesan.accounts.models import Post
from sangesan.clues.domain import channels
from sangesan.clues.permissions import COUNTY, scope_of
from sangesan.figures.lines_domain import Key
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import grid_codes, tree
from sangesan.registry.permissions import WHOLE_COUNTY


@dataclass(frozen=True)
class Period:
    """First and last day, both inside; None: without a limit."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.first > self.last:
            raise Refusal("起始日期晚于截止日期", place="期间", remedy="请对调两个日期")

    def where(self, column: str) -> list[str]:
        """The conditions on a column; parameters first and last."""
        first = [f"{column} >= %(first)s"] if self.first else []
        return first + ([f"{column} <= %(last)s"] if self.last else [])


@dataclass(frozen=True)
class Selection:
    """post: whose reach; place: a town's, village's or grid's code, "" for all within reach; today: the county's day."""

    post: Post
    period: Period
    today: date
    place: str = ""

    @property
    def level(self) -> str:
        """What the rows below are: towns, divisions (villages and communities) or grids."""
        place = self.place or scope_of(self.post)
        if place in {COUNTY, ""}:
            return "towns"
        return "divisions" if tree().levels.get(place) == "town" else "grids"

    @property
    def parameters(self) -> dict[str, Any]:
        """The values that the conditions name."""
        return {
            "first": self.period.first,
            "last": self.period.last,
            "today": self.today,
            "place": self.place,
            "scope": scope_of(self.post),
        }

    def clues(self) -> tuple[str, list[str]]:
        """(joins, conditions) on clues_clue c: by where the household lives, within the lists of the post."""
        column = {"town": "town", "grid": "grid"}.get(self._kind(), "division")
        place = [f"c.{column} = %(place)s"] if self.place else []
        scope = scope_of(self.post)
        joins = "" if scope == COUNTY else "JOIN clues_scope s ON s.clue_id = c.id AND s.scope = %(scope)s"
        return joins, [*place, *self.period.where("c.opened_on")]

    def households(self) -> list[str]:
        """Conditions on registry_household h: the post's own (registry.permissions), and the place where they live."""
        column = {"town": "residence_town", "grid": "grid"}.get(self._kind(), "residence")
        place = [f"h.{column} = %(place)s"] if self.place else []
        return [*place, *self._reach()]

    def _reach(self) -> list[str]:
        role = self.post.role
        if role in WHOLE_COUNTY:
            return []
        if role == Post.Role.TOWN:
            return ["(h.residence_town = %(scope)s OR h.town = %(scope)s)"]
        if role == Post.Role.VILLAGE:
            return ["(h.residence = %(scope)s OR h.village = %(scope)s)"]
        return ["h.grid = %(scope)s"] if role == Post.Role.GRID else ["1 = 0"]

    def _kind(self) -> str:
        return tree().levels.get(self.place, "grid" if self.place else "")


PLACE_OF_CLUE = {"towns": "c.town", "divisions": "c.division", "grids": "c.grid"}
PLACE_OF_HOUSEHOLD = {"towns": "h.residence_town", "divisions": "h.residence", "grids": "h.grid"}


def known_place(code: str) -> str:
    """The code of a town, village or grid ("" for none and for the county); raises Refusal for one that does not exist."""
    level = tree().levels.get(code)
    if not code or level == "county":
        return ""
    if level is None and code not in grid_codes():
        raise Refusal("没有这个镇、村或网格", place="地方", remedy="请从列表中选择")
    return code


def by_line() -> list[Key]:
    """The lines of defence, in the order of the channels' file."""
    found: dict[str, list[str]] = {}
    for channel in channels().values():
        found.setdefault(channel.line_code, []).append(channel.code)
    titles = {channel.line_code: channel.line for channel in channels().values()}
    return [Key(code, titles[code], tuple(codes)) for code, codes in found.items()]


def by_channel() -> list[Key]:
    """The channels, in the order of their file."""
    return [Key(channel.code, channel.title, (channel.code,)) for channel in channels().values()]


def key_of_channel(keys: list[Key]) -> dict[str, str]:
    """Channel -> the key that it counts for."""
    return {channel: key.code for key in keys for channel in key.channels}
