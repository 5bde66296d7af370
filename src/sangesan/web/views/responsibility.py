"""Both lines of relocated households: where nobody is named, what waits to be acknowledged; and the chain by village."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.leadership.queries import held_rows
from sangesan.regions.queries import Tree, today, tree
from sangesan.registry.permissions import WHOLE_COUNTY
from sangesan.responsibility.actions import acknowledge, assign_by_default
from sangesan.responsibility.chain import Chain, Link, chain_of, villages_without
from sangesan.responsibility.queries import gaps, households_by_post, told_page, waiting
from sangesan.visits.domain import OUTCOMES
from sangesan.visits.queries import conflicts
from sangesan.web.clue_filters import places_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request

PAGE = 50
CHAIN_SEATS = {
    Post.Role.COUNTY: ("special_team_head", "special_team_member", "county_contact"),
    Post.Role.TOWN: ("town_secretary", "town_contact"),
    Post.Role.VILLAGE: ("village_secretary", "resident_team_head"),
}  # whose seats make them part of a village's chain, highest first
TOLD, ONE_SIDED, GAPS, CONFLICTS = "told", "one_sided", "gaps", "conflicts"


@guarded("responsibility.see")
def responsibility(request: Request) -> HttpResponse:
    """What was told and is not acknowledged, households for whom somebody is missing, or on whom the lines disagree."""
    shown = request.GET.get("list", TOLD)
    shown = shown if shown in {TOLD, ONE_SIDED, GAPS, CONFLICTS} else TOLD
    day = today()
    context: dict[str, Any] = {
        "shown": shown,
        "counts": waiting(request.post, today=day),
        "today": day,
        "may_acknowledge": reachable(request, "responsibility.acknowledge"),
        "may_assign": reachable(request, "responsibility.assign"),
    }
    if shown == TOLD:
        page = told_page(request.post, after=request.GET.get("after", ""), limit=PAGE)
        context |= {"rows": page.rows, "next": page.next}
    elif shown == CONFLICTS:
        context["rows"] = conflicts(request.post) if reachable(request, "visits.see") else []
        context["outcomes"] = {str(code): title for code, title in OUTCOMES.items()}
    else:
        found = gaps(request.post, only_one_sided=shown == ONE_SIDED, after=key_of(request), limit=PAGE + 1)
        rows, following = paged(found, PAGE)
        context |= {"rows": rows, "next": following}
    return render(request, "web/responsibility/list.html", context)


@guarded("responsibility.acknowledge", ("POST",))
def told_acknowledge(request: Request, told_id: int) -> HttpResponse:
    """The line that was told acknowledges; back to where the button stood."""
    told = acknowledge(post=request.post, told_id=told_id, now=timezone.now())
    messages.success(request, _("已签收"))
    if request.POST.get("back") == "household":
        return redirect("answering", told.household_id)
    return redirect("responsibility")


@guarded("responsibility.see")
def chain(request: Request) -> HttpResponse:
    """Who answers for a village from the county down, and which villages have a hole; ?village= says which."""
    places, day = tree(), today()
    towns = _towns(request.post, places)
    lacking = villages_without(day, towns)
    own = [village for town in towns for village in places.children.get(town, ())]
    if request.post.role not in WHOLE_COUNTY | {Post.Role.TOWN}:
        own = [request.post.division]
        lacking = [row for row in lacking if row.division in own]
    first = lacking[0].division if lacking else own[0] if own else ""
    village = request.GET.get("village", "") or first
    if village not in own:
        raise NotAllowed(_("没有这个村（社区），或不在您的管理范围内"), remedy=_("请从列表中选"))
    found = _by_seats(chain_of(village, day), day)
    context = {
        "village": village,
        "chain": found,
        "links": _shown(request.post, found),
        "households": households_by_post([p.pk for link in found.links for p in link.posts], day),
        "lacking": lacking,
        "places": places_of(request.post, places),
        "may_assign": reachable(request, "responsibility.assign"),
        "today": day,
    }
    return render(request, "web/responsibility/chain.html", context)


def _towns(post: Post, places: Tree) -> list[str]:
    return places.towns() if post.role in WHOLE_COUNTY else [places.town_of(post.division)]


def _by_seats(chain: Chain, day: date) -> Chain:
    """The chain without those whose seats are for other places or other things, by rank of their seats; one query.

    Who holds no seat at all stays behind them, and a level never becomes empty by it: seats may not be registered yet.
    """
    places = {"", tree().town_of(chain.division), chain.division}
    held: dict[int, list[tuple[str, str]]] = {}
    for row in held_rows(day).filter(post__in=[p.pk for link in chain.links for p in link.posts]):
        held.setdefault(row.post_id, []).append((row.seat, row.scope))

    def rank(seats: tuple[str, ...], post: Post) -> int:
        own = [seats.index(seat) for seat, scope in held.get(post.pk, []) if seat in seats and scope in places]
        return min(own) if own else len(seats) if post.pk not in held else -1

    links = []
    for link in chain.links:
        ranked = [(rank(CHAIN_SEATS.get(link.role, ()), post), post) for post in link.posts]
        shown = sorted(((number, post) for number, post in ranked if number >= 0), key=lambda pair: pair[0])
        links.append(replace(link, posts=[post for _number, post in shown] or link.posts))
    return replace(chain, links=links)


def _shown(post: Post, chain: Chain) -> list[tuple[Link, bool]]:
    """The links, and for each whether the post may hand over who is there."""
    below = {Post.Role.VILLAGE, Post.Role.GRID}
    whole, town = post.role == Post.Role.COUNTY, post.role == Post.Role.TOWN
    return [(link, whole or (town and link.role in below)) for link in chain.links]


@guarded("responsibility.assign", ("POST",))
def chain_fill(request: Request, village: str) -> HttpResponse:
    """Fills the gaps of a village from its posts."""
    filled = assign_by_default(post=request.post, village=village, on=today(), now=timezone.now())
    words = ngettext("已补齐 %(filled)s 项责任", "已补齐 %(filled)s 项责任", filled) % {"filled": filled}
    messages.success(request, words if filled else _("没有可补的：已都有人，或这里没有合适的岗位"))
    return redirect(f"{reverse('chain')}?village={village}")
