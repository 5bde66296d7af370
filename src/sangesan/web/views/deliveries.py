"""Handing in a department's file, and the report of a delivery."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.permissions import DELIVER, feeds_for
from sangesan.exchange.queries import delivery_report
from sangesan.exchange.uploads import hand_in
from sangesan.jobs.models import JobRun
from sangesan.kernel.refusal import Refusal
from sangesan.web.guards import ASK, guarded
from sangesan.web.labels import METHODS, department_name
from sangesan.web.requests import Request


class UploadForm(forms.Form):
    """A feed, a file, and whether good rows are taken although others are refused."""

    feed = forms.CharField(max_length=60)
    file = forms.FileField(error_messages={"required": _("请选择文件"), "empty": _("文件是空的，请重新导出")})
    take_good_rows = forms.BooleanField(required=False)


@guarded("exchange.deliver", ASK)
def upload(request: Request) -> HttpResponse:
    """Choose a feed and a file; the worker takes it in, and its page leads on to the report."""
    refusal, form = None, UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                return redirect("job", _hand_in(request, form).pk)
            except Refusal as said:
                refusal = said
    feeds = feeds_for(request.post, DELIVER, load_contracts())
    groups: dict[str, list[object]] = {}
    for feed in feeds:
        groups.setdefault(department_name(feed.department), []).append(feed)
    chosen = request.POST.get("feed") or request.GET.get("feed", "")
    context = {"form": form, "groups": groups, "refusal": refusal, "chosen": chosen}
    return render(request, "web/deliveries/upload.html", context)


@guarded("exchange.see")
def delivery(request: Request, delivery_id: int) -> HttpResponse:
    """The report: rows read, accepted, refused with their cells, attached and not attached."""
    report = delivery_report(request.post, delivery_id)
    return render(request, "web/deliveries/report.html", {"report": report, "methods": METHODS, "section": "departments"})


def _hand_in(request: Request, form: UploadForm) -> JobRun:
    given = form.cleaned_data
    return hand_in(
        post=request.post,
        feed=given["feed"],
        data=given["file"].read(),
        filename=given["file"].name,
        take_good_rows=given["take_good_rows"],
    )
