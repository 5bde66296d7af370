"""The demonstration's spot calls, its August bulletin and its second-quarter meeting. People and words are made up."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding, system_post
from sangesan.bulletins.actions import draft, issue, sign
from sangesan.bulletins.models import Document
from sangesan.demo.bulletins import sign_for
from sangesan.dispatch.closing import close_period
from sangesan.dispatch.models import Meeting, Snapshot, SpotCall
from sangesan.dispatch.month_bulletin import SERIES, SIGNER, origin_of, told, write_practice
from sangesan.dispatch.month_text import annexes_of, parts_of, title_of
from sangesan.dispatch.quarter_meeting import (
    Decided,
    Minutes,
    decide,
    draft_minutes,
    prepare_meeting,
    record_minutes,
)
from sangesan.dispatch.queries import rhythm
from sangesan.dispatch.spot_calls import WEEKLY, Ended, answer, answering_posts, end, prepare
from sangesan.dispatch.spot_domain import Answer
from sangesan.draws.domain import State
from sangesan.draws.models import Draw
from sangesan.kernel.period import Month, Quarter
from sangesan.leadership.assignments import Told, take_step
from sangesan.leadership.domain import Act
from sangesan.leadership.models import Part
from sangesan.leadership.queries import holder
from sangesan.leadership.receivers import leader
from sangesan.leadership.units import departments, towns
from sangesan.policy.reading import read_yaml
from sangesan.regions.queries import CHINA

DATA = Path(__file__).parent / "data" / "dispatch.yaml"
SPACE = UUID("6f1d3c52-0000-4000-8000-000320220913")  # of the ids of forms that were sent
AUGUST, SECOND = Month(2022, 8), Quarter(2022, 2)
CALLED = 2  # weeks whose call was made; the week before them is left to be called
MORNING, ISSUED_AFTER = time(9, 20), timedelta(days=3)

Progress = Callable[[int, int, str], None]


def write_dispatch(*, today: date, progress: Progress) -> None:
    """Calls, the August bulletin, the meeting of the second quarter; what is there stays."""
    given: dict[str, Any] = read_yaml(DATA)
    caller = _county(today)
    progress(0, 3, "点对点调度")
    _calls(given["calls"], caller, today)
    progress(1, 3, "8月通报")
    _month(given["practices"], caller, today)
    progress(2, 3, "二季度调度会")
    _meeting(given["meeting"], caller, today)
    progress(3, 3, f"{SpotCall.objects.count()} 次调度，{Meeting.objects.count()} 次季调度会")


def _calls(given: dict[str, Any], caller: Post, today: date) -> None:
    """Every published draw has its call; the newest ones were made."""
    draws = list(Draw.objects.filter(purpose=WEEKLY, state=State.DONE, spot_call=None).order_by("number"))
    for n, draw in enumerate(draws):
        ended = draw.ended_at or draw.fixed_at
        day = min(ended.astimezone(CHINA).date() + timedelta(days=1), today)
        call = prepare(post=system_post(), draw=draw, today=day, now=_at(day))
        if n >= len(draws) - CALLED and answering_posts(call.village, today):
            _answer(call, given, caller, day)


def _answer(call: SpotCall, given: dict[str, Any], caller: Post, day: date) -> None:
    said = given["answers"]
    rows = [Answer(n, *said[n % len(said)]) for n in range(len(call.questions))]
    asked, verdict, words = given["asked"]
    rows.append(Answer(len(call.questions), verdict, words, "", asked))
    answer(post=caller, call_id=call.pk, answers=rows, submission=uuid5(SPACE, call.week), now=_at(day))
    first = answering_posts(call.village, day)
    how = Ended("phone", day, given["result"], first[0].pk if first else None, "演示·村干部")
    end(post=caller, call_id=call.pk, how=how, now=_at(day), today=day)


def _month(practices: list[list[Any]], caller: Post, today: date) -> None:
    """Closed, drafted, signed and issued; the units' sheets are made by the background job, as after any stop."""
    if Snapshot.objects.filter(kind="month", period=str(AUGUST)).exists() or rhythm().closing_day(AUGUST) > today:
        return
    day = rhythm().closing_day(AUGUST)
    for n, (kind, place, words) in enumerate(practices):
        key = (towns() if kind == "town" else departments())[place].key
        write_practice(
            post=caller, month=AUGUST, unit_key=key, words=words, submission=uuid5(SPACE, f"practice {n}"), now=_at(day)
        )
    row = close_period(
        post=system_post(), period=AUGUST, as_of=rhythm().as_of(AUGUST), now=_at(day), progress=lambda *_: None
    )
    found = told(row, day)
    document = draft(
        post=system_post(), series=SERIES, origin=origin_of(AUGUST), title=title_of(AUGUST), parts=parts_of(found),
        annexes=annexes_of(found), now=_at(day), today=day,
    )  # fmt: skip
    _issue(document, min(day + ISSUED_AFTER, today))


