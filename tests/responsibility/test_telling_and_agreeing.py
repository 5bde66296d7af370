"""What one line sees the other is told; what both agree holds once the other has confirmed it."""

from datetime import date, timedelta

import pytest

from responsibility.conftest import post_of
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.audit.models import Entry
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterValue
from sangesan.registry.models import Household
from sangesan.responsibility.actions import acknowledge, assign_watched
from sangesan.responsibility.agreeing import agree, confirm_agreement
from sangesan.responsibility.domain import Line
from sangesan.responsibility.models import Agreement, Told
from sangesan.responsibility.queries import agreements_of, open_told, told_of, waiting
from sangesan.responsibility.telling import tell_other_line
from web.small_county import COMMUNITY, DAY, NOW, TOWN_A, VILLAGE_A, VILLAGE_B, SmallCounty


def tell(household: Household, about: str = "clue:1", seen_by: Line | None = None) -> int:
    return tell_other_line([(household, about, "住院自付过高")], seen_by_line=seen_by, now=NOW, today=DAY)


@pytest.mark.parametrize(
    ("seen_by", "told"),
    [(None, {"origin": VILLAGE_B, "residence": COMMUNITY}), (Line.ORIGIN, {"residence": COMMUNITY}), (Line.RESIDENCE, {"origin": VILLAGE_B})],
)
def test_the_other_line_is_told_once(moved: Household, seen_by: Line | None, told: dict[str, str]) -> None:
    assert tell(moved, seen_by=seen_by) == len(told)
    assert dict(Told.objects.values_list("line", "division")) == told
    assert {t.due_on for t in Told.objects.all()} == {DAY + timedelta(days=2)}
    assert tell(moved, seen_by=seen_by) == 0
    assert tell(moved, "clue:2", seen_by) == len(told)


def test_only_relocated_households_have_another_line(moved: Household, settled: Household) -> None:
    rows = [(home, f"clue:{home.pk}", "x" * 500) for home in (moved, settled)]
    assert tell_other_line(rows, now=NOW, today=DAY) == 2
    assert {t.household for t in Told.objects.all()} == {moved}
    assert {len(t.sentence) for t in Told.objects.all()} == {300}


def test_the_days_are_a_parameter(moved: Household) -> None:
    value = ParameterValue("acknowledge_days", 5, "days", date(2022, 1, 1), None, "default")
    amend(post=system_post(), value=value, now=NOW)
    tell(moved)
    assert {t.due_on for t in Told.objects.all()} == {DAY + timedelta(days=5)}


def test_seven_thousand_are_told_in_few_queries(moved: Household, django_assert_max_num_queries) -> None:
    homes = [
        Household(code=f"X{n}", head_name="试", village=VILLAGE_B, town="t", residence=COMMUNITY, residence_town=TOWN_A, grid="g", size=1)
        for n in range(400)
    ]
    Household.objects.bulk_create(homes)
    with django_assert_max_num_queries(12):
        assert tell_other_line([(h, f"clue:{h.pk}", "试") for h in homes], now=NOW, today=DAY) == 800
    with django_assert_max_num_queries(4):
        assert tell_other_line([(h, f"clue:{h.pk}", "试") for h in homes], now=NOW, today=DAY) == 0


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("新居社区包联干部", {"residence"}), ("新居社区第1网格网格员", {"residence"}), ("东河镇 防返贫专干", {"residence"}),
        ("高坪村村干部", {"origin"}), ("西山镇防返贫专干", {"origin"}), ("双柳村 村文书", set()), ("双柳村第1网格 网格员", set()),
        ("县专班 数据专员", {"origin", "residence"}), ("县督查一组", {"origin", "residence"}),
    ],
)  # fmt: skip
def test_each_line_sees_and_acknowledges_its_own(moved: Household, title: str, lines: set[str]) -> None:
    tell(moved)
    post = post_of(title)
    assert {t.line for t in open_told(post)} == lines
    for told in Told.objects.all():
        if told.line not in lines or post.role in {"county", "inspector"}:
            with pytest.raises(NotAllowed):
                acknowledge(post=post, told_id=told.pk, now=NOW)
            continue
        done = acknowledge(post=post, told_id=told.pk, now=NOW)
        assert (done.acknowledged_by, done.acknowledged_by_title) == (post.pk, title)
        with pytest.raises(Refusal, match="已由"):
            acknowledge(post=post, told_id=told.pk, now=NOW)
    if post.role not in {"county", "inspector"}:
        assert not open_told(post).exists()
        assert Entry.objects.filter(tag="responsibility:told:acknowledge").count() == len(lines)


