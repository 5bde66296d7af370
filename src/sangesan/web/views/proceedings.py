"""Merit and accountability as pages: the list, one case with its steps, opening one, taking the next step."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.assessment.models import Proceeding
from sangesan.assessment.proceeding_domain import Act, Kind, State, forms, forms_of
from sangesan.assessment.proceeding_permissions import handed_over, offered, reached_proceeding, visible_proceedings
from sangesan.assessment.proceedings import (
    answer_appeal,
    appeal,
    appeal_until,
    check_facts,
    close,
    decide,
    drop,
    issue,
    open_case,
    speak,
    subject_of,
)
from sangesan.assessment.words import PROCEEDING, opened
from sangesan.files.attaching import attachments_of
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import departments, towns
from sangesan.leadership.units import unit as known_unit
from sangesan.regions.queries import today, tree
from sangesan.web.form_values import number_of
from sangesan.web.guards import ASK, guarded
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.visit_form import files_of

PAGE = 50


@guarded("assessment.see")
def proceedings(request: Request) -> HttpResponse:
    """The cases that the post may see, the newest first; open ones by default."""
    day, tab, kind = today(), request.GET.get("tab", "open"), request.GET.get("kind", "")
    seen = visible_proceedings(request.post, day).select_related("person")
    rows = seen.filter(state=State.CLOSED) if tab == "closed" else seen.exclude(state=State.CLOSED)
    if kind in set(Kind):
        rows = rows.filter(kind=kind)
    after = key_of(request)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found, following = paged(list(rows.order_by("-pk")[: PAGE + 1]), PAGE)
    context = {
        "rows": found,
        "handed": handed_over(request.post, day) if tab != "closed" else [],
        "next": following,
        "tab": tab,
        "kind": kind,
        "kinds": list(Kind),
        "may_open": request.post.role == Post.Role.COUNTY,
        "section": "proceedings",
    }
    return render(request, "web/assessment/proceedings.html", context)


@guarded("assessment.account", ASK)
def proceeding_new(request: Request) -> HttpResponse:
    """Opens a case from a sheet, a score, a finding, or a merit that was brought forward."""
    given = request.POST or request.GET
    unit, day = given.get("unit", ""), today()
    kind = given.get("kind", str(Kind.MERIT))

    def again(refusal: Refusal | None) -> HttpResponse:
        context = {
            "values": given, "kind": kind, "kinds": list(Kind), "unit": unit, "units": _units() if not unit else [],
            "people": _people(unit) if unit else [], "submission": given.get("submission") or new_submission(),
            "refusal": refusal, "section": "proceedings",
        }  # fmt: skip
        return render(request, "web/assessment/proceeding_new.html", context)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        person = number_of(given.get("person", ""))
        holder = next((one for one in _people(unit) if one.pk == person), None)
        if person is not None and holder is None:
            raise Refusal("这个岗位不属于所选单位", place="岗位", remedy="请重选")
        if kind not in set(Kind):
            raise Refusal("没有选表扬还是问责", place="类别", remedy="请选一项")
        made = open_case(
            post=request.post,
            kind=Kind(kind),
            unit=unit,
            person=holder,
            origin=given.get("origin", "")[:80],
            words=given.get("words", ""),
            submission=submission_of(request.POST),
            today=day,
            now=timezone.now(),
        )
        messages.success(request, _("已立件，下一步查清事实"))
        return resolve_url("proceeding", made.pk)

    return kept(request, keep, again)


@guarded("assessment.see")
def proceeding(request: Request, number: int) -> HttpResponse:
    """One case: what happened so far, in whose words, and the next step for whoever may take it."""
    return _page(request, reached_proceeding(request.post, number, today()))


@guarded("assessment.speak", ("POST",))
def proceeding_step(request: Request, number: int) -> HttpResponse:
    """The next step; which posts may take which is asked by the acts."""
    row = reached_proceeding(request.post, number, today())
    try:
        _step(request, number)
    except Refusal as refusal:
        return _page(request, row, refusal)
    messages.success(request, _("已登记"))
    return redirect("proceeding", number)


def _step(request: Request, number: int) -> None:
    given, act = request.POST, request.POST.get("act", "")
    if act not in set(Act):
        raise Refusal("没有选办什么", remedy="请从页面上的按钮办理")
    post, day, now, words = request.post, today(), timezone.now(), given.get("words", "")
    files = files_of(request.FILES, "files")
    if act == Act.CHECK:
        check_facts(post=post, number=number, words=words, files=files, today=day, now=now)
    elif act == Act.SPEAK:
        speak(post=post, number=number, words=words, files=files, today=day, now=now)
    elif act == Act.APPEAL:
        appeal(post=post, number=number, words=words, files=files, today=day, now=now)
    elif act == Act.DECIDE:
        decide(post=post, number=number, form=given.get("form", ""), words=words, today=day, now=now)
    elif act in {Act.UPHOLD, Act.CHANGE, Act.LIFT}:
        answer_appeal(
            post=post, number=number, act=Act(act), words=words, form=given.get("form", ""), today=day, now=now
        )
    elif act == Act.ISSUE:
        issue(post=post, number=number, today=day, now=now)
    elif act == Act.CLOSE:
        close(post=post, number=number, today=day, now=now)
    elif act == Act.DROP:
        drop(post=post, number=number, words=words, today=day, now=now)


def _page(request: Request, row: Proceeding, refusal: Refusal | None = None) -> HttpResponse:
    day = today()
    files = attachments_of([subject_of(row.pk)]).get(subject_of(row.pk), [])
    events = [
        {
            "row": one,
            "words": opened(PROCEEDING, one.sealed),
            "files": [file for file in files if file.note == f"event:{one.pk}"],
        }
        for one in row.events.order_by("number")
    ]
    context = {
        "row": row,
        "events": events,
        "acts": offered(request.post, row, day),
        "forms": forms_of(row.kind),
        "with_form": (Act.DECIDE, Act.CHANGE),
        "plain": (Act.ISSUE, Act.CLOSE),
        "with_files": (Act.CHECK, Act.SPEAK, Act.APPEAL),
        "form": forms().get(row.form),
        "until": appeal_until(row),
        "refusal": refusal,
        "values": request.POST,
        "section": "proceedings",
    }
    return render(request, "web/assessment/proceeding.html", context)


def _units() -> list[tuple[str, str]]:
    """Towns, departments, then villages under their towns."""
    places = tree()
    villages = [
        (f"village:{code}", places.full_name(code)) for town in places.towns() for code in places.children.get(town, ())
    ]
    return [(one.key, one.title) for one in (*towns(), *departments())] + villages


def _people(unit: str) -> list[Post]:
    """The posts of a unit that are held."""
    one = known_unit(unit)
    rows = holding(today())
    if one.kind == "department":
        rows = rows.filter(role=Post.Role.DEPARTMENT, department=one.code)
    else:
        rows = rows.filter(division=one.code).exclude(role__in=[Post.Role.COUNTY, Post.Role.INSPECTOR])
    return list(rows.order_by("role", "pk")[:100])
