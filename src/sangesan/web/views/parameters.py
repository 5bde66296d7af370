"""The parameters: values with their days and sources; and the county's amendments, made without a release."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.amendments.actions import amend
from sangesan.amendments.queries import amendments_of, parameter_book
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.policy.parameters import ParameterValue, load_parameters, parse_value
from sangesan.regions.queries import county, today
from sangesan.registry.queries import in_order
from sangesan.screening.reading import load_rules
from sangesan.screening.what_if import what_if
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request

SHOWN = 20  # households named of those that would appear or vanish


@guarded("screening.see")
def parameters(request: Request) -> HttpResponse:
    """Every parameter with its value on the day; those without one first: they are asked for, never invented."""
    book = parameter_book()
    rows = [(book.parameter(code), book.value(code, today())) for code in book.codes()]
    rows.sort(key=lambda row: (row[1] is not None, row[0].title))
    return render(request, "web/parameters/list.html", {"rows": rows, "today": today()})


@guarded("screening.see")
def parameter(request: Request, code: str) -> HttpResponse:
    """One parameter: its values over time, who set them, the rules that rest on it, and the form of an amendment."""
    return _page(request, code)


@guarded("amendments.amend", ("POST",))
def amend_parameter(request: Request, code: str) -> HttpResponse:
    """Lays a value over the shipped ones from a day on; a refusal shows the form again with what was written."""
    try:
        value = _given(request, code)
        amend(post=request.post, value=value, now=timezone.now())
    except Refusal as refusal:
        return _page(request, code, refusal)
    messages.success(request, _("已修订，下一次筛查起按新值"))
    return redirect("parameter", code)


@guarded("amendments.amend", ("POST",))
def try_parameter(request: Request, code: str) -> HttpResponse:
    """What the value would do to the whole county, by town, before anybody adopts it; nothing is recorded."""
    answer = what_if(post=request.post, value=_given(request, code))
    households = in_order(request.post, [*answer.appear[:SHOWN], *answer.vanish[:SHOWN]])
    context = {
        "answer": answer,
        "towns": [t for t in answer.towns if t.appear or t.vanish],
        "appear": [households[n] for n in answer.appear[:SHOWN] if n in households],
        "vanish": [households[n] for n in answer.vanish[:SHOWN] if n in households],
    }
    return render(request, "web/parameters/what_if.html", context)


def _given(request: Request, code: str) -> ParameterValue:
    """The form's value; raises Refusal. A demonstration's values are marked as its own."""
    given = request.POST
    unit, until = parameter_book().parameter(code).unit, given.get("valid_to", "").strip()
    return ParameterValue(
        code=code,
        value=parse_value(given.get("value", ""), unit),
        unit=unit,
        valid_from=parse_date(given.get("valid_from", "") or today().isoformat()),
        valid_to=parse_date(until) if until else None,
        source=given.get("source", "").strip(),
        document=given.get("document", "").strip(),
        demonstration_only=county().is_demonstration,
    )


def _page(request: Request, code: str, refusal: Refusal | None = None) -> HttpResponse:
    book = parameter_book()
    known = book.parameter(code)
    context = {
        "parameter": known,
        "value": book.value(code, today()),
        "values": load_parameters().parameter(code).values,
        "amendments": amendments_of(code),
        "rules": [rule for rule in load_rules() if code in rule.parameters],
        "may_amend": reachable(request, "amendments.amend"),
        "refusal": refusal,
        "given": request.POST,
        "today": today(),
        "section": "parameters",
    }
    return render(request, "web/parameters/page.html", context)
