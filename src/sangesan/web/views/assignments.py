"""Tasks given down the chain: the lists, the chain of one, the form that gives, the steps."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.assignments import Told, give, take_step
from sangesan.leadership.domain import ACT_TITLES, Act
from sangesan.leadership.following import chain_page, mine, part_for, tasks
from sangesan.leadership.models import Part
from sangesan.leadership.receivers import choices, chosen
from sangesan.leadership.words import ASSIGNMENT, opened
from sangesan.regions.queries import today
from sangesan.registry.permissions import WHOLE_COUNTY
from sangesan.web.form_values import date_of, number_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.labels import titled
from sangesan.web.paging import day_key_of, key_of, paged, paged_by_day
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.village_forms import day_or
from sangesan.web.visit_form import files_of

PAGE = 50
DAYS = 7  # from today, as the form proposes
MINE, GIVEN, ALL = "mine", "given", "all"


@guarded("leadership.see")
def assignments(request: Request) -> HttpResponse:
    """Given to me, given by me, and all that the post may see; open ones first, the ended apart."""
    post, day = request.post, today()
    may_give = reachable(request, "leadership.give")
    tabs = [(MINE, _("交给我的")), *([(GIVEN, _("我交办的"))] if may_give else [])]
    if post.role in WHOLE_COUNTY or post.role == Post.Role.TOWN:
        tabs.append((ALL, _("全部")))
    tab = request.GET.get("tab", MINE)
    tab = tab if tab in dict(tabs) else MINE
    ended, late = bool(request.GET.get("ended")), bool(request.GET.get("late"))
    context = {
        "tab": tab, "tabs": tabs, "ended": ended, "late": late, "may_give": may_give, "today": day, "section": "assignments",
    }  # fmt: skip
    if tab == MINE:
        found = mine(post, day, ended=ended, after=day_key_of(request), limit=PAGE)
        context["rows"], context["next"] = paged_by_day(found, PAGE, lambda part: part.due_on)
    else:
        listed = tasks(post, day, own=tab == GIVEN, ended=ended, late=late, after=key_of(request), limit=PAGE)
        context["rows"], context["next"] = paged(listed, PAGE)
    return render(request, "web/leadership/assignments.html", context)


@guarded("leadership.see")
def assignment(request: Request, assignment_id: int) -> HttpResponse:
    """One task with its whole chain and what the reader may do about it."""
    return _page(request, assignment_id, None)


@guarded("leadership.give", ASK)
def new(request: Request) -> HttpResponse:
    """The form that gives a task; with ?part= one that passes it down."""
    post, day = request.post, today()
    number = number_of(request.POST.get("part", "") or request.GET.get("part", ""))
    parent = part_for(post, number, day) if number else None
    upper = opened(ASSIGNMENT, parent.assignment.sealed).get("words", "") if parent else ""

    def again(refusal: Refusal | None) -> HttpResponse:
        given = request.POST
        due = min(parent.due_on, day + timedelta(days=DAYS)) if parent else day + timedelta(days=DAYS)
        context = {
            "groups": choices(post, day),
            "ticked": set(given.getlist("to")),
            "parent": parent,
            "hint": _hint(post),
            "title": given.get("title") or (parent.assignment.title if parent else ""),
            "words": given.get("words", "") if given else upper,
            "due_on": day_or(given, "due_on", max(due, day)),
            "submission": given.get("submission") or new_submission(),
            "refusal": refusal,
            "today": day,
            "section": "assignments",
        }
        return render(request, "web/leadership/give.html", context)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        given = request.POST
        task = give(
            post=post,
            title=given.get("title", ""),
            words=given.get("words", ""),
            to=chosen(post, given.getlist("to"), day),
            due_on=date_of(given, "due_on", "期限"),
            submission=submission_of(given),
            now=timezone.now(),
            today=day,
            parent=parent,
        )
        messages.success(request, _("任务已交办，承办的岗位会收到通知"))
        return resolve_url("assignment", task.pk)

    return kept(request, keep, again)


def _hint(post: Post) -> str:
    """What can be ticked in the form, by who gives."""
    if post.role == Post.Role.VILLAGE:
        return _("可勾本村的网格员，由网格员本人签收")
    if post.role == Post.Role.TOWN:
        return _("可勾本镇的村（社区），由该村的责任人签收")
    return _("可勾镇、部门，展开可勾到村；由该处的责任人签收")


@guarded("leadership.answer", ("POST",))
def answer(request: Request, part_id: int) -> HttpResponse:
    """Receives a part or reports it done."""
    return _step(request, part_id, {Act.RECEIVE, Act.DO})


@guarded("leadership.give", ("POST",))
def settle(request: Request, part_id: int) -> HttpResponse:
    """Verifies, returns, postpones or withdraws a part."""
    return _step(request, part_id, {Act.VERIFY, Act.RETURN, Act.POSTPONE, Act.WITHDRAW})


def _step(request: Request, part_id: int, acts: set[Act]) -> HttpResponse:
    given = request.POST
    part = Part.objects.filter(pk=part_id).first()
    if part is None:
        raise NotAllowed("没有这项交办任务，或与您的岗位无关", remedy="请从“交办任务”进入")

    def keep() -> str:
        if given.get("act") not in acts:
            raise Refusal("没有选要做什么", remedy="请刷新页面后再点")
        act = Act(given["act"])
        told = Told(
            words=given.get("words", ""),
            why_open=given.get("why_open", ""),
            due_on=date_of(given, "due_on", "新的期限") if act == Act.POSTPONE else None,
            files=files_of(request.FILES, "files"),
        )
        take_step(
            post=request.post,
            part_id=part_id,
            act=act,
            told=told,
            submission=submission_of(given),
            now=timezone.now(),
            today=today(),
        )
        messages.success(request, _("已登记：%(act)s") % {"act": titled(ACT_TITLES[act])})
        return reverse("assignment", args=[shown])

    shown = number_of(given.get("shown", "")) or part.assignment_id  # the page on which the step was taken
    return kept(request, keep, lambda refusal: _page(request, shown, refusal))


def _page(request: Request, assignment_id: int, refusal: Refusal | None) -> HttpResponse:
    page = chain_page(request.post, assignment_id, today())
    context = {
        "page": page,
        "task": page.shown.task,
        "refusal": refusal,
        "may_give": reachable(request, "leadership.give"),
        "today": today(),
        "section": "assignments",
    }
    return render(request, "web/leadership/assignment.html", context, status=400 if refusal else 200)
