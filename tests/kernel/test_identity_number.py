"""Identity numbers: GB 11643 as tables and as properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.identity_number import check_digit, clean, is_sound, parse
from sangesan.kernel.refusal import Refusal

areas = st.from_regex(r"[1-9][0-9]{5}", fullmatch=True)
births = st.dates(date(1900, 1, 1), date(2099, 12, 31))
serials = st.integers(0, 999)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    first = f"{draw(areas)}{draw(births):%Y%m%d}{draw(serials):03d}"
    return first + check_digit(first)


def test_the_standards_own_example() -> None:
    # GB 11643-1999 prints 11010519491231002X
    number = parse("11010519491231002X")
    assert (number.birth_date, number.sex, number.county) == (date(1949, 12, 31), "女", "110105")


@given(numbers())
def test_sound_numbers_are_taken_as_they_are(text: str) -> None:
    number = parse(text)
    assert number.text == number.original == text
    assert number.birth_date == date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    assert (number.sex == "男") == (int(text[16]) % 2 == 1)


@given(numbers(), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(text: str, at: int, more: int) -> None:
    old = "0123456789X".index(text[at])
    wrong = text[:at] + "0123456789"[(old + more) % 10] + text[at + 1 :]
    assert wrong == text or not is_sound(wrong)


@given(numbers(), st.integers(0, 16))
def test_neighbours_swapped_are_always_found(text: str, at: int) -> None:
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    assert swapped == text or not is_sound(swapped)


@given(numbers(), st.sampled_from([" ", "  ", "-", "\u3000", "'"]), st.integers(1, 17))
def test_what_people_type_is_mended(text: str, gap: str, at: int) -> None:
    full_width = text.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789X"})
    assert parse(full_width[:at] + gap + full_width[at:].lower()).text == text


@given(areas, st.dates(date(1900, 1, 1), date(1999, 12, 31)), serials)
def test_fifteen_digits_become_eighteen_and_stay_known(area: str, birth: date, serial: int) -> None:
    old = f"{area}{birth:%y%m%d}{serial:03d}"
    number = parse(old)
    assert (number.original, number.birth_date, len(number.text)) == (old, birth, 18)
    assert parse(number.text).birth_date == birth


@given(st.text(max_size=24))
def test_any_text_is_taken_or_refused_and_never_repeated(text: str) -> None:
    try:
        parse(text)
    except Refusal as refusal:
        assert len(clean(text)) < 6 or clean(text) not in str(refusal)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "18位"),
        ("61099820220230123", "18位"),
        ("610998202202301234", "日期不存在"),
        ("610998189912311239", "早于1900年"),
        ("6.10998E+17", "其他字符"),
    ],
)
def test_refusals_say_why(text: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        parse(text)


def test_leap_day_is_a_date() -> None:
    first = "610998" + f"{date(2024, 2, 28) + timedelta(days=1):%Y%m%d}" + "001"
    assert parse(first + check_digit(first)).birth_date == date(2024, 2, 29)
