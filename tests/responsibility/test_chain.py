"""The chain: every level present, holes shown."""

from datetime import date, timedelta

from responsibility.conftest import post_of
from sangesan.accounts.models import Post
from sangesan.responsibility.chain import chain_of, villages_without
from web.small_county import COMMUNITY, DAY, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty


def titles(division: str, on: date = DAY) -> list[tuple[str, str, list[str]]]:
    return [(str(link.role), link.title, [p.title for p in link.posts]) for link in chain_of(division, on).links]


def test_every_level_is_there_even_if_empty(county: SmallCounty) -> None:
    assert titles(VILLAGE_B) == [
        ("county", "试验县", ["县专班 数据专员"]),
        ("town", "西山镇", ["西山镇防返贫专干"]),
        ("village", "高坪村", ["高坪村包联干部", "高坪村村干部"]),
        ("grid", "高坪村第1网格", []),
    ]
    assert [link.title for link in chain_of(VILLAGE_B, DAY).vacant] == ["高坪村第1网格"]
    assert titles(COMMUNITY)[3] == ("grid", "新居社区第1网格", ["新居社区第1网格网格员"])


def test_who_has_left_is_not_in_the_chain(county: SmallCounty) -> None:
    post = post_of("西山镇防返贫专干")
    Post.objects.filter(pk=post.pk).update(valid_to=DAY - timedelta(days=1))
    assert titles(VILLAGE_B)[1] == ("town", "西山镇", [])
    assert titles(VILLAGE_B, DAY - timedelta(days=1))[1][2] == ["西山镇防返贫专干"]


def test_villages_without(county: SmallCounty, django_assert_num_queries) -> None:
    county_code = post_of("县专班 数据专员")
    found = {row.division: row for row in villages_without(DAY)}
    assert {d: row.levels for d, row in found.items()} == {VILLAGE_B: ("grid",)}
    assert (found[VILLAGE_B].grids, found[VILLAGE_B].of) == (1, 1)
    assert villages_without(DAY, [TOWN_A]) == []
    Post.objects.filter(pk=county_code.pk).update(valid_to=DAY - timedelta(days=1))
    Post.objects.filter(division=TOWN_B).update(user=None)
    with django_assert_num_queries(2):
        found = {row.division: row for row in villages_without(DAY)}
    assert {d: row.levels for d, row in found.items()} == {
        VILLAGE_A: ("county",), COMMUNITY: ("county",), VILLAGE_B: ("county", "town", "grid"),
    }  # fmt: skip
