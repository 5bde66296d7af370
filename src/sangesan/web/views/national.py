"""The national system beside ours: the export in its columns, the import of its list, and where the two differ."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.cases.models import NationalList
from sangesan.cases.national import (
    COLUMNS,
    DIFFERENCES,
    EXPORT_HEADINGS,
    decided_not_entered,
    differences,
    export_rows,
    take_list,
)
from sangesan.cases.states import ENDED, EXITING, State
from sangesan.kernel.refusal import Refusal
from sangesan.policy.regimes import load_regimes, regime_on
from sangesan.regions.queries import county, today
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.spreadsheets import download
from sangesan.web.visit_form import list_of

MOST_SHOWN = 300
CHOICES = {
    "entry": (State.ENTRY,),
    "enrolled": (State.ENTRY, State.ASSISTED, *EXITING, State.TRACKED),
}
WIDTHS = [20, 10, 22, 24, 10, 16, 24, 12, 14, 24, 24, 22]
DEMONSTRATION = "演示系统：人员均为程序生成，并非真实个人"


@guarded("cases.reconcile")
def national(request: Request) -> HttpResponse:
    """Differences by kind with counts, the export and the import."""
    return _page(request)


@guarded("cases.reconcile", ("POST",))
def export(request: Request) -> HttpResponseBase:
    """Households in the national system's columns, identity numbers included; needs a reason and is audited."""
    reason = request.POST.get("reason", "").strip()[:200]
    if len(reason) < 2:
        return _page(request, Refusal("没有写导出理由", place="导出", remedy="名单含证件号码，理由记入审计"), part="export")
    states = CHOICES.get(request.POST.get("which", ""), CHOICES["entry"])
    rows = export_rows(post=request.post, states=[s for s in states if s not in ENDED], reason=reason)
    note = DEMONSTRATION if county().is_demonstration else ""
    return download(f"国家系统录入表{today():%Y%m%d}", EXPORT_HEADINGS, rows, WIDTHS, note)


@guarded("cases.take_list", ("POST",))
def take(request: Request) -> HttpResponse:
    """Takes in the national system's list, whole or not at all."""
    try:
        data, name = list_of(request, "请选择从国家系统导出的清单")
        made = take_list(post=request.post, data=data, filename=name, now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal, part="import")
    said = _("已导入 %(rows)s 行，对上 %(matched)s 户") % {"rows": made.rows, "matched": made.matched}
    messages.success(request, said)
    return redirect("national")


def _page(request: Request, refusal: Refusal | None = None, *, part: str = "") -> HttpResponse:
    newest, found = differences(request.post)
    numbers = Counter(d.kind for d in found)
    kind = request.GET.get("kind", "")
    kind = kind if kind in numbers else ""
    rows = [d for d in found if not kind or d.kind == kind]
    limit = load_regimes()[regime_on(today()).code].limits["entry"].value
    context = {
        "newest": newest,
        "lists": NationalList.objects.order_by("-pk")[:5],
        "kinds": [(code, title, numbers[code]) for code, title in DIFFERENCES.items() if numbers[code]],
        "total": len(found),
        "kind": kind,
        "rows": rows[:MOST_SHOWN],
        "hidden": max(len(rows) - MOST_SHOWN, 0),
        "late": decided_not_entered(request.post, today(), limit),
        "limit": limit,
        "columns": list(COLUMNS),
        "may_import": reachable(request, "cases.take_list"),
        "refusal": refusal,
        "part": part,
        "given": request.POST,
    }
    return render(request, "web/national/page.html", context, status=400 if refusal else 200)
