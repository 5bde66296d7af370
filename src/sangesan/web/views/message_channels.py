"""Ways out for messages, set up by the county; and the log of what was delivered."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.amendments.queries import parameter_book
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.messages.actions import (
    RECEIVERS,
    add_channel,
    end_subscription,
    stop_channel,
    subscribe,
    try_channel,
)
from sangesan.messages.gateways import gateways
from sangesan.messages.models import Attempt, Channel, Delivery
from sangesan.messages.queries import LogFilters, channels, find_receiver, log_counts, log_page
from sangesan.messages.schedule import PARAMETERS, fault_on, schedule_on
from sangesan.regions.queries import today, tree
from sangesan.web.guards import guarded
from sangesan.web.requests import Request

ADD = "add"


@guarded("messages.set_up")
def message_channels(request: Request) -> HttpResponse:
    """The channels with who is subscribed, when things go out, and the forms."""
    return _page(request)


@guarded("messages.set_up", ("POST",))
def channel_add(request: Request) -> HttpResponse:
    """A new channel; a refusal shows the form again, the title as written, the address not."""
    given = request.POST
    try:
        add_channel(
            post=request.post, title=given.get("title", ""), address=given.get("address", ""), now=timezone.now()
        )
    except Refusal as refusal:
        return _page(request, refusal, part=ADD)
    messages.success(request, _("渠道已登记，请先测试，再登记发给谁"))
    return redirect("message-channels")


@guarded("messages.set_up", ("POST",))
def channel_stop(request: Request, channel_id: int) -> HttpResponse:
    """Nothing goes out by it any more."""
    stop_channel(post=request.post, channel_id=channel_id, now=timezone.now())
    messages.success(request, _("渠道已停用"))
    return redirect("message-channels")


@guarded("messages.set_up", ("POST",))
def channel_try(request: Request, channel_id: int) -> HttpResponse:
    """Sends the test sentence and tells what the gateway said."""
    answer = try_channel(
        post=request.post, channel_id=channel_id, target=request.POST.get("target", ""), now=timezone.now()
    )
    if answer.taken:
        messages.success(request, _("网关已接收测试通知，请在对方手机或群里核对"))
    else:
        messages.error(request, _("测试没有成功：%(words)s") % {"words": answer.words})
    return redirect("message-channels")


@guarded("messages.set_up", ("POST",))
def channel_subscribe(request: Request, channel_id: int) -> HttpResponse:
    """Whose messages go to the channel."""
    given = request.POST
    try:
        receiver = find_receiver(given["receiver"], today()).pk if given.get("receiver", "").strip() else None
        subscribe(
            post=request.post,
            channel_id=channel_id,
            receiver=receiver,
            role="" if receiver else given.get("role", ""),
            division="" if receiver else given.get("division", ""),
            target=given.get("target", ""),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, refusal, part=channel_id)
    messages.success(request, _("已登记"))
    return redirect("message-channels")


@guarded("messages.set_up", ("POST",))
def subscription_end(request: Request, subscription_id: int) -> HttpResponse:
    """A subscription ends."""
    end_subscription(post=request.post, subscription_id=subscription_id, now=timezone.now())
    messages.success(request, _("已取消"))
    return redirect("message-channels")


@guarded("messages.see_log")
def message_log(request: Request) -> HttpResponse:
    """What went out, each with its attempts; filters and page come from the address."""
    asked = request.GET
    filters = LogFilters(
        state=asked.get("state", "") if asked.get("state", "") in Delivery.State.values else "",
        channel=asked.get("channel", "")[:18],
        on=parse_date(asked["on"]) if asked.get("on") else None,
        problem=asked.get("problem") == "1",
    )
    page = log_page(request.post, filters, after=asked.get("after", ""))
    counts = log_counts(request.post, filters)
    context = {
        "rows": page.rows,
        "next": page.next,
        "filters": filters,
        "states": [(code, title, counts.get(code, 0)) for code, title in Delivery.State.choices],
        "total": sum(counts.values()),
        "results": dict(Attempt.Result.choices),
        "channels": Channel.objects.order_by("-active", "pk").values_list("pk", "title"),
        "tree": tree(),
    }
    return render(request, "web/messages/log.html", context)


def _page(request: Request, refusal: Refusal | None = None, *, part: str | int = "") -> HttpResponse:
    now = timezone.now()
    places = tree()
    context: dict[str, Any] = {
        "rows": channels(request.post, now=now),
        "gateways": gateways(),
        "roles": [(str(role), role.label) for role in RECEIVERS],
        "role_titles": dict(Post.Role.choices),
        "towns": [(code, places.names[code]) for code in places.towns()],
        "tree": places,
        "schedule": schedule_on(today()),
        "fault": fault_on(today()),
        "parameters": [(code, parameter_book().parameter(code).title) for code in PARAMETERS.values()],
        "given": request.POST,
        "refusal": refusal,
        "part": part,
        "section": "message-channels",
    }
    return render(request, "web/messages/channels.html", context, status=400 if refusal else 200)
