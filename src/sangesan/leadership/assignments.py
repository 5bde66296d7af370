"""Giving a task down the chain, receiving it, reporting it done, verifying it. Each is an act; history only grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.files.attaching import place_all, prepare_all
from sangesan.kernel.refusal import Refusal
from sangesan.leadership import domain
from sangesan.leadership.domain import OF_RECEIVER, UNCLOSED, Act, Asked, State, check_given
from sangesan.leadership.models import Assignment, Part, Step
from sangesan.leadership.standing import answers_for, below, posts_answered_for, stands_for
from sangesan.leadership.words import ASSIGNMENT, STEP, seal
from sangesan.messages.sending import tell

MOST_FILES = 9
EVIDENCE = "佐证"
GIVEN, RETURNED, REPORTED = "assignment_given", "assignment_returned", "assignment_reported"
GIVE, ANSWER = "leadership.give", "leadership.answer"


@dataclass(frozen=True)
class Told:
    """What a step says. why_open: why it is done though parts passed down are open; due_on: the new day (POSTPONE)."""

    words: str = ""
    why_open: str = ""
    due_on: date | None = None
    files: Sequence[bytes] = ()


def subject_of(step_id: int) -> str:
    """The subject of a step's attachments."""
    return f"assignment_step:{step_id}"


def give(
    *,
    post: Post,
    title: str,
    words: str,
    to: Sequence[Post],
    due_on: date,
    origin: str = "",
    submission: UUID,
    now: datetime,
    today: date,
    parent: Part | None = None,
) -> Assignment:
    """Gives a task to one or several posts below; the same submission again gives the same task.

    origin: "meeting:3", "sheet:9", "" where it comes from nothing else. parent: the part of the giver from which it is
    passed down; it counts as received by that. Each receiver is told. Raises Refusal, NotAllowed.
    """
    require(post, GIVE)
    there = Assignment.objects.filter(submission=submission).first()
    if there is not None:
        return _of_same(there, post)
    receivers = list({one.pk: one for one in to}.values())
    check_given(title, words, due_on=due_on, today=today, parent_due=parent.due_on if parent else None)
    _receivers_below(post, receivers, today)
    try:
        with acting(post, GIVE, on=origin or "assignment:new") as act:
            if parent is not None:
                parent = _ready_to_pass_down(post, parent.pk, submission=submission, now=now, today=today)
            task = Assignment(
                title=title.strip(),
                sealed=seal(ASSIGNMENT, {"words": words.strip()}),
                giver=post,
                giver_title=post.title,
                given_on=today,
                due_on=due_on,
                origin=origin,
                parent=parent,
                submission=submission,
                recorded_at=now,
            )
            _keep(task, receivers, now)
            act.on = f"assignment:{task.pk}"
            act.detail = {"to": [one.pk for one in receivers], "due": due_on.isoformat(), "origin": origin}
    except IntegrityError:  # the same form twice at once: the other one has kept it
        return _of_same(Assignment.objects.get(submission=submission), post)
    return task


def _keep(task: Assignment, receivers: Sequence[Post], now: datetime) -> None:
    """The task with a part for each receiver, who is told."""
    task.save()
    Part.objects.bulk_create(
        [
            Part(assignment=task, post=one, post_title=one.title, state=State.ISSUED, due_on=task.due_on)
            for one in receivers
        ]
    )
    fields = {"count": 1, "day": task.due_on}
    tell(receivers, GIVEN, fields, f"/assignments/{task.pk}/", source=f"assignment:{task.pk}", now=now)


def take_step(
    *, post: Post, part_id: int, act: Act, told: Told | None = None, submission: UUID, now: datetime, today: date
) -> Part:
    """One step of a part as the table allows it; the same submission again changes nothing.

    Raises Refusal for what the table, the words or the person do not allow, NotAllowed where it is none of the post's.
    """
    permission = ANSWER if act in OF_RECEIVER else GIVE
    require(post, permission)
    said = told or Told()
    known = Step.objects.filter(submission=submission).select_related("part").first()
    if known is not None:
        return known.part
    prepared = prepare_all(said.files, called=EVIDENCE, most=MOST_FILES)
    with acting(post, permission, on=f"assignment_part:{part_id}") as entry:
        part = _locked(part_id)
        if Step.objects.filter(submission=submission, part=part).exists():  # the same form twice at once
            return part
        row = _step(part, act, said, post=post, submission=submission, now=now, today=today)
        subject = subject_of(row.pk)
        place_all(prepared, called=EVIDENCE, subject=subject, role="evidence", added_by=post.pk, now=now)
        entry.detail = {"act": act, "state": part.state, "files": len(prepared)}
        _tell_of(part, act, now)
    return part


