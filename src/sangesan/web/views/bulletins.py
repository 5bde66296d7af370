"""Official documents: the list with what waits first, one document as on paper, signing, issuing, signing for it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.bulletins.actions import discard, draft, issue, read, send_back, sign, withdraw
from sangesan.bulletins.domain import Step, allowed
from sangesan.bulletins.models import Document
from sangesan.bulletins.names_in_text import names_in
from sangesan.bulletins.queries import (
    cited,
    files_of,
    listed,
    number_of,
    paper_of,
    reached_document,
    receipts,
    to_sign,
    waiting_for,
)
from sangesan.bulletins.receivers import keys_of
from sangesan.bulletins.series import all_series, series_of
from sangesan.bulletins.signing import unsigned
from sangesan.documents.form import Paragraphs
from sangesan.documents.parts_json import to_json
from sangesan.files.attaching import content
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holder, holds
from sangesan.leadership.seats import held_title
from sangesan.regions.queries import today
from sangesan.web.guards import guarded, reachable
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request
from sangesan.web.sending import kept

PAGE = 30
CORRECTION = "原文“……”更正为“……”。其他内容不变。"  # of the document, not of the page: not translated
Act = Callable[[Document], str]


@guarded("bulletins.see")
def bulletins(request: Request) -> HttpResponse:
    """What waits for the reader to sign for or to sign, then all documents, the newest first."""
    day, code = today(), request.GET.get("series", "")
    code = code if code in all_series() else ""
    rows, following = paged(listed(request.post, on=day, series=code, before=key_of(request), limit=PAGE + 1), PAGE)
    context = {
        "rows": rows,
        "next": following,
        "waiting": waiting_for(request.post, on=day) if reachable(request, "bulletins.read") else [],
        "to_sign": to_sign(request.post, on=day) if reachable(request, "bulletins.sign") else [],
        "series": code,
        "all_series": all_series().values(),
        "may_draft": reachable(request, "bulletins.draft"),
        "may_issue": reachable(request, "bulletins.issue"),
        "today": day,
        "section": "bulletins",
    }
    return render(request, "web/bulletins/list.html", context)


@guarded("bulletins.see")
def bulletin(request: Request, number: int) -> HttpResponse:
    """One document as on paper, with who signed it, who has read it, and what the reader can do with it."""
    return _show(request, reached_document(request.post, number, today()))


@guarded("bulletins.see")
def bulletin_file(request: Request, number: int, kind: str) -> FileResponse:
    """The issued .docx or PDF."""
    document = reached_document(request.post, number, today())
    found = {file.role.removeprefix("issued_"): file for file in files_of(document)}.get(kind)
    if found is None:
        raise Refusal(_("没有这个文件"), remedy=_("印发后才有文件；这台机器不能生成 PDF 的，请下载 .docx"))
    answer = FileResponse(
        BytesIO(content(found)), as_attachment=True, filename=found.name, content_type=found.content_type
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@guarded("bulletins.sign", ("POST",))
def bulletin_sign(request: Request, number: int) -> HttpResponse:
    """Signs under the seat that the post holds."""

    def act(document: Document) -> str:
        row = sign(post=request.post, document=document, now=timezone.now(), today=today())
        return _("已签发，可以印发") if row.state == Document.State.SIGNED else _("已签发，等其他职务签发")

    return _acted(request, number, act)


@guarded("bulletins.sign", ("POST",))
def bulletin_send_back(request: Request, number: int) -> HttpResponse:
    """Sends a signed document back to be edited."""

    def act(document: Document) -> str:
        reason = request.POST.get("reason", "")
        send_back(post=request.post, document=document, reason=reason, now=timezone.now(), today=today())
        return _("已退回修改，原签发作废留痕")

    return _acted(request, number, act)


@guarded("bulletins.issue", ("POST",))
def bulletin_issue(request: Request, number: int) -> HttpResponse:
    """Issues it under the next number."""

    def act(document: Document) -> str:
        row = issue(post=request.post, document=document, now=timezone.now(), today=today())
        return _("已印发：%(number)s，收文单位已收到通知") % {"number": number_of(row)}

    return _acted(request, number, act)


@guarded("bulletins.issue", ("POST",))
def bulletin_withdraw(request: Request, number: int) -> HttpResponse:
    """Takes an issued document back; it stays visible."""

    def act(document: Document) -> str:
        reason = request.POST.get("reason", "")
        withdraw(post=request.post, document=document, reason=reason, now=timezone.now(), today=today())
        return _("已撤销，原文保留，编号不再使用")

    return _acted(request, number, act)


@guarded("bulletins.draft", ("POST",))
def bulletin_discard(request: Request, number: int) -> HttpResponse:
    """Gives up a draft."""

    def act(document: Document) -> str:
        discard(post=request.post, document=document, reason=request.POST.get("reason", ""), now=timezone.now())
        return _("草稿已作废")

    return _acted(request, number, act)


@guarded("bulletins.draft", ("POST",))
def bulletin_correct(request: Request, number: int) -> HttpResponse:
    """Drafts a correction of an issued document and opens it for editing."""
    document = reached_document(request.post, number, today())
    if document.number is None:
        raise Refusal(_("这份公文还没有印发"), remedy=_("没有印发的可以直接修改"))
    new = draft(
        post=request.post,
        series=document.series,
        origin=f"correction:{document.pk}",
        title=f"关于更正{cited(document)}有关内容的通知",
        parts=[Paragraphs([CORRECTION])],
        addressees=list(document.addressees.values_list("key", flat=True)),
        corrects=document,
        now=timezone.now(),
        today=today(),
    )
    return redirect("bulletin-edit", new.pk)


@guarded("bulletins.read", ("POST",))
def bulletin_read(request: Request, number: int) -> HttpResponse:
    """Signs for the document for the reader's unit."""

    def act(document: Document) -> str:
        read(post=request.post, document=document, now=timezone.now(), today=today())
        return _("已签收")

    return _acted(request, number, act)


