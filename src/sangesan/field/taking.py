"""What a form that is in order becomes: changed fields, a patrol entry or a whole check, photos in their places.

Runs inside the submission's transaction: all of it or nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sangesan.accounts.models import Post
from sangesan.clues.actions import keep_check
from sangesan.clues.domain import STATES, State
from sangesan.clues.models import Clue
from sangesan.clues.permissions import visible_clues
from sangesan.field import blobs
from sangesan.field.attached import Attached
from sangesan.field.forms import Check, Form
from sangesan.field.models import Device, Submission
from sangesan.field.taking_inspections import take_inspection
from sangesan.files.attaching import Prepared, place, prepare
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.actions import record_entry
from sangesan.patrols.models import Entry
from sangesan.registry.changing import Clash, change_fields
from sangesan.visits.actions import Files, keep_visit
from sangesan.visits.domain import OUTCOMES, Conclusion
from sangesan.visits.models import Visit

Kind = StoredFile.Kind


@dataclass(frozen=True)
class ForPerson:
    """Something that a person has to settle: a field's clash, or a clue that changed since ("clue:7")."""

    field: str
    base: Any
    theirs: Any
    mine: Any
    theirs_by: str = ""
    theirs_at: datetime | None = None


@dataclass
class Taken:
    """What became of a form."""

    entry: int | None = None
    visit: int | None = None
    versions: dict[str, int] = field(default_factory=dict)
    for_person: list[ForPerson] = field(default_factory=list)


def prepare_all(device: Device, form: Form) -> Attached:
    """The files that a form names, made safe; before the transaction, it is slow. Raises Refusal naming the one."""
    photos: list[Prepared] = []
    scans: list[Prepared] = []
    signed_pages = form.check.scans if form.check else ()
    for number, photo in enumerate(form.photos, start=1):
        try:
            signed = photo.sha256 in signed_pages
            made = prepare(blobs.content(device, photo.sha256), Kind.SCAN if signed else Kind.PHOTO)
        except Refusal as refusal:
            raise Refusal(refusal.message, place=f"第{number}张照片", remedy=refusal.remedy) from None
        # the phone shrinks its photos, and what the camera wrote is gone with that: it hands time and place over beside
        (scans if signed else photos).append(
            replace(made, taken_at=photo.taken_at or made.taken_at, position=photo.position or made.position)
        )
    drawn = form.check.signature if form.check else ""
    signature = prepare(blobs.content(device, drawn), Kind.SIGNATURE) if drawn else None
    voices = tuple(prepare(blobs.content(device, sha256), Kind.VOICE) for sha256 in form.voices)
    return Attached(Files(tuple(photos), signature, tuple(scans)), voices)


def take(*, device: Device, form: Form, attached: Attached, key: UUID, now: datetime, today: date) -> Taken:
    """Takes a form in; raises Refusal or NotAllowed where it is not in order, and then nothing may stay of it."""
    if form.target is not None:
        take_inspection(post=device.post, form=form, attached=attached, key=key, now=now, today=today)
        return Taken()
    taken, post = Taken(), device.post
    household = _household(form)
    changed: tuple[str, ...] = ()
    if form.changes:
        done = change_fields(
            post=post, household_id=household, changes=form.changes, based_on=form.based_on,
            own=_own(device, form), on=form.on, now=now, today=today,
        )  # fmt: skip
        taken.versions = dict(done.versions)
        changed = (*done.taken, *done.same)
        taken.for_person += [_clash(clash) for clash in done.clashes]
    if form.check is not None:
        _take_check(taken, post, form, form.check, attached, now=now, today=today)
    entry = _entry(post, form, changed, taken, key, now=now, today=today)
    taken.entry = entry.pk
    _attach(taken, entry, attached, post, now)
    return taken


def _household(form: Form) -> int:
    """The household; only an inspector's form has none, and comes here never."""
    if form.household is None:
        raise Refusal("没有写是哪一户", place="农户", remedy="请更新应用后重报")
    return form.household


