"""Codes on papers: every wrong character is found; a photo as phones take it is read."""

import io
import random

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from sangesan.documents.barcode import ALPHABET, paper_code, parse_code, qr_png, qr_svg, read_codes
from sangesan.kernel.refusal import Refusal

kinds = st.from_regex(r"[A-Z]{2,6}", fullmatch=True)
numbers = st.integers(1, 10**12 - 1)


@given(kinds, numbers)
def test_a_code_says_its_kind_and_number_again(kind, number):
    assert parse_code(paper_code(kind, number)) == (kind, number)


@given(kinds, numbers, st.data())
def test_one_wrong_character_is_always_found(kind, number, data):
    code = paper_code(kind, number)
    at = data.draw(st.integers(3, len(code) - 1).filter(lambda n: code[n] != "-"))
    wrong = code[:at] + data.draw(st.sampled_from(ALPHABET).filter(lambda c: c != code[at])) + code[at + 1 :]
    with pytest.raises(Refusal):
        parse_code(wrong)


def _taken(text: str) -> bool:
    try:
        parse_code(text)
    except Refusal:
        return False
    return True


def test_neighbours_swapped_are_nearly_always_found() -> None:
    codes = [paper_code(kind, number) for kind in ("APL", "HH", "NOTICE") for number in range(1, 4000, 7)]
    swapped = [
        code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        for code in codes
        for at in range(3, len(code) - 1)
        if code[at] != code[at + 1]
    ]
    missed = sum(map(_taken, swapped))
    assert 0 < missed < len(swapped) / 50


@pytest.mark.parametrize(
    "typed", [" s3-apl-000123-{c} ", "Ｓ３－ＡＰＬ－０００１２３－{c}", "S3—APL—000123—{c}", "S3 - APL - 000123 - {c}"]
)
def test_it_is_taken_as_people_type_it(typed):
    assert parse_code(typed.format(c=paper_code("APL", 123)[-1])) == ("APL", 123)


@pytest.mark.parametrize(
    "text",
    ["", "APL-000123", "S3-APL-123-4", "S3-A-000123-4", "https://example.org", "S3-APL-000123", "S3-APL-000000-" + "0"],
)
def test_what_is_no_code_is_refused_with_an_example(text):
    with pytest.raises(Refusal) as refused:
        parse_code(text)
    assert "二维码" in refused.value.remedy


@pytest.mark.parametrize(
    ("kind", "number"), [("apl", 1), ("A", 1), ("APL", 0), ("APL", -1), ("APL", 10**12), ("表册", 1)]
)
def test_no_code_is_made_that_could_not_be_read(kind, number):
    with pytest.raises(ValueError, match="no code"):
        paper_code(kind, number)


def pasted(
    code: str, *, side: int = 260, angle: float = 7.0, quality: int = 60, size: tuple[int, int] = (1700, 2300)
) -> bytes:
    """A photo of a sheet: QR at its upper right, the sheet askew on a dark table, noise, JPEG."""
    chance = random.Random(7)
    sheet = Image.new("L", size, 235)
    qr = Image.open(io.BytesIO(qr_png(code))).convert("L").resize((side, side))
    sheet.paste(qr, (size[0] - side - 150, 120))
    for line in range(40):
        sheet.paste(90, (150, 700 + line * 35, 150 + chance.randrange(400, 1300), 706 + line * 35))
    turned = sheet.rotate(angle, expand=True, fillcolor=60, resample=Image.Resampling.BICUBIC)
    noise = Image.frombytes("L", turned.size, chance.randbytes(turned.width * turned.height))
    photo = Image.blend(turned, noise, 0.15).filter(ImageFilter.GaussianBlur(0.8))
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=quality)
    return file.getvalue()


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"angle": -7.0, "quality": 40},
        {"angle": 90.0},
        {"angle": 187.0},
        {"angle": 45.0},
        {"side": 120},
        {"side": 900, "size": (3400, 4600)},
    ],
    ids=["7 degrees", "poor JPEG", "lying", "upside down", "45 degrees", "from afar", "large"],
)
def test_a_photo_of_a_paper_is_read(how):
    code = paper_code("APL", 123)
    assert read_codes(pasted(code, **how)) == [code]


def test_several_papers_are_read_from_top_to_bottom_and_others_codes_left_out():
    codes = [paper_code("VIS", 9), paper_code("APL", 8)]
    sheet = Image.new("L", (1200, 1600), 255)
    foreign = io.BytesIO()
    segno.make("https://example.org/pay").save(foreign, kind="png", scale=8)
    forged = qr_png(codes[0][:-1] + ("1" if codes[0][-1] != "1" else "2"))
    for at, png in enumerate([qr_png(codes[0]), foreign.getvalue(), forged, qr_png(codes[1])]):
        sheet.paste(Image.open(io.BytesIO(png)).convert("L"), (300, 20 + at * 390))
    file = io.BytesIO()
    sheet.save(file, "PNG")
    assert read_codes(file.getvalue()) == codes


def test_a_photo_without_a_code_has_none_and_bytes_that_are_no_photo_are_refused():
    file = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(file, "JPEG")
    assert read_codes(file.getvalue()) == []
    for broken in (b"", b"no picture", file.getvalue()[:200]):
        with pytest.raises(Refusal):
            read_codes(broken)


def test_the_svg_has_no_size_of_its_own_and_no_address_to_fetch():
    svg = qr_svg(paper_code("APL", 1))
    assert svg.startswith("<svg")
    assert "width=" not in svg.split(">", 1)[0]
    assert "href" not in svg
