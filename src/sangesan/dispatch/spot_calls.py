"""The weekly random village: fixing its draw, preparing its call, recording what was answered, ending it with tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import IntegrityError

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.queries import holding
from sangesan.amendments.queries import parameter_number, parameter_text
from sangesan.dispatch.models import SpotAnswer, SpotCall
from sangesan.dispatch.spot_domain import TO_CORRECT, Answer, check_answer, check_end, prepared, verdicts
from sangesan.dispatch.spot_gathering import records_of, weights
from sangesan.dispatch.told_words import ANSWER, CALL, opened, seal
from sangesan.draws.actions import fix
from sangesan.draws.domain import METHODS, PoolItem, State
from sangesan.draws.models import Draw
from sangesan.draws.queries import draw_of
from sangesan.kernel.period import Week
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.assignments import give
from sangesan.leadership.queries import holder
from sangesan.messages.sending import tell
from sangesan.regions.queries import tree

WEEKLY = "weekly_village"
METHOD, CALL_DAYS, CORRECT_DAYS = "weekly_village_method", "spot_call_days", "spot_correct_days"
DONE = "done"
DRAWN = "spot_call_drawn"


@dataclass(frozen=True)
class Ended:
    """How a call went. answerer: the post that answered, or None with words (who else); correct_by: None: the default."""

    way: str
    called_on: date
    result: str
    answerer: int | None = None
    answerer_words: str = ""
    correct_by: date | None = None


def fix_week(*, post: Post, week: Week, today: date, now: datetime) -> Draw | None:
    """The draw of a week over all villages and communities; None where its last attempt is void and waits for a person.

    Safe to repeat: a week has one draw. The method is a parameter (equal unless the county says otherwise).
    """
    there = draw_of(WEEKLY, str(week))
    if there is not None:
        return there if there.state != State.VOID else None
    places = tree()
    villages = sorted(code for code, level in places.levels.items() if level in {"village", "community"})
    method = _method(today)
    risk = weights(villages, today) if method.startswith("weighted") else {}
    pool = [PoolItem(code, risk.get(code, 1), places.town_of(code)) for code in villages]
    title = f"{week.year}年第{week.week}周随机村"
    return fix(post=post, purpose=WEEKLY, period=str(week), title=title, pool=pool, size=1, method=method, now=now)


def prepare(*, post: Post, draw: Draw, today: date, now: datetime) -> SpotCall:
    """The call of a draw's village with its questions; once, the same again gives the same. Raises Refusal, NotAllowed."""
    require(post, "dispatch.close")
    there = SpotCall.objects.filter(draw=draw).first()
    if there is not None:
        return there
    if draw.purpose != WEEKLY or draw.state != State.DONE or not draw.result:
        raise Refusal("随机村还没有抽出来", place="点对点调度", remedy="两个办公室都公开密数以后再准备")
    village = draw.result[0]
    questions = [one.as_json() for one in prepared(records_of(village, today))]
    due = today + timedelta(days=parameter_number(CALL_DAYS, today))
    try:
        with acting(post, "dispatch.close", on=f"draw:{draw.number}", reason="准备点对点调度") as act:
            made = SpotCall.objects.create(
                draw=draw, week=draw.period, village=village, prepared_on=today, due_on=due, questions=questions,
                recorded_at=now,
            )  # fmt: skip
            county = list(holding(today).filter(role=Post.Role.COUNTY))
            fields = {"count": 1, "day": due}
            tell(county, DRAWN, fields, f"/spot-calls/{made.pk}/", source=f"spot_call:{made.pk}", now=now)
            act.on, act.detail = f"spot_call:{made.pk}", {"village": village, "questions": len(questions)}
    except IntegrityError:
        return SpotCall.objects.get(draw=draw)  # another worker was first
    return made


def answer(*, post: Post, call_id: int, answers: Sequence[Answer], submission: UUID, now: datetime) -> SpotCall:
    """Records answers of a running call, some or all; a later answer to a question takes the place of the earlier one.

    The same submission again records nothing. Raises Refusal, NotAllowed.
    """
    with acting(post, "dispatch.call", on=f"spot_call:{call_id}") as act:
        call = _locked(call_id)
        if SpotAnswer.objects.filter(call=call, submission=submission).exists():
            return call
        if call.state == DONE:
            raise Refusal("这次调度已经结束，记录不能再改", place="答复", remedy="有新情况请在交办任务里办理")
        asked = _questions(call)
        for one in answers:
            check_answer(one, asked)
        SpotAnswer.objects.bulk_create([_row(call, one, post, submission, now) for one in answers])
        act.detail = {"questions": [one.question for one in answers], "verdicts": [one.verdict for one in answers]}
    return call


