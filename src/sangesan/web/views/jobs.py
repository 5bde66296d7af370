"""One background job: how far it is, what came of it, and stopping it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from sangesan.jobs.models import JobRun
from sangesan.jobs.running import JOBS, ask_to_stop
from sangesan.kernel.refusal import Refusal
from sangesan.web.guards import guarded
from sangesan.web.requests import Request


@guarded("jobs.see")
def job(request: Request, run_id: int) -> HttpResponse:
    """The whole page, or for htmx the progress alone, which asks again by itself until the job has ended."""
    run = _run(request, run_id)
    following = _report_of(run)
    if following:
        return HttpResponseClientRedirect(following) if request.htmx else redirect(following)
    known = JOBS.get(run.job)
    template = "web/jobs/progress.html" if request.htmx else "web/jobs/page.html"
    context = {"run": run, "title": known.title if known else run.job}
    return render(request, template, context)


@guarded("jobs.see", ("POST",))
def stop(request: Request, run_id: int) -> HttpResponse:
    """Asks the job to stop at its next step."""
    ask_to_stop(_run(request, run_id).pk)
    return redirect("job", run_id)


def _report_of(run: JobRun) -> str:
    """Where a finished job's result is shown in full; "" while it runs, when it failed, or where there is no such page."""
    if run.state != JobRun.State.DONE:
        return ""
    if run.result.get("delivery"):
        same = "?same=1" if run.result.get("state") == "same" else ""
        return reverse("delivery", args=[run.result["delivery"]]) + same
    return reverse("run", args=[run.result["run"]]) if run.result.get("run") else ""


def _run(request: Request, run_id: int) -> JobRun:
    """The run, when the post asked for it or leads the county; raises Refusal."""
    run = JobRun.objects.filter(pk=run_id).first()
    if run is None or (request.post.role != "county" and run.post != request.post.pk):
        raise Refusal("没有这项作业，或不是您交办的", remedy="请从交办它的页面进入")
    return run
