"""Naming who answers, handing a post over, acknowledging what one was told, and agreeing between both lines."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import F, Q

from sangesan.accounts.acting import acting
from sangesan.accounts.actions import account_without_password, succeed
from sangesan.accounts.models import Post, User
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.registry.permissions import WHOLE_COUNTY
from sangesan.responsibility import domain
from sangesan.responsibility.domain import Line
from sangesan.responsibility.filling import BATCH, fill_gaps
from sangesan.responsibility.models import Duty, Told
from sangesan.responsibility.permissions import belongs, household_for, lines_of, place_of, reached_told, watched

FROM_LIST = "请从您的列表进入"


def assign(
    *, post: Post, household_id: int, line: str, duty: str, role: str, holder_id: int, on: date, now: datetime
) -> Duty:
    """Names a post for one row of a household from a day; who held it ends that day.

    Raises Refusal for a row the household does not need, a post of another place or not held on the day, or a day before
    the present holder began; NotAllowed outside the post's reach (a town names for its own line).
    """
    with acting(post, "responsibility.assign", on=f"household:{household_id}") as act:
        household = household_for(post, household_id)
        slot = _slot(household, line, duty, role)
        _require_line(post, household, slot[0])
        holder = _holder(household, slot[0], holder_id, on)
        former = (
            Duty.objects.filter(household=household, line=line, duty=duty, role=role, valid_to=None)
            .select_for_update(of=("self",))
            .first()
        )
        if former is not None:
            _end(former, holder, on)
        try:
            row = Duty.objects.create(
                household=household, line=line, duty=duty, role=role, post=holder, valid_from=on, recorded_at=now
            )
        except IntegrityError:
            raise Refusal("这一项刚刚由别人明确了", remedy="请刷新页面查看") from None
        act.detail = {"line": line, "duty": duty, "role": role, "post": holder.pk, "from": on.isoformat()}
    return row


def assign_by_default(*, post: Post, village: str, on: date, now: datetime) -> int:
    """Fills every gap at a village or community from its posts: rows of its own line only; returns how many.

    Raises NotAllowed for a village of another town.
    """
    with acting(post, "responsibility.assign", on=f"division:{village}") as act:
        places = tree()
        if places.levels.get(village) not in {"village", "community"}:
            raise NotAllowed("没有这个村（社区）", remedy=FROM_LIST)
        if post.role not in WHOLE_COUNTY and places.town_of(village) != post.division:
            raise NotAllowed("这个村（社区）不在您的管理范围内", remedy=FROM_LIST)
        there = Household.objects.exclude(stage="gone").filter(Q(village=village) | Q(residence=village))
        filled = fill_gaps(list(there.order_by("pk")), at=village, on=on, now=now)
        act.detail = {"filled": filled, "from": on.isoformat()}
    return filled


def assign_watched(*, post: Post, on: date, now: datetime) -> int:
    """Fills every gap of the relocated and monitored households in the post's reach; a town only on its own lines."""
    with acting(post, "responsibility.assign", on=f"division:{post.division or 'county'}") as act:
        rows = list(watched(post).order_by("pk"))
        if post.role in WHOLE_COUNTY:
            filled = fill_gaps(rows, at=None, on=on, now=now)
        else:
            filled = sum(
                fill_gaps([h for h in rows if village in {h.village, h.residence}], at=village, on=on, now=now)
                for village in tree().children.get(post.division, ())
            )
        act.detail = {"filled": filled, "from": on.isoformat()}
    return filled


def _slot(household: Household, line: str, duty: str, role: str) -> domain.Slot:
    for slot in domain.slots(household.relocated):
        if slot == (line, duty, role):
            return slot
    raise Refusal("这一户没有这一项责任", place="责任", remedy="非搬迁户只有户籍村一方；搬迁户按双线表明确")


def _require_line(post: Post, household: Household, line: Line) -> None:
    if post.role not in WHOLE_COUNTY and line not in lines_of(post, household):
        raise NotAllowed(
            f"“{post.title}”不能为{tree().full_name(place_of(household, line))}一方明确责任人",
            remedy="请由那一方的镇或县专班明确",
        )


def _holder(household: Household, line: Line, holder_id: int, on: date) -> Post:
    """The post named, when it belongs to the line's place and is held on the day; raises Refusal."""
    holder = Post.objects.filter(pk=holder_id).first()
    if holder is None or not belongs(holder, household, line):
        place = tree().full_name(place_of(household, line))
        raise Refusal("所选岗位不是这一方的岗位", place="责任人", remedy=f"请选{place}的网格员、村（社区）或镇级岗位")
    if holder.user_id is None or not holder.held_on(on):
        raise Refusal(f"“{holder.title}”在{on}无人任职", place="责任人", remedy="请另选岗位或改日期")
    return holder


def _end(former: Duty, holder: Post, on: date) -> None:
    if former.post_id == holder.pk:
        raise Refusal(f"这一项已由“{holder.title}”负责", place="责任人", remedy="不必再登记")
    if on < former.valid_from:
        raise Refusal(f"现任自{former.valid_from}起负责", place="起始日期", remedy="请填这一天或以后的日期")
    Duty.objects.filter(pk=former.pk).update(valid_to=on)


