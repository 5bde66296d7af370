"""Checks over the record as pages: flags by class and place, one flag with its proof, the checks with their precision."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.checks.domain import VERDICTS
from sangesan.checks.judging import judge
from sangesan.checks.queries import (
    STATES,
    check_state,
    check_states,
    class_counts,
    flag_page,
    flags,
    last_run,
    open_count,
    place_counts,
)
from sangesan.checks.reading import load_checks
from sangesan.checks.tasks import ON_REQUEST
from sangesan.jobs.running import ask
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.web.check_pages import fact_lines, in_words, record_lines
from sangesan.web.guards import guarded, reachable
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request

PAGE = 50


@guarded("checks.see")
def checks(request: Request) -> HttpResponse:
    """Counts by class, by place, then the list; each narrows the others."""
    post, asked = request.post, request.GET
    chosen = {name: asked.get(name, "") for name in ("defect", "place", "check")}
    state = asked.get("state", "open")
    found = flags(post, **chosen, state=state, after=key_of(request), limit=PAGE + 1)
    rows, following = paged(found, PAGE)
    wide = post.role not in {Post.Role.VILLAGE, Post.Role.DEPARTMENT}
    places = tree()
    context = chosen | {
        "rows": rows,
        "next": following,
        "classes": class_counts(post, place=chosen["place"]),
        "places": place_counts(post, defect=chosen["defect"], place=chosen["place"]) if wide else [],
        "total": open_count(post),
        "state": state,
        "states": STATES.items(),
        "towns": [(code, places.names[code]) for code in places.towns()] if post.role != Post.Role.TOWN else [],
        "town": places.town_of(chosen["place"]) if chosen["place"] in places.names else "",
        "known": load_checks(),
        "run": last_run(),
        "may_run": reachable(request, "checks.run"),
        "judges": reachable(request, "checks.judge"),
        "wide": wide,
        "section": "checks",
    }
    return render(request, "web/checks/list.html", context)


@guarded("checks.see")
def flag(request: Request, number: int) -> HttpResponse:
    """One flag: what it says, the facts, the records, what it was at first sight, the verdict."""
    return _show(request, number)


@guarded("checks.judge", ("POST",))
def flag_judge(request: Request, number: int) -> HttpResponse:
    """An inspector's verdict."""
    given = request.POST
    try:
        verdict, words = given.get("verdict", ""), given.get("words", "")
        judge(post=request.post, flag=number, verdict=verdict, words=words, now=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _show(request, number, refusal)
    messages.success(request, _("已认定为“%(verdict)s”") % {"verdict": _(VERDICTS[given["verdict"]])})
    return redirect("check-flag", number)


@guarded("checks.see")
def check_rules(request: Request) -> HttpResponse:
    """The checks: what each says, on whose word, how many it found, how often it was right."""
    states = check_states(request.post, today())
    return render(request, "web/checks/rules.html", {"states": states, "run": last_run(), "section": "checks"})


@guarded("checks.see")
def check_rule(request: Request, code: str) -> HttpResponse:
    """One check whole: condition in words, parameters with their values, precision."""
    state = check_state(request.post, code, today())
    context = {
        "state": state,
        "check": state.check,
        "words": in_words(state.check),
        "today": today(),
        "section": "checks",
    }
    return render(request, "web/checks/rule.html", context)


@guarded("checks.run", ("POST",))
def checks_run(request: Request) -> HttpResponse:
    """Asks for a run over the record as it is now."""
    post = require(request.post, "checks.run")
    asked = ask(ON_REQUEST, f"{timezone.now():%Y-%m-%d %H:%M:%S}", post=post.pk)
    return redirect("job", asked.pk)


def _show(request: Request, number: int, refusal: Refusal | None = None) -> HttpResponse:
    page = flag_page(request.post, number)
    context = {
        "page": page,
        "flag": page.flag,
        "check": page.check,
        "facts": fact_lines(page.check, page.flag.values),
        "records": record_lines(page.flag, page.flag.records, request.post),
        "first": page.flag.at_first if page.flag.at_first.get("records") != page.flag.records else None,
        "refusal": refusal,
        "given": request.POST if refusal else {},
        "verdicts": VERDICTS.items(),
        "judges": reachable(request, "checks.judge"),
        "may_record": page.may_judge and reachable(request, "inspections.record"),
        "section": "checks",
    }
    return render(request, "web/checks/flag.html", context, status=400 if refusal else 200)
