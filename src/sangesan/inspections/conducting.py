"""At the place: beginning, what was found point by point, ending with a summary. From its beginning on it can be known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.submissions import own_only
from sangesan.alerts.moment import county_now
from sangesan.files.attaching import Prepared
from sangesan.files.attaching import place as attach_file
from sangesan.inspections import planning as plans
from sangesan.inspections.checklists import Checklist, checklists
from sangesan.inspections.comparing import record_of
from sangesan.inspections.domain import ANSWERS, LONGEST_WORDS, SHORTEST_WORDS, WRONG, Answer, check_answers
from sangesan.inspections.models import Finding, Plan, Reply, Target
from sangesan.inspections.sampling import release_when_all_begun
from sangesan.inspections.sealed_fields import PLAN, REPLY, TARGET, opened, seal
from sangesan.inspections.subjects import kind_of
from sangesan.kernel.refusal import Refusal

NOT_REACHED = "本次没有走到"
State = Target.State


@dataclass(frozen=True)
class Filled:
    """A checklist as filled. answers, words (what was seen), said (what a household says): by question."""

    answers: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


def about(target_id: int) -> str:
    """The subject of a place's attachments and of its audit entries from its beginning on."""
    return f"inspection:{target_id}"


def begin(*, post: Post, target_id: int, now: datetime) -> Target:
    """The team is there: from now on those inspected may know. Begun before: nothing changes. Raises Refusal, NotAllowed."""
    require(post, "inspections.begin")
    with acting(post, "inspections.begin", on=about(target_id)) as act:
        target = _locked(target_id)
        if target.state == State.CALLED_OFF:
            raise Refusal("这处督查已取消", place="督查", remedy="请另行安排")
        if target.state != State.PLANNED:
            return target
        if target.plan.called_off_on is not None:
            raise Refusal("这个方案已取消", place="督查", remedy="请另做方案")
        target.state, target.begun_at, target.begun_by = State.BEGUN, county_now(now), post.title
        target.save(update_fields=["state", "begun_at", "begun_by"])
        act.detail = {"kind": kind_of(target.subject), "team": target.team.code}
    release_when_all_begun(post, target.plan, now)
    return target


def answer(
    *,
    post: Post,
    target_id: int,
    filled: Filled,
    photos: Sequence[Prepared] = (),
    checked_on: date,
    submission: UUID,
    now: datetime,
    today: date,
) -> Reply:
    """Keeps a checklist as filled, with what the record said at that moment beside it; a later one takes its place.

    The same submission again gives the same row. Raises Refusal for unknown questions or answers, a day to come, a place
    that has not begun or has ended.
    """
    require(post, "inspections.record")
    with acting(post, "inspections.record", on=about(target_id)) as act:
        target = _locked(target_id)
        if (there := _sent_before(submission, post)) is not None:  # asked under the lock: two at once make one row
            return there
        in_progress(target)
        if checked_on > today:
            raise Refusal("核查日期在今天之后", place="核查日期", remedy="请核对日期")
        form = form_of(target)
        check_answers(form.questions, filled.answers, {**filled.words}, {**filled.said})
        kept = {
            "words": {c: t.strip() for c, t in filled.words.items() if t.strip()},
            "said": {c: t.strip() for c, t in filled.said.items() if t.strip()},
            "record": dict(record_of(target, today)),
        }
        made = Reply.objects.create(
            target=target, form=form.kind, answers=dict(filled.answers), sealed=seal(REPLY, kept), checked_on=checked_on,
            submission=submission, post=post.pk, post_title=post.title, recorded_at=county_now(now),
        )  # fmt: skip
        attach_photos(target, photos, post, now)
        act.detail = {"answers": len(filled.answers), "wrong": len(wrong_of(made)), "files": len(photos)}
    return made


def end(*, post: Post, target_id: int, summary: str, now: datetime) -> Target:
    """The place is done, with a summary; its drawn households that were not reached are called off. Raises Refusal."""
    if not SHORTEST_WORDS <= len(summary.strip()) <= LONGEST_WORDS:
        raise Refusal("没有写小结", place="小结", remedy="请用几句话写明总的情况，没有问题也写明看了什么")
    with acting(post, "inspections.record", on=about(target_id)) as act:
        target = _locked(target_id)
        if target.state == State.ENDED:
            return target
        in_progress(target)
        if not Reply.objects.filter(target=target).exists() and not Finding.objects.filter(target=target).exists():
            raise Refusal("还没有填核查单，也没有登记问题", place="督查", remedy="请先填写核查单")
        _end(target, summary, now)
        for one in Target.objects.filter(parent=target):
            if one.state == State.PLANNED:
                plans.set_called_off(one, NOT_REACHED)
            elif one.state == State.BEGUN:
                _end(one, "", now)
        act.detail = {"findings": Finding.objects.filter(target=target, withdrawal=None).count()}
    return target


