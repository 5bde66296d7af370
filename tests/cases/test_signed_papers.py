"""What was signed on a screen stands on the paper: the adults' on the application, the household's on the check."""

import io

import docx
import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx.oxml.ns import qn
from PIL import Image, ImageDraw

from cases.builders import case_at, fill
from sangesan.cases.models import Authorisation
from sangesan.cases.papers.context import Asked, Context
from sangesan.cases.papers.forms import FORMS
from sangesan.cases.printing import describe, print_paper
from sangesan.cases.states import State
from sangesan.documents.form import Signatures
from sangesan.files.attaching import attach, content
from sangesan.files.models import StoredFile
from sangesan.files.storage import FOLDERS
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.visits.models import Visit
from web.small_county import DAY, NOW, VILLAGE_A

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(tmp_path, settings):
    settings.HOME = tmp_path


@pytest.fixture
def pango() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        pytest.skip("libpango is not on this machine")


@pytest.fixture
def full(small_county):
    """A case with a full record, and the numbers of what belongs to it; nothing is signed on a screen."""
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    case = case_at(home, State.TRACKED, small_county.posts["county"])
    return case, fill(case, small_county.posts["village"])


def sign(small_county, subject: str, shift: int, role: str = "signature") -> bytes:
    """Attaches a drawn signature as the acts do; its bytes as they are kept."""
    picture = Image.new("RGB", (600, 240), "white")
    ImageDraw.Draw(picture).line((60, 120, 200 + 20 * shift, 40, 540, 200), "black", 9)
    file = io.BytesIO()
    picture.save(file, "PNG")
    post, kind = small_county.posts["village"].pk, StoredFile.Kind.SIGNATURE
    attached = attach(file.getvalue(), name="签名.png", subject=subject, role=role, kind=kind, added_by=post, now=NOW)
    return content(attached)


def first_boxes(small_county, code: str, case) -> dict[str, bytes | None]:
    """The first signature boxes of a form: label -> picture."""
    form = FORMS[code]
    loaded = form.load(Asked(small_county.posts["county"], case.pk, DAY))
    paper = describe(form, loaded, Context(DAY, "试验县", tree()), 7)
    part = next(p for p in paper.parts if isinstance(p, Signatures))
    return {label: picture for row in part.rows() for label, picture in row}


def household_visit(case) -> Visit:
    return Visit.objects.get(case=case.pk, purposes=["elimination"])


def printed(small_county, code: str, subject: int, kind: str) -> bytes:
    return print_paper(
        post=small_county.posts["county"], form=code, subject_id=subject, kind=kind, today=DAY, now=NOW
    ).data


def pictures_in(data: bytes) -> int:
    """Pictures in the body of a Word file; the code in its header is none of them."""
    return len(list(docx.Document(io.BytesIO(data)).element.body.iter(qn("a:blip"))))


def test_each_adults_own_signature_stands_in_the_own_box(small_county, full) -> None:
    """Of two who signed, each; one who pressed a finger on paper keeps an empty box; the newest signature counts."""
    case, _made = full
    rows = list(Authorisation.objects.filter(case=case).select_related("person").order_by("id"))
    sign(small_county, f"authorisation:{rows[0].pk}", 0)
    kept = {rows[0].person.name: sign(small_county, f"authorisation:{rows[0].pk}", 1)}
    sign(small_county, f"authorisation:{rows[1].pk}", 2, role="scan")
    boxes = first_boxes(small_county, "application", case)
    assert len(boxes) > 1
    assert {label: picture for label, picture in boxes.items() if picture} == {
        label: kept[rows[0].person.name] for label in boxes if label.startswith(rows[0].person.name)
    }
    kept |= {rows[1].person.name: sign(small_county, f"authorisation:{rows[1].pk}", 3)}
    signed = {label.split("（")[0]: p for label, p in first_boxes(small_county, "application", case).items() if p}
    assert signed == kept


def test_the_households_signature_stands_on_the_check(small_county, full) -> None:
    case, _made = full
    kept = sign(small_county, f"visit:{household_visit(case).pk}", 1)
    other = Visit.objects.get(case=case.pk, purposes=["identification"])
    sign(small_county, f"visit:{other.pk}", 2)
    boxes = first_boxes(small_county, "check", case)
    assert boxes == {"农户签字（按手印）：": kept, "核查人签字：": None}


@pytest.mark.parametrize("code", ["application", "check"])
def test_the_files_hold_what_was_drawn(small_county, full, code, pango) -> None:
    case, _made = full
    before = pictures_in(printed(small_county, code, case.pk, "docx"))
    row = Authorisation.objects.filter(case=case).order_by("id").first()
    sign(small_county, f"authorisation:{row.pk}", 1)
    sign(small_county, f"visit:{household_visit(case).pk}", 2)
    assert (before, pictures_in(printed(small_county, code, case.pk, "docx"))) == (0, 1)
    pages = pypdf.PdfReader(io.BytesIO(printed(small_county, code, case.pk, "pdf"))).pages
    assert len({image.data for page in pages for image in page.images}) == 1  # all pages name all pictures


def test_no_other_paper_shows_a_signature_least_of_all_a_public_one(small_county, full) -> None:
    case, made = full
    for row in Authorisation.objects.filter(case=case):
        sign(small_county, f"authorisation:{row.pk}", 1)
    for visit in Visit.objects.filter(case=case.pk):
        sign(small_county, f"visit:{visit.pk}", 2)
    subjects = made | {"case": case.pk}
    for form in FORMS.values():
        if form.build and form.about != "place" and form.code not in {"application", "check"}:
            about = next(iter(form.meetings), "") if form.about == "meeting" else form.about
            assert pictures_in(printed(small_county, form.code, subjects[about], "docx")) == 0, form.code


def test_a_signature_gone_from_the_disk_leaves_a_box_to_sign_by_hand(small_county, full, tmp_path) -> None:
    case, _made = full
    row = Authorisation.objects.filter(case=case).first()
    sign(small_county, f"authorisation:{row.pk}", 1)
    sign(small_county, f"visit:{household_visit(case).pk}", 2)
    for sealed in (tmp_path / FOLDERS[StoredFile.Kind.SIGNATURE]).glob("*/*"):
        sealed.unlink()
    for code in ("application", "check"):
        assert set(first_boxes(small_county, code, case).values()) == {None}


def test_many_signatures_ask_the_database_as_often_as_one(small_county, full) -> None:
    case, _made = full

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            FORMS["application"].load(Asked(small_county.posts["county"], case.pk, DAY))
        return len(queries)

    first, *others = Authorisation.objects.filter(case=case)
    sign(small_county, f"authorisation:{first.pk}", 1)
    before = count()
    assert others
    for n, row in enumerate(others):
        sign(small_county, f"authorisation:{row.pk}", n + 2)
    assert count() == before