def test_overdue_is_counted_from_the_day_after(county: SmallCounty, moved: Household) -> None:
    tell(moved)
    post = post_of("新居社区包联干部")
    for days, overdue in ((2, 0), (3, 1)):
        counted = waiting(post, today=DAY + timedelta(days=days))
        assert (counted.told, counted.told_overdue) == (1, overdue)
    assert [t.line for t in told_of(moved.pk)] == ["residence", "origin"]


WORDS = {"place": "新居社区居委会", "participants": "两方包联干部、户主", "agreed": "公益岗一个，社区办，9月底前"}


def talk(household: Household, title: str, **changed: object) -> Agreement:
    given: dict = {"held_on": DAY, "today": DAY, "now": NOW} | WORDS
    return agree(post=post_of(title), household_id=household.pk, **(given | changed))


def test_an_agreement_holds_once_the_other_line_confirms(county: SmallCounty, moved: Household) -> None:
    assign_watched(post=system_post(), on=date(2021, 1, 1), now=NOW)
    row = talk(moved, "新居社区包联干部")
    assert (row.recorded_line, row.in_force) == ("residence", False)
    assert (row.residence_post_title, row.origin_post_title) == ("新居社区包联干部", "高坪村包联干部")
    for title in ("新居社区社区干部", "东河镇 防返贫专干", "新居社区第1网格网格员"):
        with pytest.raises(NotAllowed, match="户籍村一方"):
            confirm_agreement(post=post_of(title), agreement_id=row.pk, now=NOW)
    done = confirm_agreement(post=post_of("高坪村村干部"), agreement_id=row.pk, now=NOW)
    assert done.in_force
    assert agreements_of(moved.pk)[0].confirmed_by_title == "高坪村村干部"
    with pytest.raises(Refusal, match="已由“高坪村村干部”确认"):
        confirm_agreement(post=post_of("西山镇防返贫专干"), agreement_id=row.pk, now=NOW)
    assert Entry.objects.filter(tag__startswith="responsibility:").count() == 3


def test_the_town_of_the_other_line_may_confirm(moved: Household) -> None:
    row = talk(moved, "西山镇防返贫专干")
    assert row.origin_post_title == "", "nobody was named yet; the record says so by its emptiness"
    assert confirm_agreement(post=post_of("东河镇 防返贫专干"), agreement_id=row.pk, now=NOW).in_force


def test_a_town_over_both_places_says_for_whom_it_writes_and_does_not_confirm_itself(moved: Household) -> None:
    Household.objects.filter(pk=moved.pk).update(village=VILLAGE_A, town=TOWN_A)
    with pytest.raises(Refusal, match="两方都在"):
        talk(moved, "东河镇 防返贫专干")
    row = talk(moved, "东河镇 防返贫专干", line="origin")
    with pytest.raises(NotAllowed):
        confirm_agreement(post=post_of("东河镇 防返贫专干"), agreement_id=row.pk, now=NOW)
    other = Post.objects.create(user=post_of("高坪村村干部").user, role="town", title="东河镇分管领导", division=TOWN_A, valid_from=DAY)
    assert confirm_agreement(post=other, agreement_id=row.pk, now=NOW).in_force


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"place": " "}, "地点"), ({"participants": ""}, "参加人"), ({"agreed": ""}, "议定事项"), ({"held_on": DAY + timedelta(days=1)}, "还没有到")],
)
def test_a_record_not_a_tick(moved: Household, changed: dict, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        talk(moved, "新居社区包联干部", **changed)
    assert not Agreement.objects.exists()


def test_who_may_not_agree(moved: Household, settled: Household) -> None:
    with pytest.raises(Refusal, match="没有搬迁"):
        talk(settled, "双柳村包联干部")
    for title in ("双柳村包联干部", "县专班 数据专员", "县督查一组"):
        with pytest.raises(NotAllowed):
            talk(moved, title)
    with pytest.raises(NotAllowed):
        confirm_agreement(post=post_of("高坪村村干部"), agreement_id=999, now=NOW)
