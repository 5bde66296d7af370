"""Who owes which duty, and the kinds of duties as the county has them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import today
from sangesan.village_work.assigning import assign, assign_due, change_kind, end_assignment
from sangesan.village_work.kind_history import histories
from sangesan.village_work.kinds import APPLIES_TITLES, FORM_TITLES, OWNERS, PHOTOS, content_of
from sangesan.village_work.periods import UNIT_TITLES
from sangesan.web.form_values import date_of, number_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request

MONTHS = range(1, 13)


@guarded("village_work.see")
def kinds(request: Request) -> HttpResponse:
    """Every kind: how often, what a log answers, who by default, from where; the county adds, changes and stops them."""
    return _kinds(request)


@guarded("village_work.assign", ("POST",))
def kind_change(request: Request) -> HttpResponse:
    """Adds, changes or stops a kind from a day on."""
    given = request.POST
    try:
        change_kind(
            post=request.post,
            code=given.get("code", "").strip(),
            content={} if given.get("act") == "stop" else _content(given),
            from_day=date_of(given, "from_day", "从哪天起"),
            document=given.get("document", ""),
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _kinds(request, refusal)
    messages.success(request, _("职责已更新"))
    return redirect("duty-kinds")


@guarded("village_work.assign", ("POST",))
def assign_all(request: Request) -> HttpResponse:
    """Gives villages what their kind or a department's rows lay on them, now instead of tonight."""
    if request.post.role != Post.Role.COUNTY:
        raise Refusal("全县的职责由县专班更新", remedy="本镇的村请到村的页面逐项安排")
    new = assign_due(post=request.post, today=today(), now=timezone.now())
    messages.success(request, ngettext("新增 %(new)s 项职责", "新增 %(new)s 项职责", new) % {"new": new})
    return redirect("duty-kinds")


@guarded("village_work.assign", ("POST",))
def duty_assign(request: Request, village: str, kind: str) -> HttpResponse:
    """A village's duty to a post or a named person; or that the village owes it no longer."""
    given = request.POST
    if given.get("act") == "end":
        end_assignment(
            post=request.post, village=village, kind=kind, why=given.get("why", ""), on=today()
        )
        messages.success(request, _("这项职责已停止"))
    else:
        assign(
            post=request.post,
            village=village,
            kind=given.get("kind", "") if kind == "new" else kind,
            to_post=number_of(given.get("to_post", "")),
            holder=given.get("holder", ""),
            why=given.get("why", ""),
            from_day=date_of(given, "from_day", "从哪天起"),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("已安排"))
    return redirect("village-duties", village)


def _kinds(request: Request, refusal: Refusal | None = None) -> HttpResponse:
    day, known, given = today(), histories(), request.POST
    chosen = known.get(request.GET.get("change", ""))
    content: dict[str, Any] = content_of(chosen.newest) if chosen else {}
    context = {
        "rows": [(history, history.on(day), history.newest) for history in known.values()],
        "forms": FORM_TITLES,
        "applies": APPLIES_TITLES,
        "owners": OWNERS,
        "photos": PHOTOS,
        "units": UNIT_TITLES,
        "months": MONTHS,
        "risks": RISK_TYPES,
        "chosen": chosen,
        "content": content | {"questions": "\n".join(content.get("questions", {}).values())},
        "given": given,
        "refusal": refusal,
        "may_change": reachable(request, "village_work.assign") and request.post.role == Post.Role.COUNTY,
        "today": day,
        "section": "duties",
    }
    return render(request, "web/village_work/kinds.html", context)


def _content(given: QueryDict) -> dict[str, Any]:
    """A kind's mapping from the form; questions are one a line, named by their place."""
    known = histories().get(given.get("code", "").strip())
    old = {title: code for code, title in known.newest.questions.items()} if known else {}
    lines = [line.strip() for line in given.get("questions", "").splitlines() if line.strip()]
    months = [int(month) for month in given.getlist("month") if month.isdecimal()]
    cycle = {"unit": given.get("unit", ""), "every": number_of(given.get("every", "")) or 1, "months": months}
    content: dict[str, Any] = {name: given.get(name, "") for name in ("title", "form", "photo", "owner", "applies", "risk")}
    content |= {"cycle": cycle, "questions": {old.get(line, f"q{n}"): line for n, line in enumerate(lines, start=1)}}
    within = number_of(given.get("within", ""))
    return content | ({"within": within} if within else {})
