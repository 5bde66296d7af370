"""What an inspector's form becomes: a place that begins, a checklist, an end, a finding; by the same acts as on the page."""

from datetime import date, datetime
from uuid import UUID

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.field.attached import Attached
from sangesan.field.forms import Form
from sangesan.field.inspection_forms import FindingPart, InspectionPart
from sangesan.files.attaching import Prepared
from sangesan.inspections.conducting import Filled, answer, attach_photos, begin, end, form_of, latest
from sangesan.inspections.findings import record_finding
from sangesan.inspections.models import Target
from sangesan.inspections.teams import team_of


def take_inspection(*, post: Post, form: Form, attached: Attached, key: UUID, now: datetime, today: date) -> None:
    """Takes an inspector's form in; a place that has not begun begins with it. Raises Refusal, NotAllowed (another team)."""
    team = team_of(post, today)
    rows = Target.objects.select_related("plan", "household", "team")
    target = rows.filter(pk=form.target or 0, team=team).first() if team else None
    if target is None:
        raise NotAllowed("没有这处督查，或不是您这一组的", place="督查", remedy="请同步后从清单里重新选")
    target = begin(post=post, target_id=target.pk, now=now)
    files = (*attached.files.photos, *attached.voices)
    if form.inspection is not None:
        _checklist(post, target, form, form.inspection, files, key, now=now, today=today)
    if form.finding is not None:
        _finding(post, target, form, form.finding, files, key, now=now, today=today)


def _checklist(
    post: Post,
    target: Target,
    form: Form,
    part: InspectionPart,
    files: tuple[Prepared, ...],
    key: UUID,
    *,
    now: datetime,
    today: date,
) -> None:
    if part.answers:
        answer(
            post=post, target_id=target.pk, filled=Filled(part.answers, part.words, part.said), photos=files,
            checked_on=form.on, submission=key, now=now, today=today,
        )  # fmt: skip
    elif files:
        attach_photos(target, files, post, now)
    if part.ended:
        end(post=post, target_id=target.pk, summary=part.summary, now=now)


def _finding(
    post: Post,
    target: Target,
    form: Form,
    part: FindingPart,
    files: tuple[Prepared, ...],
    key: UUID,
    *,
    now: datetime,
    today: date,
) -> None:
    question = form_of(target).questions.get(part.question)
    reply = latest(target)
    records = [{"kind": "reply", "number": reply.pk, "words": question.title}] if question and reply else []
    record_finding(
        post=post, defect=part.defect, unit=part.unit or target.unit, place=target.place, words=part.words,
        requirement=part.requirement, household=target.household, project=target.project, target=target, records=records,
        conduct=part.conduct, conduct_words=part.conduct_words, fabricated=part.fabricated, harm=part.harm,
        found_on=form.on, photos=files, submission=key, now=now, today=today,
    )  # fmt: skip
