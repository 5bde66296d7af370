"""The county's phones: who has one, what clashed, what was sent back, and the file of a phone that can't send."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.field.conflicts import MINE, open_conflicts, settle, shown
from sangesan.field.devices import cut_off
from sangesan.field.models import Conflict, Submission
from sangesan.field.queries import phones as phone_rows
from sangesan.field.queries import sent_back as forms_sent_back
from sangesan.field.queries import submission_body
from sangesan.field.rescue import LARGEST, take_rescue
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.registry.queries import in_order
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request

PAGE = 50
PLACE = "离线队列文件"
SOMETHING_ELSE = "\0"  # no field holds it: the page showed another value than there is


@guarded("field.see")
def phones(request: Request) -> HttpResponse:
    """The phones within reach, with their last contact; where to install the app."""
    return _page(request)


@guarded("field.cut_off", ("POST",))
def phone_cut_off(request: Request, device_id: int) -> HttpResponse:
    """Stops a phone."""
    cut_off(post=request.post, device_id=device_id, why=request.POST.get("why", ""), now=timezone.now())
    messages.success(request, _("已停用：这部手机下次联网时会清除农户信息，联网之前做不到"))
    return redirect("phones")


@guarded("field.see")
def clashes(request: Request) -> HttpResponse:
    """Fields that two people filled differently, both values in sight."""
    rows = open_conflicts(request.post)
    return render(
        request,
        "web/phones/clashes.html",
        {"rows": rows, "may_settle": reachable(request, "field.settle")},
    )


@guarded("field.settle", ("POST",))
def clash_settle(request: Request, conflict_id: int) -> HttpResponse:
    """A person decides; where the register moved on since the page was opened, the page comes again with what holds."""
    choice = request.POST.get("choice", "")
    theirs = shown(Conflict.objects.filter(pk=conflict_id).select_related("household"))
    seen = theirs[0].theirs.value if theirs and theirs[0].theirs.title == request.POST.get("seen") else SOMETHING_ELSE
    settle(post=request.post, conflict_id=conflict_id, choice=choice, seen=seen, now=timezone.now(), today=today())
    messages.success(request, _("已改为手机填报的内容") if choice == MINE else _("已保留系统里的内容"))
    return redirect("clashes")


@guarded("field.see")
def sent_back(request: Request) -> HttpResponse:
    """Forms that could not be taken as they were and are not mended yet."""
    after = request.GET.get("after", "")
    rows = forms_sent_back(request.post, after=int(after) if after.isdecimal() and len(after) < 18 else 0, limit=PAGE + 1)
    homes = in_order(request.post, [row.household for row in rows if row.household])
    shown = rows[:PAGE]
    context = {
        "rows": [(row, homes.get(row.household or 0)) for row in shown],
        "next": shown[-1].number if len(rows) > PAGE else "",
    }
    return render(request, "web/phones/sent_back.html", context)


@guarded("field.see")
def submission(request: Request, number: int) -> HttpResponse:
    """One form as it came."""
    row, texts = submission_body(request.post, number)
    home = in_order(request.post, [row.household]).get(row.household) if row.household else None
    context = {"row": row, "text": texts[0], "others": texts[1:], "home": home, "state": Submission.State(row.state).label}
    return render(request, "web/phones/submission.html", context)


@guarded("field.rescue", ("POST",))
def phone_rescue(request: Request) -> HttpResponse:
    """Takes in a phone's queue from the file that it wrote."""
    chosen = request.FILES.get("file")
    try:
        if chosen is None or isinstance(chosen, list):
            raise Refusal("没有选择文件", place=PLACE, remedy="请选手机“待发送”页导出的文件")  # noqa: TRY301  shown as others are
        if (chosen.size or 0) > LARGEST:
            raise Refusal("文件太大", place=PLACE, remedy="请在手机上分两次导出")  # noqa: TRY301  likewise
        found = take_rescue(post=request.post, file=chosen.read(), now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal)
    said = _("新收 %(taken)s 份，有冲突 %(conflicts)s 份，退回 %(refused)s 份，以前收过 %(known)s 份，读不出 %(failed)s 份")
    messages.success(request, said % vars(found))
    return redirect("phones")


def _page(request: Request, refusal: Refusal | None = None) -> HttpResponse:
    after = request.GET.get("after", "")
    rows = phone_rows(
        request.post,
        now=timezone.now(),
        today=today(),
        after=int(after) if after.isdecimal() and len(after) < 18 else 0,
        limit=PAGE + 1,
    )
    context: dict[str, Any] = {
        "rows": rows[:PAGE],
        "next": rows[PAGE - 1].device.pk if len(rows) > PAGE else "",
        "may_cut_off": reachable(request, "field.cut_off"),
        "may_rescue": reachable(request, "field.rescue"),
        "may_enrol": reachable(request, "field.enrol"),
        "refusal": refusal,
    }
    return render(request, "web/phones/list.html", context, status=400 if refusal else 200)

