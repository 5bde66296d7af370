"""Error pages that say what to do. 500 uses no database and no context."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sangesan.web.refusals import try_again

BROKEN = Path(__file__).parent.parent / "templates" / "web" / "error_500.html"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django passes it
    """400: what was sent does not fit."""
    return _page(request, 400, _("提交的内容不合要求"), _("请返回上一页重新填写；若是从旧页面提交，请刷新后再试。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django passes it
    """403: not for this post."""
    return _page(request, 403, _("没有权限"), _("当前岗位不能办理此事；如确有需要，请联系县专班调整岗位。"))


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django passes it
    """403: the form's token is old or missing (CSRF). A form sent by htmx stays as it is and gets a fresh one."""
    if request.headers.get("HX-Request"):
        return try_again(request, "token", status=403)
    return _page(request, 403, _("页面已过期"), _("请返回上一页，刷新后重新提交。"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django passes it
    """404: nothing there, or nothing that this post may know of."""
    return _page(request, 404, _("没有找到"), _("网址有误，或该记录不在您的管辖范围内；请从左侧菜单或首页重新进入。"))


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django passes it
    """500: the page is a file, so that it shows whatever else is down."""
    return HttpResponse(BROKEN.read_text(encoding="utf-8"), status=500)


def _page(request: HttpRequest, code: int, heading: str, remedy: str) -> HttpResponse:
    return render(request, "web/error.html", {"code": code, "heading": heading, "remedy": remedy}, status=code)