def _own(device: Device, form: Form) -> set[tuple[str, int]]:
    """Versions that earlier submissions of this phone made, as far as this one knew of them."""
    rows = Submission.objects.filter(device=device, household=form.household, key__in=form.after)
    return {(section, version) for row in rows for section, version in row.versions.items()}


def _entry(
    post: Post, form: Form, changed: Sequence[str], taken: Taken, key: UUID, *, now: datetime, today: date
) -> Entry:
    """The walk itself: a whole check is one too. Where every change clashed, the walk still saw a change."""
    patrol = form.patrol
    if patrol is None:
        answers = form.check.answers if form.check else None
        differs = changed or taken.for_person
        return record_entry(
            post=post, household_id=_household(form), result="changed" if differs else "same", on=form.on,
            words=_summary(taken) if differs else "", purposes=answers.purposes if answers else (), changed=changed,
            visit=taken.visit, submission=key, now=now, today=today,
        )  # fmt: skip
    words = patrol.words or ("填报的变化与他人所填不同，待定" if patrol.result == "changed" and not changed else "")
    return record_entry(
        post=post, household_id=_household(form), result=patrol.result, on=form.on,
        words=words if form.changes else patrol.words, purposes=patrol.purposes, tasks=patrol.tasks,
        round_id=patrol.round, changed=changed, clue=patrol.clue, submission=key, now=now, today=today,
    )  # fmt: skip


def _summary(taken: Taken) -> str:
    return "入户核查时情况有变化" if not taken.for_person else "入户核查时情况有变化，其中有与他人所填不同、待定的"


def _take_check(
    taken: Taken, post: Post, form: Form, check: Check, attached: Attached, *, now: datetime, today: date
) -> None:
    """The visit: it concludes the clue as the worker saw it; where the clue moved on meanwhile a person decides."""
    clue = visible_clues(post).filter(pk=check.clue, household=form.household).first() if check.clue else None
    if check.clue and clue is None:
        raise Refusal("没有这条线索，或不在您的管理范围内", place="线索", remedy="请同步后从清单里重新选")
    if clue is not None and clue.state == State.OPEN and clue.row_version == check.clue_version:
        visit = keep_check(
            post=post, clue_id=clue.pk, version=check.clue_version, answers=check.answers, files=attached.files,
            today=today, now=now,
        )  # fmt: skip
    else:
        visit = keep_visit(
            post=post, household_id=_household(form), answers=check.answers, files=attached.files,
            clue=clue.pk if clue else None, now=now, today=today,
        )  # fmt: skip
        if clue is not None:
            taken.for_person += _about_clue(clue, visit)
    taken.visit = visit.pk


def _about_clue(clue: Clue, visit: Visit) -> Iterator[ForPerson]:
    """Nothing where somebody else concluded the same meanwhile."""
    other = clue.visit
    mine = OUTCOMES[Conclusion(visit.conclusion)]
    if other is not None and other.conclusion == visit.conclusion:
        return
    if clue.state == State.OPEN:
        theirs, by, at = "线索有了新的依据，仍待核查", "筛查", None
    else:
        theirs = OUTCOMES[Conclusion(other.conclusion)] if other else STATES[State(clue.state)]
        by, at = (other.post_title, other.recorded_at) if other else ("", None)
    yield ForPerson(f"clue:{clue.pk}", None, theirs, mine, by, at)


def _clash(clash: Clash) -> ForPerson:
    return ForPerson(clash.code, clash.base, clash.theirs, clash.mine)


def _attach(taken: Taken, entry: Entry, attached: Attached, post: Post, now: datetime) -> None:
    """A check's photos lie with the visit already; a patrol's with its entry; voices with the one or the other."""
    subject = f"visit:{taken.visit}" if taken.visit else f"entry:{entry.pk}"
    if not taken.visit:
        for number, photo in enumerate(attached.files.photos, start=1):
            place(photo, name=f"照片{number}.jpg", subject=subject, role="photo", added_by=post.pk, now=now)
    for number, voice in enumerate(attached.voices, start=1):
        name = f"录音{number}.{voice.content_type.partition('/')[2]}"
        place(voice, name=name, subject=subject, role="voice", added_by=post.pk, now=now)
