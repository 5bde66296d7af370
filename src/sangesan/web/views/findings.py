"""Findings as pages: the list by class, place and unit; the form; one finding with its evidence."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.checks.defects import defects
from sangesan.checks.models import Flag
from sangesan.checks.queries import flag_page
from sangesan.inspections.confirming import confirm_flag
from sangesan.inspections.domain import conducts
from sangesan.inspections.finding_lines import finding_counts, finding_lines
from sangesan.inspections.findings import record_finding, withdraw_finding
from sangesan.inspections.permissions import sees_plans
from sangesan.inspections.reading import TargetPage, finding_page, target_page
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import departments, towns
from sangesan.regions.queries import county, today, tree
from sangesan.supervision.permissions import visible_sheets
from sangesan.supervision.sheets import sheet_of
from sangesan.supervision.words import number_of as sheet_number
from sangesan.village_work.permissions import villages_in
from sangesan.web.form_values import date_of, number_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.inspection_forms import photos_of, record_rows
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.village_forms import day_or

PAGE = 40


@guarded("inspections.see")
def findings(request: Request) -> HttpResponse:
    """Newest first, in the post's reach; narrowed by class, place and unit."""
    given, post = request.GET, request.post
    defect = given.get("defect", "") if given.get("defect", "") in defects() else ""
    place = given.get("place", "") if given.get("place", "") in tree().names else ""
    rows, following = paged(
        finding_lines(
            post, defect=defect, place=place, unit=given.get("unit", ""), after=key_of(request), limit=PAGE + 1
        ),
        PAGE,
    )
    counts = finding_counts(post)
    narrowed = bool(defect or place or given.get("unit") or given.get("after"))
    context = {
        "rows": rows,
        "next": following,
        "defects": [(code, one.title, counts.get(code, 0)) for code, one in defects().items()],
        "defect": defect,
        "place": place,
        "unit": given.get("unit", ""),
        "places": [(one.code, one.title) for one in towns()] if post.role in {"county", "inspector"} else [],
        "units": [(one.key, one.title) for one in departments()] if post.role in {"county", "inspector"} else [],
        "may_record": reachable(request, "inspections.record"),
        # sheets also come from elsewhere (meetings, checks, scores): an empty list is not all there is to answer for
        "sheets": 0 if rows or narrowed or not reachable(request, "supervision.see") else visible_sheets(post).count(),
        "section": "findings",
    }
    return render(request, "web/inspections/findings.html", context)


@guarded("inspections.record", ASK)
def finding_new(request: Request) -> HttpResponse:
    """The form; ?target=, ?question= fill it from a point of a place's checklist."""
    given = request.POST
    asked = given or request.GET
    number = number_of(asked.get("target", ""))
    page = target_page(request.post, number, today()) if number else None

    def again(refusal: Refusal | None) -> HttpResponse:
        return render(request, "web/inspections/finding_form.html", _form(request, page) | {"refusal": refusal})

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        flag = number_of(given.get("flag", ""))
        shared = {
            "defect": given.get("defect", ""),
            "unit": given.get("unit", ""),
            "place": _place_of(given.get("unit", ""), page),
            "requirement": given.get("requirement", ""),
            "household": number_of(given.get("household", "")),
            "project": page.target.project if page else None,
            "target": number,
            "records": record_rows(given),
            "conduct": given.getlist("conduct"),
            "conduct_words": given.get("conduct_words", ""),
            "fabricated": bool(given.get("fabricated")),
            "harm": bool(given.get("harm")),
            "found_on": date_of(given, "found_on", "发现日期"),
            "photos": photos_of(request.FILES),
            "submission": submission_of(given),
            "today": today(),
        }
        words, now = given.get("words", ""), timezone.now()
        made = (
            confirm_flag(post=request.post, flag_id=flag, words=words, now=now, **shared)
            if flag
            else record_finding(post=request.post, words=words, now=now, **shared)  # type: ignore[arg-type]  # one mapping for both
        )
        messages.success(request, _("问题已登记"))
        return resolve_url("finding", made.pk)

    return kept(request, keep, again)


