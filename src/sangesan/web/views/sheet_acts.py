"""The acts on a sheet, sent from its page; a refusal stands in the form that was sent, and nothing typed is lost."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.supervision.domain import State
from sangesan.supervision.handing_over import (
    conclude_hand_over,
    decline_hand_over,
    hand_over,
    receive_hand_over,
)
from sangesan.supervision.looking_back import RESULTS, look_again, look_back
from sangesan.supervision.models import LookBack, Sheet
from sangesan.supervision.permissions import reached
from sangesan.supervision.raising import raise_sheet
from sangesan.supervision.rectifying import ask_extension, receive, rectify
from sangesan.supervision.reviewing import answer_extension, close, reassign, send_back, withdraw
from sangesan.supervision.sheet_page import sheet_page
from sangesan.supervision.signing import decline, sign
from sangesan.web.form_values import date_of, number_of
from sangesan.web.guards import ASK, View, guarded
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.views.sheets import hand_overs_shown, shown
from sangesan.web.village_forms import day_or
from sangesan.web.visit_form import files_of

# what an act gives back: where to go on, and what is said there
Done = tuple[str, str]
Perform = Callable[[Request, int, dict[str, Any]], Done]


def _act(permission: str, perform: Perform, again: Callable[[Request, int, Refusal], HttpResponse]) -> View:
    """A view that performs one act with the day and the moment, and goes on to where the act leads."""

    @guarded(permission, ("POST",))
    def view(request: Request, number: int) -> HttpResponse:
        def keep() -> str:
            clock: dict[str, date | datetime] = {"today": today(), "now": timezone.now()}
            address, said = perform(request, number, {"post": request.post, **clock})
            messages.success(request, said)
            return address

        return kept(request, keep, lambda refusal: again(request, number, refusal or Refusal("")))

    return view


def _on_sheet(permission: str, perform: Callable[[Request, dict[str, Any]], tuple[Sheet, str]]) -> View:
    """An act on a sheet, after which its page (or that of the sheet that came of it) is shown."""

    def whole(request: Request, number: int, given: dict[str, Any]) -> Done:
        made, said = perform(request, {**given, "sheet_id": number})
        return resolve_url("sheet", made.pk), said

    return _act(permission, whole, shown)


def _sign(_request: Request, act: dict[str, Any]) -> tuple[Sheet, str]:
    made = sign(**act)
    if made.state == State.DRAFT:
        return made, _("本季度蓝单已到规定张数，改为黄单，等待签发")
    return made, _("已签发，责任人已收到通知")


def _rectify(request: Request, act: dict[str, Any]) -> tuple[Sheet, str]:
    files = files_of(request.FILES, "files")
    made = rectify(**act, words=request.POST.get("words", ""), files=files, submission=submission_of(request.POST))
    return made, _("整改已报送，等待审核")


def _ask(request: Request, act: dict[str, Any]) -> tuple[Sheet, str]:
    until = date_of(request.POST, "until", "延到哪一天")
    made = ask_extension(
        **act, until=until, words=request.POST.get("words", ""), submission=submission_of(request.POST)
    )
    return made, _("延期申请已提交，答复之前仍按原期限")


def _answer(request: Request, act: dict[str, Any]) -> tuple[Sheet, str]:
    until = date_of(request.POST, "until", "延到哪一天") if request.POST.get("answer") == "yes" else None
    made = answer_extension(**act, until=until, words=request.POST.get("words", ""))
    return made, _("延期已批准") if until else _("延期没有批准")


def _raise(request: Request, act: dict[str, Any]) -> tuple[Sheet, str]:
    cause, _colon, colour = request.POST.get("cause", "").partition(":")
    made = raise_sheet(
        **act, cause=cause, colour=colour, reason=request.POST.get("words", ""), submission=submission_of(request.POST)
    )
    return made, _("升级的单已起草，等待签发；原单在签发之前仍然有效")


def _reassign(request: Request, act: dict[str, Any]) -> tuple[Sheet, str]:
    person = Post.objects.filter(pk=number_of(request.POST.get("person", "")) or 0).first()
    if person is None:
        raise Refusal("没有选责任人", place="责任人", remedy="请从该单位的岗位中选择")
    return reassign(**act, person=person, reason=request.POST.get("words", "")), _("责任人已更换")


def _hand_over(request: Request, act: dict[str, Any]) -> tuple[Sheet, str]:
    row = hand_over(
        **act, to=request.POST.get("to", ""), cause=request.POST.get("cause", ""), reason=request.POST.get("words", "")
    )
    return row.sheet, _("已移交，移交函已起草，请在通报公文中签发印发")


def _again(request: Request, act: dict[str, Any]) -> tuple[Sheet, str]:
    return look_again(**act, due_on=date_of(request.POST, "due_on", "回头看的日期")).sheet, _("已排回头看")


sheet_sign = _on_sheet("supervision.sign", _sign)
sheet_decline = _on_sheet(
    "supervision.sign", lambda request, act: (decline(**act, reason=request.POST.get("words", "")), _("已登记不予签发"))
)
sheet_receive = _on_sheet("supervision.rectify", lambda _request, act: (receive(**act), _("已签收")))
sheet_rectify = _on_sheet("supervision.rectify", _rectify)
sheet_ask = _on_sheet("supervision.rectify", _ask)
sheet_answer = _on_sheet("supervision.close", _answer)
sheet_back = _on_sheet(
    "supervision.close", lambda request, act: (send_back(**act, words=request.POST.get("words", "")), _("已退回整改"))
)
sheet_close = _on_sheet(
    "supervision.close",
    lambda request, act: (close(**act, words=request.POST.get("words", "")), _("已销号，到期回头看")),
)
sheet_withdraw = _on_sheet(
    "supervision.close",
    lambda request, act: (withdraw(**act, reason=request.POST.get("words", "")), _("已撤销，原单仍可查看")),
)
sheet_reassign = _on_sheet("supervision.close", _reassign)
sheet_raise = _on_sheet("supervision.issue", _raise)
sheet_hand_over = _on_sheet("supervision.hand_over", _hand_over)
sheet_look_again = _on_sheet("supervision.look_back", _again)


def _of_hand_over(perform: Callable[[dict[str, Any], str], object], said: str) -> View:
    def whole(request: Request, number: int, given: dict[str, Any]) -> Done:
        perform({**given, "hand_over_id": number}, request.POST.get("words", ""))
        return resolve_url("hand-overs"), _(said)

    return _act("supervision.hand_over", whole, lambda request, _n, refusal: hand_overs_shown(request, refusal))


hand_over_decline = _of_hand_over(lambda act, words: decline_hand_over(**act, reason=words), "已登记不予移交")
hand_over_receive = _of_hand_over(lambda act, _words: receive_hand_over(**act), "已接收")
hand_over_conclude = _of_hand_over(lambda act, words: conclude_hand_over(**act, words=words), "处理结果已登记")


@guarded("supervision.look_back", ASK)
def look_back_record(request: Request, look_back_id: int) -> HttpResponse:
    """What was seen at a look-back: three answers, words, photos; works on a phone's browser."""
    row = LookBack.objects.select_related("sheet").filter(pk=look_back_id).first()
    sheet = reached(request.post, row.sheet if row else None)
    page = sheet_page(request.post, sheet.pk, today())

    def again(refusal: Refusal | None) -> HttpResponse:
        context = {
            "row": row,
            "page": page,
            "sheet": page.sheet,
            "results": RESULTS,
            "values": request.POST,
            "found_on": day_or(request.POST, "found_on", today()),
            "first": (page.sheet.ended_on or today() - timedelta(days=1)).isoformat(),
            "submission": request.POST.get("submission") or new_submission(),
            "refusal": refusal,
            "today": today(),
            "section": "look-backs",
        }
        return render(request, "web/sheets/look_back.html", context)

    if request.method != "POST":
        return again(None)
    given = request.POST

    def keep() -> str:
        made = look_back(
            post=request.post,
            look_back_id=look_back_id,
            result=given.get("result", ""),
            words=given.get("words", ""),
            files=files_of(request.FILES, "files"),
            found_on=date_of(given, "found_on", "回头看的日期"),
            submission=submission_of(given),
            now=timezone.now(),
            today=today(),
        )
        if made.raised_id is None:
            messages.success(request, _("回头看已登记：已整改"))
            return resolve_url("look-backs")
        messages.success(request, _("回头看已登记；升级的单已起草，等待签发"))
        return resolve_url("sheet", made.raised_id)

    return kept(request, keep, again)
