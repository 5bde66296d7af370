"""Draws: the list, one published draw with how to repeat it, handing in fingerprints, showing secrets."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.permissions import NotAllowed
from sangesan.draws import repeat_draw_path
from sangesan.draws.actions import Ahead, attempt_of, commit, commit_ahead, draw_again, release, reveal
from sangesan.draws.domain import METHODS, OFFICES, State
from sangesan.draws.models import Commitment, Draw
from sangesan.draws.permissions import reached_draw
from sangesan.draws.queries import (
    PURPOSES,
    ahead_of,
    draw_of,
    draws,
    line,
    offices_of,
    outcome,
    owed_by,
    published,
    verify,
)
from sangesan.kernel.period import Week
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.web.draw_words import names_of, periods_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.labels import titled
from sangesan.web.paging import key_of
from sangesan.web.requests import Request
from sangesan.web.sending import kept

PAGE = 30
SHOWN = 3  # of what a draw chose, in the list
WEEKS_AHEAD = 8
WEEKLY = "weekly_village"


@guarded("draws.see")
def draw_list(request: Request) -> HttpResponse:
    """What waits for the reader's office, then all draws, the newest first."""
    now = timezone.now()
    purpose = request.GET.get("purpose", "")
    purpose = purpose if purpose in PURPOSES else ""
    found = draws(request.post, purpose=purpose, before=key_of(request), now=now, limit=PAGE + 1)
    rows = found[:PAGE]
    owed = owed_by(request.post, now) if reachable(request, "draws.commit") else []
    seen = [row.draw for row in rows if row.whole]
    names = names_of(request.post, {code for one in seen for code in (outcome(one) or ())[:SHOWN]})
    periods = periods_of(request.post, seen)
    context = {
        "rows": [
            (
                row,
                periods.get(row.draw.number, ""),
                [names[code] for code in (outcome(row.draw) or ())[:SHOWN]] if row.whole else [],
            )
            for row in rows
        ],
        "next": str(rows[-1].draw.number) if len(found) > PAGE else "",
        "owed": owed,
        "offices": offices_of(request.post, now),
        "purpose": purpose,
        "purposes": PURPOSES.items(),
        "section": "draws",
    }
    return render(request, "web/draws/list.html", context)


@guarded("draws.see")
def draw(request: Request, number: int) -> HttpResponse:
    """One draw: pool, fingerprints, secrets, result, chances, and the lines that repeat it."""
    return _show(request, number)


