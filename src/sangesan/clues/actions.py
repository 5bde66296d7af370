"""Recording the first visit to a clue."""

from datetime import date, datetime

from django.db.models import F

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.amendments.queries import parameter_book
from sangesan.clues.domain import STATES, State
from sangesan.clues.models import Clearance, Clue, Scope
from sangesan.clues.permissions import scope_of, visible_clues
from sangesan.clues.queries import Filters, all_rows
from sangesan.kernel.period import add_months
from sangesan.kernel.refusal import Refusal
from sangesan.visits.domain import Conclusion, check_first_visit
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
        clue = visible_clues(post).filter(pk=clue_id).select_for_update(of=("self",)).first()
        if clue is None or clue.household_id is None:
            raise NotAllowed("没有这条线索，或不在您的管理范围内", remedy="请从您的线索列表进入")
        if clue.state != State.OPEN:
            raise Refusal(f"这条线索已是“{STATES[State(clue.state)]}”", remedy="请刷新页面查看结果")
        if clue.row_version != version:
            raise Refusal("您打开页面之后线索有了新的证据", remedy="请刷新页面看过新证据后再登记")
        result = check_first_visit(
            visited_on=visited_on, today=today, opened_on=clue.opened_on, conclusion=conclusion, reason=reason
        )
        visit = Visit.objects.create(
            household_id=clue.household_id,
            purposes=["clue"],
            visited_on=visited_on,
            checkers=checkers.strip(),
            conclusion=result,
            reason=reason.strip(),
            post=post.pk,
            post_title=post.title,
            recorded_at=now,
        )
        state = State.CLEARED if result == Conclusion.NO_RISK else State.CONFIRMED
        if state == State.CLEARED:
            _silence(clue, visit, today)
        move(clue, state, visit=visit)
        act.detail = {"conclusion": str(result), "visited_on": visited_on.isoformat()}
    return clue


def export_clues(*, post: Post, filters: Filters, today: date) -> list[Clue]:
    """The list as filtered, for a download. Names leave the system with it, so the audit keeps who took how many."""
    with acting(post, "clues.export", on=f"list:{scope_of(post)}") as act:
        rows = all_rows(post, filters, today=today)
        act.detail = {"rows": len(rows), "filters": {k: v for k, v in vars(filters).items() if v}}
    return rows


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
