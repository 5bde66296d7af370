"""Writing official documents: the 督查通报 from findings, others by hand, editing paragraph by paragraph, numbers."""

from datetime import date

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.permissions import NotAllowed
from sangesan.bulletins.actions import draft, edit, set_start
from sangesan.bulletins.lines import changes
from sangesan.bulletins.models import Counter, Document
from sangesan.bulletins.paper import body_of
from sangesan.bulletins.queries import number_of, reached_document
from sangesan.bulletins.receivers import receiver_title
from sangesan.bulletins.series import all_series, series_of
from sangesan.documents.form import Paragraphs
from sangesan.inspections.models import Finding, Plan
from sangesan.inspections.permissions import sees_plans
from sangesan.inspections.planning import words_of_plan
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import departments, towns
from sangesan.regions.queries import today
from sangesan.supervision.inspection_bulletin import SERIES, TITLE, draft_inspection_bulletin
from sangesan.web.bulletin_forms import annexes_of, blocks_of, new_parts, parts_of
from sangesan.web.form_values import date_of, version_of
from sangesan.web.form_values import number_of as whole_number
from sangesan.web.guards import ASK, guarded
from sangesan.web.requests import Request
from sangesan.web.submissions import new_submission, submission_of

PLANS = 12
EMPTY = "（正文）"  # of the document, not of the page: not translated


@guarded("bulletins.draft", ASK)
def bulletin_new(request: Request) -> HttpResponse:
    """Drafts the 督查通报 of some days or of one inspection plan, or any other document by hand."""
    refusal = None
    if request.method == "POST":
        try:
            made = _drafted(request)
        except NotAllowed:
            raise
        except Refusal as said:
            refusal = said
        else:
            if made.edited or made.state != Document.State.DRAFTED:
                messages.info(request, _("这段时间的通报已经起草并有人修改或签发，没有重新生成"))
            return redirect("bulletin", made.pk)
    day = today()
    context = {
        "given": request.POST,
        "first": request.POST.get("first") or day.replace(day=1).isoformat(),
        "last": request.POST.get("last") or day.isoformat(),
        "title": request.POST.get("title") or TITLE,
        "plans": _plans_with_findings(day) if sees_plans(request.post) else [],
        "series": [one for one in all_series().values() if one.code != SERIES],
        "towns": towns(),
        "departments": departments(),
        "submission": request.POST.get("submission") or new_submission(),
        "today": day,
        "refusal": refusal,
        "section": "bulletins",
    }
    return render(request, "web/bulletins/new.html", context, status=400 if refusal else 200)


@guarded("bulletins.draft", ASK)
def bulletin_edit(request: Request, number: int) -> HttpResponse:
    """The text paragraph by paragraph, with what has been changed since it was drafted."""
    document, refusal = reached_document(request.post, number, today()), None
    if request.method == "POST":
        try:
            _edited(request, document)
        except NotAllowed:
            raise
        except Refusal as said:
            refusal = said
        else:
            messages.success(request, _("已保存，原稿留存，可以对照"))
            return redirect("bulletin", document.pk)
    if document.state != Document.State.DRAFTED:
        return redirect("bulletin", document.pk)
    body = body_of(document)
    parts = parts_of(request.POST, body.parts) if refusal else body.parts
    context = {
        "document": document,
        "series": series_of(document.series),
        "title": request.POST.get("title", document.title),
        "main_words": request.POST.get("main_words", body.main_words),
        "copies": request.POST.get("copies", "\n".join(body.copies)),
        "secret": request.POST.get("secret", document.secret),
        "urgent": request.POST.get("urgent", document.urgent),
        "blocks": blocks_of(parts),
        "annexes": [
            (f"a{n}-title", annex.title, blocks_of(annex.parts, f"a{n}p")) for n, annex in enumerate(body.annexes)
        ],
        "refusal": refusal,
        "section": "bulletins",
    }
    return render(request, "web/bulletins/edit.html", context, status=400 if refusal else 200)


