"""Searching households and one household's page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sangesan.cases.case_page import cases_of
from sangesan.cases.states import ENDED
from sangesan.cases.states import State as CaseState
from sangesan.clues.queries import clues_of_household
from sangesan.figures.lines_households import who_saw
from sangesan.figures.selecting import by_line
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.key_groups import key_groups
from sangesan.patrols.queries import patrols_of
from sangesan.regions.queries import today, tree
from sangesan.registry.actions import reveal_identity
from sangesan.registry.queries import household_page, search
from sangesan.responsibility.queries import answering_rows
from sangesan.self_reports.queries import own_words
from sangesan.visits.domain import OUTCOMES, PURPOSES
from sangesan.visits.queries import visits_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.household_sections import sections
from sangesan.web.paging import key_of, paged
from sangesan.web.reported import timeline
from sangesan.web.requests import Request

PAGE = 50


@guarded("registry.see")
def households(request: Request) -> HttpResponse:
    """Households of the post, by number; `text` is the start of a code, a head's or a member's name."""
    text = request.GET.get("text", "").strip()
    found = search(request.post, text, after=key_of(request), limit=PAGE + 1)
    rows, following = paged(found, PAGE)
    context = {"rows": rows, "next": following, "text": text, "tree": tree()}
    return render(request, "web/households/list.html", context)


@guarded("registry.see")
def household(request: Request, household_id: int) -> HttpResponse:
    """Members, sections with their completeness, clues, and what the departments reported."""
    return show_household(request, household_id)


def show_household(request: Request, household_id: int, refusal: Refusal | None = None) -> HttpResponse:
    """The page; refusal: of the household's own application, which then keeps what was typed."""
    page = household_page(request.post, household_id, today())
    clues = clues_of_household(request.post, household_id) if reachable(request, "clues.see") else []
    context = {
        "page": page,
        "sections": sections(page, tree()),
        "clues": clues,
        "saw": who_saw(household_id, by_line()) if clues or page.household.stage else [],
        "show_saw": bool(clues or page.household.stage),
        "tree": tree(),
        "visits": visits_of(request.post, household_id) if reachable(request, "visits.see") else [],
        "answering": answering_rows(page.household, today()) if reachable(request, "responsibility.see") else [],
        "outcomes": {str(code): title for code, title in OUTCOMES.items()},
        "visit_purposes": {str(code): title for code, title in PURPOSES.items()},
        "may_record_visit": reachable(request, "visits.record"),
        "may_relocate": reachable(request, "registry.relocate"),
        "may_see_assistance": reachable(request, "assistance.see"),
        "may_reveal": reachable(request, "registry.reveal"),
        "own_words": own_words(request.post, household=household_id) if reachable(request, "self_reports.see") else [],
        "own_title": _("自主申报"),
        "section": "households",
        "today": today(),
        "refusal": refusal,
        "given": request.POST,
    }
    if reachable(request, "patrols.see"):
        context |= {
            "patrols": patrols_of(request.post, household_id),
            "may_patrol": reachable(request, "patrols.record"),
            "may_list": reachable(request, "patrols.list"),
            "may_see_clues": reachable(request, "clues.see"),
            "may_see_visits": reachable(request, "visits.see"),
            "listed_groups": [(g.code, g.title) for g in key_groups().values() if g.listed],
        }
    if reachable(request, "cases.see"):
        cases = cases_of(request.post, household_id)
        live = [c for c in cases if c.state not in {*ENDED, CaseState.TRACKED}]
        context |= {"cases": cases, "may_apply": not live and reachable(request, "cases.open")}
    return render(request, "web/households/page.html", context)


@guarded("registry.see")
def household_timeline(request: Request, household_id: int) -> HttpResponse:
    """What the departments reported about the household; asked for by its page once it stands."""
    page = household_page(request.post, household_id, today())
    department = request.GET.get("department", "")
    context = {"timeline": timeline(page, department), "page": page}
    return render(request, "web/households/timeline.html", context)


@guarded("registry.reveal", ("POST",))
def reveal(request: Request, person_id: int) -> HttpResponse:
    """The full identity number in place of the masked one; needs a reason and is audited."""
    number = reveal_identity(post=request.post, person_id=person_id, reason=request.POST.get("reason", ""))
    note = _("已记入审计")
    return render(request, "web/households/revealed.html", {"number": number, "note": note})
