"""The list of cases, one case's page, and the steps that are taken from either."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.cases.case_page import CasePage, case_page
from sangesan.cases.desk import ROLE_OF_POST, Filters, counts, own_states, work
from sangesan.cases.filling import STUDIED_IN, WAYS
from sangesan.cases.outcomes import STAGE
from sangesan.cases.performing import Order, perform
from sangesan.cases.procedure import forward
from sangesan.cases.states import ENDED, Act, State
from sangesan.figures.lines_households import who_saw
from sangesan.figures.selecting import by_line
from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import DAY_TYPES
from sangesan.policy.risks import MOST_RISKS
from sangesan.regions.queries import today, tree
from sangesan.responsibility.queries import answering_rows
from sangesan.visits.domain import OUTCOMES, PURPOSES, TESTS
from sangesan.web.case_needs import meeting_address, shown_needs, visit_address
from sangesan.web.clue_filters import places_of
from sangesan.web.form_values import date_of, number_of, version_of, versions_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.labels import department_name, risk_titles
from sangesan.web.requests import Request

# the steps for which a date is enough, so that many households may take them at once
TOGETHER = {
    State.ANNOUNCEMENT: Act.ANNOUNCE,
    State.EXIT_ANNOUNCEMENT: Act.ANNOUNCE,
    State.ENTRY: Act.ENTER,
    State.NOTICE: Act.END_NOTICE,
    State.EXIT_NOTICE: Act.END_NOTICE,
}
# what stands apart from the way forward, each with a reason
ASIDE = (Act.SEND_BACK, Act.REJECT, Act.WITHDRAW, Act.NOT_REACHED, Act.HOUSEHOLD_GONE, Act.ROLL_BACK, Act.NEW_RISK)


def filters_of(query: QueryDict) -> Filters:
    """Live cases unless a state is asked for; unknown states are dropped."""
    asked = [s for s in query.get("state", "").split(",") if s in set(State)]
    names = {name: query.get(name, "").strip()[:60] for name in ("place", "due", "text")}
    return Filters(state=",".join(asked), own=bool(query.get("own")), papers=bool(query.get("papers")), **names)


@guarded("cases.see")
def cases(request: Request) -> HttpResponse:
    """The post's cases by the day of their step; filters and page come from the address."""
    return _list(request)


@guarded("cases.act", ("POST",))
def act_on_many(request: Request) -> HttpResponse:
    """One act with all ticked households, or with none and a word why."""
    given, act = request.POST, _act(request.POST)
    ticked = versions_of(given.getlist("case"))
    back = _safe_back(request)
    if not ticked or act not in set(TOGETHER.values()):
        messages.warning(request, _("没有勾选户，什么都没有办"))
        return redirect(back)
    try:
        on = date_of(given, "on", "办理日期")
        orders = [Order(number, version, act, on) for number, version in ticked.items()]
        perform(post=request.post, orders=orders, today=today(), now=timezone.now())
    except Refusal as refusal:
        return _list(request, refusal, given)
    done = len(orders)
    messages.success(request, ngettext("已办 %(done)s 户", "已办 %(done)s 户", done) % {"done": done})
    return redirect(back)


@guarded("cases.see")
def case(request: Request, case_id: int) -> HttpResponse:
    """Where a case stands, what is lacking for the next step, and everything on record."""
    return show_case(request, case_id)


@guarded("cases.act", ("POST",))
def act(request: Request, case_id: int) -> HttpResponse:
    """One act of the table with one case; a refusal shows the page with what was typed."""
    given = request.POST
    asked = _act(given)
    try:
        order = Order(
            case_id=case_id,
            version=version_of(given),
            act=asked,
            on=date_of(given, "on", "办理日期"),
            reason=given.get("reason", "")[:1000],
        )
        perform(post=request.post, orders=[order], today=today(), now=timezone.now())
    except Refusal as refusal:
        return show_case(request, case_id, refusal, part=f"act-{asked}")
    messages.success(request, _("已办理，页面上是新的情况"))
    return redirect("case", case_id)