def _acted(request: Request, number: int, act: Act) -> HttpResponse:
    """Does something to a document and leads back to it; a refusal stands on its page."""
    document = reached_document(request.post, number, today())

    def keep() -> str:
        messages.success(request, act(document))
        return resolve_url("bulletin", number)

    return kept(request, keep, lambda refusal: _show(request, document, refusal))


def _show(request: Request, document: Document, refusal: Refusal | None = None) -> HttpResponse:
    day, post, series = today(), request.post, series_of(document.series)
    signed = list(document.signatures.filter(undone_at=None).order_by("pk"))
    steps = allowed(document.state, signed=bool(signed))
    writes = reachable(request, "bulletins.draft")
    waits = document.addressees.filter(key__in=keys_of(post, day), copy=False, read_at=None).exists()
    paper = paper_of(document)
    left = [seat for seat in unsigned(document) if document.number is None]
    context: dict[str, Any] = {
        "document": document,
        "series": series,
        "number": number_of(document),
        "paper": paper,
        "parts": to_json(paper.parts),
        "signed": [(held_title(one.seat, ""), one) for one in signed],
        "unsigned": [(held_title(seat, ""), holder(seat, "", on=day)) for seat in left],
        "undone": document.signatures.exclude(undone_at=None).order_by("pk") if writes else [],
        "receipts": receipts(document, on=day) if writes and document.number else [],
        "files": [(file.role.removeprefix("issued_"), file) for file in files_of(document)],
        "corrections": document.corrections.filter(number__isnull=False).order_by("pk"),
        "names": names_in(document) if writes and document.state == Document.State.DRAFTED else [],
        "may_read": waits and document.state == Document.State.ISSUED and reachable(request, "bulletins.read"),
        "may_edit": Step.EDIT in steps and writes,
        "may_sign": Step.SIGN in steps and any(holds(post, seat, on=day) for seat in left),
        "may_send_back": Step.SEND_BACK in steps and any(holds(post, seat, on=day) for seat in series.signers),
        "may_issue": Step.ISSUE in steps and reachable(request, "bulletins.issue"),
        "may_withdraw": Step.WITHDRAW in steps and bool(document.number) and reachable(request, "bulletins.issue"),
        "may_discard": Step.WITHDRAW in steps and not document.number and writes,
        "writes": writes,
        "today": day,
        "refusal": refusal,
        "section": "bulletins",
    }
    return render(request, "web/bulletins/document.html", context, status=400 if refusal else 200)
