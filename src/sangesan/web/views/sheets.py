"""Sheets as pages: the list with what waits, one sheet with its history, the form of a new one, look-backs, hand-overs."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.inspections.permissions import visible_findings
from sangesan.inspections.queries import words_of
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import departments, towns, unit_of_post
from sangesan.regions.queries import today, tree
from sangesan.supervision.domain import STATES
from sangesan.supervision.permissions import seats_held
from sangesan.supervision.printing import print_sheet
from sangesan.supervision.sampling import draw_look_backs, mark_drawn
from sangesan.supervision.sheet_lists import (
    Filters,
    chosen_units,
    hand_over_rows,
    listed,
    look_back_rows,
    people_of,
    tallies,
    waiting,
)
from sangesan.supervision.sheet_page import SheetPage, sheet_page
from sangesan.supervision.sheets import Matter, draft, matter_of
from sangesan.supervision.table import load_table
from sangesan.village_work.permissions import villages_in
from sangesan.web.form_values import number_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.paging import key_of
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of

PAGE = 40


@guarded("supervision.see")
def sheets(request: Request) -> HttpResponse:
    """What waits for the post, then all sheets it sees; those of its own unit first for a unit's people."""
    given, post, day = request.GET, request.post, today()
    own_unit = unit_of_post(post)
    filters = Filters(
        colour=given.get("colour", "") if given.get("colour") in load_table().colours else "",
        unit=given.get("unit", ""),
        state=given.get("state", "") if given.get("state") in {"open", *STATES} else "",
        overdue=given.get("overdue") == "1",
        own=own_unit is not None and given.get("whose", "own") == "own" and not given.get("unit"),
    )
    found = listed(post, filters, today=day, after=key_of(request), limit=PAGE + 1)
    context = {
        "waiting": waiting(post, day),
        "tallies": tallies(post, filters, today=day),
        "rows": found[:PAGE],
        "next": str(found[PAGE - 1].sheet.pk) if len(found) > PAGE else "",
        "filters": filters,
        "own_unit": own_unit,
        "units": chosen_units(post),
        "states": [(str(state), title) for state, title in STATES.items()],
        "may_issue": reachable(request, "supervision.issue"),
        "today": day,
        "section": "sheets",
    }
    return render(request, "web/sheets/list.html", context)


@guarded("supervision.see")
def sheet(request: Request, sheet_id: int) -> HttpResponse:
    """One sheet: what it asks, how it stands, what may be done, its history."""
    return shown(request, sheet_id)


def shown(request: Request, sheet_id: int, refusal: Refusal | None = None) -> HttpResponse:
    """The page, with a refusal where an act was refused to a browser without htmx."""
    page = sheet_page(request.post, sheet_id, today())
    context = {
        "page": page,
        "sheet": page.sheet,
        "acts": {str(act) for act in page.acts},
        "people": _people(page),
        "open_hands": {line.row.state for line in page.hands},
        "refusal": refusal,
        "values": request.POST,
        "submission": request.POST.get("submission") or new_submission(),
        "today": today(),
        "section": "sheets",
    }
    return render(request, "web/sheets/page.html", context)


@guarded("supervision.issue", ASK)
def sheet_new(request: Request) -> HttpResponse:
    """The form of a sheet: from a finding (?finding=), or for a unit that one chooses first."""
    asked = request.POST or request.GET
    number = number_of(asked.get("finding", ""))
    finding = visible_findings(request.post).filter(pk=number).select_related("household").first() if number else None
    unit = asked.get("unit", "") or (finding.unit if finding else "")

    def again(refusal: Refusal | None) -> HttpResponse:
        words = dict(words_of(finding)) if finding else {}
        context = {
            "finding": finding,
            "words": words,
            "unit": unit,
            "people": people_of(unit, today()) if unit else [],
            "units": _units(),
            "table": load_table(),
            "values": {"requirement": words.get("requirement", ""), "matter": matter_of(finding) if finding else ""}
            | request.POST.dict(),
            "submission": request.POST.get("submission") or new_submission(),
            "refusal": refusal,
            "section": "sheets",
        }
        return render(request, "web/sheets/new.html", context)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        person = next((p for p in people_of(unit, today()) if str(p.pk) == request.POST.get("person")), None)
        if person is None:
            raise Refusal("没有选责任人", place="责任人", remedy="一张单只有一个责任人，请从该单位的岗位中选择")
        matter = Matter(
            request.POST.get("matter", ""), request.POST.get("requirement", ""), unit, person, finding,
            "" if finding else request.POST.get("origin", "")[:60],
        )  # fmt: skip
        made = draft(
            post=request.post,
            matter=matter,
            colour=request.POST.get("colour", ""),
            reason=request.POST.get("reason", ""),
            submission=submission_of(request.POST),
            now=timezone.now(),
            today=today(),
        )
        colour = load_table().colours[made.colour]
        messages.success(request, _("%(name)s已起草，等待签发") % {"name": colour.name})
        return resolve_url("sheet", made.pk)

    return kept(request, keep, again)


