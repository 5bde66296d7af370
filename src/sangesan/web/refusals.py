"""A refusal as a page, or as a part of one where htmx asked."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

from sangesan.kernel.refusal import Refusal
from sangesan.web.menu import Place, menu_of

FORBIDDEN = 403


def refused(request: HttpRequest, refusal: Refusal, *, status: int, act: str = "") -> HttpResponse:
    """Says what was refused, where and what to do; 400 for what was given, 403 for who asked.

    act: of the page, so that the answer leads to the list that the remedy speaks of.
    """
    template = "web/parts/refusal.html" if request.headers.get("HX-Request") else "web/refused.html"
    context = {"refusal": refusal, "status": status, "list": _list_of(request, act) if status == FORBIDDEN else None}
    return render(request, template, context, status=status)


def _list_of(request: HttpRequest, act: str) -> Place | None:
    """The menu's place of the act's slice that the post may open: the one above this address, else the slice's first."""
    part = act.partition(".")[0]
    post = getattr(request, "post", None)
    own = [place for _title, places in menu_of(post) for place in places if place.act.partition(".")[0] == part]
    above = [place for place in own if request.path.startswith(place.address)]
    found = max(above, key=lambda place: len(place.address)) if above else next(iter(own), None)
    return found if found is not None and found.address != request.path else None


def try_again(request: HttpRequest, why: Literal["login", "post", "token"], *, status: int) -> HttpResponse:
    """The part of a page that htmx puts beside a form that is to be sent once more, so that nothing typed is lost.

    why: no log-in, no post chosen, or an old CSRF token; then site.js puts the answer's Fresh-Token into the forms.
    """
    answer = render(request, "web/parts/again.html", {"why": why}, status=status)
    if why == "token":
        answer["Fresh-Token"] = get_token(request)
    return answer
