"""The phone's addresses under /field/api/ (docs/field-protocol.md). JSON in and out, no cookies, no page."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth import authenticate
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from sangesan.accounts.models import Post, User
from sangesan.accounts.permissions import NotAllowed, may
from sangesan.accounts.queries import posts_of
from sangesan.field import blobs
from sangesan.field.areas import areas_for
from sangesan.field.bundle import answers, bundle, conflict_json, welcome
from sangesan.field.conflicts import open_conflicts, settle, shown
from sangesan.field.devices import CutOff, LogInAgain, device_of, enrol
from sangesan.field.models import Conflict, Device
from sangesan.field.receiving import FilesMissing, OtherBytes, receive
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today

SCHEME = "Device "
PHONE = "phone"  # let in by the device token, not by a session
Endpoint = Callable[..., JsonResponse]
STATUS: list[tuple[type[Refusal], int]] = [(LogInAgain, 401), (CutOff, 403), (NotAllowed, 403), (OtherBytes, 409)]


def _address(act: str, *methods: str) -> Callable[[Endpoint], Callable[..., HttpResponse]]:
    """Marks an address for the test that walks the URL table, and turns refusals into JSON with their status."""

    def mark(view: Endpoint) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            try:
                answer = view(request, *args, **kwargs)
            except RequestDataTooBig:
                return _refused(Refusal("一次传得太多", remedy="请更新应用后重试"), 413)
            except FilesMissing as missing:
                return JsonResponse({"lacking": missing.lacking}, status=409)
            except Refusal as refusal:
                return _refused(refusal, next((s for kind, s in STATUS if isinstance(refusal, kind)), 400))
            answer.headers["Cache-Control"] = "no-store"
            return answer

        watched.act = act  # type: ignore[attr-defined]  # read by the test that walks the URL table
        watched.methods = methods  # type: ignore[attr-defined]  # likewise
        return watched

    return mark


@_address("public", "POST")
def enrol_phone(request: HttpRequest) -> JsonResponse:
    """Log-in of a phone by name and password; asks for a choice where the user has several posts or grids."""
    given = _json(request)
    user = authenticate(request, username=str(given.get("username", "")), password=str(given.get("password", "")))
    if not isinstance(user, User):
        raise LogInAgain(
            "用户名或口令不对", place="登录", remedy="请核对后再试；连续输错 10 次会停 15 分钟。忘了口令请找县专班"
        )
    choices = {post.pk: (post, areas_for(post)) for post in posts_of(user, today()) if may(post, "field.enrol")}
    choices = {number: (post, grids) for number, (post, grids) in choices.items() if grids}
    if not choices:
        raise NotAllowed(
            "您的岗位没有网格，也没有编入督查组，不能启用手机",
            remedy="网格员、村干部请让镇里设好岗位；督查人员请先编入督查组",
        )
    chosen = _chosen(choices, given)
    if chosen is None:
        return JsonResponse({"choose": {"posts": [_post_json(*choice) for choice in choices.values()]}})
    post, grid = chosen
    known = given.get("device")
    enrolled = enrol(
        post=post,
        grid=grid,
        name=str(given.get("name", "")) or "手机",
        known=known if isinstance(known, int) else None,
        now=timezone.now(),
    )
    return JsonResponse(welcome(enrolled.device, enrolled.token, timezone.now()))


@_address(PHONE, "POST")
@gzip_page  # on a slow line a grid's households are four times as quick
def get_bundle(request: HttpRequest) -> JsonResponse:
    """What changed since the phone last asked."""
    device = _device(request)
    given = _json(request)
    known = given.get("known")
    return JsonResponse(
        bundle(
            device=device,
            known={str(k): str(v) for k, v in known.items()} if isinstance(known, dict) else {},
            known_head=str(given.get("head") or ""),
            known_inspection=str(given.get("inspection") or ""),
            now=timezone.now(),
        )
    )


@_address(PHONE, "GET", "PUT")
def blob(request: HttpRequest, sha256: str) -> JsonResponse:
    """How much of a file is here, or a further piece of it. A piece that was cut is kept as far as it came."""
    device = _device(request)
    if request.method == "GET":
        at = blobs.progress(device, sha256)
        return JsonResponse({"have": at.have, "complete": at.complete})
    at = blobs.take_piece(
        device=device,
        sha256=sha256,
        kind=request.GET.get("kind", ""),
        size=_number(request, "size"),
        offset=_number(request, "from"),
        piece=_body(request),
        now=timezone.now(),
    )
    return JsonResponse({"have": at.have, "complete": at.complete}, status=200 if at.expected else 409)


@_address(PHONE, "PUT")
def submission(request: HttpRequest, key: UUID) -> JsonResponse:
    """A form. A body that was cut on its way is no submission: nothing of it is kept."""
    device = _device(request)
    raw = _body(request)
    if len(raw) != int(request.headers.get("Content-Length") or -1):
        raise Refusal("连接断了，这份表没有传完", place="表", remedy="手机会自动再传")
    row = receive(device=device, key=key, raw=raw, now=timezone.now(), today=today())
    return JsonResponse(answers([row])[0])


@_address(PHONE, "GET")
def conflicts(request: HttpRequest) -> JsonResponse:
    """The clashes of the phone's grid that are to be settled."""
    device = _device(request)
    found = open_conflicts(device.post, grid=device.grid)
    return JsonResponse({"conflicts": [conflict_json(one) for one in found]})