def _meeting(given: dict[str, Any], caller: Post, today: date) -> None:
    """Held in July with decisions of which some are done, one is late and one is under way; the minutes were issued."""
    if Meeting.objects.filter(period=str(SECOND)).exists() or given["held_on"] > today:
        return
    closed, day = rhythm().closing_day(SECOND), given["held_on"]
    prepare_meeting(post=system_post(), quarter=SECOND, today=closed, now=_at(closed), progress=lambda *_: None)
    minutes = Minutes(**{name: given[name] for name in ("held_on", "place", "chair", "attended", "discussed")})
    record_minutes(post=caller, quarter=SECOND, given=minutes, today=day, now=_at(day))
    for n, one in enumerate(given["decisions"]):
        units = [unit.key for unit in [*departments(), *towns()] if unit.kind in one["kinds"] and leader(unit.key, day)]
        first = (n * 2) % max(len(units) - one["count"], 1)
        chosen = Decided(one["topic"], one["title"], one["words"], units[first : first + one["count"]], one["due_on"])
        if not chosen.units:
            continue
        row = decide(
            post=caller, quarter=SECOND, given=chosen, submission=uuid5(SPACE, f"decision {n}"), today=day, now=_at(day)
        )
        for part in Part.objects.filter(assignment=row.assignment).select_related("post").order_by("pk"):
            _follow(part, one["state"], caller, min(one["due_on"], today), day)
    document = draft_minutes(post=caller, quarter=SECOND, today=day, now=_at(day))
    _issue(document, day + ISSUED_AFTER)


def _follow(part: Part, state: str, giver: Post, last: date, given_on: date) -> None:
    """What became of a decision: received, or done and verified before its day."""
    steps: list[tuple[Post, Act, str, date]] = [(part.post, Act.RECEIVE, "", given_on + timedelta(days=1))]
    if state == "verified":
        steps += [
            (part.post, Act.DO, "已按会议要求办理，情况已登记。", last - timedelta(days=3)),
            (giver, Act.VERIFY, "核对属实。", last - timedelta(days=1)),
        ]
    for post, act, words, day in steps:
        form = uuid5(SPACE, f"{part.pk} {act}")
        take_step(post=post, part_id=part.pk, act=act, told=Told(words), submission=form, now=_at(day), today=day)


def _issue(document: Document, day: date) -> None:
    signer = holder(SIGNER, "", on=day)
    if signer is None or document.number is not None:
        return
    at = _at(day)
    document = sign(post=signer, document=document, now=at, today=day)
    sign_for(issue(post=signer, document=document, now=at, today=day), at, day)


def _county(today: date) -> Post:
    """Who calls and leads the meeting: the head of the special team, else the county's first post."""
    return holder(SIGNER, "", on=today) or holding(today).filter(role=Post.Role.COUNTY).order_by("pk")[0]


def _at(day: date) -> datetime:
    return datetime.combine(day, MORNING, CHINA)
