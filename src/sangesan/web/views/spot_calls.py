"""Spot calls: the list, one call with its questions and the records behind them, recording answers, ending it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.dispatch.spot_calls import DONE, Ended, answer, end
from sangesan.dispatch.spot_domain import TO_CORRECT, Answer, verdicts, ways
from sangesan.dispatch.spot_names import Whose, whose
from sangesan.dispatch.spot_queries import Asked, CallPage, call_page, calls
from sangesan.draws.queries import draw_of
from sangesan.kernel.dates import parse_date
from sangesan.kernel.period import Week
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.village_work.models import Problem
from sangesan.web.figure_links import figure_address
from sangesan.web.guards import guarded, reachable
from sangesan.web.paging import key_of
from sangesan.web.requests import Request
from sangesan.web.submissions import new_submission, submission_of

PAGE = 30
AT_ONCE = 5  # records of a question that are shown without unfolding
WEEKLY = "weekly_village"


@guarded("dispatch.see")
def spot_calls(request: Request) -> HttpResponse:
    """Where this week's random village stands, then the calls, the newest first."""
    day = today()
    found = calls(request.post, today=day, after=key_of(request), limit=PAGE + 1)
    rows = found[:PAGE]
    week = Week.of(day)
    context = {
        "rows": rows,
        "next": str(rows[-1].call.pk) if len(found) > PAGE else "",
        "week": week,
        "draw": draw_of(WEEKLY, str(week)),
        "section": "spot-calls",
    }
    return render(request, "web/dispatch/spot_calls.html", context)


@guarded("dispatch.see")
def spot_call(request: Request, call_id: int) -> HttpResponse:
    """One call."""
    return _show(request, call_id)


@guarded("dispatch.call", ("POST",))
def spot_call_record(request: Request, call_id: int) -> HttpResponse:
    """Keeps the answers filled in so far, at least one; with "finish" the call ends too."""
    given, now = request.POST, timezone.now()
    try:
        rows = _filled(given)
        if rows:
            answer(post=request.post, call_id=call_id, answers=rows, submission=submission_of(given), now=now)
        if "finish" in given:
            end(post=request.post, call_id=call_id, how=_ended(given), now=now, today=today())
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _show(request, call_id, refusal)
    messages.success(request, _("调度已结束，需整改的已交办") if "finish" in given else _("答复已保存"))
    return redirect("spot-call", call_id)


def _filled(given: QueryDict) -> list[Answer]:
    """What was filled in; raises Refusal for nothing at all, unless the call is to end."""
    rows = list(_answers(given))
    if not rows and "finish" not in given:
        raise Refusal(_("还没有填写任何答复"), place=_("答复"), remedy=_("请至少填写一项再保存"))
    return rows


def _answers(given: QueryDict) -> Iterator[Answer]:
    """The questions for which something was filled in."""
    for name in given:
        number = name.removeprefix("answer-")
        if name == number or not number.isdecimal() or len(number) > 3:
            continue
        said, verdict, asked = (
            given.get(name, "").strip(),
            given.get(f"verdict-{number}", ""),
            given.get(f"asked-{number}", ""),
        )
        if said or verdict or asked.strip():
            yield Answer(int(number), verdict, said, given.get(f"follow-{number}", ""), asked)


def _ended(given: QueryDict) -> Ended:
    answerer, until = given.get("answerer", ""), given.get("correct_by", "")
    called = given.get("called_on", "")
    if not called:
        raise Refusal(_("没有填调度日期"), place=_("调度日期"), remedy=_("请填实际通话的日期"))
    return Ended(
        way=given.get("way", ""),
        called_on=parse_date(called),
        result=given.get("result", ""),
        answerer=int(answerer) if answerer.isdecimal() else None,
        answerer_words=given.get("answerer_words", ""),
        correct_by=parse_date(until) if until else None,
    )



def _show(request: Request, call_id: int, refusal: Refusal | None = None) -> HttpResponse:
    day = today()
    page = call_page(request.post, call_id, day)
    running = page.call.state != DONE
    context: dict[str, Any] = {
        "page": page,
        "call": page.call,
        "questions": _questions(request.post, page),
        "next_number": len(page.asked),
        "verdicts": verdicts().items(),
        "ways": ways(),
        "to_correct": TO_CORRECT,
        "may_call": running and reachable(request, "dispatch.call"),
        "submission": new_submission(),
        "today": day,
        "late": running and page.call.due_on < day,
        "given": request.POST,
        "refusal": refusal,
        "section": "spot-calls",
    }
    return render(request, "web/dispatch/spot_call.html", context, status=400 if refusal else 200)


@dataclass(frozen=True)
class Row:
    """A record that a question rests on. who: whose it is, None for those who may not know, and where it is nobody's."""

    who: Whose | None
    words: str
    address: str


def _questions(post: Post, page: CallPage) -> list[tuple[Asked, list[Row], list[Row]]]:
    """Each question with the records it shows at once, and those that are folded."""
    records = [record for one in page.asked for record in one.records]
    names = whose(post, records)
    problems = {r["number"] for r in records if r["kind"] == "problem"}
    kinds = dict(Problem.objects.filter(pk__in=problems).values_list("pk", "kind")) if problems else {}
    found = []
    for one in page.asked:
        rows = [
            Row(names.get((r["kind"], r["number"])), r["words"], _address(r, page.call.village, kinds))
            for r in one.records
        ]
        found.append((one, rows[:AT_ONCE], rows[AT_ONCE:]))
    return found


def _address(record: dict[str, Any], village: str, kinds: dict[int, str]) -> str:
    kind, number = record["kind"], record["number"]
    pages = {"clue": "clue", "household": "household", "case": "household", "notice": "notice"}
    if kind == "sheet":
        return f"/sheets/{number}/"
    if kind in pages:
        return reverse(pages[kind], args=[number])
    if kind in {"duty", "problem"}:
        return f"{reverse('village-duties', args=[village])}#{number if kind == 'duty' else kinds.get(number, '')}"
    if kind == "figure":
        return _figure_address(str(number), village)
    return ""


def _figure_address(number: str, village: str) -> str:
    """The list behind a frozen figure of a week ("2022-W36/clues_new")."""
    period, _slash, figure = number.partition("/")
    return figure_address(figure, village, period)
