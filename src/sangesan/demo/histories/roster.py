"""Who acts in the histories: the posts of village, town and county, with who holds them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding, system_post
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.responsibility.domain import Kind, kind_of

MARK = "演示·"


@dataclass(frozen=True)
class Seat:
    """A post as records name it. name: of the person, without the demonstration's mark."""

    pk: int
    title: str
    user: int | None
    name: str
    division: str

    def as_member(self) -> dict[str, Any]:
        """As a meeting keeps those who sat."""
        return {"post": self.pk, "title": self.title, "name": self.name}


@dataclass
class Roster:
    """Seats by place. Where a place has nobody the town above, then the county, then the system stands in."""

    system: Seat
    county: list[Seat] = field(default_factory=list)
    towns: defaultdict[str, list[Seat]] = field(default_factory=lambda: defaultdict(list))
    contacts: dict[str, Seat] = field(default_factory=dict)
    cadres: dict[str, Seat] = field(default_factory=dict)
    grids: dict[str, Seat] = field(default_factory=dict)

    def of_county(self) -> Seat:
        return self.county[0] if self.county else self.system

    def of_town(self, town: str) -> Seat:
        """The town's clerk."""
        return self.towns[town][-1] if self.towns[town] else self.of_county()

    def leader(self, town: str) -> Seat:
        """Who presides in the town."""
        return self.towns[town][0] if self.towns[town] else self.of_county()

    def cadre(self, village: str) -> Seat:
        """The village's own cadre."""
        return self.cadres.get(village) or self.contacts.get(village) or self.of_town(tree().town_of(village))

    def contact(self, village: str) -> Seat:
        """The contact cadre: leads assistance."""
        return self.contacts.get(village) or self.cadre(village)

    def finder(self, household: Household) -> Seat:
        """Who goes to the door first: the grid worker, for relocated households of where they live."""
        return self.grids.get(household.grid) or self.cadre(household.residence)


def load_roster(on: date) -> Roster:
    """The posts held on a day."""
    roster = Roster(_seat(system_post()))
    for post in holding(on).order_by("pk"):
        seat = _seat(post)
        if post.role == Post.Role.COUNTY:
            roster.county.append(seat)
        elif post.role == Post.Role.TOWN:
            roster.towns[post.division].append(seat)
        elif post.role == Post.Role.GRID:
            roster.grids.setdefault(post.grid, seat)
        elif post.role == Post.Role.VILLAGE:
            places = roster.contacts if kind_of(post.role, post.title) == Kind.CONTACT else roster.cadres
            places.setdefault(post.division, seat)
    return roster


def _seat(post: Post) -> Seat:
    name = post.user.name.removeprefix(MARK) if post.user else ""
    return Seat(post.pk, post.title, post.user_id, name, post.division)
