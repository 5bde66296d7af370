"""Both lines agree on measures (共商): one writes the record, the other confirms it; until then it is not in force."""

from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.responsibility.domain import LINES, Line, other
from sangesan.responsibility.models import Agreement
from sangesan.responsibility.permissions import household_for, lines_of
from sangesan.responsibility.queries import title_of_line

CONFIRMING = {Post.Role.TOWN, Post.Role.VILLAGE}


def agree(
    *,
    post: Post,
    household_id: int,
    held_on: date,
    place: str,
    participants: str,
    agreed: str,
    today: date,
    now: datetime,
    line: str = "",
) -> Agreement:
    """The record of a talk between both lines: which measures, by whom, until when. In force once the other confirms.

    line: for which line the post writes, where it speaks for both (a town over both places); else its own. Raises
    Refusal for a household that was not relocated, a day to come, or an empty field; NotAllowed for a post of neither.
    """
    with acting(post, "responsibility.agree", on=f"household:{household_id}") as act:
        household = household_for(post, household_id)
        if not household.relocated:
            raise Refusal("这一户没有搬迁，不需要双线共商", remedy="帮扶措施由户籍村安排")
        own = _own_line(post, household, line)
        words = {"地点": place.strip(), "参加人": participants.strip(), "议定事项": agreed.strip()}
        for name, text in words.items():
            if not text:
                raise Refusal(f"“{name}”没有填", place=name, remedy="共商是记录：写明哪些措施、谁办、何时办")
        if held_on > today:
            raise Refusal(f"{held_on}还没有到", place="共商日期", remedy="请填实际共商的日期")
        row = Agreement.objects.create(
            household=household,
            held_on=held_on,
            place=words["地点"],
            residence_post_title=title_of_line(household, Line.RESIDENCE, held_on),
            origin_post_title=title_of_line(household, Line.ORIGIN, held_on),
            participants=words["参加人"],
            agreed=words["议定事项"],
            recorded_line=own,
            recorded_by=post.pk,
            recorded_by_title=post.title,
            recorded_at=now,
        )
        act.detail = {"agreement": row.pk, "line": str(own)}
    return row


def _own_line(post: Post, household: Household, line: str) -> Line:
    mine = lines_of(post, household)
    if not mine:
        raise NotAllowed("您不是这一户任何一方的岗位", remedy="请由户籍村或居住社区一方登记")
    if len(mine) == 1:
        return next(iter(mine))
    for one in mine:
        if one == line:
            return one
    raise Refusal("两方都在您的管理范围内", place="登记的一方", remedy="请选明代哪一方登记")


def confirm_agreement(*, post: Post, agreement_id: int, now: datetime) -> Agreement:
    """The other line's village or town confirms; from then the agreement is in force.

    Raises Refusal where it is confirmed already or by who wrote it; NotAllowed for any other post.
    """
    with acting(post, "responsibility.agree", on=f"agreement:{agreement_id}", reason="确认") as act:
        row = Agreement.objects.select_for_update(of=("self",)).filter(pk=agreement_id).first()
        if row is None:
            raise NotAllowed("没有这份共商记录，或不在您的管理范围内", remedy="请从农户页面进入")
        household = household_for(post, row.household_id)
        against = other(Line(row.recorded_line))
        if row.confirmed_at is not None:
            raise Refusal(f"已由“{row.confirmed_by_title}”确认", remedy="不必再确认")
        if not may_confirm(post, household, row):
            raise NotAllowed(f"这份共商记录须由{LINES[against]}一方的村（社区）或镇确认", remedy="请那一方登录后确认")
        row.confirmed_at, row.confirmed_by, row.confirmed_by_title = now, post.pk, post.title
        row.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_by_title"])
        act.detail = {"household": row.household_id, "line": str(against)}
    return row


def may_confirm(post: Post, household: Household, row: Agreement) -> bool:
    """Whether the post is the village or town of the line that did not write the record, and did not write it itself."""
    against = other(Line(row.recorded_line))
    return post.role in CONFIRMING and post.pk != row.recorded_by and against in lines_of(post, household)
