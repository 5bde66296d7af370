"""A post handed over: the term ends, the same post opens, its open duties move; lists follow the place."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from responsibility.conftest import SINCE, post_of
from sangesan.accounts.models import Post, User
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import posts_of, system_post
from sangesan.audit.models import Entry
from sangesan.clues.models import Clue, Scope
from sangesan.clues.queries import Filters, work_list
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.responsibility.actions import HandedOver, acknowledge, assign_watched, hand_over
from sangesan.responsibility.models import Duty
from sangesan.responsibility.queries import answering, duties_of, gaps, lead_of, open_told
from sangesan.responsibility.telling import tell_other_line
from web.small_county import COMMUNITY, DAY, NOW, TOWN_A, SmallCounty

EVE = DAY - timedelta(days=1)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def over(county: SmallCounty, former: Post, role: str = "county", **changed: object) -> HandedOver:
    given: dict = {"to_username": "xinren", "to_name": "新任人", "on": DAY, "now": NOW}
    return hand_over(post=county.posts[role], from_post_id=former.pk, **(given | changed))


def test_duties_and_lists_go_to_the_successor(county: SmallCounty, moved: Household) -> None:
    assign_watched(post=system_post(), on=SINCE, now=NOW)
    former = post_of("新居社区包联干部")
    held = [(d.line, d.duty, d.role) for d in duties_of(former, EVE)]
    done = over(county, former)
    former.refresh_from_db()
    assert (former.valid_to, done.duties, done.new_account) == (EVE, 2, True)
    same = ("role", "title", "division", "grid", "department")
    assert [getattr(done.post, f) for f in same] == [getattr(former, f) for f in same]
    assert [(d.line, d.duty, d.role) for d in duties_of(done.post, DAY)] == held
    assert not duties_of(former, DAY).exists()
    assert [(d.line, d.duty, d.role) for d in duties_of(former, EVE)] == held
    assert (lead_of(moved.pk, "find", EVE), lead_of(moved.pk, "find", DAY)) == (former, done.post)
    assert "新任人" in {a.name for a in answering(moved.pk, DAY)}
    assert not gaps(county.posts["county"]), "nobody is missing on the way"
    entry = Entry.objects.get(tag="responsibility:post:hand_over")
    assert entry.detail == {"to": done.post.pk, "from": DAY.isoformat(), "duties": 2, "new_account": True}


def test_work_lists_follow_the_place(county: SmallCounty, moved: Household) -> None:
    clue = Clue.objects.create(household=moved, division=COMMUNITY, town=TOWN_A, grid=moved.grid, risk="01", channel="DEPT",
                               state="open", headline="住院", opened_on=DAY, due_on=DAY)  # fmt: skip
    Scope.objects.create(clue=clue, scope=COMMUNITY, state="open", due_on=DAY)
    tell_other_line([(moved, f"clue:{clue.pk}", "住院")], now=NOW, today=DAY)
    former = post_of("新居社区包联干部")
    client = Client()
    client.force_login(former.user, backend=BACKEND)
    address = reverse("clue", args=[clue.pk])
    assert client.get(address).status_code == 200
    done = over(county, former)
    assert [row.clue for row in work_list(done.post, Filters(), today=DAY).rows] == [clue]
    (told,) = open_told(done.post)
    acknowledge(post=done.post, told_id=told.pk, now=NOW)
    assert posts_of(former.user, DAY) == []
    assert client.get(address).status_code == 302, "who has handed over is sent to choose a post and has none"
    successor = Client()
    successor.force_login(User.objects.get(username="xinren"), backend=BACKEND)
    assert successor.get(address).status_code == 200


def test_to_somebody_who_is_there_already(county: SmallCounty) -> None:
    former, clerk = post_of("新居社区包联干部"), post_of("新居社区社区干部")
    done = over(county, former, to_user_id=clerk.user_id, to_username="", to_name="")
    assert (done.post.user_id, done.new_account) == (clerk.user_id, False)
    assert posts_of(clerk.user, DAY) == [clerk, done.post]


def test_a_new_account_cannot_log_in_until_it_has_a_password(county: SmallCounty) -> None:
    user = over(county, post_of("新居社区包联干部")).post.user
    assert user is not None
    assert not user.has_usable_password()


def test_a_duty_that_begins_later_moves_whole(county: SmallCounty, moved: Household) -> None:
    assign_watched(post=system_post(), on=DAY + timedelta(days=10), now=NOW)
    former = post_of("新居社区包联干部")
    done = over(county, former)
    rows = Duty.objects.filter(post=done.post)
    assert {d.valid_from for d in rows} == {DAY + timedelta(days=10)}
    assert not duties_of(former, DAY + timedelta(days=11)).exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"on": SINCE}, "现任自2021-01-01起任职"),
        ({"to_username": "holder3", "to_name": ""}, "现在就由"),
        ({"to_username": "holder4", "to_name": "另一人"}, "已属于"),
        ({"to_username": "nobody", "to_name": ""}, "没有找到接任人"),
        ({"to_username": "", "to_name": "张三"}, "没有找到接任人"),
        ({"to_username": "有 空格", "to_name": "张三"}, "不能用"),
        ({"to_user_id": 999_999}, "没有找到接任人"),
    ],
    ids=str,
)
def test_what_is_refused_leaves_everything(county: SmallCounty, changed: dict, words: str) -> None:
    former = post_of("新居社区包联干部")
    before = (Post.objects.count(), User.objects.count())
    with pytest.raises(Refusal, match=words):
        over(county, former, **changed)
    assert (Post.objects.count(), User.objects.count()) == before
    assert post_of("新居社区包联干部").valid_to is None


def test_a_post_that_has_ended_is_not_handed_over_again(county: SmallCounty) -> None:
    former = post_of("新居社区包联干部")
    over(county, former)
    with pytest.raises(Refusal, match="任期已于2022-09-12结束"):
        over(county, former, to_username="another", to_name="又一人")


@pytest.mark.parametrize(
    ("role", "title", "may"),
    [
        ("county", "西山镇防返贫专干", True), ("county", "高坪村包联干部", True), ("county", "县督查一组", True),
        ("town", "新居社区包联干部", True), ("town", "新居社区第1网格网格员", True), ("town", "高坪村包联干部", False),
        ("town", "东河镇 防返贫专干", False), ("town", "县专班 数据专员", False),
        ("village", "双柳村包联干部", False), ("grid", "双柳村第1网格 网格员", False), ("inspector", "高坪村包联干部", False),
    ],
)  # fmt: skip
def test_who_hands_over_what(county: SmallCounty, role: str, title: str, may: bool) -> None:
    if may:
        assert over(county, post_of(title), role).post.title == title
        return
    with pytest.raises(NotAllowed):
        over(county, post_of(title), role)


def test_the_systems_post_stays(county: SmallCounty) -> None:
    with pytest.raises(NotAllowed):
        over(county, system_post())


def test_terms_do_not_overlap(county: SmallCounty) -> None:
    former = post_of("新居社区包联干部")
    done = over(county, former)
    former.refresh_from_db()
    for day in (date(2021, 6, 1), EVE, DAY, DAY + timedelta(days=400)):
        assert former.held_on(day) != done.post.held_on(day)
