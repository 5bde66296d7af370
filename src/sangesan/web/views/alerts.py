"""Alerts: the list, one alert, the message as received, handing one in, sending out by hand, stopping, who was hit."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.permissions import NotAllowed
from sangesan.alerts.content import block_of
from sangesan.alerts.damage import damaged_since
from sangesan.alerts.dispatching import send_by_hand, stop
from sangesan.alerts.domain import State
from sangesan.alerts.models import Message
from sangesan.alerts.queries import TABS, AlertPage, alert_list, alert_page, message_of
from sangesan.alerts.taking import Taken, take_in
from sangesan.exchange.cap.xml_tree import MOST_BYTES
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.paging import key_of
from sangesan.web.requests import Request

PAGE = 30


@guarded("alerts.see")
def alerts(request: Request) -> HttpResponse:
    """What is in force, what is over; those that touch the post's places."""
    tab = request.GET.get("tab", "live")
    found = alert_list(request.post, tab=tab, after=key_of(request), now=timezone.now(), limit=PAGE)
    rows = found[:PAGE]
    context = {
        "rows": rows,
        "next": str(rows[-1].alert.pk) if len(found) > PAGE else "",
        "tab": tab,
        "tabs": TABS.items(),
        "may_take": reachable(request, "alerts.take_in"),
        "may_see_tasks": reachable(request, "patrols.see"),
    }
    return render(request, "web/alerts/list.html", context)


@guarded("alerts.see")
def alert(request: Request, alert_id: int) -> HttpResponse:
    """Words, colour, villages with their tasks, the life so far."""
    return _show(request, alert_id)


@guarded("alerts.dispatch", ("POST",))
def alert_send(request: Request, alert_id: int) -> HttpResponse:
    """The county sends out by hand."""
    try:
        done = send_by_hand(post=request.post, alert_id=alert_id, now=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _show(request, alert_id, refusal)
    messages.success(request, _("已安排 %(count)s 户走访") % {"count": done.sent})
    return redirect("alert", alert_id)


@guarded("alerts.dispatch", ("POST",))
def alert_stop(request: Request, alert_id: int) -> HttpResponse:
    """The county calls off what was not begun."""
    try:
        done = stop(post=request.post, alert_id=alert_id, reason=request.POST.get("reason", ""), now=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _show(request, alert_id, refusal)
    messages.success(request, _("已停止，%(count)s 户不再走访") % {"count": done.closed})
    return redirect("alert", alert_id)


@guarded("alerts.see")
def alert_message(request: Request, alert_id: int, message_id: int) -> HttpResponse:
    """One message of the alert: all it says, and its bytes as received."""
    message, data = message_of(request.post, alert_id, message_id)
    if "raw" in request.GET:
        answer = HttpResponse(data, content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="cap-{message.pk}.xml"'
        return answer
    text = data.decode("utf-8", errors="replace")
    context = {"message": message, "text": text, "blocks": message.content.get("infos") or [], "section": "alerts"}
    return render(request, "web/alerts/message.html", context)


@guarded("registry.see")
def alert_damage(request: Request, alert_id: int) -> HttpResponse:
    """Households of the covered villages of which the emergency department has reported damage since."""
    page = alert_page(request.post, alert_id, timezone.now())
    context = {"page": page, "alert": page.alert, "rows": damaged_since(request.post, page.alert), "section": "alerts"}
    return render(request, "web/alerts/damage.html", context)


@guarded("alerts.take_in", ASK)
def alert_upload(request: Request) -> HttpResponse:
    """A CAP file, taken in at once: it leads on to its alert, or says which element is wrong."""
    refusal = None
    if request.method == "POST":
        try:
            taken = _take(request)
        except NotAllowed:
            raise
        except Refusal as said:
            refusal = said
        else:
            messages.success(request, _words(taken))
            return redirect("alert", taken.alert.pk)
    return render(request, "web/alerts/upload.html", {"refusal": refusal, "section": "alerts"})


def _take(request: Request) -> Taken:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal(_("没有选择文件"), remedy=_("请选择预警平台导出的 XML 文件"))
    if (file.size or 0) > MOST_BYTES:
        raise Refusal(_("文件超过 5 MB"), remedy=_("附件请写网址（uri），不要放在预警里"))
    return take_in(post=request.post, data=file.read(), way=Message.Way.UPLOAD, now=timezone.now())


def _words(taken: Taken) -> str:
    if taken.repeated:
        return _("这条消息以前收过，没有变化")
    done = taken.settled
    parts = [_("预警已接收")]
    for number, words in (
        (done.sent, _("已安排 %(count)s 户走访")),
        (done.hastened, _("%(count)s 户的期限已提前")),
        (done.closed, _("%(count)s 户不再走访")),
    ):
        if number:
            parts.append(words % {"count": number})
    return "，".join(parts)


def _show(request: Request, alert_id: int, refusal: Refusal | None = None) -> HttpResponse:
    page = alert_page(request.post, alert_id, timezone.now())
    live = page.state == State.LIVE and page.alert.status == "Actual"
    context = {
        "page": page,
        "alert": page.alert,
        "told": block_of(page.head.content) if page.head else {},
        "towns": _by_town(page),
        "refusal": refusal,
        "may_send": live and reachable(request, "alerts.dispatch") and not page.decision.visit,
        "may_stop": live and reachable(request, "alerts.dispatch") and page.decision.visit,
        "may_see_tasks": reachable(request, "patrols.see"),
        "may_see_homes": reachable(request, "registry.see"),
        "given": request.POST,
        "section": "alerts",
    }
    return render(request, "web/alerts/page.html", context)


def _by_town(page: AlertPage) -> list[tuple[str, list[object]]]:
    """The villages under their town's name."""
    found: dict[str, list[object]] = {}
    for line in page.villages:
        found.setdefault(line.town, []).append(line)
    names = tree().names
    return [(names.get(town, town), lines) for town, lines in found.items()]
