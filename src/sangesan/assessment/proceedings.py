"""Acts on merit and accountability cases: each a step of its own, by a named person, with words that stay sealed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.amendments.queries import parameter_number
from sangesan.assessment.models import Proceeding, ProceedingEvent
from sangesan.assessment.proceeding_domain import Act, Form, Kind, State, after, check_words, forms
from sangesan.assessment.proceeding_paper import decision_parts, who_words
from sangesan.assessment.proceeding_permissions import (
    SPOKESMEN,
    concerned,
    reached_proceeding,
    user_concerned,
)
from sangesan.assessment.words import PROCEEDING, opened, seal
from sangesan.bulletins.actions import draft
from sangesan.bulletins.models import Document
from sangesan.files.attaching import place_all, prepare_all
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holders, require_seat
from sangesan.leadership.units import unit as known_unit
from sangesan.messages.sending import tell

APPEAL_DAYS = "appeal_days"
MOST_FILES = 9
OPEN_SOURCES = ("sheet", "score", "finding", "hand_over")


@dataclass(frozen=True)
class Said:
    """What a step says. form: of a decision; files: papers that belong to it."""

    words: str = ""
    form: str = ""
    files: Sequence[bytes] = field(default=())


def subject_of(proceeding_id: int) -> str:
    """The subject of a case's attachments and of its paper."""
    return f"proceeding:{proceeding_id}"


def open_case(
    *,
    post: Post,
    kind: Kind,
    unit: str,
    person: Post | None,
    origin: str,
    words: str,
    submission: UUID,
    today: date,
    now: datetime,
) -> Proceeding:
    """Opens a case about a unit or one post of it. The same submission, or the same origin and person, give the same case.

    origin: "sheet:12", "score:4", "finding:9", "hand_over:2" or "" (a merit that somebody brought forward). Raises Refusal.
    """
    require(post, "assessment.account")
    there = Proceeding.objects.filter(submission=submission).first()
    if there is None and origin:
        there = Proceeding.objects.filter(kind=kind, origin=origin, unit=unit, person=person).first()
    if there is not None:
        return there
    with acting(post, "assessment.account", on="proceeding:new") as act:
        known_unit(unit)
        _known_origin(kind, origin)
        row = Proceeding.objects.create(
            kind=kind, unit=unit, person=person, origin=origin, state=State.OPENED, opened_on=today, submission=submission,
        )  # fmt: skip
        _event(row, Act.OPEN, State.OPENED, Said(check_words(Act.OPEN, words)), post, "", today, now)
        act.on = subject_of(row.pk)
        act.detail = {"kind": str(kind), "unit": unit, "origin": origin}
    return row


def check_facts(
    *, post: Post, number: int, words: str, files: Sequence[bytes] = (), today: date, now: datetime
) -> Proceeding:
    """Writes down the facts that were found, with their papers; whom the case is about is asked to speak."""
    row = _step(post, number, Act.CHECK, Said(words, files=files), today=today, now=now, allow=_not_about_oneself)
    link = f"/accountability/{row.pk}/"
    tell(_concerned_posts(row, today), "proceeding_words_asked", {"count": 1}, link, source=f"{row.pk}:words", now=now)
    return row


def speak(
    *, post: Post, number: int, words: str, files: Sequence[bytes] = (), today: date, now: datetime
) -> Proceeding:
    """What whom the case is about says to it, in his own words. Raises NotAllowed for anybody else."""
    return _step(post, number, Act.SPEAK, Said(words, files=files), today=today, now=now, allow=_concerned)


def decide(*, post: Post, number: int, form: str, words: str, today: date, now: datetime) -> Proceeding:
    """Decides in one of the forms, under a seat that may; never who checked the facts, nor whom it is about."""
    return _decide(post, number, Act.DECIDE, form, words, today, now)


def issue(*, post: Post, number: int, today: date, now: datetime) -> Proceeding:
    """Says that the signed decision paper is out; it is told to whom it is about. Refusal until the paper is issued."""
    row = _step(post, number, Act.ISSUE, Said(), today=today, now=now, allow=_paper_is_out)
    until = appeal_until(row)
    fields = {"count": 1, "day": until}
    posts = _concerned_posts(row, today)
    tell(posts, "proceeding_issued", fields, f"/accountability/{row.pk}/", source=f"{row.pk}:issued", now=now)
    return row


