"""One-time links: who opens them, what is kept, when they end."""

import io
from datetime import timedelta

import pytest
from PIL import Image, ImageDraw

from cases.way import Way
from sangesan.accounts.permissions import NotAllowed
from sangesan.audit.models import Entry
from sangesan.cases.invitations import MOST_FAILURES, invite, invited, sign_by_link
from sangesan.cases.models import Authorisation, Invitation
from sangesan.files.models import Attachment
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Person
from web.small_county import DAY, NOW, PEOPLE, identity

pytestmark = pytest.mark.django_db
WIFE = PEOPLE[1]
LAST_FOUR = identity(102, WIFE[3])[-4:]


def signature() -> bytes:
    picture = Image.new("RGB", (300, 120), "white")
    ImageDraw.Draw(picture).line([(20, 90), (120, 20), (260, 100)], fill="black", width=5)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def way(small_county) -> Way:
    return Way(small_county)


def link(way) -> str:
    person = Person.objects.get(name=WIFE[1])
    return invite(
        post=way.post("village"), case_id=way.case.pk, version=way.fresh().row_version, person_id=person.pk, today=DAY, now=NOW
    )[1]


def sign(token, *, name=WIFE[1], last_four=LAST_FOUR, now=NOW):
    return sign_by_link(token=token, name=name, last_four=last_four, signature=signature(), today=DAY, now=now)


def test_an_adult_away_signs_once(way):
    token = link(way)
    shown = invited(token, NOW)
    assert (shown.household, shown.person) == ("陈*山", "王*兰")
    made = sign(token)
    assert made.way == "link"
    assert Attachment.objects.filter(subject=f"authorisation:{made.pk}").count() == 1
    assert Entry.objects.filter(object=f"case:{way.case.pk}", reason="外出成员链接签名").count() == 1
    with pytest.raises(Refusal, match="已经失效"):
        sign(token)
    assert Authorisation.objects.count() == 1


def test_the_token_itself_is_kept_nowhere(way):
    token = link(way)
    assert token not in str(list(Invitation.objects.values())) + str(list(Entry.objects.values()))


@pytest.mark.parametrize(("name", "last_four"), [("王秀", LAST_FOUR), (WIFE[1], "0000"), ("", "")])
def test_somebody_else_is_refused_and_five_failures_end_the_link(way, name, last_four):
    token = link(way)
    for _ in range(MOST_FAILURES):
        with pytest.raises(Refusal, match="不对"):
            sign(token, name=name, last_four=last_four)
    with pytest.raises(Refusal, match="已经失效"):
        sign(token)
    assert not Authorisation.objects.exists()


def test_links_end_after_a_week_or_with_the_next_one(way):
    first = link(way)
    with pytest.raises(Refusal, match="已经失效"):
        invited(first, NOW + timedelta(days=7, seconds=1))
    second = link(way)
    with pytest.raises(Refusal, match="已经失效"):
        invited(first, NOW + timedelta(seconds=1))
    assert invited(second, NOW + timedelta(seconds=1))
    with pytest.raises(Refusal, match="已经失效"):
        invited("x" * 32, NOW)


def test_only_adults_of_the_household_by_those_who_act_on_it(way):
    child = Person.objects.get(name="陈小禾")
    with pytest.raises(Refusal, match="成年成员"):
        invite(
            post=way.post("village"), case_id=way.case.pk, version=way.fresh().row_version, person_id=child.pk, today=DAY, now=NOW
        )
    with pytest.raises(NotAllowed):
        invite(
            post=way.post("inspector"), case_id=way.case.pk, version=way.fresh().row_version, person_id=child.pk, today=DAY, now=NOW
        )
