"""The in-home check: its form, one visit's page, and the answers to what in it is odd."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from sangesan.accounts.models import Post
from sangesan.cases.case_page import cases_of
from sangesan.clues.actions import record_check
from sangesan.clues.domain import State
from sangesan.clues.models import Clue
from sangesan.clues.permissions import visible_clues
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import MOST_RISKS, RISK_TYPES
from sangesan.regions.queries import today, tree
from sangesan.registry.queries import HouseholdPage, household_page
from sangesan.visits.actions import answer_warning, record_visit
from sangesan.visits.domain import (
    HOUSE_GRADES,
    OUTCOMES,
    PURPOSES,
    SIGNED_HOW,
    TESTS,
    WATER_SOURCES,
    Conclusion,
    Purpose,
    conclusions_for,
)
from sangesan.visits.income import catalogue, income_period
from sangesan.visits.models import Visit
from sangesan.visits.prefilling import prefill
from sangesan.visits.queries import asked_lately, visit_page
from sangesan.web.after_visit import count_in_rounds, follow_visit
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.visit_form import (
    CHECKERS,
    answers_of,
    files_of,
    first_values,
    income_fields,
    paid_fields,
    signature_of,
    typed_values,
)

LATELY_DAYS = 30  # default: how long a visit spares the household another one for the same question


@guarded("visits.record", ASK)
def record(request: Request, household_id: int) -> HttpResponse:
    """The form for a household; a refusal keeps what was typed. ?purpose=, ?clue=, ?case= say what it is for."""
    page = household_page(request.post, household_id, today())
    if request.method != "POST":
        return _form(request, page)
    try:
        visit = _keep(request, page)
    except Refusal as refusal:
        if request.headers.get("HX-Request"):
            return render(request, "web/parts/refusal.html", {"refusal": refusal})
        return _form(request, page, refusal)
    messages.success(request, _("入户已登记"))
    count_in_rounds(request, visit)
    address = _next(request, visit)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)


@guarded("visits.see")
def visit(request: Request, visit_id: int) -> HttpResponse:
    """Everything one visit found, with photos, signature and what is odd in it."""
    return _page(request, visit_id)


@guarded("visits.record", ("POST",))
def explain(request: Request, visit_id: int) -> HttpResponse:
    """Says why something odd is right; a refusal shows the page with it."""
    given = request.POST
    try:
        answer_warning(
            post=request.post,
            visit_id=visit_id,
            code=given.get("code", ""),
            reason=given.get("reason", ""),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, visit_id, refusal)
    messages.success(request, _("理由已登记"))
    return redirect("visit", visit_id)


def _keep(request: Request, page: HouseholdPage) -> Visit:
    """One act: for an open clue the clue follows, else the visit alone."""
    given = request.POST
    content: dict[str, Any] = {
        "answers": answers_of(given, page),
        "photos": files_of(request.FILES, "photos"),
        "signature": signature_of(given) if given.get("signed_how") == "finger" else None,
        "scans": files_of(request.FILES, "scans"),
        "now": timezone.now(),
        "today": today(),
    }
    clue = _number(given.get("clue", ""))
    if clue and Purpose.CLUE in given.getlist("purposes"):
        version = _number(given.get("clue_version", "")) or 0
        return record_check(post=request.post, clue_id=clue, version=version, **content)
    case = _number(given.get("case", ""))
    if case and case not in {c.pk for c in cases_of(request.post, page.household.pk)}:
        raise Refusal("这次入户所为的一件不是这一户的", place="入户", remedy="请从办理页面上的“登记入户”进入")
    return record_visit(post=request.post, household_id=page.household.pk, clue=clue, case=case, **content)


def _next(request: Request, visit: Visit) -> str:
    """Where one goes after a visit: to the case it was for or that it opens at once, else to the visit."""
    if visit.case and reachable(request, "cases.see"):
        return resolve_url("case", visit.case)
    if visit.clue and visit.conclusion == Conclusion.NEEDS_PROCEDURE and reachable(request, "cases.open"):
        case = follow_visit(request, visit.clue)
        return resolve_url("case", case) if case else resolve_url("visit", visit.pk)
    return resolve_url("visit", visit.pk)


def _form(request: Request, page: HouseholdPage, refusal: Refusal | None = None) -> HttpResponse:
    day, given = today(), request.POST
    known = prefill(page.household.pk, day)
    values = typed_values(given) if given else first_values(known, today=day, checker=request.user.name)
    asked = given or request.GET
    clue = _open_clue(request.post, _number(asked.get("clue", "")), page.household.pk)
    purposes = given.getlist("purposes") if given else _purposes(request, clue)
    asked_already = [
        (PURPOSES[Purpose(p)], asked_lately(page.household.pk, p, within_days=LATELY_DAYS, today=day)) for p in purposes
    ]
    places = tree()
    context = {
        "page": page,
        "known": known,
        "values": values,
        "purposes": [(str(code), title, str(code) in purposes) for code, title in PURPOSES.items()],
        "asked_already": [(title, found) for title, found in asked_already if found is not None],
        "members": [
            (m, values.get(f"member-{m.person.pk}", ""), values.get("signed_by", "") == str(m.person.pk))
            for m in page.members
            if m.present
        ],
        "tests": [
            (test, title, values.get(f"test-{test}", ""), values.get(f"test-{test}-note", ""))
            for test, title in TESTS.items()
        ],
        "groups": income_fields(given, known),
        "paid": paid_fields(given, known),
        "period": income_period(day),
        "house_grades": HOUSE_GRADES,
        "water_sources": WATER_SOURCES,
        "risks": [(n, values.get(f"risk-{n}", "")) for n in range(1, MOST_RISKS + 1)],
        "risk_types": RISK_TYPES,
        "checkers": [(n, values.get(f"checker-{n}", "")) for n in range(1, CHECKERS + 1)],
        "outcomes": [(str(code), title) for code, title in OUTCOMES.items()],
        "allowed": {str(p): " ".join(conclusions_for([p])) for p in PURPOSES},
        "signed_how": SIGNED_HOW,
        "today": day,
        "clue": clue,
        "case": _number(asked.get("case", "")),
        "villages": _villages(request.post, page, places.full_name),
        "refusal": refusal,
        "section": "households",
    }
    return render(request, "web/visits/form.html", context)


def _page(request: Request, visit_id: int, refusal: Refusal | None = None) -> HttpResponse:
    page = visit_page(request.post, visit_id)
    found, book = page.visit, catalogue()
    context = {
        "page": page,
        "visit": found,
        "purposes": [PURPOSES[Purpose(p)] for p in found.purposes],
        "outcome": OUTCOMES[Conclusion(found.conclusion)] if found.conclusion else "",
        "tests": [(title, found.tests.get(t), found.tests_notes.get(t, "")) for t, title in TESTS.items()],
        "groups": [
            (group.title, page.account.groups[code], [(book.items[r["item"]].title, r) for r in _rows(found, code)])
            for code, group in book.groups.items()
            if page.account and _rows(found, code)
        ],
        "seen": [page.names.get(number, "") for number in found.members_seen],
        "away": [page.names.get(number, "") for number in found.members_away],
        "house_grade": HOUSE_GRADES.get(found.house_grade, ""),
        "water_source": WATER_SOURCES.get(found.water_source, ""),
        "signed_how": SIGNED_HOW.get(found.signed_how, ""),
        "may_explain": reachable(request, "visits.record"),
        "refusal": refusal,
        "section": "households",
    }
    return render(request, "web/visits/page.html", context)


def _rows(visit: Visit, group: str) -> list[dict[str, Any]]:
    items = catalogue().items
    return [row for row in visit.income if row["group"] == group and row["item"] in items]


def _purposes(request: Request, clue: Clue | None) -> list[str]:
    asked = [p for p in request.GET.getlist("purpose") if p in set(Purpose)]
    return asked or ([Purpose.CLUE] if clue else [])


def _open_clue(post: Post, clue_id: int | None, household_id: int) -> Clue | None:
    rows = visible_clues(post).filter(pk=clue_id or 0, household=household_id, state=State.OPEN)
    return rows.first()


def _villages(post: Post, page: HouseholdPage, name: Any) -> list[tuple[str, str]]:
    """For which villages a town clerk may enter; nobody else may."""
    if post.role != Post.Role.TOWN:
        return []
    return [(code, name(code)) for code in dict.fromkeys([page.household.residence, page.household.village])]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
