"""Signed papers photographed: they find their record, twice changes nothing, and what is unreadable is said."""

import io

import pytest
from PIL import Image

from cases.builders import case_at, fill
from cases.test_papers import get, home_a
from cases.way import Way
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.cases.models import Authorisation, Notice, PrintedPaper
from sangesan.cases.returning import authorise_by_paper, may_see_paper, returned_paper, take_back
from sangesan.cases.states import State
from sangesan.documents.barcode import paper_code, qr_png
from sangesan.files.models import Attachment, StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from web.small_county import DAY, NOW, VILLAGE_B

pytestmark = pytest.mark.django_db


def photo(*codes: str, shade: int = 250) -> bytes:
    """A sheet of paper with codes on it, as a phone sees it."""
    page = Image.new("RGB", (1200, 1600), (shade, shade, shade - 4))
    for n, code in enumerate(codes):
        page.paste(Image.open(io.BytesIO(qr_png(code))).convert("RGB").resize((260, 260)), (850, 60 + n * 500))
    file = io.BytesIO()
    page.save(file, "JPEG", quality=85)
    return file.getvalue()


def bring(small_county, *photos: bytes, role: str = "village", today=DAY, code: str = ""):
    return take_back(post=small_county.posts[role], photos=photos, today=today, now=NOW, code=code)


def attached(subject: str) -> list[str]:
    return list(Attachment.objects.filter(subject=subject).order_by("id").values_list("role", flat=True))


@pytest.fixture
def application(small_county):
    """A case being checked with its application printed."""
    way = Way(small_county)
    number = get(small_county, "application", way.case.pk, role="village").number
    return way, number, paper_code("APL", number)


def test_an_application_comes_back_and_says_who_may_be_authorised(small_county, application):
    way, number, code = application
    (one,) = bring(small_county, photo(code))
    assert (one.placed, one.again, one.title, one.whose, one.code) == (True, False, "申请及承诺授权书", "陈大山", code)
    assert [name for _, name in one.adults] == ["陈大山", "王秀兰"]
    assert attached(f"paper:{number}") == attached(f"case:{way.case.pk}") == ["scan"]
    assert PrintedPaper.objects.get(pk=number).returned_at == NOW
    assert Entry.objects.filter(tag="cases:paper:fill", object=f"paper:{number}").count() == 1
    made = authorise_by_paper(
        post=small_county.posts["village"], paper_id=number, version=one.version, people=[one.adults[0][0]], on=DAY,
        today=DAY, now=NOW,
    )  # fmt: skip
    assert [(a.way, a.paper) for a in made] == [("paper", number)]
    again = returned_paper(small_county.posts["village"], number, DAY)
    assert [name for _, name in again.adults] == ["王秀兰"]
    assert again.version == one.version + 1


def test_the_same_photo_twice_changes_nothing_and_another_photo_is_added(small_county, application):
    way, number, code = application
    first = photo(code)
    bring(small_county, first)
    (second,) = bring(small_county, first)
    assert second.placed
    assert second.again
    assert attached(f"paper:{number}") == ["scan"]
    assert StoredFile.objects.filter(kind="scan").count() == 1
    bring(small_county, photo(code, shade=220))
    assert attached(f"paper:{number}") == attached(f"case:{way.case.pk}") == ["scan", "scan"]


def test_nobody_is_authorised_before_the_paper_is_back_nor_by_another_form(small_county, application):
    way, number, _ = application
    check = get(small_county, "check", way.case.pk).number
    people = [p for p, _ in returned_paper(small_county.posts["village"], number, DAY).adults]
    for paper, error in ((number, Refusal), (check, NotAllowed), (999, NotAllowed)):
        with pytest.raises(error):
            authorise_by_paper(
                post=small_county.posts["village"], paper_id=paper, version=way.fresh().row_version, people=people, on=DAY,
                today=DAY, now=NOW,
            )  # fmt: skip
    assert not Authorisation.objects.exists()


