"""Recording what a patrol found at a door."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.amendments.queries import parameter_number
from sangesan.clues.raising import raise_clue
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.domain import ABSENT, CHANGED, OWN_PURPOSE, SAME, Seen, check_entry
from sangesan.patrols.models import Entry, Round, Task, Walked
from sangesan.patrols.rounds import rounds_for, weekly_round
from sangesan.regions.queries import CHINA
from sangesan.registry.models import Household
from sangesan.responsibility.permissions import lines_of
from sangesan.responsibility.telling import tell_other_line
from sangesan.visits.models import Visit
from sangesan.visits.permissions import reached

ENTRY_DAYS = "patrol_entry_days"


def record_entry(
    *,
    post: Post,
    household_id: int,
    result: str,
    on: date,
    words: str = "",
    purposes: Sequence[str] = (),
    tasks: Collection[int] | None = None,
    round_id: int | None = None,
    changed: Sequence[str] = (),
    clue: tuple[str, str, date | None] | None = None,
    visit: int | None = None,
    submission: UUID | None = None,
    now: datetime,
    today: date,
) -> Entry:
    """Keeps one patrol entry, whole or not at all.

    result: same | changed | clue | absent. tasks: urgent looks that this walk answers; None: all that the household
    had open by that day; nobody at home answers none. round_id: the round it is recorded under, None for the week's;
    every round that runs that day counts it. changed: names of register fields. clue: (risk, words, event_on), raised
    here. visit: a whole in-home check of the same walk. submission: the phone's id; the same one again gives the same
    entry. Raises Refusal for what is not in order, NotAllowed outside the post's reach.
    """
    household = reached(require(post, "patrols.record"), household_id)
    given = Seen(result, on, words, tuple(purposes), tuple(changed), clue, visit)
    known = _known(post, household, given, submission)
    if known is not None:
        return known
    check_entry(given, today=today, oldest=oldest_day(today))
    if visit is not None and not Visit.objects.filter(pk=visit, household=household).exists():
        raise Refusal("没有这一户的这次入户记录", place="入户记录", remedy="请从本户页面选择")
    weekly = weekly_round(on, now=now)
    try:
        with acting(post, "patrols.record", on=f"household:{household_id}", reason=words.strip()[:200]) as act:
            entry = _keep(post, household, given, submission, round_id, weekly, now)
            ended = _end_tasks(entry, tasks, now)
            _raise(post, entry, clue, now, today)
            _tell(post, entry, household, now, today)
            act.detail = {"entry": entry.pk, "result": result, "on": on.isoformat(), "round": entry.round_id}
            act.detail |= {"tasks": ended, "clue": entry.clue}
    except IntegrityError:  # the same submission came in twice at the same moment
        known = _known(post, household, given, submission)
        if known is None:
            raise
        return known
    return entry


def oldest_day(today: date) -> date:
    """The oldest day that may still be recorded."""
    return today - timedelta(days=parameter_number(ENTRY_DAYS, today))


def _known(post: Post, household: Household, given: Seen, submission: UUID | None) -> Entry | None:
    """The entry that is there already: of this submission, or the same plain tap once more on the same day."""
    if submission is not None:
        found = Entry.objects.filter(submission=submission).first()
        if found is not None and found.household_id != household.pk:
            raise Refusal("这个提交编号已用于另一户", place="提交编号", remedy="请在手机上重新登记这一户")
        return found
    if given.result not in {SAME, ABSENT} or given.visit is not None:
        return None
    twins = Entry.objects.filter(household=household, on=given.on, post=post.pk, result=given.result)
    return twins.filter(words=given.words.strip(), purposes=_purposes(given)).first()


def _purposes(given: Seen) -> list[str]:
    """The patrol's own question and the others', each once, in order."""
    return list(dict.fromkeys((OWN_PURPOSE, *given.purposes)))


def _keep(
    post: Post,
    household: Household,
    given: Seen,
    submission: UUID | None,
    round_id: int | None,
    weekly: Round,
    now: datetime,
) -> Entry:
    """The entry, and that the household was met in every round that covers it."""
    rounds = rounds_for(household, given.on)
    under = next((r for r in rounds if r.pk == round_id), None) if round_id is not None else weekly
    if under is None:
        raise Refusal(
            "这一轮排查当天没有进行，或不含这一户", place="排查轮次", remedy="请改选当天进行的轮次，或选每周排查"
        )
    entry = Entry.objects.create(
        round=under,
        household=household,
        grid=household.grid,
        division=household.residence,
        town=household.residence_town,
        result=given.result,
        purposes=_purposes(given),
        on=given.on,
        words=given.words.strip(),
        changed=list(dict.fromkeys(given.changed)),
        visit=given.visit,
        submission=submission,
        post=post.pk,
        post_title=post.title,
        recorded_at=now,
    )
    if given.result != ABSENT:
        Walked.objects.bulk_create(
            [Walked(round=row, household=household, entry=entry) for row in rounds], ignore_conflicts=True
        )
    return entry


def _end_tasks(entry: Entry, tasks: Collection[int] | None, now: datetime) -> int:
    """Ends what this walk answers. A walk of days ago, handed in today, doesn't answer what was assigned since."""
    if entry.result == ABSENT:
        return 0
    rows = Task.objects.filter(household=entry.household_id, state=Task.State.OPEN)
    if tasks is not None:
        rows = rows.filter(pk__in=list(tasks))
    ids = [t.pk for t in rows if t.made_at.astimezone(CHINA).date() <= entry.on]
    return Task.objects.filter(pk__in=ids, state=Task.State.OPEN).update(
        state=Task.State.DONE, done_at=now, entry=entry
    )


def _raise(post: Post, entry: Entry, clue: tuple[str, str, date | None] | None, now: datetime, today: date) -> None:
    """The clue this walk found; of the campaign's channel when it was recorded under one."""
    if clue is None:
        return
    risk, words, event_on = clue
    campaign = entry.round.kind == Round.Kind.CAMPAIGN
    raised = raise_clue(
        post=post,
        household_id=entry.household_id,
        risk=risk,
        channel="CENTRAL" if campaign else "GRID",
        words=words,
        source=f"entry:{entry.pk}",
        seen_on=entry.on,
        event_on=event_on,
        now=now,
        today=today,
    )
    entry.clue = raised.clue.pk
    entry.save(update_fields=["clue"])


def _tell(post: Post, entry: Entry, household: Household, now: datetime, today: date) -> None:
    """What one side of a relocated household saw change, the other is told at once."""
    lines = lines_of(post, household)
    if entry.result != CHANGED or len(lines) == 2:
        return
    seen_by = next(iter(lines)) if lines else None
    sentence = f"{post.title}{entry.on.isoformat()}排查：有变化。{entry.words}"
    tell_other_line([(household, f"entry:{entry.pk}", sentence)], seen_by_line=seen_by, now=now, today=today)
