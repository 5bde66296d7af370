"""Answering a report: closed with a reason of the list, which is all that the progress page shows of it."""

from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.cases.models import Case
from sangesan.cases.states import State as CaseState
from sangesan.clues.domain import State as ClueState
from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import add_days
from sangesan.self_reports.contents import seal_note
from sangesan.self_reports.domain import ANSWERS, NOT_TAKEN_IN, State
from sangesan.self_reports.models import Report
from sangesan.self_reports.receiving import locked, save


def answer(*, post: Post, report_id: int, version: int, answer: str, note: str, today: date, now: datetime) -> Report:
    """Closes a report. answer: a code of domain.ANSWERS; note: for the files, never shown outside.

    That a household is not taken in can only be said after somebody has been there. Raises Refusal.
    """
    with acting(post, "self_reports.answer", on=f"self_report:{report_id}", reason=ANSWERS.get(answer, "")) as act:
        report = locked(post, report_id, version)
        if answer not in ANSWERS:
            raise Refusal("没有选答复", place="答复", remedy="请选一项，申报人会在进度页上看到这句话")
        if report.state == State.ANSWERED:
            raise Refusal("已经答复过", place="答复", remedy="申报人申请复核的，请重新登记入户")
        if answer in NOT_TAKEN_IN and not looked_at(report, case_of(report)):
            raise Refusal(
                f"还没有入户核查，不能答复“{ANSWERS[answer]}”",
                place="答复",
                remedy="请先对上农户，由线索登记入户核查，再答复",
            )
        if report.state == State.CHILD and answer not in {"child_cared", "not_ours"} and len(note.strip()) < 4:
            raise Refusal("孩子的申报要写明看望的情况", place="情况说明", remedy="请写明谁去看过、孩子现在怎样")
        report.state, report.answer, report.answered_on = State.ANSWERED, answer, today
        report.note_sealed = seal_note(note[:1000])
        save(report, act, "state", "answer", "answered_on", "note_sealed", answered_at=now.isoformat())
    return report


def ask_for_review(*, report: Report, today: date, now: datetime) -> None:
    """The reporter asks the town to look again; once. Raises Refusal where there is nothing to look at again."""
    with acting(system_post(), "self_reports.receive", on=f"self_report:{report.pk}", reason="申报人申请复核") as act:
        row = Report.objects.select_for_update().get(pk=report.pk)
        if row.review_asked_on is not None:
            raise Refusal("已经申请过复核", place="申请复核", remedy="镇里会再看一遍，请留意电话")
        if row.answer not in NOT_TAKEN_IN and not looked_at(row, case_of(row)):
            raise Refusal("现在还没有可以复核的结果", place="申请复核", remedy="请等结果出来")
        row.review_asked_on = today
        save(row, act, "review_asked_on", asked_at=now.isoformat())


def case_of(report: Report) -> Case | None:
    """The case that took the report's clue up."""
    number = report.clue.case if report.clue is not None else None
    return Case.objects.filter(pk=number).first() if number else None


def looked_at(report: Report, case: Case | None) -> bool:
    """Whether the report's clue was found to be without risk, or its case was found not to qualify."""
    cleared = report.clue is not None and report.clue.state == ClueState.CLEARED
    return cleared or (case is not None and case.state == CaseState.NOT_QUALIFIED)


def reason_due(report: Report, case: Case | None, days: int) -> date | None:
    """By when the reporter must be told why not; None where that is not (or no longer) the question. days: working."""
    if report.answered_on is not None or not looked_at(report, case):
        return None
    visited = report.clue.visited_on if report.clue is not None else None
    begun = case.step_on if case is not None else visited
    return add_days(begun, days, "working") if begun else None