def show_case(request: Request, case_id: int, refusal: Refusal | None = None, *, part: str = "") -> HttpResponse:
    """The page. part: the form that was refused, which then shows the refusal and what was typed."""
    day = today()
    page = case_page(request.post, case_id, day)
    context = {
        "page": page,
        "case": page.case,
        "today": day,
        "refusal": refusal,
        "part": part,
        "given": request.POST if part else QueryDict(),
        "needs": shown_needs(page),
        "may": _may(request, page),
        "aside": [str(one) for one in ASIDE if one in page.acts and reachable(request, "cases.act")],
        "at_meeting": STAGE.get(State(page.case.state), ""),
        "meeting_address": meeting_address(page, STAGE[State(page.case.state)]) if page.case.state in STAGE else "",
        "on_agenda": any(item.meeting.closed_at is None for item in page.dossier.items.values()),
        "visit_address": visit_address(page),
        "ways": WAYS,
        "sources": _sources(page),
        "categories": page.regime.categories,
        "risk_slots": _risk_slots(page, request.POST if part == "study" else {}),
        "risk_types": risk_titles(),
        "chosen": _chosen(page, request.POST if part == "study" else {}),
        "tests": TESTS,
        "outcomes": {str(code): title for code, title in OUTCOMES.items()},
        "purposes": {str(code): title for code, title in PURPOSES.items()},
        "hit_refused": number_of(part.removeprefix("comparison-")),
        "day_type": DAY_TYPES[page.regime.day_type],
        "assistance_address": reverse("household-assistance", args=[page.case.household_id]),
        "places": tree(),
        "saw": who_saw(page.case.household_id, by_line()),
        "section": "cases",
    }
    if reachable(request, "responsibility.see"):
        context |= {"answering": answering_rows(page.case.household, day), "answering_link": page.case.household_id}
    return render(request, "web/cases/page.html", context, status=_status(request, refusal))


def _status(request: Request, refusal: Refusal | None) -> int:
    return 400 if refusal is not None and request.method == "POST" else 200


def _may(request: Request, page: CasePage) -> dict[str, bool]:
    """What the page offers to this post."""
    live = page.case.state not in ENDED
    fills = bool(page.role) and live and reachable(request, "cases.fill")
    checking = page.case.state == State.CHECKING
    return {
        "fill": fills,
        "authorise": fills and checking,
        "compare": fills and checking,
        "explain": fills and checking,
        "study": fills and page.case.state in STUDIED_IN,
        "forward": bool(page.line) and str(page.line.act if page.line else "") in page.acts,
        "visit": live and reachable(request, "visits.record"),
        "number": fills and page.case.enrolled_on is not None,
        "green": fills and page.role in {"town", "county"} and page.case.enrolled_on is None,
        "meet": reachable(request, "cases.meet"),
    }


def _sources(page: CasePage) -> list[dict[str, str]]:
    made = page.dossier.comparison
    return [{**s, "department": department_name(s["department"])} for s in made.sources] if made else []


def _risk_slots(page: CasePage, given: Mapping[str, str]) -> list[tuple[int, str]]:
    """Five places in order: as typed, as confirmed before, or as the visit found."""
    if given:
        return [(n, given.get(f"risk-{n}", "")) for n in range(1, MOST_RISKS + 1)]
    known = [*(page.case.risks or page.proposal.risks), *[""] * MOST_RISKS]
    return [(n, known[n - 1]) for n in range(1, MOST_RISKS + 1)]


def _chosen(page: CasePage, given: Mapping[str, str]) -> dict[str, str | int | None]:
    """What the study's two selects show: as typed, as confirmed before, or as the data suggest."""
    proposed = page.proposal
    category = page.case.category or (proposed.category.code if proposed.category else "")
    helper = page.case.helper_id or (proposed.helper.pk if proposed.helper else None)
    if given:
        category, helper = given.get("category", ""), number_of(given.get("helper", ""))
    return {"category": category, "helper": helper}


def _list(request: Request, refusal: Refusal | None = None, given: QueryDict | None = None) -> HttpResponse:
    filters, day = filters_of(request.GET), today()
    rows, following = work(request.post, filters, today=day, after=request.GET.get("after", ""))
    shown = counts(request.post, filters, today=day)
    own = own_states(request.post)
    context = {
        "rows": rows,
        "next": following,
        "filters": filters,
        "states": [(str(s), shown[str(s)], s in own) for s in State if str(s) in shown],
        "live": sum(number for code, number in shown.items() if code not in ENDED),
        "places": places_of(request.post, tree()),
        "today": day,
        "together": _together(request, filters),
        "refusal": refusal,
        "given": given or {"on": day.isoformat()},
        "ticked": set(given.getlist("case")) if given else set(),
        "back": request.get_full_path(),
    }
    return render(request, "web/cases/list.html", context, status=_status(request, refusal))


def _together(request: Request, filters: Filters) -> str:
    """The act that the list offers for many at once: where one state is shown and the post's role takes its step."""
    if filters.state not in set(TOGETHER) or not reachable(request, "cases.act"):
        return ""
    line = forward(State(filters.state))
    role = ROLE_OF_POST.get(request.post.role, "")  # type: ignore[call-overload]  # roles are texts
    return str(line.act) if line and role in line.roles else ""


def _act(given: QueryDict) -> Act:
    """The act asked for; raises Refusal for none that the table knows."""
    try:
        return Act(given.get("act", ""))
    except ValueError:
        raise Refusal("没有选择要办的步骤", place="办理", remedy="请从办理页面上的按钮办理") from None


def _safe_back(request: Request) -> str:
    """Where the list was, when it is an address of this site."""
    wanted = request.POST.get("back", "")
    fits = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and fits else resolve_url("cases")
