"""Files that are sent along with forms: held in memory only, bounded, never spooled in the clear to a temporary folder.

A file beyond its bound is let go at once: what follows of it is read off and forgotten, so that the form's texts arrive
and can be shown again. It stands in request.FILES without content but with its true size, so that who reads it refuses
it in its own words.
"""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from sangesan.exchange.reading.bounds import MAX_FILE_BYTES
from sangesan.files.pictures import LARGEST

TABLES = frozenset({"upload"})  # routes by which departments send whole tables
MOST_OF_ALL = 9 * LARGEST  # bytes of all files of one form: as many photos as a visit may have
NOT_WORTH_READING = 4 * MAX_FILE_BYTES  # a request that says it is larger is cut off


class InMemoryBoundedHandler(FileUploadHandler):
    """One per request: gathers each file's chunks, up to a bound per file and one for all together."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._most = _most_per_file(request)
        self._left = max(MOST_OF_ALL, self._most)
        self._chunks: list[bytes] = []
        self._dropped = False
        self._held = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Cuts off what is beyond any form; raises StopUpload."""
        content_length: int = kwargs["content_length"] if "content_length" in kwargs else args[2]
        if content_length > NOT_WORTH_READING:
            raise StopUpload(connection_reset=True)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begins a file."""
        super().new_file(*args, **kwargs)
        self._chunks, self._dropped, self._held = [], False, 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002  Django's signature
        """Keeps a chunk, or lets the whole file go where it has become too large."""
        self._held += len(raw_data)
        if self._dropped:
            return None
        if self._held > min(self._most, self._left):
            self._chunks, self._dropped = [], True
            return None
        self._chunks.append(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file with its true size; without content where it was let go."""
        if not self._dropped:
            self._left -= file_size
        data = b"".join(self._chunks)
        self._chunks = []
        size = file_size if not self._dropped else max(file_size, self._most + 1)
        return InMemoryUploadedFile(
            BytesIO(data), self.field_name, self.file_name or "", self.content_type, size, self.charset,
            self.content_type_extra,
        )  # fmt: skip


def _most_per_file(request: HttpRequest | None) -> int:
    """A photo's bound; a table's where departments send them."""
    try:
        route = resolve(request.path_info).url_name if request is not None else ""
    except Resolver404:
        route = ""
    return MAX_FILE_BYTES if route in TABLES else LARGEST
