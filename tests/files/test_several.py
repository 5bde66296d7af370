"""Several files of one form: counted, told apart in refusals, named and numbered."""

import io
from datetime import datetime

import pytest
from django.utils import timezone
from PIL import Image

from sangesan.files.attaching import attachments_of, place_all, prepare_all
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal

NOW = datetime(2022, 9, 13, 9, tzinfo=timezone.get_default_timezone())


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (120, 140, 160)).save(out, "JPEG")
    return out.getvalue()


PAGE = b"%PDF-1.4\n%%EOF\n"


@pytest.mark.django_db
def test_evidence_is_named_by_what_it_is() -> None:
    made = prepare_all([photo(), PAGE], called="佐证", most=2)
    assert [one.kind for one in made] == [StoredFile.Kind.PHOTO, StoredFile.Kind.SCAN]
    place_all(made, called="佐证", subject="sheet:1", role="evidence", added_by=1, now=NOW)
    assert [one.name for one in attachments_of(["sheet:1"])["sheet:1"]] == ["佐证1.jpg", "佐证2.pdf"]


@pytest.mark.parametrize(
    ("files", "kind", "said"),
    [
        ([b"", b"", b""], None, "佐证：佐证超过 2 份"),
        ([photo(), b"#!/bin/sh"], None, "第2份佐证"),
        ([photo(), PAGE], StoredFile.Kind.PHOTO, "第2张佐证"),
    ],
)
def test_the_one_that_cannot_be_taken_is_named(files: list[bytes], kind: StoredFile.Kind | None, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        prepare_all(files, called="佐证", most=2, kind=kind)