@dataclass(frozen=True)
class HandedOver:
    """A post handed over: the successor's post, how many rows moved with it."""

    post: Post
    duties: int
    new_account: bool


def hand_over(
    *,
    post: Post,
    from_post_id: int,
    on: date,
    now: datetime,
    to_user_id: int | None = None,
    to_username: str = "",
    to_name: str = "",
) -> HandedOver:
    """Ends a post's term the day before `on` and opens the same post for the successor; open duties move from that day.

    The successor: a user by id or username, or a new one with username and name (who gets a password elsewhere before
    logging in). What a list shows follows the place, so it moves by itself. Raises Refusal when the post has ended, when
    `on` is not after its beginning, or for a successor who holds it or cannot be found; NotAllowed outside the reach:
    a town hands over the posts of its villages and grids.
    """
    with acting(post, "responsibility.hand_over", on=f"post:{from_post_id}") as act:
        former = post_to_hand_over(post, from_post_id, lock=True)
        if former.valid_to is not None and former.valid_to < on:
            raise Refusal(f"这个岗位的任期已于{former.valid_to}结束", remedy="请选现任的岗位")
        if on <= former.valid_from:
            raise Refusal(f"现任自{former.valid_from}起任职", place="移交日期", remedy="请填晚于这一天的日期")
        user, is_new = _successor(former, to_user_id, to_username.strip(), to_name.strip())
        following = succeed(former, user, on)
        moved = _move_duties(former, following, on, now)
        act.detail = {"to": following.pk, "from": on.isoformat(), "duties": moved, "new_account": is_new}
    return HandedOver(following, moved, is_new)


def post_to_hand_over(post: Post, from_post_id: int, *, lock: bool = False) -> Post:
    """A post that this one may hand over; raises NotAllowed (also where it does not exist)."""
    rows = Post.objects.exclude(role=Post.Role.SYSTEM).exclude(user=None)
    if post.role != Post.Role.COUNTY:
        below = tree().children.get(post.division, ()) if post.role == Post.Role.TOWN else ()
        rows = rows.filter(role__in=[Post.Role.VILLAGE, Post.Role.GRID], division__in=below)
    rows = rows.select_for_update(of=("self",)) if lock else rows.select_related("user")
    found = rows.filter(pk=from_post_id).first()
    if found is None:
        raise NotAllowed("没有这个岗位，或不由您移交", remedy="镇移交本镇村（社区）和网格的岗位，其余由县专班移交")
    return found


def _successor(former: Post, user_id: int | None, username: str, name: str) -> tuple[User, bool]:
    """The user who takes over, and whether the account is new."""
    known = User.objects.filter(pk=user_id) if user_id is not None else User.objects.filter(username=username)
    user = known.first()
    if user is None:
        if user_id is not None or not (username and name):
            raise Refusal("没有找到接任人", place="接任人", remedy="请填已有的用户名，或同时填新用户名和姓名")
        return account_without_password(username=username, name=name), True
    if name and name != user.name:
        raise Refusal(f"用户名“{username}”已属于“{user.name}”", place="接任人", remedy="请核对姓名，或另取用户名")
    if user.pk == former.user_id:
        raise Refusal(f"这个岗位现在就由“{user.name}”担任", place="接任人", remedy="请填另一人")
    if not user.is_active:
        raise Refusal(f"“{user.name}”的账号已停用", place="接任人", remedy="请另选一人")
    return user, False


def _move_duties(former: Post, following: Post, on: date, now: datetime) -> int:
    """Ends the rows of the one and opens the same for the other; a row that would only begin later moves whole."""
    held = list(Duty.objects.filter(post=former, valid_to=None).select_for_update(of=("self",)).order_by("pk"))
    rows = Duty.objects.filter(post=former, valid_to=None)
    rows.filter(valid_from__gt=on).update(valid_to=F("valid_from"))
    rows.filter(valid_from__lte=on).update(valid_to=on)
    Duty.objects.bulk_create(
        [
            Duty(
                household_id=d.household_id,
                line=d.line,
                duty=d.duty,
                role=d.role,
                post=following,
                valid_from=max(on, d.valid_from),
                recorded_at=now,
            )
            for d in held
        ],
        batch_size=BATCH,
    )
    return len(held)


def acknowledge(*, post: Post, told_id: int, now: datetime) -> Told:
    """The line that was told says so; raises Refusal where it has already, NotAllowed for the other line."""
    with acting(post, "responsibility.acknowledge", on=f"told:{told_id}") as act:
        told = reached_told(post).filter(pk=told_id).select_for_update(of=("self",)).first()
        if told is None:
            raise NotAllowed("没有这条告知，或不是告知您这一方的", remedy=FROM_LIST)
        if told.acknowledged_at is not None:
            raise Refusal(f"已由“{told.acknowledged_by_title}”签收", remedy="不必再签收")
        told.acknowledged_at, told.acknowledged_by, told.acknowledged_by_title = now, post.pk, post.title
        told.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_by_title"])
        act.detail = {"about": told.about, "line": told.line}
    return told
