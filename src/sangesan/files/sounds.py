"""Recorded voices as browsers and phones make them: told by their first bytes, bounded, kept as they came. Plain Python.

A sound is not decoded here (no decoder is needed to keep it), so it is only ever served as the type found here.
"""

from sangesan.kernel.refusal import Refusal

LARGEST = 10 * 1024 * 1024  # bytes: some 40 minutes of what a browser records
SHORTEST = 512  # bytes; less is an empty container
EBML, OGG, AMR, ID3 = b"\x1a\x45\xdf\xa3", b"OggS", b"#!AMR", b"ID3"
MP4_BRANDS = {b"M4A ", b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"3gp4", b"3gp5", b"3gp6", b"dash"}


def sound_type(data: bytes) -> str:
    """The MIME type of a recorded voice; raises Refusal for what is none, is empty or too large."""
    if len(data) > LARGEST:
        raise Refusal(f"录音有 {len(data) / 1024 / 1024:.0f} MB，超过 10 MB", place="录音", remedy="请分成几段，每段说一件事")
    found = _by_first_bytes(data)
    if not found:
        raise Refusal("这不是录音", place="录音", remedy="请按住“录音”重新录制，或改为打字")
    if len(data) < SHORTEST:
        raise Refusal("录音是空的", place="录音", remedy="请检查话筒的权限后重新录制")
    return found


def _by_first_bytes(data: bytes) -> str:
    if data.startswith(EBML) and b"webm" in data[:64]:
        return "audio/webm"
    if data[4:8] == b"ftyp" and data[8:12] in MP4_BRANDS:
        return "audio/mp4"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    if data[:2] in {b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"} or data.startswith(ID3):
        return "audio/mpeg"
    return {OGG: "audio/ogg", AMR[:4]: "audio/amr"}.get(data[:4], "")