@guarded("bulletins.draft")
def bulletin_changes(request: Request, number: int) -> HttpResponse:
    """All versions, and what differs between two of them: the first and the newest, if not asked otherwise."""
    document = reached_document(request.post, number, today())
    versions = list(document.versions.order_by("serial"))
    by_serial = {one.serial: one for one in versions}
    before = by_serial.get(whole_number(request.GET.get("from", "")) or 0, versions[0])
    after = by_serial.get(whole_number(request.GET.get("to", "")) or 0, versions[-1])
    context = {
        "document": document,
        "number": number_of(document),
        "versions": versions,
        "before": before,
        "after": after,
        "lines": changes(before, after),
        "section": "bulletins",
    }
    return render(request, "web/bulletins/changes.html", context)


@guarded("bulletins.issue", ASK)
def bulletin_numbers(request: Request) -> HttpResponse:
    """The last number of each series and year, and where a year's numbers begin that began elsewhere."""
    refusal, given = None, request.POST
    if request.method == "POST":
        try:
            set_start(
                post=request.post, series=given.get("series", ""), year=whole_number(given.get("year", "")) or today().year,
                last_number=_whole(given, "last_number", _("已发到第几号")), document=given.get("document", ""), now=timezone.now(),
            )  # fmt: skip
        except NotAllowed:
            raise
        except Refusal as said:
            refusal = said
        else:
            messages.success(request, _("起始号已登记"))
            return redirect("bulletin-numbers")
    context = {
        "counters": [(series_of(one.series), one) for one in Counter.objects.order_by("-year", "series")],
        "all_series": all_series().values(),
        "given": given,
        "year": today().year,
        "refusal": refusal,
        "section": "bulletins",
    }
    return render(request, "web/bulletins/numbers.html", context, status=400 if refusal else 200)


def _plans_with_findings(day: date) -> list[tuple[Plan, str]]:
    """The newest plans that found something, with their titles: the reader may see plans."""
    found = Finding.objects.filter(withdrawal=None, target__plan=OuterRef("pk"))
    rows = Plan.objects.filter(Exists(found), called_off_on=None, first_day__lte=day).order_by("-last_day", "-pk")
    return [(plan, words_of_plan(plan)["title"]) for plan in rows[:PLANS]]


def _drafted(request: Request) -> Document:
    given, day, now = request.POST, today(), timezone.now()
    if given.get("kind") == "inspection":
        number = whole_number(given.get("plan", ""))
        plan = Plan.objects.filter(pk=number).first() if number and sees_plans(request.post) else None
        return draft_inspection_bulletin(
            post=request.post,
            first=plan.first_day if plan else date_of(given, "first", "起始日期"),
            last=min(plan.last_day, day) if plan else date_of(given, "last", "截止日期"),
            plan=plan,
            good=[line.strip() for line in given.get("good", "").splitlines() if line.strip()],
            title=given.get("title", "") or TITLE,
            now=now,
            today=day,
        )
    keys = given.getlist("to")
    for key in keys:
        if key not in {"towns", "departments"}:
            receiver_title(key)
    return draft(
        post=request.post,
        series=given.get("series", ""),
        origin=f"manual:{submission_of(given)}",
        title=given.get("title", ""),
        parts=[Paragraphs([line.strip() for line in given.get("text", "").splitlines() if line.strip()] or [EMPTY])],
        addressees=keys,
        now=now,
        today=day,
    )


def _edited(request: Request, document: Document) -> None:
    given, body = request.POST, body_of(document)
    edit(
        post=request.post,
        document=document,
        title=given.get("title", ""),
        parts=[*parts_of(given, body.parts), *new_parts(given)],
        version=version_of(given),
        main_words=given.get("main_words", ""),
        copies=given.get("copies", "").splitlines(),
        annexes=annexes_of(given, body.annexes),
        secret=given.get("secret", ""),
        urgent=given.get("urgent", ""),
        now=timezone.now(),
    )


def _whole(given: QueryDict, name: str, place: str) -> int:
    number = whole_number(given.get(name, ""))
    if number is None:
        raise Refusal(_("不是数字"), place=place, remedy=_("请填整数"))
    return number