def appeal(
    *, post: Post, number: int, words: str, files: Sequence[bytes] = (), today: date, now: datetime
) -> Proceeding:
    """An appeal against an issued decision, within its days."""

    def allow(who: Post, row: Proceeding, on: date) -> str:
        until = appeal_until(row)
        if until is None or on > until:
            raise Refusal(f"申诉期到 {until} 为止，已过", place="申诉", remedy="请向县考核办说明")
        return _concerned(who, row, on)

    return _step(post, number, Act.APPEAL, Said(words, files=files), today=today, now=now, allow=allow)


def answer_appeal(
    *, post: Post, number: int, act: Act, words: str, form: str = "", today: date, now: datetime
) -> Proceeding:
    """Upholds, changes (in another form, with a new paper) or lifts a decision; not by who took it, where another can."""
    if act == Act.CHANGE:
        return _decide(post, number, act, form, words, today, now)
    if act not in {Act.UPHOLD, Act.LIFT}:
        raise Refusal("没有选怎样答复申诉", place="申诉答复", remedy="请选维持、改变或撤销")
    return _step(post, number, act, Said(words), today=today, now=now, allow=_decider_of_appeal)


def close(*, post: Post, number: int, today: date, now: datetime) -> Proceeding:
    """Closes an issued case once nobody can appeal any more."""

    def allow(who: Post, row: Proceeding, on: date) -> str:
        until = appeal_until(row)
        if row.kind == Kind.ACCOUNTABILITY and until is not None and on <= until:
            raise Refusal(f"申诉期到 {until} 为止", place="办结", remedy="请到期后再办结")
        return _not_about_oneself(who, row, on)

    return _step(post, number, Act.CLOSE, Said(), today=today, now=now, allow=allow)


def drop(*, post: Post, number: int, words: str, today: date, now: datetime) -> Proceeding:
    """Closes a case that should not have been opened, with the reason."""
    return _step(post, number, Act.DROP, Said(words), today=today, now=now, allow=_not_about_oneself)


def appeal_until(row: Proceeding) -> date | None:
    """The last day on which a decision may be appealed; None before it was issued."""
    if row.issued_on is None:
        return None
    return row.issued_on + timedelta(days=parameter_number(APPEAL_DAYS, row.issued_on))


Allow = Callable[[Post, Proceeding, date], str]


def _step(post: Post, number: int, act: Act, said: Said, *, today: date, now: datetime, allow: Allow) -> Proceeding:
    """One step in one transaction: who may, whether the table has it, the words. A repeated step is refused by the table."""
    permission = "assessment.speak" if act in {Act.SPEAK, Act.APPEAL} else "assessment.account"
    require(post, permission)
    reached_proceeding(post, number, today)
    prepared = prepare_all(said.files, called="材料", most=MOST_FILES)
    with acting(post, permission, on=subject_of(number)) as entry:
        row = Proceeding.objects.select_for_update(of=("self",)).get(pk=number)
        seat = allow(post, row, today)
        state = after(row.state, act)
        words = Said(check_words(act, said.words), said.form)
        event = _event(row, act, state, words, post, seat, today, now)
        _move(row, act, state, said.form, today)
        place_all(
            prepared, called=f"材料{event.number}-", subject=subject_of(row.pk), role="evidence", added_by=post.pk, now=now,
            note=f"event:{event.pk}",
        )  # fmt: skip
        entry.detail = {"act": str(act), "state": str(state), "form": said.form, "files": len(prepared)}
    return row


def _decide(post: Post, number: int, act: Act, form: str, words: str, today: date, now: datetime) -> Proceeding:
    def allow(who: Post, row: Proceeding, on: date) -> str:
        chosen = _form(row, form)
        held = require_seat(who, chosen.seats, on=on)
        _not_about_oneself(who, row, on)
        if row.events.filter(act=Act.CHECK, post=who.pk).exists():
            raise NotAllowed("查事实的人不能再作决定", remedy="请由另一位有权决定的人作出")
        return held.seat

    with transaction.atomic():
        row = _step(post, number, act, Said(words, form), today=today, now=now, allow=allow)
        _draft_paper(row, forms()[form], post, today, now)
    return row


