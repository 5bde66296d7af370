"""Courtyard meetings: the list, which villages have had none, the form, one record, its paper."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.village_work.courtyard_page import (
    by_month,
    by_village,
    courtyard_page,
    courtyard_period,
    courtyards,
    without_meeting,
)
from sangesan.village_work.courtyard_paper import print_courtyard
from sangesan.village_work.courtyards import record_courtyard
from sangesan.village_work.kinds import topic_groups
from sangesan.village_work.permissions import reached_division, villages_in, villages_of
from sangesan.web.form_values import number_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.labels import risk_titles
from sangesan.web.paging import day_key_of, paged_by_day
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.village_forms import courtyard_of, day_or, households_shown, of_villages
from sangesan.web.visit_form import files_of

PAGE = 40
MOST_WITHOUT = 60
QUESTION_ROWS = 2


@guarded("village_work.see")
def meeting_list(request: Request) -> HttpResponse:
    """Newest first, how many by month, which villages have had none in the running period."""
    post, day, places = request.post, today(), tree()
    town = request.GET.get("place", "")
    place = reached_division(post, town if town in places.names else "")
    reach = set(villages_of(post))
    villages = [v for v in villages_in(place) if v in reach]
    rows, following = paged_by_day(
        courtyards(post, villages=villages, after=day_key_of(request), limit=PAGE + 1), PAGE, lambda one: one.held_on
    )
    none = [one for one in without_meeting(day, place) if one.village in reach]
    context = {
        "rows": rows,
        "next": following,
        "months": by_month(post, day, villages=villages),
        "counts": by_village(post, day, villages=villages) if place or len(villages) < PAGE else [],
        "none": none[:MOST_WITHOUT],
        "none_count": len(none),
        "villages": len(villages),
        "period": courtyard_period(day),
        "place": place,
        "places": _places(post),
        "may_meet": reachable(request, "village_work.meet"),
        "today": day,
        "section": "courtyards",
    }
    return render(request, "web/courtyard/list.html", context)


@guarded("village_work.meet", ASK)
def new(request: Request) -> HttpResponse:
    """The form; ?correct= fills it with a record whose place the new one takes."""
    post, given = request.post, request.POST
    asked = given or request.GET
    before = number_of(asked.get("correct", ""))
    page = courtyard_page(post, before) if before else None
    villages = villages_of(post)
    village = page.meeting.village if page else of_villages(asked, villages, post.division)

    def again(refusal: Refusal | None) -> HttpResponse:
        content = page.content if page and not given else {}
        meeting = page.meeting if page and not given else None
        asked_rows = list(zip(given.getlist("asked"), given.getlist("answered"), strict=False))
        if not given:
            asked_rows = [(q["asked"], q["answered"]) for q in content.get("questions", [])]
        values = {
            "held_on": day_or(given, "held_on", meeting.held_on if meeting else today()),
            "place": given.get("place", meeting.place if meeting else ""),
            "host": given.get("host", meeting.host if meeting else ""),
            "people": given.get("people", str(meeting.people) if meeting else ""),
            "names": given.get("names", content.get("names", "")),
            "note": given.get("note", content.get("words", "")),
        }
        context = {
            "values": values,
            "groups": topic_groups(),
            "topics": given.getlist("topic") if given else meeting.topics if meeting else [],
            "questions": [*asked_rows, *[("", "")] * max(1, QUESTION_ROWS - len(asked_rows))],
            "households": households_shown(post, given, ""),
            "clues": True,
            "risks": risk_titles(),
            "village": village,
            "villages": [(code, tree().full_name(code)) for code in villages] if len(villages) > 1 else [],
            "correcting": page.meeting if page else None,
            "submission": given.get("submission") or new_submission(),
            "refusal": refusal,
            "today": today(),
            "section": "courtyards",
        }
        return render(request, "web/courtyard/form.html", context)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        if not village:
            raise Refusal("没有选村", place="村（社区）", remedy="请选会议所在的村")
        made = record_courtyard(
            post=post,
            village=village,
            content=courtyard_of(given),
            photos=files_of(request.FILES, "photos"),
            sheets=files_of(request.FILES, "sheets"),
            corrects=before,
            submission=submission_of(given),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("院落会议已登记"))
        return resolve_url("courtyard", made.pk)

    return kept(request, keep, again)


@guarded("village_work.see")
def meeting(request: Request, meeting_id: int) -> HttpResponse:
    """One record."""
    page = courtyard_page(request.post, meeting_id)
    context = {
        "page": page,
        "meeting": page.meeting,
        "may_correct": reachable(request, "village_work.meet") and page.later is None,
        "section": "courtyards",
    }
    return render(request, "web/courtyard/page.html", context)


@guarded("village_work.see")
def paper(request: Request, meeting_id: int, kind: str) -> FileResponse:
    """The record as a paper, docx or pdf."""
    data, name, content_type = print_courtyard(post=request.post, meeting_id=meeting_id, kind=kind)
    answer = FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type=content_type)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _places(post: Post) -> list[tuple[str, str]]:
    """What the list can be narrowed to: towns for the county, villages for a town; nothing for a village."""
    places = tree()
    if post.role == Post.Role.TOWN:
        return [(code, places.names[code]) for code in villages_of(post)]
    if post.role in {Post.Role.VILLAGE, Post.Role.GRID}:
        return []
    return [(code, places.names[code]) for code in places.towns()]
