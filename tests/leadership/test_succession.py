"""A post handed over with its seats: one act, no day on which a seat is empty, nothing half done."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.actions import take_seat
from sangesan.leadership.models import Seat
from sangesan.leadership.queries import holder, holders
from sangesan.leadership.succession import Successor, hand_over_with_seats, open_seats
from web.small_county import NOW, TOWN_A, VILLAGE_A, SmallCounty

FROM, DAY_OF_CHANGE = date(2022, 1, 1), date(2022, 9, 20)
PAPER = "县委〔2022〕9号"


def seated(county: SmallCounty, holder_post: Post, *seats: tuple[str, str]) -> list[int]:
    return [
        take_seat(
            post=county.posts["county"], seat=seat, scope=scope, holder=holder_post, from_day=FROM,
            document="县委〔2022〕1号", now=NOW,
        ).pk
        for seat, scope in seats
    ]  # fmt: skip


def change(county: SmallCounty, former: Post, seats: list[int], *, document: str = PAPER, who: str = "county") -> Post:
    to = Successor(DAY_OF_CHANGE, "successor", "测试接任人")
    return hand_over_with_seats(
        post=county.posts[who], from_post_id=former.pk, to=to, seats=seats, document=document, now=NOW
    ).post


def test_seats_for_one_and_for_several_move_the_same_day(small_county: SmallCounty) -> None:
    former = small_county.posts["town"]
    seats = seated(small_county, former, ("town_secretary", TOWN_A), ("town_contact", VILLAGE_A))
    following = change(small_county, former, seats)
    for seat, scope in (("town_secretary", TOWN_A), ("town_contact", VILLAGE_A)):
        assert holder(seat, scope, on=date(2022, 9, 19)) == former
        assert holders(seat, scope, on=DAY_OF_CHANGE) == [following]
    assert set(Seat.objects.filter(post=former).values_list("valid_to", flat=True)) == {date(2022, 9, 19)}
    assert set(Seat.objects.filter(post=following).values_list("document", flat=True)) == {PAPER}
    assert Entry.objects.filter(tag="leadership:post:seat").count() == 1


def test_what_is_not_chosen_stays_behind_and_is_vacant(small_county: SmallCounty) -> None:
    former = small_county.posts["town"]
    seats = seated(small_county, former, ("town_secretary", TOWN_A), ("town_contact", VILLAGE_A))
    following = change(small_county, former, seats[:1])
    assert holder("town_secretary", TOWN_A, on=DAY_OF_CHANGE) == following
    assert holder("town_contact", VILLAGE_A, on=DAY_OF_CHANGE) is None


@pytest.mark.parametrize(("document", "extra"), [("", []), (PAPER, [999_999])])
def test_nothing_is_done_by_half(small_county: SmallCounty, document: str, extra: list[int]) -> None:
    former = small_county.posts["town"]
    seats = seated(small_county, former, ("town_secretary", TOWN_A))
    with pytest.raises(Refusal):
        change(small_county, former, seats + extra, document=document)
    former.refresh_from_db()
    assert former.valid_to is None
    assert Seat.objects.get().valid_to is None
    assert not Post.objects.filter(title=former.title).exclude(pk=former.pk).exists()


def test_another_posts_seat_is_not_moved(small_county: SmallCounty) -> None:
    seats = seated(small_county, small_county.posts["town"], ("town_secretary", TOWN_A))
    with pytest.raises(Refusal, match="变动"):
        change(small_county, small_county.posts["village"], seats)


def test_a_town_moves_its_villages_seats_and_no_others(small_county: SmallCounty) -> None:
    former = small_county.posts["village"]
    (seat,) = seated(small_county, former, ("village_secretary", former.division))
    assert [one.movable for one in open_seats(small_county.posts["town"], former)] == [True]
    with pytest.raises(NotAllowed):
        change(small_county, small_county.posts["town"], [seat], who="town")
    following = change(small_county, former, [seat], who="town")
    assert holder("village_secretary", former.division, on=DAY_OF_CHANGE) == following


def test_the_page_offers_the_seats_and_moves_them(small_county: SmallCounty) -> None:
    former = small_county.posts["town"]
    (seat,) = seated(small_county, former, ("town_secretary", TOWN_A))
    client = Client()
    client.force_login(small_county.users["county"], backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("front"))
    address = reverse("hand-over", args=[former.pk])
    assert "担任的职务" in client.get(address).content.decode()
    given = {"username": "successor", "name": "测试接任人", "on": DAY_OF_CHANGE.isoformat(), "seat": [str(seat)]}
    refused = client.post(address, given)
    assert (refused.status_code, "没有写依据的文件" in refused.content.decode()) == (400, True)
    assert client.post(address, given | {"document": PAPER}).status_code == 302
    assert holder("town_secretary", TOWN_A, on=DAY_OF_CHANGE) != former
