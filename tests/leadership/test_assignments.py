"""Tasks given down the chain, over the database."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.assignments import Told, assignments_of, give, open_for, take_step
from sangesan.leadership.domain import Act, State
from sangesan.leadership.models import Assignment, Part, Step
from sangesan.messages.models import Message
from web.small_county import DAY, NOW, SmallCounty

DUE = DAY + timedelta(days=7)


def hand(giver: Post, *to: Post, parent: Part | None = None, due: date = DUE, origin: str = "meeting:3") -> Assignment:
    return give(
        post=giver, title="核实未落实措施的户", words="逐户核实并安排措施", to=to, due_on=due, origin=origin,
        submission=uuid4(), now=NOW, today=DAY, parent=parent,
    )  # fmt: skip


def do(post: Post, part: Part, act: Act, words: str = "", **more: object) -> Part:
    told = Told(words=words, **more)  # type: ignore[arg-type]
    return take_step(post=post, part_id=part.pk, act=act, told=told, submission=uuid4(), now=NOW, today=DAY)


def test_down_the_chain_and_up_again(small_county: SmallCounty) -> None:
    county, town, village, grid = (small_county.posts[role] for role in ("county", "town", "village", "grid"))
    first = hand(county, town).parts.get()
    second = hand(town, village, parent=first).parts.get()
    third = hand(village, grid, parent=second).parts.get()
    first.refresh_from_db()
    assert (first.state, first.read_on) == (State.RECEIVED, DAY)  # passing it down is reading it
    with pytest.raises(Refusal, match="向下交办的还有 1 项"):
        do(town, first, Act.DO, "各村已经核实")
    do(grid, third, Act.RECEIVE)
    do(grid, third, Act.DO, "三户都已上门核实")
    do(village, third, Act.VERIFY)
    do(village, second, Act.DO, "本村三户已核实")
    do(town, second, Act.VERIFY)
    do(town, first, Act.DO, "全镇已核实")
    assert do(county, first, Act.VERIFY).state == State.VERIFIED
    assert [one.pk for one in assignments_of("meeting:3")] == sorted(Assignment.objects.values_list("pk", flat=True))
    assert not open_for(town, on=DAY)


def test_it_is_done_with_open_children_only_with_a_reason(small_county: SmallCounty) -> None:
    county, town, village = (small_county.posts[role] for role in ("county", "town", "village"))
    part = hand(county, town).parts.get()
    hand(town, village, parent=part)
    done = do(town, part, Act.DO, "镇上已经统一办完", why_open="该村由镇上代办")
    assert done.state == State.DONE


def test_the_same_submission_makes_one(small_county: SmallCounty) -> None:
    county, town, one = small_county.posts["county"], small_county.posts["town"], uuid4()
    given = [
        give(post=county, title="核实情况", words="逐户核实", to=[town], due_on=DUE, submission=one, now=NOW, today=DAY)
        for _ in range(2)
    ]
    assert given[0] == given[1]
    part = given[0].parts.get()
    twice = uuid4()
    for _ in range(2):
        take_step(post=town, part_id=part.pk, act=Act.RECEIVE, submission=twice, now=NOW, today=DAY)
    assert Step.objects.count() == 1
    assert Message.objects.filter(post=town).count() == 1


@pytest.mark.parametrize(
    ("giver", "receiver"), [("town", "county"), ("village", "town"), ("town", "department"), ("county", "county")]
)
def test_nothing_is_given_upwards(small_county: SmallCounty, giver: str, receiver: str) -> None:
    with pytest.raises(Refusal, match="不能交办给"):
        hand(small_county.posts[giver], small_county.posts[receiver])


@pytest.mark.parametrize("role", ["grid", "department"])
def test_grids_and_departments_give_nothing(small_county: SmallCounty, role: str) -> None:
    with pytest.raises(NotAllowed):
        hand(small_county.posts[role], small_county.posts["grid"])


def test_a_stranger_neither_answers_nor_verifies(small_county: SmallCounty) -> None:
    part = hand(small_county.posts["county"], small_county.posts["town"]).parts.get()
    with pytest.raises(NotAllowed):
        do(small_county.posts["department"], part, Act.RECEIVE)
    with pytest.raises(NotAllowed):
        do(small_county.posts["inspector"], part, Act.WITHDRAW, "不是我的任务")


def test_one_person_on_two_posts_does_not_verify_their_own_report(small_county: SmallCounty) -> None:
    county, town = small_county.posts["county"], small_county.posts["town"]
    part = hand(county, town).parts.get()
    Post.objects.filter(pk=town.pk).update(user=county.user)
    town.refresh_from_db()
    do(town, part, Act.RECEIVE)
    do(town, part, Act.DO, "已经全部办好")
    with pytest.raises(Refusal, match="不能自己核验"):
        do(county, part, Act.VERIFY)


def test_a_returned_part_keeps_its_history(small_county: SmallCounty) -> None:
    county, town = small_county.posts["county"], small_county.posts["town"]
    part = hand(county, town).parts.get()
    do(town, part, Act.RECEIVE)
    do(town, part, Act.DO, "已经全部办好")
    with pytest.raises(Refusal, match="没有写退回的理由"):
        do(county, part, Act.RETURN)
    do(county, part, Act.RETURN, "没有附佐证材料")
    do(county, part, Act.POSTPONE, "给三天补材料", due_on=DUE + timedelta(days=3))
    part.refresh_from_db()
    assert (part.state, part.due_on, part.done_on) == (State.RETURNED, DUE + timedelta(days=3), None)
    assert list(part.steps.order_by("pk").values_list("act", flat=True)) == ["receive", "do", "return", "postpone"]
    assert "佐证" not in str(bytes(part.steps.get(act="return").sealed or b""))  # sealed


def test_a_child_is_not_due_after_its_parent(small_county: SmallCounty) -> None:
    county, town, village = (small_county.posts[role] for role in ("county", "town", "village"))
    part = hand(county, town).parts.get()
    with pytest.raises(Refusal, match="期限晚于上级要求"):
        hand(town, village, parent=part, due=DUE + timedelta(days=1))


def test_only_ones_own_part_is_passed_down(small_county: SmallCounty) -> None:
    part = hand(small_county.posts["county"], small_county.posts["department"]).parts.get()
    with pytest.raises(NotAllowed):
        hand(small_county.posts["town"], small_county.posts["village"], parent=part)