@guarded("supervision.see")
def sheet_paper(request: Request, sheet_id: int, kind: str) -> FileResponse:
    """The sheet as .docx or PDF."""
    data, name, content_type = print_sheet(post=request.post, sheet_id=sheet_id, kind=kind)
    answer = FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type=content_type)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@guarded("supervision.see")
def look_backs(request: Request) -> HttpResponse:
    """Look-backs that are due, the earliest first; or those done."""
    return _look_backs(request, None)


def _look_backs(request: Request, refusal: Refusal | None) -> HttpResponse:
    """The list, with a refusal where a draw was refused."""
    done = request.GET.get("show") == "done"
    mark_drawn(Month.of(today()))  # as soon as both offices have shown their secrets, not only after the night
    found = look_back_rows(request.post, done=done, after=key_of(request), limit=PAGE + 1)
    context = {
        "rows": found[:PAGE],
        "next": str(found[PAGE - 1].pk) if done and len(found) > PAGE else "",
        "done": done,
        "more": not done and len(found) > PAGE,
        "refusal": refusal,
        "may_draw": not done and reachable(request, "supervision.look_back") and reachable(request, "draws.fix"),
        "may_look": reachable(request, "supervision.look_back"),
        "today": today(),
        "section": "look-backs",
    }
    return render(request, "web/sheets/look_backs.html", context)


@guarded("draws.fix", ("POST",))
def look_backs_draw(request: Request) -> HttpResponse:
    """Fixes the draw of a sample of this month's look-backs; both offices then hand in their secrets."""

    def keep() -> str:
        size = number_of(request.POST.get("size", ""))
        if not size:
            raise Refusal("没有写抽几件", place="抽取数量", remedy="请写一个整数")
        draw = draw_look_backs(post=request.post, month=Month.of(today()), size=size, now=timezone.now())
        messages.success(request, _("抽取范围已定，两办交密数之后出结果"))
        return resolve_url("draw", draw.number)

    return kept(request, keep, lambda refusal: _look_backs(request, refusal))


@guarded("supervision.hand_over")
def hand_overs(request: Request) -> HttpResponse:
    """Matters handed over or proposed to be."""
    return hand_overs_shown(request)


def hand_overs_shown(request: Request, refusal: Refusal | None = None) -> HttpResponse:
    """The list, with a refusal where an act was refused."""
    found = hand_over_rows(request.post, after=key_of(request), limit=PAGE + 1)
    from_seats = seats_held(request.post, today())
    context = {
        "rows": found[:PAGE],
        "next": str(found[PAGE - 1].row.pk) if len(found) > PAGE else "",
        "seats": from_seats,
        "decides": bool(from_seats & set(load_table().signers("red"))),
        "refusal": refusal,
        "section": "hand-overs",
    }
    return render(request, "web/sheets/hand_overs.html", context, status=400 if refusal else 200)


def _people(page: SheetPage) -> list[Any]:
    if "reassign" not in page.acts:
        return []
    return [post for post in people_of(page.sheet.unit, today()) if post.pk != page.sheet.person_id]


def _units() -> list[tuple[str, list[tuple[str, str]]]]:
    """All units in groups: towns, departments, villages by town."""
    places = tree()
    groups = [
        (_("镇"), [(one.key, one.title) for one in towns()]),
        (_("部门"), [(one.key, one.title) for one in departments()]),
    ]
    groups += [
        (places.names[town], [(f"village:{code}", places.full_name(code)) for code in villages_in(town)])
        for town in places.towns()
    ]
    return groups
