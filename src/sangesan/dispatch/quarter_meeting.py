"""The quarterly meeting: preparing its pack, recording minutes, giving its decisions as tasks, drafting the minutes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.queries import holding
from sangesan.amendments.queries import parameter_number
from sangesan.bulletins.actions import draft
from sangesan.bulletins.models import Document
from sangesan.dispatch.closing import close_period
from sangesan.dispatch.models import Decision, Meeting, Snapshot
from sangesan.dispatch.quarter_domain import DONE, STAND_TITLES, check_decision, check_minutes, stand
from sangesan.dispatch.quarter_pack import Section, sections
from sangesan.dispatch.quarter_text import minutes_parts, title_of
from sangesan.dispatch.queries import rhythm
from sangesan.dispatch.told_words import MEETING, opened, seal
from sangesan.dispatch.week_closing import close_due
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.assignments import give
from sangesan.leadership.models import Assignment
from sangesan.leadership.receivers import leader
from sangesan.leadership.units import unit
from sangesan.messages.sending import tell

Progress = Callable[[int, int, str], None]
PACK_DAYS = "quarter_pack_days"
SERIES, PREPARED = "minutes", "quarter_prepared"


@dataclass(frozen=True)
class Minutes:
    """What is recorded of a meeting. attended: who came, as one text; discussed: what was said beside the decisions."""

    held_on: date | None
    place: str
    chair: str
    attended: str
    discussed: str


@dataclass(frozen=True)
class Decided:
    """Something decided. units: keys of the towns and departments that are to do it."""

    topic: str
    title: str
    words: str
    units: Sequence[str]
    due_on: date | None


def origin_of(meeting: Meeting) -> str:
    """The origin of a meeting's tasks and document."""
    return f"meeting:{meeting.pk}"


def prepare_meeting(*, post: Post, quarter: Quarter, today: date, now: datetime, progress: Progress) -> Meeting:
    """Closes the quarter where it is not closed and puts the pack together; anew until the meeting was held.

    Raises Refusal for a quarter that has not ended; NotAllowed.
    """
    require(post, "dispatch.close")
    progress(0, 5, f"{quarter} 关账")
    row = close_period(post=post, period=quarter, as_of=rhythm().as_of(quarter), now=now, progress=lambda *_: None)
    there = Meeting.objects.filter(period=str(quarter)).first()
    if there is not None and there.held_on is not None:
        return there
    former = Meeting.objects.filter(ended_on__lt=quarter.last_day()).order_by("-ended_on").first()
    pack = [former_section(former, today), *sections(row, progress)]
    try:
        with acting(post, "dispatch.close", on=f"meeting:{quarter}", reason="季调度材料") as act:
            made, new = Meeting.objects.update_or_create(
                period=str(quarter),
                defaults={"pack": pack, "pack_on": today, "former": former},
                create_defaults={
                    "pack": pack, "pack_on": today, "former": former, "ended_on": quarter.last_day(),
                    "due_on": quarter.last_day() + timedelta(days=parameter_number(PACK_DAYS, today)), "recorded_at": now,
                },
            )  # fmt: skip
            act.on, act.detail = origin_of(made), {"quarter": str(quarter), "new": new}
            county = list(holding(today).filter(role=Post.Role.COUNTY))
            fields = {"count": 1, "day": made.due_on}
            tell(county, PREPARED, fields, "/quarters/", source=f"meeting:{made.pk}", now=now)
    except IntegrityError:
        return Meeting.objects.get(period=str(quarter))
    return made


def prepare_due(*, post: Post, today: date, now: datetime, progress: Progress) -> list[Meeting]:
    """Every quarter whose set day has come gets its pack, once."""
    close_due(post=post, kind="quarter", today=today, now=now, progress=lambda *_: None)
    made = set(Meeting.objects.values_list("period", flat=True))
    rows = Snapshot.objects.filter(kind=Snapshot.Kind.QUARTER).order_by("first_on")
    waiting = [Quarter.parse(row.period) for row in rows if row.period not in made]
    return [prepare_meeting(post=post, quarter=one, today=today, now=now, progress=progress) for one in waiting]


def record_minutes(*, post: Post, quarter: Quarter, given: Minutes, today: date, now: datetime) -> Meeting:
    """The meeting was held: when, where, by whom, what was discussed. May be mended until the minutes are issued.

    The pack is frozen as it then was, with the former decisions as they then stood. Raises Refusal, NotAllowed.
    """
    with acting(post, "dispatch.meet", on=f"meeting:{quarter}") as act:
        meeting = locked(quarter)
        _not_issued(meeting)
        held_on = check_minutes(
            held_on=given.held_on, today=today, ended_on=meeting.ended_on, place=given.place, chair=given.chair,
            discussed=given.discussed,
        )  # fmt: skip
        if meeting.held_on is None:
            meeting.pack = [former_section(meeting.former, held_on), *meeting.pack[1:]]
        content = {
            "place": given.place.strip()[:80], "chair": given.chair.strip()[:60], "attended": given.attended.strip()[:1000],
            "discussed": given.discussed.strip(),
        }  # fmt: skip
        meeting.held_on, meeting.sealed = held_on, seal(MEETING, content)
        meeting.post, meeting.post_title, meeting.recorded_at = post.pk, post.title, now
        meeting.save()
        act.on, act.detail = origin_of(meeting), {"held_on": held_on.isoformat()}
    return meeting


