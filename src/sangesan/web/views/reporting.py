"""Pages without an account: a household reports by itself on a phone, sees its receipt, and asks how far it is.

They carry no token against forged forms: nobody's log-in stands behind them, and a phone that keeps no cookies must be
able to report. Whether somebody is in the register shows nowhere: the looking up comes after the answer.
"""

from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from sangesan.files.attaching import Prepared
from sangesan.files.pictures import LARGEST
from sangesan.files.storage import read
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county, today, tree
from sangesan.self_reports import drafts
from sangesan.self_reports.answering import ask_for_review
from sangesan.self_reports.contents import open_content
from sangesan.self_reports.domain import Way, clean_phone, faults, shown_receipt
from sangesan.self_reports.limits import TooMany, count, ensure_free, limits_of_report, limits_of_voice
from sangesan.self_reports.models import Report
from sangesan.self_reports.policy import figure, public_phones
from sangesan.self_reports.posters import office_phone, village_of
from sangesan.self_reports.progress import find, progress_of
from sangesan.self_reports.reporting import (
    MOST_PHOTOS,
    NotInOrder,
    add_photos,
    photos_of,
    places_to_choose,
    submit,
    too_large,
)
from sangesan.web.client_address import client_address
from sangesan.web.guards import ASK, PUBLIC, guarded
from sangesan.web.report_form import ReportForm, empty_form, filled_form, form_number, given_of, voice_of_file
from sangesan.web.requests import Request
from sangesan.web.visit_form import files_of

KEY, KEY_SECONDS = "self_reports.key", 3600
VILLAGE_DIGITS = 12
BUSY = "手机申报一时太多"
LATER = "填的都还在，请过 {minutes}再按提交；着急的请打下面的电话，或到村委会、镇窗口，那里不受限制"


@csrf_exempt
@guarded(PUBLIC, ASK)
def report(request: Request, token: str) -> HttpResponse:
    """A village's own form, as its poster's QR code opens it; an address that is none leads to the one for all."""
    try:
        village = village_of(token)
    except Refusal as refusal:
        return _form_page(request, empty_form(places_to_choose(), grouped=True), "", refusal=refusal, status=404)
    return _report(request, village)


@csrf_exempt
@guarded(PUBLIC, ASK)
def anywhere(request: Request) -> HttpResponse:
    """The form for who came without a QR code: the village is chosen."""
    return _report(request, "")


@guarded(PUBLIC)
def received(request: Request) -> HttpResponse:
    """The receipt number, what comes next, and whom to call."""
    found = _of_key(request.GET.get("key", ""))
    if found is None:
        return redirect("report-progress")
    content = open_content(found)
    context = {
        "report": found,
        "receipt": shown_receipt(found.receipt),
        "key": request.GET.get("key", ""),
        "child": found.child,
        "child_age": figure("child_age", today()),
        "from_elsewhere": content.identity[:6] != county().code and not found.child,
        "days": figure("accept_days", today()),
        "most_photos": MOST_PHOTOS,
        "photos": len(photos_of(found)),
    }
    return _private(render(request, "web/self_reports/received.html", context | _phones(_chosen_village(found))))


@csrf_exempt
@guarded(PUBLIC, ASK)
def progress(request: Request) -> HttpResponse:
    """How far a report is, for its receipt number and the phone's last four digits; there photos can be added."""
    if request.method != "POST":
        return _asked(request)
    given, now, day = request.POST, timezone.now(), today()
    try:
        found = _of_key(given.get("key", "")) or find(
            receipt=given.get("receipt", "")[:40],
            last_four=given.get("last_four", "")[:8],
            address=client_address(request),
            today=day,
            now=now,
        )
    except Refusal as refusal:
        return _asked(request, refusal)
    said, refused = "", None
    try:
        if given.get("do") == "photos":
            add_photos(report=found, photos=_photos(request), now=now)
            said = "photos"
        elif given.get("do") == "review":
            ask_for_review(report=found, today=day, now=now)
            said = "review"
    except Refusal as refusal:
        refused = refusal
    return _progress_page(request, found, said, refused)


@guarded(PUBLIC)
def voice(request: Request, token: str) -> HttpResponse:  # noqa: ARG001  the token is all it takes
    """A recording of a form that is still being filled, to whoever holds the form's token."""
    draft = drafts.draft_of(token)
    if draft is None:
        return HttpResponse(status=404)
    answer = HttpResponse(read(draft.file), content_type=draft.content_type)
    return _private(answer)


def _report(request: Request, village: str) -> HttpResponse:
    places, grouped = places_to_choose(village), not village
    if request.method != "POST":
        form = empty_form(places, grouped=grouped, values={"place": village})
        form.by_proxy = request.GET.get("by") == "proxy"
        return _form_page(request, form, village)
    form = filled_form(request.POST, places, grouped=grouped)
    if request.POST.get("do") == "proxy":
        form.by_proxy = not form.by_proxy
        form.draft = _known_draft(request)
        return _form_page(request, form, village)
    return _sent(request, form, village, places)