def call_off(*, post: Post, target_id: int, reason: str, now: datetime) -> Target:
    """A place is not inspected after all: it stays, with why, and is nobody else's to know. Raises Refusal."""
    if len(reason.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写为什么取消", place="取消原因", remedy="如“道路中断，改期另行安排”")
    target = plans.target_for_planning(target_id)
    with acting(post, plans.ACT, on=plans.about(target.plan_id)) as act:
        held = Target.objects.select_for_update(of=("self",)).get(pk=target.pk)
        if held.state == State.CALLED_OFF:
            return held
        if held.state != State.PLANNED:
            raise Refusal("已经开始的督查不能取消", place="督查", remedy="请写明情况后结束")
        for one in [held, *Target.objects.filter(parent=held, state=State.PLANNED)]:
            plans.set_called_off(one, reason)
        act.detail = {"target": held.pk, "at": now.isoformat()}
    release_when_all_begun(post, target.plan, now)
    return held


def call_off_plan(*, post: Post, plan_id: int, reason: str, now: datetime, today: date) -> Plan:
    """A plan is not carried out, or no further: its places that have not begun are called off with it, what has begun is
    ended by its team. Called off before: nothing changes. Raises Refusal, NotAllowed.
    """
    if not SHORTEST_WORDS <= len(reason.strip()) <= LONGEST_WORDS:
        raise Refusal("没有写为什么取消", place="取消原因", remedy="如“防汛应急，本轮督查推迟”")
    with acting(post, plans.ACT, on=plans.about(plan_id)) as act:
        plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
        if plan is None:
            raise NotAllowed("没有这个督查方案", remedy="请从督查清单进入")
        if plan.called_off_on is not None:
            return plan
        waiting = list(Target.objects.select_for_update().filter(plan=plan, state=State.PLANNED).order_by("pk"))
        if not waiting and Target.objects.filter(plan=plan).exists():
            raise Refusal("方案里没有还没开始的督查", place="督查方案", remedy="已经开始的，请写明情况后结束")
        for one in waiting:
            plans.set_called_off(one, reason)
        plan.called_off_on = today
        plan.sealed = seal(PLAN, opened(PLAN, plan.sealed) | {"called_off": reason.strip()})
        plan.save(update_fields=["called_off_on", "sealed"])
        act.detail = {"targets": len(waiting), "at": now.isoformat()}
    release_when_all_begun(post, plan, now)
    return plan


def form_of(target: Target) -> Checklist:
    """The checklist of a target's kind."""
    return checklists()[kind_of(target.subject)]


def wrong_of(reply: Reply) -> list[str]:
    """The questions that were answered with 不符 or 没有."""
    return [code for code, given in reply.answers.items() if given in WRONG]


def latest(target: Target) -> Reply | None:
    """The row that counts."""
    return Reply.objects.filter(target=target).order_by("-pk").first()


def content_of(reply: Reply) -> Mapping[str, Mapping[str, str]]:
    """{"words", "said", "record"}, each by question; the caller is an inspector."""
    return opened(REPLY, reply.sealed)


def in_progress(target: Target) -> None:
    """Raises Refusal where a place has not begun or has ended."""
    if target.begun_at is None:
        raise Refusal("这处督查还没有开始", place="督查", remedy="请到达现场后先点“开始督查”")
    if target.state == State.ENDED:
        raise Refusal("这处督查已结束", place="督查", remedy="结束之后发现的问题，请在问题清单登记")


def prepared_words(target: Target, reply: Reply, code: str) -> str:
    """How a point that is wrong would read as a finding: what was asked, what the record says, what was seen."""
    question = form_of(target).questions[code]
    kept = content_of(reply)
    words = [f"{question.title}：{ANSWERS[Answer(reply.answers[code])]}"]
    if kept["said"].get(code):
        words.append(f"农户说“{kept['said'][code]}”")
    if question.record and kept["record"].get(code):
        words.append(f"系统记录“{kept['record'][code]}”")
    if kept["words"].get(code):
        words.append(kept["words"][code])
    return "；".join(words)


def attach_photos(target: Target, photos: Sequence[Prepared], post: Post, now: datetime) -> None:
    """Evidence of a place."""
    for number, photo in enumerate(photos, start=1):
        kind = photo.content_type.partition("/")[0]
        name = f"录音{number}.{photo.content_type.partition('/')[2]}" if kind == "audio" else f"照片{number}.jpg"
        role = "voice" if kind == "audio" else "photo"
        attach_file(photo, name=name, subject=about(target.pk), role=role, added_by=post.pk, now=now)


def _sent_before(submission: UUID, post: Post) -> Reply | None:
    return own_only(Reply.objects.filter(submission=submission).first(), post)


def _end(target: Target, summary: str, now: datetime) -> None:
    target.state, target.ended_at = State.ENDED, county_now(now)
    target.sealed = seal(TARGET, opened(TARGET, target.sealed) | {"summary": summary.strip()})
    target.save(update_fields=["state", "ended_at", "sealed"])


def _locked(target_id: int) -> Target:
    target = (
        Target.objects.select_for_update(of=("self",))
        .select_related("plan", "team", "household")
        .filter(pk=target_id)
        .first()
    )
    if target is None:
        raise NotAllowed("没有这处督查，或还不能查看", remedy="请从督查清单进入")
    return target