def test_an_application_of_an_earlier_round_authorises_nobody(small_county, application):
    way, number, code = application
    bring(small_county, photo(code))
    PrintedPaper.objects.filter(pk=number).update(round=7)
    assert returned_paper(small_county.posts["village"], number, DAY).adults == ()
    with pytest.raises(Refusal, match="上一轮"):
        authorise_by_paper(
            post=small_county.posts["village"], paper_id=number, version=way.fresh().row_version, people=[1], on=DAY, today=DAY, now=NOW
        )


def test_a_photo_without_a_code_is_said_and_may_be_typed(small_county, application):
    _, number, code = application
    blank = photo()
    found = bring(small_county, blank, photo(code), b"no picture")
    assert [one.placed for one in found] == [False, True, False]
    assert [one.photo for one in found] == [1, 2, 3]
    assert "二维码" in found[0].remedy
    assert all(one.message and one.remedy for one in found if not one.placed)
    (typed,) = bring(small_county, blank, code=f" {code.lower()} ")
    assert typed.placed
    assert len(attached(f"paper:{number}")) == 2
    (wrong,) = bring(small_county, blank, code=code[:-3] + "9-A")
    assert not wrong.placed
    assert wrong.remedy


def test_two_papers_on_one_photo_both_come_in(small_county, application):
    way, number, code = application
    other = get(small_county, "plan", way.case.pk).number
    found = bring(small_county, photo(code, paper_code("PLN", other)))
    assert {one.paper.pk for one in found if one.placed} == {number, other}


def test_a_code_of_another_kind_or_of_another_village_is_not_taken(small_county, application):
    _, number, _ = application
    home = Household.objects.get(code=f"{VILLAGE_B}00001")
    far = get(small_county, "application", case_at(home, State.CHECKING, small_county.posts["county"]).pk).number
    for code in (paper_code("MIN", number), paper_code("APL", far), paper_code("APL", 99_999), paper_code("ZZZ", number)):
        (one,) = bring(small_county, photo(code))
        assert not one.placed
    assert not Attachment.objects.exists()
    assert not may_see_paper(small_county.posts["village"], far)
    with pytest.raises(NotAllowed):
        returned_paper(small_county.posts["village"], far, DAY)


def test_signed_minutes_are_the_meetings_minutes_and_its_photo(small_county):
    case = case_at(home_a(), State.TRACKED, small_county.posts["county"])
    made = fill(case, small_county.posts["village"])
    number = get(small_county, "minutes", made["appraisal"]).number
    (one,) = bring(small_county, photo(paper_code("MIN", number)))
    assert one.about == "meeting"
    assert sorted(attached(f"meeting:{made['appraisal']}")) == ["minutes", "photo"]
    (again,) = bring(small_county, photo(paper_code("MIN", number)))
    assert again.again
    assert len(attached(f"meeting:{made['appraisal']}")) == 2


def test_a_poster_on_the_wall_is_the_notices_photo_at_the_end_where_one_is_missing(small_county):
    case = case_at(home_a(), State.TRACKED, small_county.posts["county"])
    made = fill(case, small_county.posts["village"])
    code = paper_code("NTC", get(small_county, "notice", made["notice"]).number)
    until = Notice.objects.get(pk=made["notice"]).until
    for shade, day, role in ((250, DAY, "notice_start"), (240, DAY, "photo"), (230, until, "notice_end"), (220, until, "photo")):
        bring(small_county, photo(code, shade=shade), today=day)
        assert attached(f"notice:{made['notice']}")[-1] == role


def test_none_or_too_many_photos_and_posts_that_may_not(small_county):
    for photos in ([], [b"x"] * 31):
        with pytest.raises(Refusal, match="照片"):
            bring(small_county, *photos)
    for role in ("department", "inspector"):
        with pytest.raises(NotAllowed):
            bring(small_county, b"x", role=role)