def _sent(request: Request, form: ReportForm, village: str, places: dict[str, str]) -> HttpResponse:
    """Keeps the report, or shows the form with everything that was typed and said."""
    given, now, day = given_of(request.POST), timezone.now(), today()
    address, kept = client_address(request), None
    form.draft = _known_draft(request)
    limits = limits_of_report(address=address, phone=clean_phone(given.phone), village=given.place[:12], today=day)
    try:
        kept = _voice(request, form, address)
        ensure_free(limits, now=now, refused=BUSY, remedy=LATER)
        made = submit(
            given=given, way=Way.PROXY if given.by_proxy else Way.QR, form=form_number(request.POST), places=places,
            voice=kept, today=day, now=now,
        )  # fmt: skip
    except NotInOrder as refusal:
        form.faults |= refusal.faults
        return _again(request, form, village, kept)
    except TooMany as refusal:
        form.refusal = refusal
        return _again(request, form, village, kept, status=429)
    except Refusal as refusal:
        form.faults |= {"voice": refusal, **faults(given, places=places, voice=True)}
        return _again(request, form, village, kept)
    if made.received_at == now:  # a form sent again counts once
        count(limits, now=now)
    drafts.drop(form.draft)
    return redirect(f"{resolve_url('report-received')}?key={signing.dumps(made.pk, salt=KEY)}")


def _voice(request: Request, form: ReportForm, address: str) -> Prepared | None:
    """The recording that came along, or the one kept before; how many are looked at is bounded per address."""
    chosen = request.FILES.get("voice")
    if chosen is None or isinstance(chosen, list) or not chosen.size:
        return drafts.voice_of(form.draft)
    now, limits = timezone.now(), limits_of_voice(address=address, today=today())
    ensure_free(limits, now=now, refused=BUSY, remedy=LATER)
    count(limits, now=now)
    return voice_of_file(chosen)


def _photos(request: Request) -> list[bytes]:
    """The chosen photos, read only where none is too large; in words for who has never set a camera's resolution."""
    if any((one.size or 0) > LARGEST for one in request.FILES.getlist("photos")):
        raise too_large()
    return files_of(request.FILES, "photos")


def _known_draft(request: Request) -> str:
    token = request.POST.get("draft", "")
    return token if drafts.draft_of(token) is not None else ""


def _again(request: Request, form: ReportForm, village: str, kept: Prepared | None, status: int = 400) -> HttpResponse:
    """The form once more; a recording that came with it waits under the form's token."""
    if kept is not None and "voice" in request.FILES:
        form.draft = drafts.keep_draft(kept, now=timezone.now())
    return _form_page(request, form, village, refusal=form.refusal, status=status)


def _form_page(
    request: Request, form: ReportForm, village: str, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "village": tree().full_name(village) if village else "",
        "refusal": refusal,
        "address": request.path if village or status == 200 else resolve_url("report-anywhere"),
    }
    return _private(render(request, "web/self_reports/report.html", context | _phones(village), status=status))


def _asked(request: Request, refusal: Refusal | None = None) -> HttpResponse:
    status = 200 if refusal is None else 429 if isinstance(refusal, TooMany) else 400
    context = {"refusal": refusal, "given": request.POST}
    return _private(render(request, "web/self_reports/ask.html", context | _phones(""), status=status))


def _progress_page(request: Request, found: Report, said: str, refusal: Refusal | None) -> HttpResponse:
    shown = progress_of(Report.objects.select_related("clue").get(pk=found.pk), today())
    context = {
        "progress": shown,
        "key": signing.dumps(found.pk, salt=KEY),
        "said": said,
        "refusal": refusal,
        "most_photos": MOST_PHOTOS,
        "more_photos": MOST_PHOTOS - shown.photos,
    }
    page = render(request, "web/self_reports/progress.html", context | _phones(_chosen_village(found)))
    page.status_code = 400 if refusal else 200
    return _private(page)


def _of_key(key: str) -> Report | None:
    """The report whose receipt was just shown, or asked for with both numbers; the key lasts an hour."""
    try:
        number = signing.loads(key, salt=KEY, max_age=KEY_SECONDS)
    except signing.BadSignature:
        return None
    return Report.objects.select_related("clue").filter(pk=number).first()


def _chosen_village(found: Report) -> str:
    """The village as chosen in the form: not whose it became, which only the register knows."""
    return found.chosen[:VILLAGE_DIGITS]


def _phones(village: str) -> dict[str, Any]:
    return {"lines": public_phones(today()), "village_phone": office_phone(village) if village else ""}


def _private(answer: HttpResponse) -> HttpResponse:
    """Kept by no cache."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
