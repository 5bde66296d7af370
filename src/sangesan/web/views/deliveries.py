"""Handing in a department's file, and the report of a delivery."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sangesan.accounts.permissions import NotAllowed
from sangesan.exchange.actions import withdraw
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.permissions import DELIVER, feeds_for
from sangesan.exchange.queries import delivery_report
from sangesan.exchange.uploads import hand_in
from sangesan.jobs.models import JobRun
from sangesan.kernel.refusal import Refusal
from sangesan.web.guards import ASK, guarded, reachable
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
    return _report(request, delivery_id)


@guarded("exchange.withdraw", ("POST",))
def withdraw_delivery(request: Request, delivery_id: int) -> HttpResponse:
    """Withdraws a delivery with a reason: from now on no screening sees its rows."""
    try:
        withdraw(request.post, delivery_id, reason=request.POST.get("reason", ""), now=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _report(request, delivery_id, refusal)
    messages.success(request, gettext("已撤回，之后的筛查不再使用这份数据"))
    return redirect("delivery", delivery_id)


def _report(request: Request, delivery_id: int, refusal: Refusal | None = None) -> HttpResponse:
    report = delivery_report(request.post, delivery_id)
    context = {
        "report": report,
        "methods": METHODS,
        "section": "departments",
        "refusal": refusal,
        "may_withdraw": reachable(request, "exchange.withdraw") and report.taken and not report.ended_on,
    }
    return render(request, "web/deliveries/report.html", context)


def _hand_in(request: Request, form: UploadForm) -> JobRun:
    given = form.cleaned_data
    return hand_in(
        post=request.post,
        feed=given["feed"],
        data=given["file"].read(),
        filename=given["file"].name,
        take_good_rows=given["take_good_rows"],
    )
