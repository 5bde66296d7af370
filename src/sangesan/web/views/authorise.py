"""The page without an account: an adult away working reads what is authorised and signs by finger. Phone first."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from sangesan.cases.invitations import Invited, invited, sign_by_link
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.web.guards import ASK, PUBLIC, guarded
from sangesan.web.requests import Request
from sangesan.web.visit_form import signature_of


@guarded(PUBLIC, ASK)
def authorise(request: Request, token: str) -> HttpResponse:
    """Whom the link is for, what is authorised, and the signature; a stale link says whom to ask, nothing else."""
    try:
        whom = invited(token, timezone.now())
    except Refusal as refusal:
        return _private(render(request, "web/authorise/stale.html", {"refusal": refusal}, status=404))
    if request.method != "POST":
        return _form(request, whom)
    given = request.POST
    try:
        sign_by_link(
            token=token,
            name=given.get("name", "")[:60],
            last_four=given.get("last_four", "")[:4],
            signature=(signature_of(given) or b"") if given.get("agree") else _not_agreed(),
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _form(request, whom, refusal)
    return redirect("authorised")


@guarded(PUBLIC)
def authorised(request: Request) -> HttpResponse:
    """Thanks."""
    return render(request, "web/authorise/done.html")


def _not_agreed() -> bytes:
    raise Refusal("还没有勾选“我已看过并同意”", place="承诺授权", remedy="请看过上面的内容，同意的请勾选")


def _form(request: Request, whom: Invited, refusal: Refusal | None = None) -> HttpResponse:
    context = {"whom": whom, "refusal": refusal, "given": request.POST}
    return _private(render(request, "web/authorise/form.html", context, status=400 if refusal else 200))


def _private(answer: HttpResponse) -> HttpResponse:
    """Kept by no cache. That its address is named to no other site is the whole site's policy (same-origin)."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