@_address(PHONE, "POST")
def conflict(request: HttpRequest, conflict_id: int) -> JsonResponse:
    """Settles a clash as the worker decided."""
    device = _device(request)
    given = _json(request)
    try:
        row = settle(
            post=device.post,
            conflict_id=conflict_id,
            choice=str(given.get("choice", "")),
            seen=given.get("seen"),
            now=timezone.now(),
            today=today(),
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        found = Conflict.objects.filter(pk=conflict_id, household__grid=device.grid).select_related("household")
        again = [conflict_json(one) for one in shown(found)]
        return JsonResponse({"error": _error(refusal), "conflict": again[0] if again else None}, status=409)
    return JsonResponse(conflict_json(shown([row])[0]))


def _device(request: HttpRequest) -> Device:
    token = request.headers.get("Authorization", "")
    if not token.startswith(SCHEME):
        raise LogInAgain("这部手机需要登录", remedy="请输入用户名和口令；没有上报的内容都还在")
    return device_of(token.removeprefix(SCHEME), now=timezone.now(), today=today())


def _chosen(choices: dict[int, tuple[Post, list[Any]]], given: dict[str, Any]) -> tuple[Post, str] | None:
    """The post and grid: named in the request, or the only ones there are."""
    only = next(iter(choices)) if len(choices) == 1 else None
    post, grids = choices.get(given.get("post") or only or 0, (None, []))
    if post is None:
        return None
    codes = [grid.code for grid in grids]
    grid = given.get("grid") or (codes[0] if len(codes) == 1 else None)
    return (post, str(grid)) if grid else None


def _post_json(post: Post, grids: list[Any]) -> dict[str, Any]:
    return {"id": post.pk, "title": post.title, "grids": [{"code": g.code, "title": g.name} for g in grids]}


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        given = json.loads(_body(request) or b"{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise Refusal("请求读不出来", remedy="请更新应用后重试")
    return given


def _body(request: HttpRequest) -> bytes:
    """What came of the body; a connection that broke gives what there was."""
    try:
        return request.body
    except OSError:  # Django's name for a client that went away: nothing can be said to it
        raise Refusal("连接断了", remedy="手机会自动再传") from None


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not text.isdecimal() or len(text) > 12 or not text.isascii():
        raise Refusal("请求不完整", place=name, remedy="请更新应用后重试")
    return int(text)


def _error(refusal: Refusal) -> dict[str, str]:
    return {"message": refusal.message, "place": refusal.place, "remedy": refusal.remedy}


def _refused(refusal: Refusal, status: int) -> JsonResponse:
    return JsonResponse({"error": _error(refusal)}, status=status)
