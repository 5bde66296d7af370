"""Spot calls as they may be seen: the county and the inspectors all, a town or village its own once they have ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.dispatch.models import SpotAnswer, SpotCall
from sangesan.dispatch.spot_calls import DONE, WEEKLY, answering_posts, newest_answers
from sangesan.dispatch.spot_domain import TO_CORRECT, verdicts
from sangesan.dispatch.told_words import ANSWER, CALL, opened
from sangesan.draws.domain import State
from sangesan.draws.models import Draw
from sangesan.regions.queries import tree
from sangesan.registry.permissions import WHOLE_COUNTY


@dataclass(frozen=True)
class Asked:
    """A question as a page shows it. number: its place, from 0; verdict "": not answered yet."""

    number: int
    title: str
    ask: str
    records: list[dict[str, Any]]
    verdict: str
    answer: str
    follow_up: str
    assignment: int | None
    recorded_by: str


@dataclass(frozen=True)
class CallPage:
    """A call with its questions; answerer, result: "" while it runs. may_answer: the posts that could answer."""

    call: SpotCall
    asked: list[Asked]
    answerer: str
    result: str
    posts: list[Post]

    @property
    def left(self) -> int:
        return sum(not one.verdict for one in self.asked)


@dataclass(frozen=True)
class CallLine:
    """A call in a list: verdict -> how many questions. late: not made, and its day has passed."""

    call: SpotCall
    counts: Mapping[str, int]
    late: bool

    @property
    def to_correct(self) -> int:
        return self.counts.get(TO_CORRECT, 0)


def visible_calls(post: Post) -> QuerySet[SpotCall]:
    """The calls that a post may see."""
    require(post, "dispatch.see")
    rows = SpotCall.objects.all()
    if post.role in WHOLE_COUNTY:
        return rows
    if post.role in {Post.Role.TOWN, Post.Role.VILLAGE}:
        places = tree()
        villages = places.children.get(post.division, ()) if post.role == Post.Role.TOWN else (post.division,)
        return rows.filter(state=DONE, village__in=villages)
    return rows.none()


def calls(post: Post, *, today: date, after: int | None = None, limit: int = 31) -> list[CallLine]:
    """The calls of a post, the newest first."""
    rows = visible_calls(post).select_related("draw").order_by("-pk")
    found = list((rows.filter(pk__lt=after) if after is not None else rows)[:limit])
    counts: dict[int, dict[int, str]] = {}
    for row in SpotAnswer.objects.filter(call__in=found).order_by("id").values_list("call_id", "question", "verdict"):
        counts.setdefault(row[0], {})[row[1]] = row[2]
    return [
        CallLine(
            call,
            {code: list(counts.get(call.pk, {}).values()).count(code) for code in verdicts()},
            call.state != DONE and call.due_on < today,
        )
        for call in found
    ]


def call_page(post: Post, call_id: int, today: date) -> CallPage:
    """One call; raises NotAllowed outside the post's reach."""
    call = visible_calls(post).select_related("draw", "answerer").filter(pk=call_id).first()
    if call is None:
        raise NotAllowed("没有这次调度，或不在您的管理范围内", remedy="请从“点对点调度”进入")
    rows, told = newest_answers(call), opened(CALL, call.sealed)
    last = max([len(call.questions) - 1, *rows])
    asked = [_asked(call, number, rows.get(number)) for number in range(last + 1)]
    posts = answering_posts(call.village, today) if call.state != DONE else []
    return CallPage(call, asked, told.get("answerer", ""), told.get("result", ""), posts)


def waiting_draws() -> QuerySet[Draw]:
    """Weekly draws that have a result and no call yet."""
    made = SpotCall.objects.filter(draw=OuterRef("pk"))
    return Draw.objects.filter(~Exists(made), purpose=WEEKLY, state=State.DONE).order_by("number")


def open_calls() -> tuple[int, date | None]:
    """(calls that wait to be made, the earliest day by which one should be)."""
    days = list(SpotCall.objects.exclude(state=DONE).order_by("due_on").values_list("due_on", flat=True))
    return len(days), days[0] if days else None


def _asked(call: SpotCall, number: int, row: SpotAnswer | None) -> Asked:
    question: dict[str, Any] = (
        call.questions[number] if number < len(call.questions) else {"title": "补充提问", "ask": "", "records": []}
    )
    told = opened(ANSWER, row.sealed) if row else {}
    return Asked(
        number=number,
        title=question["title"],
        ask=told.get("asked") or question["ask"],
        records=question["records"],
        verdict=row.verdict if row else "",
        answer=told.get("answer", ""),
        follow_up=told.get("follow_up", ""),
        assignment=row.assignment_id if row else None,
        recorded_by=row.post_title if row else "",
    )
