"""Sending a long form: a refusal is put into the form as it stands (htmx keeps chosen files too), or shown with it anew."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRedirect

from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.web.requests import Request


def kept(request: Request, keep: Callable[[], str], again: Callable[[Refusal | None], HttpResponse]) -> HttpResponse:
    """Goes to the address that `keep` gives. again: the whole form with a refusal, for a browser without htmx."""
    part = bool(request.headers.get("HX-Request"))
    try:
        address = keep()
    except NotAllowed:
        raise
    except Refusal as refusal:
        return render(request, "web/parts/refusal.html", {"refusal": refusal}) if part else again(refusal)
    return HttpResponseClientRedirect(address) if part else redirect(address)