@guarded("inspections.see")
def finding(request: Request, finding_id: int) -> HttpResponse:
    """One finding with what proves it."""
    page = finding_page(request.post, finding_id)
    context = {
        "page": page,
        "line": page.line,
        "finding": page.line.finding,
        "may_issue": not page.line.withdrawn
        and sheet_of(page.line.finding) is None
        and reachable(request, "supervision.issue"),
        "sheets": [
            (one, sheet_number(one)) for one in visible_sheets(request.post).filter(finding=finding_id).order_by("pk")
        ],
        "may_withdraw": not page.line.withdrawn and reachable(request, "inspections.record"),
        "inspector": sees_plans(request.post),
        "section": "findings",
    }
    return render(request, "web/inspections/finding.html", context)


@guarded("inspections.record", ("POST",))
def finding_withdraw(request: Request, finding_id: int) -> HttpResponse:
    """Recorded by mistake: it stays, with why."""

    def keep() -> str:
        withdraw_finding(
            post=request.post, finding_id=finding_id, reason=request.POST.get("reason", ""), now=timezone.now(),
            today=today(),
        )  # fmt: skip
        messages.success(request, _("已撤回，原记录保留"))
        return resolve_url("finding", finding_id)

    def again(refusal: Refusal | None) -> HttpResponse:
        page = finding_page(request.post, finding_id)
        context = {
            "page": page, "line": page.line, "finding": page.line.finding, "may_withdraw": True, "refusal": refusal,
            "inspector": True, "section": "findings",
        }  # fmt: skip
        return render(request, "web/inspections/finding.html", context)

    return kept(request, keep, again)


def _flag(request: Request, page: TargetPage | None) -> Flag | None:
    """The flag of a check that the finding is about: of the place's own, or, without a place, any within the reach."""
    number = number_of((request.POST or request.GET).get("flag", ""))
    if number is None:
        return None
    if page is not None:
        return next((f for f in page.flags if f.pk == number), None)
    return flag_page(request.post, number).flag


def _form(request: Request, page: TargetPage | None) -> dict[str, Any]:
    """The form's values: as typed, else from the point of the checklist it came from."""
    given = request.POST
    code = (given or request.GET).get("question", "")
    point = next((p for p in page.points if p.question.code == code), None) if page else None
    flag = _flag(request, page)
    records = record_rows(given)
    if not given and point is not None and page is not None and page.reply is not None:
        records = [{"kind": "reply", "number": page.reply.pk, "words": point.question.title}]
    return {
        "page": page,
        "defects": defects().values(),
        "conducts": conducts().values(),
        "units": _units(page),
        "records": records,
        "question": code,
        "household": given.get("household")
        or (flag.household_id if flag else page.target.household_id if page else "")
        or "",
        "flag": flag.pk if flag else "",
        "values": {
            "defect": given.get("defect") or (flag.defect if flag else point.question.defect if point else ""),
            "unit": given.get("unit") or (flag.unit if flag else page.target.unit if page else ""),
            "words": given.get("words") if given else (flag.sentence if flag else point.prepared if point else ""),
            "requirement": given.get("requirement", ""),
            "conduct": given.getlist("conduct"),
            "conduct_words": given.get("conduct_words", ""),
            "fabricated": given.get("fabricated"),
            "harm": given.get("harm"),
            "found_on": day_or(given, "found_on", today()),
        },
        "submission": given.get("submission") or new_submission(),
        "today": today(),
        "section": "findings",
    }


def _units(page: TargetPage | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """The units that can answer: of a place its village and town first, then departments, then all."""
    places = tree()
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    if page is not None and page.target.place in places.levels and places.levels[page.target.place] != "county":
        path = places.path(page.target.place)[1:]
        keys = [
            (f"town:{code}" if places.levels[code] == "town" else f"village:{code}", code) for code in reversed(path)
        ]
        groups.append((_("督查对象"), [(key, places.full_name(code)) for key, code in keys]))
    groups.append((_("部门"), [(one.key, one.title) for one in departments()]))
    groups.append((_("镇"), [(one.key, one.title) for one in towns()]))
    if page is None:
        groups += [
            (one.title, [(f"village:{code}", places.full_name(code)) for code in villages_in(one.code)])
            for one in towns()
        ]
    return groups


def _place_of(unit: str, page: TargetPage | None) -> str:
    """Where it was found: the place inspected, else the unit's own division, the county for a department."""
    if page is not None:
        return page.target.place
    kind, _kind, code = unit.partition(":")
    return code if kind in {"town", "village"} else county().code
