"""Logging in and out, choosing the post to act as, choosing the language."""

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import i18n

from sangesan.accounts.middleware import SESSION_KEY
from sangesan.accounts.models import User
from sangesan.accounts.queries import posts_of
from sangesan.regions.queries import today
from sangesan.web.guards import ASK, PUBLIC, SIGNED_IN, guarded
from sangesan.web.requests import Request


class SignInForm(forms.Form):
    """Name and password; `user` after a valid one."""

    username = forms.CharField(max_length=60)
    password = forms.CharField(max_length=200, strip=False)
    user: User | None = None

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        self.request = request

    def clean(self) -> dict[str, object]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        found = authenticate(self.request, username=name, password=password) if name and password else None
        if not isinstance(found, User):
            raise forms.ValidationError(_("用户名或口令不对，请重新输入。"))
        self.user = found
        return self.cleaned_data


def _safe(request: HttpRequest, address: str) -> str:
    """The address when it is one of this site, else the front page."""
    fits = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if address and fits else "front"


@guarded(PUBLIC, ASK)
def sign_in(request: Request) -> HttpResponse:
    """The log-in page; afterwards where one wanted to go."""
    if request.user.is_authenticated:
        return redirect("front")
    form = SignInForm(request)
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if request.method == "POST" and form.is_valid() and form.user is not None:
        login(request, form.user)
        return redirect(_safe(request, wanted))
    return render(request, "web/login.html", {"form": form, "next": wanted})


@guarded(SIGNED_IN, ("POST",))
def sign_out(request: Request) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("login")


@guarded(SIGNED_IN, ASK)
def choose_post(request: Request) -> HttpResponse:
    """The posts one holds today; the chosen one stays for the session."""
    held = posts_of(request.user, today())
    if request.method == "POST":
        for post in held:
            if str(post.pk) == request.POST.get("post"):
                request.session[SESSION_KEY] = post.pk
                return redirect("front")
    return render(request, "web/choose_post.html", {"posts": held})


@guarded(PUBLIC, ("POST",))
def set_language(request: Request) -> HttpResponse:
    """Chinese or English, kept in a cookie."""
    return i18n.set_language(request)
