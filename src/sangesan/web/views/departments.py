"""How the departments' feeds stand, and one department's deliveries."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from sangesan.accounts.permissions import NotAllowed
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.queries import FeedStatus, feed_statuses, latest_deliveries
from sangesan.regions.queries import today
from sangesan.web.guards import guarded, reachable
from sangesan.web.labels import CYCLES
from sangesan.web.requests import Request

RECENT = 12


@guarded("exchange.see")
def departments(request: Request) -> HttpResponse:
    """Every feed the post may see, by department: last delivery, on time or late, rows not attached."""
    statuses = feed_statuses(request.post, today())
    groups: dict[str, list[FeedStatus]] = {}
    for status in statuses:
        groups.setdefault(status.feed.department, []).append(status)
    context = {
        "groups": [(rows[0].department, rows) for rows in groups.values()],
        "late": sum(1 for s in statuses if s.due.status == "late"),
        "never": sum(1 for s in statuses if s.due.status == "never"),
        "feeds": len(statuses),
        "rows": sum(s.rows for s in statuses),
        "not_attached": sum(s.not_attached for s in statuses),
        "cycles": CYCLES,
        "may_deliver": reachable(request, "exchange.deliver"),
    }
    return render(request, "web/departments/list.html", context)


@guarded("exchange.see")
def department(request: Request, code: str) -> HttpResponse:
    """One department: its feeds with what they carry, and the latest deliveries of each."""
    known = load_contracts().departments.get(code)
    if known is None:
        raise Http404
    statuses = [s for s in feed_statuses(request.post, today()) if s.feed.department == code]
    if not statuses:
        raise NotAllowed("不能查看其他部门的数据", remedy="请从“数据到位”进入本部门")
    feeds = [(status, latest_deliveries(request.post, status.feed.code, limit=RECENT)) for status in statuses]
    context = {
        "department": known,
        "feeds": feeds,
        "cycles": CYCLES,
        "may_deliver": reachable(request, "exchange.deliver"),
        "section": "departments",
    }
    return render(request, "web/departments/page.html", context)
