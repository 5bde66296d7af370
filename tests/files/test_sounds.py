"""Which recordings are taken, as a table."""

import pytest

from sangesan.files.sounds import LARGEST, sound_type
from sangesan.kernel.refusal import Refusal

BODY = b"\0" * 2000
TAKEN = [
    (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm" + BODY, "audio/webm"),
    (b"\0\0\0\x20ftypM4A \0\0\0\0" + BODY, "audio/mp4"),
    (b"RIFF\x10\0\0\0WAVEfmt " + BODY, "audio/wav"),
    (b"OggS\0\x02" + BODY, "audio/ogg"),
    (b"#!AMR\n" + BODY, "audio/amr"),
    (b"ID3\x03\0" + BODY, "audio/mpeg"),
    (b"\xff\xfb\x90\x44" + BODY, "audio/mpeg"),
]
REFUSED = [
    (b"", "这不是录音"),
    (b"<script>alert(1)</script>" + BODY, "这不是录音"),
    (b"\xff\xd8\xff\xe0" + BODY, "这不是录音"),
    (b"\x1a\x45\xdf\xa3matroska" + BODY, "这不是录音"),
    (b"OggS", "录音是空的"),
    (b"OggS" + b"\0" * LARGEST, "超过 10 MB"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind"), TAKEN)
def test_taken(data: bytes, kind: str) -> None:
    assert sound_type(data) == kind


@pytest.mark.parametrize(("data", "words"), REFUSED)
def test_refused_with_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(Refusal, match=words) as told:
        sound_type(data)
    assert told.value.remedy
