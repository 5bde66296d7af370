"""The filters of the clue list, read from the address; and what one may choose in them."""

from dataclasses import dataclass

from django.http import QueryDict

from sangesan.accounts.models import Post
from sangesan.clues.domain import STATES, channels
from sangesan.clues.permissions import COUNTY, scope_of
from sangesan.clues.queries import Filters
from sangesan.regions.queries import Tree

ALL = "all"
NAMES = ("channel", "line", "risk", "place", "due", "text", "rule")


def filters_of(query: QueryDict) -> Filters:
    """Open clues unless a state is asked for; `all` asks for every state. Unknown states count as open."""
    state = query.get("state", "")
    state = "" if state == ALL else state if state in set(STATES) else "open"
    return Filters(state=state, **{name: query.get(name, "").strip()[:60] for name in NAMES})


@dataclass(frozen=True)
class PlaceGroup:
    """A town with its villages and communities, as one group of the place filter."""

    code: str
    name: str
    villages: list[tuple[str, str]]


def places_of(post: Post, tree: Tree) -> list[PlaceGroup]:
    """The towns and villages that a post can narrow its list to; none for a village or a grid."""
    scope = scope_of(post)
    towns = tree.towns() if scope == COUNTY else [scope] if tree.levels.get(scope) == "town" else []
    return [
        PlaceGroup(town, tree.names[town], [(v, tree.names[v]) for v in tree.children.get(town, ())]) for town in towns
    ]


def lines() -> list[str]:
    """The lines of defence, in the order of the channels' file."""
    return list(dict.fromkeys(channel.line for channel in channels().values()))
