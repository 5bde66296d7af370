"""Files of forms stay in memory and in bounds: what is too large is let go, and the form's texts arrive all the same."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from sangesan.files.pictures import LARGEST
from sangesan.kernel.refusal import Refusal
from sangesan.web.client_address import client_address
from sangesan.web.uploading import InMemoryBoundedHandler
from sangesan.web.visit_form import files_of


def request(path: str, **files: bytes | list[bytes]):
    data = {"before": "先填的", "after": "后填的"}
    for name, content in files.items():
        several = content if isinstance(content, list) else [content]
        data[name] = [SimpleUploadedFile(f"{n}.jpg", one) for n, one in enumerate(several)]
    return RequestFactory().post(path, data)


def test_forty_megabytes_are_let_go_and_the_texts_stay(monkeypatch) -> None:
    def no_files(*_args, **_kwargs):
        raise AssertionError("a personal picture went to a temporary folder")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", no_files)
    asked = request("/report/progress/", photos=[bytes(40 * 1024 * 1024), b"small"])
    large, small = asked.FILES.getlist("photos")
    assert (asked.POST["before"], asked.POST["after"]) == ("先填的", "后填的")
    assert (large.size, large.read()) == (40 * 1024 * 1024, b"")
    assert (small.size, small.read()) == (5, b"small")
    with pytest.raises(Refusal, match="第1个文件：超过 20 MB"):
        files_of(asked.FILES, "photos")


@pytest.mark.parametrize(("size", "kept"), [(LARGEST, LARGEST), (LARGEST + 1, 0)])
def test_the_bound_is_the_photos_own(size, kept) -> None:
    (one,) = request("/households/1/visit/", photos=bytes(size)).FILES.getlist("photos")
    assert (one.size, len(one.read())) == (size, kept)


def test_all_files_of_a_form_together_have_a_bound(monkeypatch) -> None:
    monkeypatch.setattr("sangesan.web.uploading.MOST_OF_ALL", 30)
    monkeypatch.setattr("sangesan.web.uploading.LARGEST", 20)
    sizes = [
        (one.size, len(one.read()))
        for one in request("/report/", photos=[bytes(20), bytes(10), bytes(8)]).FILES.getlist("photos")
    ]
    assert sizes == [(20, 20), (10, 10), (21, 0)]  # what was let go counts as too large for whoever reads it


def test_departments_tables_may_be_larger() -> None:
    (table,) = request("/deliveries/upload/", file=bytes(LARGEST + 1)).FILES.getlist("file")
    assert len(table.read()) == LARGEST + 1


def test_what_says_it_is_gigantic_is_cut_off() -> None:
    from django.core.files.uploadhandler import StopUpload

    with pytest.raises(StopUpload):
        InMemoryBoundedHandler().handle_raw_input(None, {}, 10**12, b"x", None)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "", "127.0.0.1"), (0, "203.0.113.9", "127.0.0.1"), (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"), (2, "1.2.3.4, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"), (1, "", "127.0.0.1"),
    ],
)  # fmt: skip
def test_the_address_is_what_our_own_proxies_saw(settings, proxies, forwarded, seen) -> None:
    settings.PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", headers=headers)) == seen
