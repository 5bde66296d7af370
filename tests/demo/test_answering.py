"""The demonstration's posts: every place has its people, every watched household its rows, once, the same every time."""

from datetime import date
from pathlib import Path

import pytest
from django.db.models import F, Q

from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post, User
from sangesan.accounts.queries import system_post
from sangesan.demo.answering import MARK, name_those_who_answer, seated
from sangesan.demo.generate import CountySummary
from sangesan.regions.models import Grid
from sangesan.regions.queries import forget_tree, tree
from sangesan.registry.county_folder import load_places, load_register
from sangesan.registry.models import Household
from sangesan.responsibility.chain import villages_without
from sangesan.responsibility.models import Duty
from sangesan.responsibility.queries import gaps, waiting
from web.small_county import NOW

SINCE = date(2021, 1, 1)


@pytest.fixture
def loaded(db: None, small_county: tuple[Path, CountySummary]) -> None:
    folder = small_county[0] / "registry"
    forget_tree()
    load_places(folder, SINCE)
    load_register(folder, SINCE, post=system_post(), progress=lambda *_: None)


def name() -> None:
    name_those_who_answer(SINCE, now=NOW, progress=lambda *_: None)


def test_everybody_is_there_once_and_the_same_every_time(loaded: None) -> None:
    name()
    lowest = [c for c, level in tree().levels.items() if level in {"village", "community"}]
    assert Post.objects.filter(role="grid").count() == Grid.objects.count()
    assert Post.objects.filter(role="village").count() == 2 * len(lowest)
    assert Post.objects.filter(role="town").count() == 2 * len(tree().towns())
    assert Post.objects.filter(title__endswith="包联干部").count() == len(lowest)
    people = list(User.objects.values_list("username", "name"))
    duties = list(Duty.objects.values_list("household", "post", "line", "duty"))
    name()
    assert list(User.objects.values_list("username", "name")) == people
    assert list(Duty.objects.values_list("household", "post", "line", "duty")) == duties
    assert all(who.startswith(MARK) and len(who) >= len(MARK) + 2 for _, who in people)
    assert not any(user.has_usable_password() for user in User.objects.all())
    Duty.objects.all().delete()
    Post.objects.exclude(user=None).delete()
    User.objects.all().delete()
    name()
    assert list(User.objects.values_list("username", "name")) == people


def test_every_monitored_and_relocated_household_has_its_rows(loaded: None) -> None:
    name()
    watched = Household.objects.filter(~Q(stage="") | ~Q(village=F("residence")))
    assert Duty.objects.count() == sum(4 if h.relocated else 2 for h in watched)
    county = Post.objects.get(role="county")
    assert gaps(county) == []
    assert waiting(county, today=date(2022, 9, 13)).gaps == 0
    grids = {g.division for g in Grid.objects.all()}
    assert {row.division for row in villages_without(date(2022, 9, 13))} == {
        c for c, level in tree().levels.items() if level in {"village", "community"} and c not in grids
    }


def test_an_account_takes_its_generated_post_over_with_its_duties(loaded: None) -> None:
    name()
    post = Post.objects.filter(role="grid", duties__isnull=False)[0]
    spec = Post(role="grid", title=post.title, division=post.division, grid=post.grid, valid_from=SINCE)
    user = open_account(username="wangge", name="演示·网格员", password="long-enough-1", posts=[seated(spec)])
    assert list(user.posts.values_list("pk", flat=True)) == [post.pk]
    other = Post(role="inspector", title="县督查组", valid_from=SINCE)
    assert seated(other) is other