def end(*, post: Post, call_id: int, how: Ended, now: datetime, today: date) -> SpotCall:
    """Ends a call: every question answered; each 需整改 becomes a task of the village, verified by who gave it.

    Ended already: comes back unchanged. Raises Refusal, NotAllowed.
    """
    with acting(post, "dispatch.call", on=f"spot_call:{call_id}") as act:
        call = _locked(call_id)
        if call.state == DONE:
            return call
        newest = newest_answers(call)
        check_end(
            questions=len(call.questions), answered={n: row.verdict for n, row in newest.items()}, way=how.way,
            called_on=how.called_on, prepared_on=call.prepared_on, today=today, result=how.result,
        )  # fmt: skip
        answerer, words = _answerer(call, how, today)
        due = how.correct_by or today + timedelta(days=parameter_number(CORRECT_DAYS, today))
        for number, row in newest.items():
            if row.verdict == TO_CORRECT:
                _give(call, number, row, due, post=post, now=now, today=today)
        call.state, call.called_on, call.way, call.answerer = DONE, how.called_on, how.way, answerer
        call.sealed = seal(CALL, {"answerer": words, "result": how.result.strip()[:1000]})
        call.post, call.post_title = post.pk, post.title
        call.save()
        counts = {code: sum(row.verdict == code for row in newest.values()) for code in verdicts()}
        act.detail = {"village": call.village, **counts}
    return call


def newest_answers(call: SpotCall) -> dict[int, SpotAnswer]:
    """The answer that counts, by question."""
    rows = SpotAnswer.objects.filter(call=call).order_by("question", "id")
    return {row.question: row for row in rows}


def answering_posts(village: str, today: date) -> list[Post]:
    """The posts of a village that could answer, its secretary first."""
    rows = list(holding(today).filter(role=Post.Role.VILLAGE, division=village).order_by("pk"))
    first = holder("village_secretary", village, on=today)
    return [first, *(one for one in rows if one.pk != first.pk)] if first else rows


def _give(call: SpotCall, number: int, row: SpotAnswer, due: date, *, post: Post, now: datetime, today: date) -> None:
    """A task for the village to correct what a question showed."""
    receivers = answering_posts(call.village, today)[:1]
    if not receivers:
        place = tree().full_name(call.village)
        raise Refusal(f"{place}现在没有人在岗，不能交办整改", place="需整改", remedy="请先登记该村任职，再结束调度")
    told = opened(ANSWER, row.sealed)
    title = question_title(call, number)
    week = Week.parse(call.week)
    words = f"{week.year}年第{week.week}周点对点调度：{told['asked'] or title}。答复：{told['answer']}"
    row.assignment = give(
        post=post, title=f"整改：{title}", words=f"{words}。{told['follow_up']}", to=receivers, due_on=due,
        origin=f"spot_call:{call.pk}", submission=uuid5(row.submission, str(number)), now=now, today=today,
    )  # fmt: skip
    row.save(update_fields=["assignment"])


def question_title(call: SpotCall, number: int) -> str:
    """The title of a question, 补充提问 for one put by hand."""
    return call.questions[number]["title"] if number < len(call.questions) else "补充提问"


def _questions(call: SpotCall) -> int:
    """Which number the next question put by hand has: those asked so far."""
    last = SpotAnswer.objects.filter(call=call).order_by("-question").first()
    return max(len(call.questions), last.question + 1 if last else 0)


def _row(call: SpotCall, one: Answer, post: Post, submission: UUID, now: datetime) -> SpotAnswer:
    content = {"asked": one.asked.strip(), "answer": one.answer.strip(), "follow_up": one.follow_up.strip()}
    return SpotAnswer(
        call=call, question=one.question, verdict=one.verdict, sealed=seal(ANSWER, content), submission=submission,
        post=post.pk, post_title=post.title, recorded_at=now,
    )  # fmt: skip


def _answerer(call: SpotCall, how: Ended, today: date) -> tuple[Post | None, str]:
    """Who answered: a post of the village, or somebody in words. Raises Refusal for neither."""
    if how.answerer is not None:
        for one in answering_posts(call.village, today):
            if one.pk == how.answerer:
                return one, one.title
        raise Refusal("这个岗位不是该村的", place="接受调度的人", remedy="请从列出的岗位中选择，或写明是谁")
    words = how.answerer_words.strip()[:60]
    if not words:
        raise Refusal("没有写谁接受的调度", place="接受调度的人", remedy="请选岗位，或写明是谁")
    return None, words


def _locked(call_id: int) -> SpotCall:
    call = SpotCall.objects.select_for_update(of=("self",)).filter(pk=call_id).first()
    if call is None:
        raise NotAllowed("没有这次调度", remedy="请从“点对点调度”进入")
    return call


def _method(today: date) -> str:
    method = parameter_text(METHOD, today)
    if method not in METHODS:
        raise Refusal(
            f"参数里的办法“{method}”不认识", place="每周随机村的抽签办法", remedy=f"可用：{'、'.join(METHODS)}"
        )
    return method
