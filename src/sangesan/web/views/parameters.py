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
from sangesan.screening.reading import load_rules
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request


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
    given = request.POST
    try:
        unit = parameter_book().parameter(code).unit
        until = given.get("valid_to", "").strip()
        value = ParameterValue(
            code=code,
            value=parse_value(given.get("value", ""), unit),
            unit=unit,
            valid_from=parse_date(given.get("valid_from", "")),
            valid_to=parse_date(until) if until else None,
            source=given.get("source", "").strip(),
            document=given.get("document", "").strip(),
            demonstration_only=county().is_demonstration,
        )
        amend(post=request.post, value=value, now=timezone.now())
    except Refusal as refusal:
        return _page(request, code, refusal)
    messages.success(request, _("已修订，下一次筛查起按新值"))
    return redirect("parameter", code)


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
