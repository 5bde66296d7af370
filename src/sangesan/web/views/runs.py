"""Screening runs: what each found, what it rested on, and starting one."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from sangesan.accounts.permissions import require
from sangesan.cases.tasks import ON_REQUEST
from sangesan.jobs.running import ask
from sangesan.screening.models import ScreeningRun
from sangesan.screening.queries import runs as runs_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.labels import rule_title
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request

PAGE = 30


@guarded("screening.see")
def runs(request: Request) -> HttpResponse:
    """The newest first."""
    shown, following = paged(runs_of(request.post, before=key_of(request), limit=PAGE + 1), PAGE)
    context = {"rows": shown, "next": following, "may_run": reachable(request, "screening.run")}
    return render(request, "web/runs/list.html", context)


@guarded("screening.see")
def run(request: Request, run_id: int) -> HttpResponse:
    """One run: hits by rule, rules that waited, digest."""
    found = ScreeningRun.objects.filter(pk=run_id).first()
    if found is None:
        raise Http404
    counts = sorted(found.counts.items(), key=lambda pair: -pair[1])
    context = {
        "run": found,
        "counts": [(code, rule_title(code), number) for code, number in counts],
        "most": counts[0][1] if counts else 1,
        "waiting": [(w["rule"], rule_title(w["rule"]), w["missing"]) for w in found.waiting],
        "section": "runs",
    }
    return render(request, "web/runs/page.html", context)


@guarded("screening.run", ("POST",))
def start(request: Request) -> HttpResponse:
    """Asks for a run over the county as it is now; its progress is on the job's page."""
    post = require(request.post, "screening.run")
    asked = ask(ON_REQUEST, f"{timezone.now():%Y-%m-%d %H:%M:%S}", post=post.pk)
    return redirect("job", asked.pk)
