"""What a phone hands in as a picture: taken, made safe, or refused in words."""

import io
import struct
import zlib
from datetime import datetime

import pytest
from PIL import Image

from sangesan.files import pictures
from sangesan.files.pictures import LONGEST_SIDE, picture, signature
from sangesan.kernel.refusal import Refusal


def encoded(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "green" if mode == "RGB" else (0, 128, 0, 0)).save(out, kind, **more)
    return out.getvalue()


def photographed() -> bytes:
    """Lying on its side, with time, place and the camera's name in it."""
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "某牌手机"
    exif.get_ifd(0x8769)[0x9003] = "2022:09:12 15:04:05"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (32.0, 31.0, 12.0), "E", (108.0, 32.0, 6.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of 60,000 x 60,000 pixels in a few hundred bytes."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_kinds_that_phones_make_are_kept_as_jpeg(kind: str) -> None:
    made = picture(encoded(kind))
    with Image.open(io.BytesIO(made.jpeg)) as kept:
        assert (kept.format, kept.size) == ("JPEG", (60, 40))


def test_a_photo_stands_upright_and_tells_nothing_but_its_pixels() -> None:
    made = picture(photographed())
    with Image.open(io.BytesIO(made.jpeg)) as kept:
        assert kept.size == (200, 400)
        top, bottom = kept.getpixel((100, 20)), kept.getpixel((100, 380))
        assert min(top[2], bottom[0]) > 200, "turned the wrong way"
        assert not dict(kept.getexif())
        assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    assert "某牌".encode() not in made.jpeg
    assert made.taken_at == datetime(2022, 9, 12, 15, 4, 5)  # noqa: DTZ001  cameras name no zone
    assert made.position == (108.535, 32.52)


@pytest.mark.parametrize(
    ("size", "kept"),
    [((4000, 3000), (1600, 1200)), ((300, 5000), (96, 1600)), ((1600, 10), (1600, 10)), ((1, 1), (1, 1))],
)
def test_the_longest_side_is_bounded(size: tuple[int, int], kept: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(picture(encoded("PNG", size)).jpeg)) as made:
        assert made.size == kept
        assert max(made.size) <= LONGEST_SIDE


def test_a_drawing_on_nothing_is_kept_on_white() -> None:
    with Image.open(io.BytesIO(picture(encoded("PNG", mode="RGBA")).jpeg)) as made:
        assert min(made.getpixel((5, 5))) > 250


def test_the_tail_of_a_file_that_is_two_things_is_gone() -> None:
    script = b"<script>alert(1)</script>"
    assert script not in picture(encoded("JPEG") + script).jpeg
    assert script not in picture(encoded("PNG") + script).jpeg


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "文件是空的"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "这不是照片.*JPEG、PNG 或 WebP"),
        (b"#!/bin/sh\nrm -rf /\n", "这不是照片"),
        (b"<!doctype html><script>1</script>", "这不是照片"),
        (b"GIF89a" + bytes(40), "这不是照片"),
        (b"%PDF-1.7\n", "这不是照片"),
        (bytes(4) + b"ftypheic" + bytes(40), "HEIC.*兼容性最佳"),
        (b"\xff\xd8\xff\xe0<?php system($_GET['c']); ?>", "已损坏"),
        (encoded("PNG")[:60], "已损坏"),
        (bomb(), "像素太多"),
    ],
    ids=["empty", "svg", "shell", "html", "gif", "pdf", "heic", "php", "cut", "bomb"],
)
def test_what_is_no_picture_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(Refusal, match=said) as refusal:
        picture(data)
    assert refusal.value.remedy


def test_more_than_twenty_megabytes_are_refused() -> None:
    with pytest.raises(Refusal, match="超过 20 MB"):
        picture(encoded("JPEG") + bytes(pictures.LARGEST))


def test_an_empty_signature_is_none() -> None:
    with pytest.raises(Refusal, match="签名框是空的"):
        signature(encoded("PNG"))
    drawn = Image.new("RGB", (300, 100), "white")
    drawn.paste("black", (50, 40, 200, 44))
    out = io.BytesIO()
    drawn.save(out, "PNG")
    assert signature(out.getvalue()).jpeg
