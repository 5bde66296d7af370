"""What is handed in is kept once, sealed, and checked when it is read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from sangesan.files import storage
from sangesan.files.models import StoredFile
from sangesan.kernel.placing import place
from sangesan.kernel.refusal import Refusal

NOW = datetime(2022, 9, 13, tzinfo=UTC)
ORIGINAL = StoredFile.Kind.ORIGINAL
CONTENT = "陈大山 610998196803051015".encode()
pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def test_a_content_is_kept_once_and_sealed(home: Path) -> None:
    first, second = storage.keep(CONTENT, ORIGINAL, now=NOW), storage.keep(CONTENT, ORIGINAL, now=NOW)
    assert first.pk == second.pk
    assert storage.read(first) == CONTENT
    assert CONTENT[:9] not in (home / first.path).read_bytes()


def test_a_lost_or_altered_file_is_told(home: Path) -> None:
    kept = storage.keep(CONTENT, ORIGINAL, now=NOW)
    path = home / kept.path
    sealed = bytearray(path.read_bytes())
    sealed[20] ^= 1
    path.write_bytes(bytes(sealed))
    with pytest.raises(Refusal, match="打不开"):
        storage.read(kept)
    path.unlink()
    with pytest.raises(Refusal, match="原件不在存放处"):
        storage.read(kept)


def test_sweeping_removes_contents_without_a_row(home: Path) -> None:
    kept = storage.keep(CONTENT, ORIGINAL, now=NOW)
    lost = storage.write(b"nobody's", ORIGINAL)
    assert storage.sweep(older_than=0) == []
    assert storage.sweep(older_than=2e10) == [lost]
    assert storage.read(kept) == CONTENT


def test_placing_leaves_no_temporary_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("sangesan.kernel.placing.os.fsync", broken)
    with pytest.raises(OSError, match="no space"):
        place(tmp_path / "a" / "b", b"x")
    assert list((tmp_path / "a").iterdir()) == []
