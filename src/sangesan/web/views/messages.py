"""A post's own messages: the list, opening one, marking them seen."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.kernel.refusal import Refusal
from sangesan.messages.actions import mark_all_read, mark_read
from sangesan.messages.queries import messages_of
from sangesan.regions.queries import today
from sangesan.web.guards import guarded, reachable
from sangesan.web.message_lines import shown_message
from sangesan.web.requests import Request

UNREAD, ALL = "unread", "all"


@guarded("messages.see")
def inbox(request: Request) -> HttpResponse:
    """The post's messages, newest first; ?show=unread narrows them to what was not seen."""
    only_unread = request.GET.get("show") == UNREAD
    day = today()
    page = messages_of(request.post, only_unread=only_unread, after=request.GET.get("after", ""))
    context = {
        "rows": [shown_message(message, day) for message in page.rows],
        "next": page.next,
        "show": UNREAD if only_unread else ALL,
        "newest": page.rows[0].pk if page.rows else 0,
        "any_unread": any(message.read_at is None for message in page.rows),
        "may_set_up": reachable(request, "messages.set_up"),
        "may_see_log": reachable(request, "messages.see_log"),
    }
    return render(request, "web/messages/list.html", context)


@guarded("messages.see", ("POST",))
def message_open(request: Request, message_id: int) -> HttpResponse:
    """Goes where a sentence of the message leads; the message is seen with it."""
    message = mark_read(post=request.post, message_id=message_id, now=timezone.now())
    number = request.POST.get("line", "")
    lines = message.lines
    if not number.isdecimal() or len(number) > 4 or int(number) >= len(lines) or not lines[int(number)]["link"]:
        raise Refusal("这一条没有可打开的页面", remedy="请回到通知列表")
    return redirect(lines[int(number)]["link"])


@guarded("messages.see", ("POST",))
def message_read(request: Request, message_id: int) -> HttpResponse:
    """One message is seen; back to the list."""
    mark_read(post=request.post, message_id=message_id, now=timezone.now())
    return redirect("messages")


@guarded("messages.see", ("POST",))
def messages_read(request: Request) -> HttpResponse:
    """All up to the newest that the page showed are seen."""
    up_to = request.POST.get("up_to", "")
    seen = mark_all_read(
        post=request.post, up_to=int(up_to) if up_to.isdecimal() and len(up_to) < 19 else 0, now=timezone.now()
    )
    if seen:
        words = ngettext("已将 %(seen)s 条标为已读", "已将 %(seen)s 条标为已读", seen) % {"seen": seen}
        messages.success(request, words)
    else:
        messages.info(request, _("没有未读的通知"))
    return redirect("messages")