def _draft_paper(row: Proceeding, form: Form, post: Post, today: date, now: datetime) -> None:
    """The decision as an official paper to be signed; another decision of the same case is a paper of its own."""
    events = list(row.events.order_by("number"))
    said = {event.act: opened(PROCEEDING, event.sealed) for event in events}
    spoken_on = max(event.done_on for event in events if event.act == Act.SPEAK)
    number = row.events.filter(act__in=[Act.DECIDE, Act.CHANGE]).count()
    document = draft(
        post=post,
        series="decision",
        origin=f"{subject_of(row.pk)}:{number}",
        title=form.paper.format(who=who_words(row)),
        parts=decision_parts(row, form, said, spoken_on),
        addressees=[f"post:{row.person_id}" if row.person_id else row.unit, *_handed_to(form)],
        copies=(),
        now=now,
        today=today,
    )
    Proceeding.objects.filter(pk=row.pk).update(paper=document.pk)
    row.paper = document.pk


def _handed_to(form: Form) -> list[str]:
    """Whom the paper goes to besides: the seat that takes the matter over."""
    return [f"seat:{form.handed_to}"] if form.handed_to else []


def _move(row: Proceeding, act: Act, state: State, form: str, today: date) -> None:
    row.state = state
    if form:
        row.form = form
    if act == Act.ISSUE:
        row.issued_on = today
    if act == Act.LIFT:
        row.form = ""
    row.save(update_fields=["state", "form", "issued_on"])


def _event(
    row: Proceeding, act: Act, state: State, said: Said, post: Post, seat: str, today: date, now: datetime
) -> ProceedingEvent:
    return ProceedingEvent.objects.create(
        proceeding=row, number=row.events.count() + 1, act=act, state=state, form=said.form,
        sealed=seal(PROCEEDING, said.words), seat=seat, done_on=today, post=post.pk, post_title=post.title, recorded_at=now,
    )  # fmt: skip


def _not_about_oneself(post: Post, row: Proceeding, on: date) -> str:
    if user_concerned(post, row, on):
        raise NotAllowed("不能办理关于自己的事项", remedy="请由考核办的其他人办理")
    return ""


def _concerned(post: Post, row: Proceeding, on: date) -> str:
    if not concerned(post, row, on):
        raise NotAllowed("只有本人（单位主要负责人）能陈述和申诉", remedy="请由本人登录后办理")
    return ""


def _decider_of_appeal(post: Post, row: Proceeding, on: date) -> str:
    held = require_seat(post, forms()[row.form].seats, on=on)
    return _not_about_oneself(post, row, on) or held.seat


def _paper_is_out(post: Post, row: Proceeding, on: date) -> str:
    document = Document.objects.filter(pk=row.paper or 0).first()
    if document is None or document.state != Document.State.ISSUED:
        raise Refusal("决定书还没有签发和印发", place="决定书", remedy="请到“通报和公文”签发、印发后再来登记")
    return _not_about_oneself(post, row, on)


def _form(row: Proceeding, code: str) -> Form:
    found = forms().get(code)
    if found is None or found.kind != row.kind:
        raise Refusal("没有选决定的方式", place="方式", remedy="请从列出的方式里选")
    return found


def _known_origin(kind: Kind, origin: str) -> None:
    source = origin.partition(":")[0]
    if origin and source not in OPEN_SOURCES:
        raise Refusal("来源认不出", place="来源", remedy="请从督办单、考核或督查问题的页面立件")
    if not origin and kind != Kind.MERIT:
        raise Refusal("问责要有来源", place="来源", remedy="请从移交的督办单、考核结果或督查问题的页面立件")


def _concerned_posts(row: Proceeding, on: date) -> list[Post]:
    if row.person is not None:
        return [row.person]
    kind, _, code = row.unit.partition(":")
    return holders(SPOKESMEN[kind], code, on=on) if kind in SPOKESMEN else []
