"""The work list, its download, one clue, and the record of the first visit."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.clues.actions import export_clues, record_first_visit
from sangesan.clues.domain import LIVE, STATES, State, channels
from sangesan.clues.queries import CluePage, clue_page, counts, work_list
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county, today, tree
from sangesan.registry.queries import members_of
from sangesan.self_reports.queries import own_words
from sangesan.self_reports.supervised import tickets_of_clue
from sangesan.visits.domain import CONCLUSIONS, Conclusion
from sangesan.web.after_visit import count_in_rounds, follow_visit
from sangesan.web.clue_filters import filters_of, lines, places_of
from sangesan.web.explaining import evidence_of, sights_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.labels import risk_titles, rule_title
from sangesan.web.reported import source_tables
from sangesan.web.requests import Request
from sangesan.web.spreadsheets import download


def whole_number(text: str) -> int:
    """A hidden field's number; 0 for what is none, which no version is."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


DEMONSTRATION = "演示系统：人员均为程序生成，并非真实个人"


@guarded("clues.see")
def clues(request: Request) -> HttpResponse:
    """The post's clues by due date, open ones first asked for; filters and page come from the address."""
    filters, day = filters_of(request.GET), today()
    page = work_list(request.post, filters, today=day, after=request.GET.get("after", ""))
    shown = counts(request.post, filters, today=day)
    context = {
        "page": page,
        "rows": page.clues,
        "next": page.next,
        "filters": filters,
        "states": [(state, title, shown[str(state)]) for state, title in STATES.items()],
        "total": sum(shown.values()),
        "lines": lines(),
        "risks": risk_titles(),
        "places": places_of(request.post, tree()),
        "tree": tree(),
        "today": day,
        "rule": rule_title(filters.rule),
        "may_export": reachable(request, "clues.export"),
    }
    return render(request, "web/clues/list.html", context)


@guarded("clues.export")
def clues_download(request: Request) -> FileResponse:
    """The list as filtered, as a workbook."""
    places, risks, kinds = tree(), risk_titles(), channels()
    rows = (
        (
            c.household.head_name if c.household else "",
            c.household.code if c.household else "",
            places.full_name(c.division),
            c.grid,
            risks.get(c.risk, c.risk),
            c.headline,
            kinds[c.channel].line,
            STATES[State(c.state)],
            c.opened_on.isoformat(),
            c.due_on.isoformat(),
        )
        for c in export_clues(post=request.post, filters=filters_of(request.GET), today=today())
    )
    headings = ["户主", "户编号", "居住地", "网格", "风险类型", "缘由", "防线", "状态", "产生日期", "核查期限"]
    note = DEMONSTRATION if county().is_demonstration else ""
    return download(f"线索清单{today():%Y%m%d}", headings, rows, [10, 22, 24, 20, 14, 60, 24, 14, 12, 12], note)


@guarded("clues.see")
def clue(request: Request, clue_id: int) -> HttpResponse:
    """Why, on what it rests, what is due when, and the form of the first visit."""
    return _clue(request, clue_page(request.post, clue_id))


@guarded("clues.record_visit", ("POST",))
def visit(request: Request, clue_id: int) -> HttpResponse:
    """Records the first visit; a refusal shows the form again with what was written."""
    given = request.POST
    try:
        found = record_first_visit(
            post=request.post,
            clue_id=clue_id,
            version=whole_number(given.get("version", "")),
            visited_on=parse_date(given.get("visited_on", "")),
            conclusion=given.get("conclusion", ""),
            reason=given.get("reason", ""),
            checkers=given.get("checkers", ""),
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _clue(request, clue_page(request.post, clue_id), refusal)
    if found.visit is not None:
        count_in_rounds(request, found.visit)
    if given.get("conclusion") == Conclusion.NEEDS_PROCEDURE and reachable(request, "cases.open"):
        case = follow_visit(request, clue_id)
        return redirect("clue", clue_id) if case is None else redirect("case", case)
    messages.success(request, _("核查结果已登记"))
    return redirect("clue", clue_id)


@guarded("clues.see")
def clue_source(request: Request, clue_id: int, evidence_id: int) -> HttpResponse:
    """The department rows behind one piece of evidence: delivery, file, row."""
    page = clue_page(request.post, clue_id)
    members = members_of(page.clue.household_id) if page.clue.household_id else []
    tables = source_tables(page, evidence_id, members)
    return render(request, "web/clues/source.html", {"tables": tables})


def show_clue(request: Request, clue_id: int, refusal: Refusal, *, part: str) -> HttpResponse:
    """The page with a refusal of one of its forms. part: which form."""
    return _clue(request, clue_page(request.post, clue_id), refusal, part=part)


def _clue(request: Request, page: CluePage, refusal: Refusal | None = None, *, part: str = "visit") -> HttpResponse:
    evidence = evidence_of(page)
    context = {
        "page": page,
        "clue": page.clue,
        "evidence": evidence,
        "sights": sights_of(page, evidence),
        "to_explain": page.clue.household.to_explain.order_by("rule") if page.clue.household else [],
        "tree": tree(),
        "today": today(),
        "channel": channels()[page.clue.channel],
        "may_visit": _may_visit(request, page),
        "may_check": reachable(request, "visits.record"),
        "may_open": _may_open(request, page),
        "may_green": _may_open(request, page) and request.post.role == Post.Role.TOWN and _of_disaster(page),
        "may_see_case": reachable(request, "cases.see"),
        "conclusions": [(str(code), title) for code, title in CONCLUSIONS.items()],
        "given": request.POST,
        "refusal": refusal if part == "visit" else None,
        "green_refusal": refusal if part == "green" else None,
        "own_words": own_words(request.post, clue=page.clue.pk) if reachable(request, "self_reports.see") else [],
        "own_title": _("农户自己的话"),
        "tickets": tickets_of_clue(request.post, page.clue.pk, today()) if reachable(request, "self_reports.see") else [],
        "section": "clues",
    }
    return render(request, "web/clues/page.html", context)


DISASTER_RULES = ("R21", "R22")  # damage by a disaster, and a disaster's losses, as the emergency department reports them


NATURAL_DISASTERS = frozenset(code for code in risk_titles() if code.startswith("02"))


def _may_open(request: Request, page: CluePage) -> bool:
    return page.clue.household_id is not None and page.clue.state in LIVE[:2] and reachable(request, "cases.open")


def _of_disaster(page: CluePage) -> bool:
    """Whether a disaster stands behind the clue, so that help may come before the papers: the emergency department's
    record, an alert's, or a risk of the kind natural disaster that somebody saw.
    """
    recorded = any(e.rule in DISASTER_RULES for e in page.evidence)
    return recorded or page.clue.risk in NATURAL_DISASTERS or any(s.source.startswith("alert:") for s in page.sightings)


def _may_visit(request: Request, page: CluePage) -> bool:
    open_one = page.clue.state == State.OPEN and page.clue.household_id is not None
    return open_one and reachable(request, "clues.record_visit")
