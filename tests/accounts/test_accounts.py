"""Posts: who may do what, for how long, and which post acts."""

from datetime import date

import pytest
from django.test import RequestFactory

from sangesan.accounts.actions import end_post, open_account
from sangesan.accounts.middleware import SESSION_KEY, acting_post
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, matrix, may, require
from sangesan.accounts.queries import posts_of, system_post
from web.small_county import DAY, SmallCounty


def test_every_role_of_the_matrix_exists_and_every_act_has_a_title() -> None:
    for act, access in matrix().items():
        assert access.title, act
        assert access.roles <= set(Post.Role.values), act
        assert act.count(".") == 1


@pytest.mark.parametrize("role", Post.Role.values)
def test_require_follows_the_matrix(role: str) -> None:
    post = Post(role=role, title="试")
    for act, access in matrix().items():
        assert may(post, act) == (role in access.roles)
        if role not in access.roles:
            with pytest.raises(NotAllowed, match=access.title):
                require(post, act)
    assert not may(None, "clues.see")


def test_an_act_outside_the_matrix_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        may(Post(role="county"), "clues.delete_all")


@pytest.mark.django_db
def test_terms_of_office() -> None:
    def post(begin: date, end: date | None, role: str = "grid") -> Post:
        return Post(role=role, title=role, valid_from=begin, valid_to=end, grid="g", division=f"{begin:%Y%m%d}")

    user = open_account(
        username="a", name="甲", password="long-enough-1",
        posts=[post(date(2021, 1, 1), date(2021, 12, 31)), post(date(2022, 1, 1), None), post(date(2022, 6, 1), None, "county")],
    )  # fmt: skip
    assert [p.role for p in posts_of(user, date(2021, 12, 31))] == ["grid"]
    assert [p.role for p in posts_of(user, date(2022, 1, 1))] == ["grid"]
    assert [p.role for p in posts_of(user, DAY)] == ["county", "grid"]
    end_post(posts_of(user, DAY)[0], date(2022, 9, 1))
    assert [p.role for p in posts_of(user, DAY)] == ["grid"]
    assert all(p.held_on(DAY) for p in posts_of(user, DAY))


@pytest.mark.django_db
def test_opening_an_account_twice_changes_the_password_and_adds_no_post() -> None:
    def make(password: str) -> int:
        post = Post(role="county", title="县", valid_from=date(2021, 1, 1))
        user = open_account(username="a", name="甲", password=password, posts=[post])
        assert user.check_password(password)
        return user.posts.count()

    assert make("first-pass-1") == make("second-pass-2") == 1
    assert system_post().pk == system_post().pk


@pytest.mark.parametrize(("held", "chosen", "acts"), [(1, None, True), (2, None, False), (2, 1, True), (0, None, False)])
def test_which_post_acts(small_county: SmallCounty, held: int, chosen: int | None, acts: bool) -> None:
    user = small_county.users["grid"]
    Post.objects.filter(user=user).update(user=None, role="village")
    posts = [
        Post.objects.create(user=user, role="grid", title=str(n), grid=str(n), valid_from=date(2021, 1, 1)) for n in range(held)
    ]
    request = RequestFactory().get("/")
    request.user = user
    request.session = {} if chosen is None else {SESSION_KEY: posts[chosen].pk}  # type: ignore[assignment]
    found = acting_post(request)
    assert (found is not None) == acts
    if chosen is not None:
        assert found == posts[chosen]
