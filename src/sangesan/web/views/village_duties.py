"""The forms of village duties: a log in two taps, a follow-up, a correction, a plan."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.village_work.kind_history import histories, kinds_on
from sangesan.village_work.kinds import Form, Kind
from sangesan.village_work.permissions import reached_village
from sangesan.village_work.planning import adopt_plan
from sangesan.village_work.recording import Raise, correct_log, follow_up, late_days, log_duty
from sangesan.village_work.village_page import log_page, problem_for, village_page
from sangesan.web.form_values import date_of, numbers_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.village_forms import day_or, households_shown, log_of, plan_of
from sangesan.web.visit_form import files_of

MEASURE_ROWS = 4


@guarded("village_work.log", ASK)
def record(request: Request, village: str, kind: str) -> HttpResponse:
    """A log: what to look at, a photo, “all is right” or a problem; nothing typed is lost by a refusal."""
    reached_village(request.post, village)
    known = _kind(kind, Form.LOG)

    def again(refusal: Refusal | None) -> HttpResponse:
        return _log_form(request, village, known, refusal, {"title": known.title})

    if request.method != "POST":
        return again(None)
    given = request.POST

    def keep() -> str:
        log = log_duty(
            post=request.post,
            village=village,
            kind=kind,
            given=log_of(given, known),
            photos=files_of(request.FILES, "photos"),
            clues=Raise(bool(given.get("clue_place")), tuple(numbers_of(given.getlist("household")))),
            submission=submission_of(given),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("巡查已登记"))
        return resolve_url("village-duties", village) if log.problem_id is None else resolve_url("village-log", log.pk)

    return kept(request, keep, again)


@guarded("village_work.log", ASK)
def correct(request: Request, log_id: int) -> HttpResponse:
    """A correction: the form as it was filled, with a reason; or that the log should not have been at all."""
    page = log_page(request.post, log_id)
    log, known = page.row.log, page.row.kind

    def again(refusal: Refusal | None) -> HttpResponse:
        more = {
            "title": _("更正：%(title)s") % {"title": known.title}, "correcting": log, "words": page.row.words,
            "answers": log.answers, "late_reason": page.row.late_reason,
        }  # fmt: skip
        return _log_form(request, log.village, known, refusal, more)

    if request.method != "POST":
        return again(None)
    given = request.POST

    def keep() -> str:
        made = correct_log(
            post=request.post,
            log_id=log_id,
            given=None if given.get("result") == "void" else log_of(given, known),
            reason=given.get("reason", ""),
            photos=files_of(request.FILES, "photos"),
            submission=submission_of(given),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("更正已登记，原来的记录仍可查看"))
        return resolve_url("village-log", made.pk)

    return kept(request, keep, again)


@guarded("village_work.log", ASK)
def follow(request: Request, problem_id: int) -> HttpResponse:
    """What was done about an open problem."""
    found = problem_for(request.post, problem_id)

    def again(refusal: Refusal | None) -> HttpResponse:
        given = request.POST
        context = {
            "found": found, "refusal": refusal, "values": given, "done_on": day_or(given, "done_on", today()),
            "submission": given.get("submission") or new_submission(), "today": today(), "section": "duties",
        }  # fmt: skip
        return render(request, "web/village_work/follow_up.html", context)

    if request.method != "POST":
        return again(None)
    given = request.POST

    def keep() -> str:
        follow_up(
            post=request.post,
            problem_id=problem_id,
            solved=given.get("result") == "solved",
            words=given.get("words", ""),
            photos=files_of(request.FILES, "photos"),
            done_on=date_of(given, "done_on", "日期"),
            submission=submission_of(given),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("处理情况已登记"))
        return resolve_url("village-duties", found.problem.village)

    return kept(request, keep, again)


@guarded("village_work.see", ASK)
def plan(request: Request, village: str, kind: str) -> HttpResponse:
    """The plan in force, and for those who may the form of a new one, filled with the old."""
    known = _kind(kind, Form.PLAN)
    row = next((d for d in village_page(request.post, village, today()).duties if d.kind.code == kind), None)

    def again(refusal: Refusal | None) -> HttpResponse:
        given, content = request.POST, dict(row.plan_content) if row else {}
        if given:
            content = {"responsible": given.get("responsible", ""), "situation": given.get("situation", "")}
            lines = zip(given.getlist("what"), given.getlist("who"), given.getlist("by"), strict=False)
            content["measures"] = [{"what": what, "who": who, "by": by} for what, who, by in lines]
        empty = {"what": "", "who": "", "by": ""}
        measures = list(content.get("measures", []))
        context = {
            "kind": known,
            "row": row,
            "village": village,
            "content": content,
            "measures": [*measures, *[empty] * max(1, MEASURE_ROWS - len(measures))],
            "adopted_on": day_or(given, "adopted_on", today()),
            "review_on": day_or(given, "review_on", today() + timedelta(days=365)),
            "submission": given.get("submission") or new_submission(),
            "may_log": reachable(request, "village_work.log"),
            "refusal": refusal,
            "today": today(),
            "section": "duties",
        }
        return render(request, "web/village_work/plan.html", context)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        adopt_plan(
            post=request.post,
            village=village,
            kind=kind,
            content=plan_of(request.POST),
            scans=files_of(request.FILES, "scans"),
            submission=submission_of(request.POST),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("方案已登记"))
        return resolve_url("village-duties", village)

    return kept(request, keep, again)


def _kind(code: str, form: Form) -> Kind:
    found = kinds_on(today(), histories()).get(code)
    if found is None or found.form != form:
        raise Refusal("没有这项职责", remedy="请从村的页面进入")
    return found


def _log_form(
    request: Request, village: str, kind: Kind, refusal: Refusal | None, more: dict[str, Any]
) -> HttpResponse:
    """The form of a log. more: title; of a correction the log and what it said."""
    given, log = request.POST, more.get("correcting")
    answers = more.get("answers", {})
    questions = [
        (code, title, given.get(f"answer-{code}") or ("no" if answers.get(code) is False else "yes"))
        for code, title in kind.questions.items()
    ]
    context = {
        "kind": kind,
        "village": village,
        "questions": questions,
        "done_on": day_or(given, "done_on", log.done_on if log else today()),
        "words": given.get("words", more.get("words", "")),
        "late_reason": given.get("late_reason", more.get("late_reason", "")),
        "reason": given.get("reason", ""),
        "problem": given.get("result") == "problem" or bool(log and log.result == "problem"),
        "households": households_shown(request.post, given, ""),
        "clue_place": given.get("clue_place", ""),
        "submission": given.get("submission") or new_submission(),
        "late_days": late_days(today()),
        "refusal": refusal,
        "today": today(),
        "section": "duties",
        **more,
    }
    return render(request, "web/village_work/log_form.html", context)
