"""Every view carries one of these, naming its act of the access matrix; a test walks the URL table for views that don't."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast
from urllib.parse import quote

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, get_script_prefix, resolve
from django_htmx.http import HttpResponseClientRedirect

from sangesan.accounts.permissions import NotAllowed, matrix, may, require
from sangesan.kernel.refusal import Refusal
from sangesan.web.refusals import refused, try_again
from sangesan.web.requests import Request

View = Callable[..., HttpResponseBase]
GuardedView = Callable[Concatenate[Request, ...], HttpResponseBase]

PUBLIC = "public"
SIGNED_IN = "signed-in"
READ = ("GET", "HEAD")
ASK = ("GET", "HEAD", "POST")


def guarded(act: str, methods: tuple[str, ...] = READ) -> Callable[[GuardedView], View]:
    """Lets in whoever acts under a post that may do `act`: others are sent to log in, to choose a post, or away.

    A Refusal out of the view becomes a page (or part of one) that says what to do.
    """
    if act not in {PUBLIC, SIGNED_IN}:
        matrix()[act]

    def guard(view: GuardedView) -> View:
        @wraps(view)
        def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return redirect(_page_above(request)) if request.method in READ else HttpResponseNotAllowed(methods)
            elsewhere = _sent_elsewhere(request, act)
            if elsewhere is not None:
                return elsewhere
            asked = cast("Request", request)
            try:
                if act not in {PUBLIC, SIGNED_IN}:
                    require(asked.post, act)
                return view(asked, *args, **kwargs)
            except NotAllowed as refusal:
                return refused(request, refusal, status=403, act=act)
            except Refusal as refusal:
                return refused(request, refusal, status=400)

        watched.act = act  # type: ignore[attr-defined]  # read by the test that walks the URL table
        watched.methods = methods  # type: ignore[attr-defined]  # likewise
        return watched

    return guard


def _page_above(request: HttpRequest) -> str:
    """The nearest address above that can be read: after a refusal the address bar shows where a form was sent to."""
    parts = request.path_info.strip("/").split("/")
    for end in range(len(parts) - 1, 0, -1):
        above = "/".join(parts[:end]) + "/"
        try:
            view = resolve(f"/{above}").func
        except Resolver404:
            continue
        if "GET" in getattr(view, "methods", ()):
            return f"{get_script_prefix()}{quote(above)}"
    return resolve_url("front")


def _sent_elsewhere(request: HttpRequest, act: str) -> HttpResponse | None:
    """Where a visitor without log-in or without a chosen post goes first; a form sent by htmx stays as it was filled."""
    if act == PUBLIC:
        return None
    part = bool(request.headers.get("HX-Request"))
    if not request.user.is_authenticated:
        if part and request.method == "POST":
            return try_again(request, "login", status=401)
        return HttpResponseClientRedirect(resolve_url("login")) if part else redirect_to_login(request.get_full_path())
    if act != SIGNED_IN and request.post is None:  # type: ignore[attr-defined]  # set by PostMiddleware
        return try_again(request, "post", status=403) if part and request.method == "POST" else redirect("choose-post")
    return None


def reachable(request: Request, act: str) -> bool:
    """Whether the page should offer the act."""
    return may(request.post, act)
