"""Taking and ending seats; who holds what on a day."""

from datetime import date, timedelta

import pytest

from sangesan.accounts.actions import account_without_password, end_post
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.actions import end_seat, take_seat
from sangesan.leadership.models import Seat
from sangesan.leadership.queries import holder, holders, holds, require_seat, seats_of, vacancies
from sangesan.leadership.seats import scopes, seat_kinds
from web.small_county import COUNTY, DAY, NOW, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B, SmallCounty

FROM = date(2022, 1, 1)


def another(post: Post, username: str, title: str) -> Post:
    """A second post of the same role and place, with a person of its own."""
    user = account_without_password(username=username, name=f"测试{username}")
    return Post.objects.create(
        user=user, role=post.role, title=title, division=post.division, department=post.department, valid_from=FROM
    )


@pytest.fixture
def county_post(small_county: SmallCounty) -> Post:
    return small_county.posts["county"]


def take(county: Post, holder: Post, seat: str = "town_secretary", scope: str = TOWN_A, day: date = FROM) -> Seat:
    return take_seat(
        post=county, seat=seat, scope=scope, holder=holder, from_day=day, document="县委〔2022〕1号", now=NOW
    )


def test_a_new_holder_ends_the_formers_term_the_day_before(small_county: SmallCounty, county_post: Post) -> None:
    first = small_county.posts["town"]
    second = another(first, "second", "东河镇 党委书记")
    take(county_post, first)
    take(county_post, second, day=date(2022, 6, 1))
    assert holder("town_secretary", TOWN_A, on=date(2022, 5, 31)) == first
    assert holder("town_secretary", TOWN_A, on=date(2022, 6, 1)) == second
    assert Seat.objects.get(post=first).valid_to == date(2022, 5, 31)
    assert not holds(first, "town_secretary", on=DAY)


def test_the_same_again_is_the_same_row(small_county: SmallCounty, county_post: Post) -> None:
    town = small_county.posts["town"]
    assert take(county_post, town) == take(county_post, town)
    assert Seat.objects.count() == 1


def test_several_may_sit_where_several_do(small_county: SmallCounty, county_post: Post) -> None:
    one, two = county_post, another(county_post, "deputy", "副组长二")
    for post in (one, two):
        take(county_post, post, "leading_group_deputy", "")
    assert holders("leading_group_deputy", "", on=DAY) == [one, two]


@pytest.mark.parametrize(
    ("role", "seat", "scope", "says"),
    [
        ("town", "town_secretary", TOWN_B, "不能担任"),
        ("village", "town_secretary", TOWN_A, "不能担任"),
        ("village", "village_secretary", VILLAGE_B, "不能担任"),
        ("department", "department_head", "civil_affairs", "不能担任"),
        ("county", "county_secretary", TOWN_A, "没有下级范围"),
        ("town", "town_secretary", VILLAGE_A, "不是镇"),
        ("town", "mayor", TOWN_A, "没有“mayor”这个职务"),
    ],
)
def test_seat_and_post_have_to_fit(
    small_county: SmallCounty, county_post: Post, role: str, seat: str, scope: str, says: str
) -> None:
    with pytest.raises(Refusal, match=says):
        take(county_post, small_county.posts[role], seat, scope)
    assert not Seat.objects.exists()


def test_a_term_before_a_known_one_is_refused(small_county: SmallCounty, county_post: Post) -> None:
    take(county_post, small_county.posts["town"], day=date(2022, 6, 1))
    with pytest.raises(Refusal, match="已有从 2022-06-01"):
        take(county_post, another(small_county.posts["town"], "second", "另一人"), day=date(2022, 3, 1))


def test_a_town_records_its_villages_seats_and_no_others(small_county: SmallCounty) -> None:
    town, village = small_county.posts["town"], small_county.posts["village"]
    take(town, village, "village_secretary", VILLAGE_A)
    with pytest.raises(NotAllowed):
        take(town, town)
    with pytest.raises(NotAllowed):
        take(village, village, "village_secretary", VILLAGE_A)


def test_an_ended_term_leaves_the_seat_empty_and_stays(small_county: SmallCounty, county_post: Post) -> None:
    row = take(county_post, small_county.posts["town"])
    ended = end_seat(post=county_post, seat_id=row.pk, last_day=date(2022, 8, 31), document="县委〔2022〕9号", now=NOW)
    assert ended.valid_to == date(2022, 8, 31)
    assert holder("town_secretary", TOWN_A, on=DAY) is None
    with pytest.raises(Refusal, match="已于 2022-08-31 结束"):
        end_seat(post=county_post, seat_id=row.pk, last_day=DAY, document="县委〔2022〕9号", now=NOW)
    assert Entry.objects.filter(object=f"seat:{row.pk}").count() == 2


def test_a_post_that_ended_holds_no_seat(small_county: SmallCounty, county_post: Post) -> None:
    town = small_county.posts["town"]
    take(county_post, town)
    end_post(town, DAY - timedelta(days=1))
    assert holder("town_secretary", TOWN_A, on=DAY) is None
    assert ("town_secretary", TOWN_A) in {(v.seat, v.scope) for v in vacancies(DAY)}


def test_require_seat_names_who_could(small_county: SmallCounty, county_post: Post) -> None:
    inspector = small_county.posts["inspector"]
    take(county_post, inspector, "style_office_head", "")
    assert require_seat(inspector, ["execution_office_head", "style_office_head"], on=DAY).seat == "style_office_head"
    with pytest.raises(NotAllowed, match="狠抓落实"):
        require_seat(inspector, ["execution_office_head"], on=DAY)
    assert [seat.title for seat in seats_of(inspector, on=DAY)] == ["县加强作风建设工作领导小组办公室主任"]


def test_vacancies_list_every_empty_seat_and_every_missing_level(small_county: SmallCounty, county_post: Post) -> None:
    before = {(v.seat, v.scope) for v in vacancies(DAY)}
    expected = {(kind.code, scope) for kind in seat_kinds().values() if kind.required for scope in scopes(kind)}
    assert {pair for pair in before if pair[0]} == expected
    levels = [v for v in vacancies(DAY) if not v.seat]
    assert {(v.unit, v.title) for v in levels} >= {(f"village:{VILLAGE_B}", "西山镇高坪村村级责任人")}
    assert not [v for v in levels if v.scope == VILLAGE_A]
    take(county_post, county_post, "county_secretary", "")
    assert before - {(v.seat, v.scope) for v in vacancies(DAY)} == {("county_secretary", "")}
    assert f"county:{COUNTY}" in {v.unit for v in vacancies(DAY)}
