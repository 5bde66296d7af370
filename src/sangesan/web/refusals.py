"""A refusal as a page, or as a part of one where htmx asked."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

from sangesan.kernel.refusal import Refusal


def refused(request: HttpRequest, refusal: Refusal, *, status: int) -> HttpResponse:
    """Says what was refused, where and what to do; 400 for what was given, 403 for who asked."""
    template = "web/parts/refusal.html" if request.headers.get("HX-Request") else "web/refused.html"
    return render(request, template, {"refusal": refusal, "status": status}, status=status)


def try_again(request: HttpRequest, why: Literal["login", "post", "token"], *, status: int) -> HttpResponse:
    """The part of a page that htmx puts beside a form that is to be sent once more, so that nothing typed is lost.

    why: no log-in, no post chosen, or an old CSRF token; then site.js puts the answer's Fresh-Token into the forms.
    """
    answer = render(request, "web/parts/again.html", {"why": why}, status=status)
    if why == "token":
        answer["Fresh-Token"] = get_token(request)
    return answer
