"""Recording the first visit to a clue."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.amendments.queries import parameter_book
from sangesan.clues.domain import STATES, State
from sangesan.clues.models import Clearance, Clue, Scope
from sangesan.clues.permissions import scope_of, visible_clues
from sangesan.clues.queries import Filters, all_rows
from sangesan.kernel.period import add_months
from sangesan.kernel.refusal import Refusal
from sangesan.visits.actions import Files, keep_visit, prepare_files
from sangesan.visits.domain import Answers, Conclusion, check_first_visit
from sangesan.visits.models import Visit


def record_first_visit(
    *,
    post: Post,
    clue_id: int,
    version: int,
    visited_on: date,
    conclusion: str,
    reason: str,
    checkers: str,
    today: date,
    now: datetime,
) -> Clue:
    """The first visit's result: no risk (with a reason; its triggers fall silent) or needs the procedure.

    version: the clue's row_version as the person saw it; raises Refusal when it has changed since, when the clue is
    decided already, or when the record is not in order; NotAllowed outside the post's reach.
    """
    with acting(post, "clues.record_visit", on=f"clue:{clue_id}", reason=reason.strip()) as act:
        clue, household_id = _open_clue(post, clue_id, version)
        result = check_first_visit(
            visited_on=visited_on, today=today, opened_on=clue.opened_on, conclusion=conclusion, reason=reason
        )
        visit = Visit.objects.create(
            household_id=household_id,
            purposes=["clue"],
            visited_on=visited_on,
            checkers=checkers.strip(),
            conclusion=result,
            reason=reason.strip(),
            post=post.pk,
            post_title=post.title,
            post_division=post.division,
            clue=clue.pk,
            recorded_at=now,
        )
        _conclude(clue, visit, today)
        act.detail = {"conclusion": str(result), "visited_on": visited_on.isoformat()}
    return clue


def record_check(
    *,
    post: Post,
    clue_id: int,
    version: int,
    answers: Answers,
    photos: Sequence[bytes] = (),
    signature: bytes | None = None,
    scans: Sequence[bytes] = (),
    today: date,
    now: datetime,
) -> Visit:
    """The first visit as the whole in-home check (visits.actions.record_visit); the clue follows its conclusion.

    Raises what `record_first_visit` and `record_visit` raise; visit and clue change together or not at all.
    """
    require(post, "clues.record_visit")
    files = prepare_files(photos=photos, signature=signature, scans=scans)
    return keep_check(
        post=post, clue_id=clue_id, version=version, answers=answers, files=files, today=today, now=now
    )


def keep_check(
    *, post: Post, clue_id: int, version: int, answers: Answers, files: Files, today: date, now: datetime
) -> Visit:
    """`record_check` with files that are prepared already."""
    with acting(post, "clues.record_visit", on=f"clue:{clue_id}", reason=answers.reason.strip()) as act:
        clue, household_id = _open_clue(post, clue_id, version)
        result = check_first_visit(
            visited_on=answers.visited_on,
            today=today,
            opened_on=clue.opened_on,
            conclusion=answers.conclusion,
            reason=answers.reason,
        )
        visit = keep_visit(
            post=post,
            household_id=household_id,
            answers=answers,
            files=files,
            clue=clue.pk,
            now=now,
            today=today,
        )
        _conclude(clue, visit, today)
        act.detail = {"conclusion": str(result), "visited_on": answers.visited_on.isoformat(), "visit": visit.pk}
    return visit


def conclude_by(*, clue: Clue, visit: Visit, today: date) -> None:
    """An open clue follows the conclusion of a visit that is recorded already; within the act of a slice above."""
    if clue.state != State.OPEN:
        raise Refusal(f"这条线索已是“{STATES[State(clue.state)]}”", remedy="请刷新页面查看结果")
    _conclude(clue, visit, today)


def export_clues(*, post: Post, filters: Filters, today: date) -> list[Clue]:
    """The list as filtered, for a download. Names leave the system with it, so the audit keeps who took how many."""
    with acting(post, "clues.export", on=f"list:{scope_of(post)}") as act:
        rows = all_rows(post, filters, today=today)
        act.detail = {"rows": len(rows), "filters": {k: v for k, v in vars(filters).items() if v}}
    return rows


def _open_clue(post: Post, clue_id: int, version: int) -> tuple[Clue, int]:
    """The clue with its household's number, locked, while it is still to be visited and as the person saw it."""
    clue = visible_clues(post).filter(pk=clue_id).select_for_update(of=("self",)).first()
    if clue is None or clue.household_id is None:
        raise NotAllowed("没有这条线索，或不在您的管理范围内", remedy="请从您的线索列表进入")
    if clue.state != State.OPEN:
        raise Refusal(f"这条线索已是“{STATES[State(clue.state)]}”", remedy="请刷新页面查看结果")
    if clue.row_version != version:
        raise Refusal("您打开页面之后线索有了新的证据", remedy="请刷新页面看过新证据后再登记")
    return clue, clue.household_id


def _conclude(clue: Clue, visit: Visit, today: date) -> None:
    state = State.CLEARED if visit.conclusion == Conclusion.NO_RISK else State.CONFIRMED
    if state == State.CLEARED:
        _silence(clue, visit, today)
    move(clue, state, visit=visit)


def move(clue: Clue, state: State, *, visit: Visit) -> None:
    """Sets a clue's state, in its row and in the lists' rows alike."""
    Clue.objects.filter(pk=clue.pk).update(
        state=state, visit=visit, visited_on=visit.visited_on, row_version=F("row_version") + 1
    )
    Scope.objects.filter(clue=clue).update(state=state)
    clue.refresh_from_db()


def _silence(clue: Clue, visit: Visit, today: date) -> None:
    months = parameter_book().value("clearance_silence_months", today)
    until = add_months(today, int(months.value)) if months else today
    Clearance.objects.bulk_create(
        Clearance(
            household=clue.household_id,
            rule=evidence.rule,
            person=evidence.person,
            measure=evidence.measure,
            cleared_on=today,
            silent_until=until,
            visit=visit,
        )
        for evidence in clue.evidence.all()
    )
