"""A refusal as a page, or as a part of one where htmx asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sangesan.kernel.refusal import Refusal


def refused(request: HttpRequest, refusal: Refusal, *, status: int) -> HttpResponse:
    """Says what was refused, where and what to do; 400 for what was given, 403 for who asked."""
    template = "web/parts/refusal.html" if request.headers.get("HX-Request") else "web/refused.html"
    return render(request, template, {"refusal": refusal, "status": status}, status=status)
