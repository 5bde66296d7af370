"""Naming who answers: by hand, by default, in bulk; who ends, who may, what is refused."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from responsibility.conftest import SINCE, post_of
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.audit.models import Entry
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.responsibility.actions import assign, assign_by_default, assign_watched
from sangesan.responsibility.models import Duty
from sangesan.responsibility.queries import answering, duties_of, former_duties, gaps, lead_of, waiting
from web.small_county import COMMUNITY, DAY, NOW, TOWN_A, VILLAGE_A, VILLAGE_B, SmallCounty

FIND = {"line": "residence", "duty": "find", "role": "lead"}


def by_slot(household: Household, on: date = DAY) -> dict[tuple[str, str, str], str]:
    return {(str(a.line), str(a.duty), str(a.role)): a.post.title if a.post else "" for a in answering(household.pk, on)}


def test_by_default_a_grid_worker_finds_and_the_contact_cadre_assists(county: SmallCounty, settled: Household) -> None:
    filled = assign_by_default(post=county.posts["county"], village=VILLAGE_A, on=DAY, now=NOW)
    assert filled == 4, "two households, two rows each"
    assert by_slot(settled) == {
        ("origin", "find", "lead"): "双柳村第1网格 网格员",
        ("origin", "assist", "lead"): "双柳村包联干部",
    }
    assert assign_by_default(post=county.posts["county"], village=VILLAGE_A, on=DAY, now=NOW) == 0
    assert Entry.objects.filter(tag="responsibility:division:assign").count() == 2


def test_by_default_each_place_fills_its_own_line_only(county: SmallCounty, moved: Household) -> None:
    assert assign_by_default(post=county.posts["town"], village=COMMUNITY, on=DAY, now=NOW) == 2
    assert by_slot(moved) == {
        ("residence", "find", "lead"): "新居社区包联干部",
        ("origin", "find", "support"): "",
        ("origin", "assist", "lead"): "",
        ("residence", "assist", "support"): "新居社区包联干部",
    }
    with pytest.raises(NotAllowed, match="不在您的管理范围"):
        assign_by_default(post=county.posts["town"], village=VILLAGE_B, on=DAY, now=NOW)
    with pytest.raises(NotAllowed, match="没有这个村"):
        assign_by_default(post=county.posts["county"], village=TOWN_A, on=DAY, now=NOW)


def test_in_bulk_whoever_is_monitored_or_was_relocated(county: SmallCounty, moved: Household, monitored: Household) -> None:
    assert assign_watched(post=system_post(), on=SINCE, now=NOW) == 4 + 2
    assert set(by_slot(moved).values()) == {"新居社区包联干部", "高坪村包联干部"}
    assert set(Duty.objects.values_list("household_id", flat=True)) == {moved.pk, monitored.pk}
    assert {d.valid_from for d in Duty.objects.filter(household=moved)} == {date(2021, 10, 20)}, "not before it moved in"
    assert lead_of(moved.pk, "find", date(2021, 10, 19)) is None
    assert lead_of(moved.pk, "find", DAY) == post_of("新居社区包联干部")
    assert lead_of(moved.pk, "assist", DAY) == post_of("高坪村包联干部")
    # no grid worker at 高坪村: the contact cadre finds there as well
    assert by_slot(monitored)["origin", "find", "lead"] == "高坪村包联干部"
    assert assign_watched(post=county.posts["county"], on=DAY, now=NOW) == 0


def test_a_town_fills_in_bulk_only_its_own_side(county: SmallCounty, moved: Household) -> None:
    assert assign_watched(post=county.posts["town"], on=DAY, now=NOW) == 2
    assert {d.line for d in Duty.objects.all()} == {"residence"}


def test_bulk_asks_the_same_number_of_queries_for_any_number(county: SmallCounty, django_assert_max_num_queries) -> None:
    homes = [
        Household(
            code=f"X{n}", head_name="试", village=VILLAGE_B, town="t", residence=COMMUNITY, residence_town=TOWN_A,
            grid=f"{COMMUNITY}-01", size=1,
        ) for n in range(200)
    ]  # fmt: skip
    Household.objects.bulk_create(homes)
    with django_assert_max_num_queries(20):  # 806 rows go in batches of 500, on SQLite of about 140
        assert assign_watched(post=system_post(), on=DAY, now=NOW) == 201 * 4 + 2


def test_naming_somebody_ends_the_former_that_day(county: SmallCounty, moved: Household) -> None:
    assign_watched(post=system_post(), on=SINCE, now=NOW)
    clerk = post_of("新居社区社区干部")
    row = assign(post=county.posts["town"], household_id=moved.pk, **FIND, holder_id=clerk.pk, on=DAY, now=NOW)
    assert row.valid_from == DAY
    assert lead_of(moved.pk, "find", DAY) == clerk
    assert lead_of(moved.pk, "find", DAY - timedelta(days=1)) == post_of("新居社区包联干部")
    assert [d.valid_to for d in former_duties(moved.pk)] == [DAY]
    assert Entry.objects.get(tag="responsibility:household:assign").detail["post"] == clerk.pk
    assert [d.household for d in duties_of(clerk, DAY)] == [moved]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"line": "origin"}, "没有这一项责任"),
        ({"duty": "sing"}, "没有这一项责任"),
        ({"holder": "高坪村包联干部"}, "不是这一方的岗位"),
        ({"holder": "西山镇防返贫专干"}, "不是这一方的岗位"),
        ({"holder": "县督查一组"}, "不是这一方的岗位"),
        ({"holder": "新居社区包联干部"}, "已由"),
        ({"on": date(2021, 10, 19)}, "现任自2021-10-20"),
        ({"on": date(2020, 12, 31)}, "无人任职"),
    ],
    ids=str,
)
def test_what_is_refused(county: SmallCounty, moved: Household, changed: dict, words: str) -> None:
    assign_watched(post=system_post(), on=SINCE, now=NOW)
    given = {**FIND, "holder": "新居社区社区干部", "on": DAY} | changed
    holder = post_of(given.pop("holder"))
    before = list(Duty.objects.values())
    with pytest.raises(Refusal, match=words):
        assign(post=county.posts["county"], household_id=moved.pk, holder_id=holder.pk, now=NOW, **given)
    assert list(Duty.objects.values()) == before


@pytest.mark.parametrize("role", ["village", "grid", "inspector", "department"])
def test_who_may_not_name(county: SmallCounty, settled: Household, role: str) -> None:
    with pytest.raises(NotAllowed, match="不能明确责任人"):
        assign(post=county.posts[role], household_id=settled.pk, line="origin", duty="find", role="lead",
               holder_id=county.posts["grid"].pk, on=DAY, now=NOW)  # fmt: skip


def test_a_town_names_for_its_own_line_only(county: SmallCounty, moved: Household, monitored: Household) -> None:
    cadre = post_of("高坪村包联干部")
    given = {"line": "origin", "duty": "assist", "role": "lead", "holder_id": cadre.pk, "on": DAY, "now": NOW}
    with pytest.raises(NotAllowed, match="一方明确责任人"):
        assign(post=county.posts["town"], household_id=moved.pk, **given)
    with pytest.raises(NotAllowed, match="没有这一户"):
        assign(post=county.posts["town"], household_id=monitored.pk, **given)
    assign(post=post_of("西山镇防返贫专干"), household_id=moved.pk, **given)


def test_at_most_one_holds_a_row(county: SmallCounty, settled: Household) -> None:
    row = {"household": settled, "line": "origin", "duty": "find", "role": "lead", "valid_from": DAY, "recorded_at": NOW}
    Duty.objects.create(post=county.posts["grid"], **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(post=county.posts["village"], **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(post=county.posts["village"], **(row | {"role": "chief"}))


def test_gaps_are_lists_by_side(county: SmallCounty, moved: Household, monitored: Household) -> None:
    whole = county.posts["county"]
    assert {g.household for g in gaps(whole)} == {moved, monitored}
    assert [(g.household, g.side) for g in gaps(whole, only_one_sided=True)] == [(moved, "residence")]
    assign_by_default(post=whole, village=COMMUNITY, on=DAY, now=NOW)
    (gap,) = gaps(whole, only_one_sided=True)
    assert (gap.side, len(gap.missing), len(gap.lacks("origin")), len(gap.lacks("residence"))) == ("origin", 2, 2, 0)
    assign_by_default(post=whole, village=VILLAGE_B, on=DAY, now=NOW)
    assert gaps(whole) == gaps(whole, only_one_sided=True) == []
    Duty.objects.filter(household=moved, duty="find", line="origin").update(valid_to=DAY)
    (gap,) = gaps(whole)
    assert (gap.household, gap.side, gap.missing) == (moved, None, [("origin", "find", "support")])
    assert gaps(whole, only_one_sided=True) == []


@pytest.mark.parametrize(("role", "seen"), [("county", 2), ("inspector", 2), ("town", 1), ("village", 0), ("grid", 0)])
def test_gaps_follow_the_reach(county: SmallCounty, role: str, seen: int) -> None:
    assert len(gaps(county.posts[role])) == seen
    assert waiting(county.posts[role], today=DAY).gaps == seen
    with pytest.raises(NotAllowed):
        gaps(county.posts["department"])


def test_gaps_page_by_key_in_two_queries(county: SmallCounty, django_assert_num_queries) -> None:
    whole = county.posts["county"]
    with django_assert_num_queries(2):
        first = gaps(whole, limit=1)
    rest = gaps(whole, after=first[0].pk)
    assert [g.pk for g in first + rest] == sorted(g.pk for g in gaps(whole))
    with django_assert_num_queries(4):
        assert waiting(whole, today=DAY).one_sided == 1


def test_a_household_that_is_gone_lacks_nobody(county: SmallCounty, moved: Household) -> None:
    Household.objects.filter(pk=moved.pk).update(stage="gone")
    assert moved not in {g.household for g in gaps(county.posts["county"])}
