"""Files in their places in records."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from files.test_pictures import encoded, photographed
from sangesan.files.attaching import attach, attachments_of, content
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal

NOW = datetime(2022, 9, 13, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj\n"
Kind = StoredFile.Kind
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path


def test_a_photo_hangs_on_its_record_with_time_and_place_beside_it(tmp_path: Path) -> None:
    made = attach(
        photographed(),
        name="C:\\照片\\IMG_1.JPG",
        subject="visit:1",
        role="photo",
        kind=Kind.PHOTO,
        added_by=7,
        now=NOW,
    )
    assert (made.name, made.content_type, made.added_by) == ("IMG_1.JPG", "image/jpeg", 7)
    assert made.taken_at == datetime(2022, 9, 12, 7, 4, 5, tzinfo=UTC), "the camera shows the county's time"
    assert made.position == [108.535, 32.52]
    assert content(made)[:3] == b"\xff\xd8\xff"
    sealed = (tmp_path / made.file.path).read_bytes()
    assert sealed[:3] != b"\xff\xd8\xff", "it lies sealed on disk"


def test_attachments_are_found_by_record_in_the_order_they_came() -> None:
    for subject, role in (("visit:1", "photo"), ("visit:2", "photo"), ("visit:1", "scan")):
        attach(encoded("JPEG"), name="a.jpg", subject=subject, role=role, kind=Kind.SCAN, added_by=1, now=NOW)
    found = attachments_of(["visit:1", "visit:3"])
    assert {subject: [a.role for a in rows] for subject, rows in found.items()} == {"visit:1": ["photo", "scan"]}
    assert StoredFile.objects.count() == 1, "one content is kept once"


@pytest.mark.parametrize(
    ("kind", "data", "content_type"),
    [
        (Kind.SCAN, PDF, "application/pdf"),
        (Kind.PAPER, PDF, "application/pdf"),
        (Kind.PAPER, b"PK\x03\x04rest", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (Kind.SCAN, encoded("PNG"), "image/jpeg"),
        (Kind.PHOTO, PDF, None),
        (Kind.SIGNATURE, PDF, None),
        (Kind.SCAN, b"MZ\x90\x00", None),
        (Kind.PAPER, encoded("PNG"), None),
        (Kind.ORIGINAL, PDF, None),
    ],
)
def test_each_kind_takes_what_it_is_for(kind: StoredFile.Kind, data: bytes, content_type: str | None) -> None:
    if content_type is None:
        with pytest.raises(Refusal):
            attach(data, name="x", subject="visit:1", role="scan", kind=kind, added_by=1, now=NOW)
        assert not StoredFile.objects.exists()
        return
    made = attach(data, name="x", subject="visit:1", role="scan", kind=kind, added_by=1, now=NOW)
    assert made.content_type == content_type