@guarded("draws.see")
def draw_published(request: Request, number: int) -> HttpResponse:
    """The published record as JSON, from which anybody repeats the draw."""
    record = published(reached_draw(request.post, number), post=request.post, now=timezone.now())
    answer = HttpResponse(json.dumps(record, ensure_ascii=False, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="draw-{number}.json"'
    return answer


@guarded("draws.see")
def draw_repeat(_request: Request) -> HttpResponse:
    """The lines that repeat a draw, as a file."""
    answer = HttpResponse(repeat_draw_path().read_text(encoding="utf-8"), content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="repeat_draw.py"'
    return answer


@guarded("draws.commit", ("POST",))
def draw_commit(request: Request, number: int) -> HttpResponse:
    """An office hands in the fingerprint of the secret that its browser made and kept."""

    def act(found: Draw) -> str:
        given = request.POST
        office = given.get("office", "")
        commit(post=request.post, draw=found, office=office, digest=given.get("digest", ""), now=timezone.now())
        return _("指纹已交存。密数文件请保管好，公开时要用")

    return _acted(request, number, act)


@guarded("draws.commit", ("POST",))
def draw_reveal(request: Request, number: int) -> HttpResponse:
    """An office shows its secret."""

    def act(found: Draw) -> str:
        given = request.POST
        office = given.get("office", "")
        ended = reveal(post=request.post, draw=found, office=office, secret=given.get("secret", ""), now=timezone.now())
        return _("密数已公开，结果已经得出") if ended.state == State.DONE else _("密数已公开，等另一个办公室公开")

    return _acted(request, number, act)


@guarded("draws.fix", ("POST",))
def draw_anew(request: Request, number: int) -> HttpResponse:
    """After a void draw: a new one over the same pool."""
    new = draw_again(post=request.post, draw=reached_draw(request.post, number), now=timezone.now())
    messages.success(request, _("已按原范围重新抽签，请两个办公室重新交存指纹"))
    return redirect("draw", new.number)


@guarded("draws.fix", ("POST",))
def draw_release(request: Request, number: int) -> HttpResponse:
    """Opens a hidden draw to everybody."""

    def act(found: Draw) -> str:
        if not line(request.post, found, timezone.now()).whole:
            raise NotAllowed(_("这次抽签还没有公布"), remedy=_("由督查人员公布"))
        release(post=request.post, draw=found, now=timezone.now())
        return _("已公布")

    return _acted(request, number, act)


@guarded("draws.commit", ASK)
def draws_ahead(request: Request) -> HttpResponse:
    """Fingerprints for the coming weeks, handed in at once. lines: one "period digest" each."""
    now = timezone.now()
    offices, refusal = offices_of(request.post, now), None
    if request.method == "POST":
        try:
            rows = [Ahead(WEEKLY, *_pair(text)) for text in request.POST.get("lines", "").split("\n") if text.strip()]
            office = request.POST.get("office", "")
            made = commit_ahead(post=request.post, office=office, rows=rows, now=now)
        except NotAllowed:
            raise
        except Refusal as said:
            refusal = said
        else:
            messages.success(request, _("已交存 %(count)s 周的指纹") % {"count": len(made)})
            return redirect("draws-ahead")
    context = {
        "offices": [_ahead(office) for office in offices],
        "refusal": refusal,
        "section": "draws",
    }
    return render(request, "web/draws/ahead.html", context)


def _ahead(office: str) -> tuple[str, str, list[Commitment], list[str], str]:
    """An office, what it has handed in, the weeks without, and what the file with their secrets is called."""
    weeks, name = _weeks_without(office), ""
    if weeks:
        fields = {"office": titled(OFFICES[office]), "first": weeks[0], "last": weeks[-1]}
        name = _("%(office)s-%(first)s至%(last)s密数.json") % fields
    return office, OFFICES[office], ahead_of(office), weeks, name


def _pair(text: str) -> tuple[str, str]:
    period, _space, digest = text.strip().partition(" ")
    return str(Week.parse(period)), digest


def _weeks_without(office: str) -> list[str]:
    """The coming weeks without a draw for which the office has handed in nothing."""
    handed_in = {one.period for one in ahead_of(office)}
    weeks = [str(Week.of(today()).plus(n)) for n in range(1, WEEKS_AHEAD + 1)]
    return [week for week in weeks if week not in handed_in and draw_of(WEEKLY, week) is None]


def _acted(request: Request, number: int, act: Callable[[Draw], str]) -> HttpResponse:
    """Does something to a draw and leads back to it; a refusal stands on its page."""
    found = reached_draw(request.post, number)

    def keep() -> str:
        messages.success(request, act(found))
        return resolve_url("draw", number)

    return kept(request, keep, lambda refusal: _show(request, number, refusal))


def _show(request: Request, number: int, refusal: Refusal | None = None) -> HttpResponse:
    now, found = timezone.now(), reached_draw(request.post, number)
    row, record = line(request.post, found, now), published(found, post=request.post, now=now)
    mine = offices_of(request.post, now)
    drawn = set(outcome(found) or ()) if row.whole else set()
    names = names_of(request.post, [item[0] for item in found.pool]) if row.whole else {}
    context: dict[str, Any] = {
        "row": row,
        "draw": found,
        "record": record,
        "method": METHODS[found.method],
        "purpose": PURPOSES.get(found.purpose, found.title),
        "period": periods_of(request.post, [found])[found.number] if row.whole else "",
        "owes": bool(set(mine) & set(row.waits)),
        "offices": [_office(code, record, code in mine and code in row.waits) for code in OFFICES],
        "pool": [(names[code], weight, record["chances"][code], code in drawn) for code, weight, _stratum in found.pool]
        if row.whole
        else [],
        "drawn": [names[code] for code in outcome(found) or ()] if row.whole else [],
        "faults": verify(record) if found.state == State.DONE and row.whole else [],
        "lines": repeat_draw_path().read_text(encoding="utf-8"),
        "missing": [OFFICES[office] for office in found.missing],
        "again": Draw.objects.filter(after=found).first(),
        "attempt": attempt_of(found),
        "may_fix": reachable(request, "draws.fix"),
        "refusal": refusal,
        "section": "draws",
    }
    return render(request, "web/draws/draw.html", context, status=400 if refusal else 200)


def _office(code: str, record: dict[str, Any], owes: bool) -> dict[str, Any]:
    """One office's part as the page shows it."""
    handed_in = record["commitments"].get(code)
    secret = (record["secrets"] or {}).get(code)
    file_name = _("%(office)s-第%(n)s号密数.json") % {"office": titled(OFFICES[code]), "n": record["number"]}
    return {
        "code": code, "title": OFFICES[code], "handed_in": handed_in, "secret": secret, "owes": owes,
        "file_name": file_name,
    }  # fmt: skip