def assignments_of(origin: str) -> list[Assignment]:
    """The tasks that came from one thing ("meeting:3"), the oldest first, with their parts."""
    return list(Assignment.objects.filter(origin=origin).order_by("pk").prefetch_related("parts__post"))


def open_for(post: Post, *, on: date) -> list[Part]:
    """The parts that wait for a post (or another of its unit) to act, the most urgent first."""
    rows = Part.objects.filter(post__in=posts_answered_for(post, on), state__in=domain.OPEN)
    return list(rows.select_related("assignment", "post").order_by("due_on", "pk"))


def _step(part: Part, act: Act, said: Told, *, post: Post, submission: UUID, now: datetime, today: date) -> Step:
    """Asks the table, writes the row, and moves the part."""
    children = Part.objects.filter(assignment__parent=part, state__in=UNCLOSED).count() if act == Act.DO else 0
    asked = Asked(
        act=act,
        receiver=answers_for(post, part.post, today),
        giver=stands_for(post, part.assignment.giver, today),
        did_it=_did_it(part, post),
        words=said.words,
        children=children,
        why_open=said.why_open,
        due_on=said.due_on,
    )
    if not (asked.receiver or asked.giver):
        raise NotAllowed("没有这项交办任务，或与您的岗位无关", remedy="请从“交办任务”进入")
    part.state = domain.step(State(part.state), asked, today=today, due_on=part.due_on)
    _dates(part, act, said, today)
    part.save()
    words = {"words": said.words.strip()[: domain.LONGEST_WORDS], "why_open": said.why_open.strip()[:500]}
    return Step.objects.create(
        part=part,
        act=act,
        state=part.state,
        due_on=part.due_on,
        sealed=seal(STEP, words) if any(words.values()) else None,
        post=post.pk,
        post_title=post.title,
        user=post.user_id,
        day=today,
        submission=submission,
        recorded_at=now,
    )


def _dates(part: Part, act: Act, said: Told, today: date) -> None:
    if act == Act.RECEIVE:
        part.read_on = today
    elif act == Act.DO:
        part.done_on = today
    elif act == Act.RETURN:
        part.done_on = None
    elif act in {Act.VERIFY, Act.WITHDRAW}:
        part.closed_on = today
    elif said.due_on is not None:
        part.due_on = said.due_on


def _did_it(part: Part, post: Post) -> bool:
    """Whether the last report was this post's, or the same person's under another post."""
    last = part.steps.filter(act=Act.DO).order_by("-pk").first()
    return last is not None and (last.post == post.pk or (last.user is not None and last.user == post.user_id))


def _ready_to_pass_down(post: Post, part_id: int, *, submission: UUID, now: datetime, today: date) -> Part:
    """The giver's own open part, received by passing it down where it was not yet."""
    part = _locked(part_id)
    if not answers_for(post, part.post, today):
        raise NotAllowed("这项任务不是交办给您的", remedy="请从“交给我的”进入")
    if part.state not in domain.OPEN:
        raise Refusal("这项任务已办结或撤回，不能再向下交办", place="交办任务", remedy="请刷新页面")
    if part.state == State.ISSUED:
        _step(part, Act.RECEIVE, Told(), post=post, submission=submission, now=now, today=today)
    return part


def _receivers_below(post: Post, receivers: Sequence[Post], today: date) -> None:
    if not receivers:
        raise Refusal("没有选交办给谁", place="交办对象", remedy="请至少选一个岗位")
    for one in receivers:
        if one.pk == post.pk or not below(post, one):
            raise Refusal(f"不能交办给“{one.title}”", place="交办对象", remedy="请选择本岗位以下的岗位")
        if one.user_id is None or not one.held_on(today):
            raise Refusal(f"“{one.title}”现在没有人担任", place="交办对象", remedy="请先登记任职，或选别的岗位")


def _of_same(task: Assignment, post: Post) -> Assignment:
    if task.giver_id != post.pk:
        raise Refusal("这张表已由别的岗位提交过", remedy="请重新打开交办页面")
    return task


def _locked(part_id: int) -> Part:
    rows = Part.objects.select_for_update(of=("self",)).select_related("post", "assignment__giver")
    part = rows.filter(pk=part_id).first()
    if part is None:
        raise NotAllowed("没有这项交办任务，或与您的岗位无关", remedy="请从“交办任务”进入")
    return part


def _tell_of(part: Part, act: Act, now: datetime) -> None:
    """The receiver hears of a return, the giver of a report: each anew every time."""
    link = f"/assignments/{part.assignment_id}/"
    if act == Act.RETURN:
        tell([part.post], RETURNED, {"count": 1, "day": part.due_on}, link, now=now)
    if act == Act.DO:
        tell([part.assignment.giver], REPORTED, {"count": 1}, link, now=now)
