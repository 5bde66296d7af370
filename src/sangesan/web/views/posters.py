"""The posters with a village's QR code: one village, or all of a town in one file; the village's public phone."""

from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.self_reports.models import Poster
from sangesan.self_reports.posters import SIZES, is_reachable, posters_of, print_posters, set_phone, villages_of
from sangesan.web.guards import guarded
from sangesan.web.requests import Request


@guarded("self_reports.poster")
def posters(request: Request) -> HttpResponse:
    """The villages whose posters the post may print, by town."""
    return _page(request)


@guarded("self_reports.poster")
def poster(request: Request, place: str) -> HttpResponse:
    """The PDF of a village, or of all villages of a town. ?size=A3|A4"""
    data, name = print_posters(
        post=request.post,
        place=place,
        size=request.GET.get("size", "A4"),
        address=public_address(request),
        proper=_proper(request),
        today=today(),
        now=timezone.now(),
    )
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@guarded("self_reports.poster", ("POST",))
def poster_phone(request: Request, place: str) -> HttpResponse:
    """The village office's phone."""
    try:
        set_phone(post=request.post, village=place, phone=request.POST.get("phone", "")[:30], now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal, place)
    messages.success(request, _("村办公电话已保存，重新打印的海报会带上它"))
    return redirect("posters")


def public_address(request: Request) -> str:
    """Under which households' phones reach the system, with its slash: as configured, else as this page was asked for."""
    return f"{settings.PUBLIC_URL}/" if settings.PUBLIC_URL else request.build_absolute_uri("/")


def _proper(request: Request) -> bool:
    """Whether the address was configured, and is one that households' phones can open."""
    return bool(settings.PUBLIC_URL) and is_reachable(public_address(request))


def _page(request: Request, refusal: Refusal | None = None, place: str = "") -> HttpResponse:
    places, mine = tree(), villages_of(request.post)
    rows: dict[str, Poster] = posters_of(mine, now=timezone.now())
    towns: dict[str, list[Poster]] = {}
    for code in mine:
        towns.setdefault(places.town_of(code), []).append(rows[code])
    context = {
        "towns": [(town, places.names.get(town, ""), found) for town, found in towns.items()],
        "names": places.names,
        "sizes": SIZES,
        "address": public_address(request),
        "configured": bool(settings.PUBLIC_URL),
        "proper": _proper(request),
        "refusal": refusal,
        "refused": place,
        "given": request.POST,
        "section": "self-reports",
    }
    return render(request, "web/self_reports/posters.html", context, status=400 if refusal else 200)