def decide(*, post: Post, quarter: Quarter, given: Decided, submission: UUID, today: date, now: datetime) -> Decision:
    """A decision of a held meeting, given at once as a task; the same submission again gives the same.

    Raises Refusal for a meeting not yet held, a unit where nobody is in post, or a decision without owner or day.
    """
    require(post, "dispatch.meet")
    task = Assignment.objects.filter(submission=submission).first()
    if task is not None and (there := Decision.objects.filter(assignment=task).first()) is not None:
        return there
    with acting(post, "dispatch.meet", on=f"meeting:{quarter}") as act:
        meeting = locked(quarter)
        if meeting.held_on is None:
            raise Refusal("还没有登记会议情况", place="议定事项", remedy="请先登记开会日期和会议情况")
        _not_issued(meeting)
        due_on = check_decision(
            topic=given.topic,
            title=given.title,
            words=given.words,
            owners=given.units,
            due_on=given.due_on,
            today=today,
        )
        owners = [owner_of(key, today) for key in given.units]
        task = give(
            post=post, title=given.title.strip(), words=given.words.strip() or given.title.strip(), to=owners, due_on=due_on,
            origin=origin_of(meeting), submission=submission, now=now, today=today,
        )  # fmt: skip
        row = Decision.objects.create(
            meeting=meeting, number=meeting.decisions.count() + 1, topic=given.topic, assignment=task, post=post.pk,
            post_title=post.title, recorded_at=now,
        )  # fmt: skip
        act.on, act.detail = origin_of(meeting), {"decision": row.number, "task": task.pk, "units": list(given.units)}
    return row


def draft_minutes(*, post: Post, quarter: Quarter, today: date, now: datetime) -> Document:
    """The minutes as an official document, drafted anew until somebody has edited or signed it. Raises Refusal."""
    require(post, "dispatch.meet")
    meeting = Meeting.objects.filter(period=str(quarter)).first()
    if meeting is None or meeting.held_on is None:
        raise Refusal("还没有登记会议情况", place="会议纪要", remedy="请先登记开会日期和会议情况")
    told = opened(MEETING, meeting.sealed)
    return draft(
        post=post, series=SERIES, origin=origin_of(meeting), title=title_of(quarter),
        parts=minutes_parts(quarter, meeting.held_on, told, decisions_of(meeting, today), meeting.pack), now=now, today=today,
    )  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A decision with its task. owners: titles of posts; standing: one of STANDS."""

    decision: Decision
    title: str
    owners: tuple[str, ...]
    due_on: date
    standing: str

    @property
    def standing_title(self) -> str:
        return STAND_TITLES[self.standing]


def decisions_of(meeting: Meeting, on: date) -> list[Shown]:
    """A meeting's decisions as they stand on a day, in their order."""
    rows = Decision.objects.filter(meeting=meeting).select_related("assignment").order_by("number")
    made = []
    for row in rows.prefetch_related("assignment__parts__post"):
        parts = list(row.assignment.parts.all())
        due = max([part.due_on for part in parts], default=row.assignment.due_on)
        standing = stand([part.state for part in parts], due, on)
        made.append(Shown(row, row.assignment.title, tuple(part.post_title for part in parts), due, standing))
    return made


def former_section(former: Meeting | None, on: date) -> Section:
    """How the former meeting's decisions stand: what the next meeting opens with."""
    if former is None:
        words = ["这是系统中的第一次季调度会，没有上次的决定。"]
        return {"code": "former", "title": "上次决定的落实", "words": words, "headings": [], "rows": []}
    shown = decisions_of(former, on)
    done = sum(one.standing == DONE for one in shown)
    words = [f"{former.period} 会议议定 {len(shown)} 项，已办结 {done} 项，未办结 {len(shown) - done} 项。"]
    rows = [
        {"name": one.title, "cells": [
            {"text": "、".join(one.owners)}, {"text": one.due_on.isoformat()},
            {"text": one.standing_title, "task": one.decision.assignment_id},
        ]}
        for one in shown
    ]  # fmt: skip
    return {
        "code": "former",
        "title": "上次决定的落实",
        "words": words,
        "headings": ["议定事项", "责任", "期限", "落实"],
        "rows": rows,
    }


def owner_of(key: str, today: date) -> Post:
    """The post that answers for a town or department; raises Refusal where nobody is in post there."""
    known = unit(key)
    found = leader(known.key, today)
    if found is None:
        raise Refusal(f"{known.title}现在没有人在岗", place="责任单位", remedy="请先登记任职，或交给别的单位")
    return found


def locked(quarter: Quarter) -> Meeting:
    """A quarter's meeting, locked; raises NotAllowed where there is none."""
    meeting = Meeting.objects.select_for_update(of=("self",)).filter(period=str(quarter)).first()
    if meeting is None:
        raise NotAllowed("这个季度还没有会议材料", remedy="请从“季调度”进入，先生成材料")
    return meeting


def _not_issued(meeting: Meeting) -> None:
    if Document.objects.filter(origin=origin_of(meeting), state=Document.State.ISSUED).exists():
        raise Refusal("会议纪要已经印发，不能再改", place="会议纪要", remedy="要更正的，请另发更正")
