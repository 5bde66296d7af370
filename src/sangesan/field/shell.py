"""The phone app's shell as it was built: the page, its service worker, its manifest. Public: nothing of the county is in it.

Scripts, styles and icons are static files under /static/field/. These stand here because a service worker rules over the
folder that it is served from.
"""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

BUILT = Path(__file__).parent / "built"
READ = ("GET", "HEAD")
PUBLIC = "public"  # the word by which web.guards marks what needs no log-in; field lies below web and cannot ask it

View = Callable[[HttpRequest], HttpResponse]


def _file(name: str, content_type: str) -> View:
    """A view giving one built file: always asked for again, so that a new version is found; 304 where it is the same."""

    def view(request: HttpRequest) -> HttpResponse:
        if request.method not in READ:
            return HttpResponseNotAllowed(READ)
        try:
            data = (BUILT / name).read_bytes()
        except FileNotFoundError:
            return HttpResponse(
                _("手机应用还没有构建：请运行 make setup"), status=503, content_type="text/plain; charset=utf-8"
            )
        etag = f'"{hashlib.sha256(data).hexdigest()[:20]}"'
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            answer = HttpResponse(status=304)
        elif "gzip" in request.headers.get("Accept-Encoding", ""):
            answer = HttpResponse(gzip.compress(data, mtime=0), content_type=content_type)
            answer.headers["Content-Encoding"] = "gzip"
        else:
            answer = HttpResponse(data, content_type=content_type)
        for header, value in (("Cache-Control", "no-cache"), ("ETag", etag), ("Vary", "Accept-Encoding")):
            answer.headers[header] = value
        return answer

    view.act = PUBLIC  # type: ignore[attr-defined]  # read by the test that walks the URL table
    view.methods = READ  # type: ignore[attr-defined]  # likewise
    return view


page = _file("index.html", "text/html; charset=utf-8")
service_worker = _file("sw.js", "text/javascript; charset=utf-8")
manifest = _file("manifest.webmanifest", "application/manifest+json; charset=utf-8")
