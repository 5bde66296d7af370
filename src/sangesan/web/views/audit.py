"""Who did what: the entries, and whether the chain is whole."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sangesan.audit.queries import entries
from sangesan.audit.sealing import verify
from sangesan.inspections.permissions import unseen_objects
from sangesan.web.guards import guarded
from sangesan.web.labels import slices_audited
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request

PAGE = 50


@guarded("audit.see")
def audit(request: Request) -> HttpResponse:
    """The newest entries first, narrowed to a subject (clues, registry, …) or to one object (person:12)."""
    subjects = slices_audited()
    subject, on = request.GET.get("subject", ""), request.GET.get("on", "").strip()[:80]
    tag = f"{subject}:" if subject in subjects else ""
    unseen = unseen_objects(request.post, timezone.now())
    rows, following = paged(entries(tag=tag, on=on, before=key_of(request), unseen=unseen, limit=PAGE + 1), PAGE)
    context = {"rows": rows, "next": following, "subjects": subjects, "subject": subject, "on": on}
    return render(request, "web/audit/list.html", context)


@guarded("audit.see")
def verdict(request: Request) -> HttpResponse:
    """Verifies the whole chain now; asked for by a button, for it reads everything."""
    return render(request, "web/audit/verdict.html", {"verdict": verify()})
