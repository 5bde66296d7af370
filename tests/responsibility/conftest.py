"""The small county with posts at both ends of its relocated household."""

from datetime import date

import pytest

from sangesan.accounts.models import Post, User
from sangesan.registry.models import Household
from web.small_county import COMMUNITY, GRID_C, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

SINCE = date(2021, 1, 1)
PLACES: dict[str, tuple[str, str, str]] = {
    "双柳村包联干部": ("village", VILLAGE_A, ""),
    "高坪村包联干部": ("village", VILLAGE_B, ""),
    "高坪村村干部": ("village", VILLAGE_B, ""),
    "新居社区包联干部": ("village", COMMUNITY, ""),
    "新居社区社区干部": ("village", COMMUNITY, ""),
    "新居社区第1网格网格员": ("grid", COMMUNITY, GRID_C),
    "西山镇防返贫专干": ("town", TOWN_B, ""),
}


@pytest.fixture
def county(small_county: SmallCounty) -> SmallCounty:
    """small_county with the posts of PLACES besides; village A keeps its clerk and its grid worker."""
    for n, (title, (role, division, grid)) in enumerate(PLACES.items()):
        user = User.objects.create_user(f"holder{n}", None, name=f"任职人{n}")
        Post.objects.create(user=user, role=role, title=title, division=division, grid=grid, valid_from=SINCE)
    return small_county


@pytest.fixture
def moved(county: SmallCounty) -> Household:
    """吴家成's household: registered in 高坪村 (西山镇), living in 新居社区 (东河镇) since 2021-10-20."""
    return Household.objects.get(code=f"{VILLAGE_B}00002")


@pytest.fixture
def settled(county: SmallCounty) -> Household:
    """陈大山's household in 双柳村."""
    return Household.objects.get(code=f"{VILLAGE_A}00001")


@pytest.fixture
def monitored(county: SmallCounty) -> Household:
    """周明远's household in 高坪村, in monitoring."""
    return Household.objects.get(code=f"{VILLAGE_B}00001")


def post_of(title: str) -> Post:
    """The newest post of a title."""
    return Post.objects.filter(title=title).order_by("-pk")[0]
