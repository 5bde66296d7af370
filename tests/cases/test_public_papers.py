"""Posters and announcements: whatever stands in a record, no number, phone or word of health hangs on a wall."""

import io
import re
import unicodedata
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.builders import case_at, fill
from cases.test_papers import get, home_a, words
from sangesan.cases.models import Case, Meeting, Notice, PrintedPaper
from sangesan.cases.papers.public_lines import PublicLine, office_phone, public_name
from sangesan.cases.states import State
from sangesan.documents.public import PUBLIC_FIELDS, neutral_risks, public_policy
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.registry.models import Household, Residence
from web.small_county import PEOPLE, identity

IDENTITIES = [identity(n, birth) for n, (_, _, _, birth, _, _) in enumerate(PEOPLE, start=101)]
PHONES = ["13800001234", "138 0000 1234", "0915-3123456", "１３８００００１２３４"]
HEALTH = ["尿毒症", "肝癌", "残疾", "精神病", "住院手术", "艾滋"]
SECRETS = [*IDENTITIES, *PHONES, *HEALTH]
PLAIN = ["陈大山", "王秀", "欧阳秀兰", "阿布都热合曼", "李"]

secret = st.sampled_from(SECRETS)
text = st.builds(
    lambda a, s, b: f"{a}{s}{b}"[:60], st.sampled_from(["", "陈", "村委会", "二组"]), st.one_of(st.just(""), secret), st.sampled_from(["", "家", "公示栏"])
)


@pytest.fixture
def posted(small_county, db):
    case = case_at(home_a(), State.TRACKED, small_county.posts["county"])
    return case, fill(case, small_county.posts["village"])


def everything(data: bytes) -> str:
    """Every byte of text in the package, blanks, breaks and tags aside."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [package.read(n).decode("utf-8", "ignore") for n in package.namelist() if n.endswith((".xml", ".rels"))]
    return "".join("".join(parts).split())


def digits(said: str) -> str:
    """Digits in half-width form, joined where only blanks and hyphens part them."""
    return re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", unicodedata.normalize("NFKC", said))


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=text, reason=text, group=text, place=text, phone=text, number=text, risks=st.lists(st.sampled_from([*RISK_TYPES, "?"]), max_size=5))
def test_secrets_in_any_field_never_reach_a_public_paper(small_county, posted, name, reason, group, place, phone, number, risks):
    case, made = posted
    Household.objects.filter(pk=case.household_id).update(head_name=name)
    Case.objects.filter(pk=case.pk).update(reason=reason, green_channel_reason=reason, risks=risks)
    Residence.objects.filter(household=case.household_id).update(group_name=group[:40])
    Notice.objects.filter(pk=made["notice"]).update(place=place or "栏", phone=phone[:30])
    Meeting.objects.filter(pk=made["joint_meeting"]).update(document_number=number, minutes=reason)
    for code, subject in (("notice", made["notice"]), ("announcement", made["joint_meeting"])):
        try:
            data = get(small_county, code, subject).data
        except Refusal as refused:
            assert not any(s in f"{refused.message}{refused.place}{refused.remedy}" for s in (*IDENTITIES, *PHONES))
            continue
        said = everything(data)
        for planted in (*IDENTITIES, *HEALTH):
            assert planted not in said
        told = digits(said)
        for planted in PHONES:
            if digits(office_phone(phone)) != digits(planted):
                assert digits(planted) not in told


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLAIN)
def test_plain_records_are_printed_not_refused(small_county, posted, name):
    case, made = posted
    Household.objects.filter(pk=case.household_id).update(head_name=name)
    for code, subject in (("notice", made["notice"]), ("announcement", made["joint_meeting"])):
        said = words(get(small_county, code, subject).data)
        assert public_name(name) in said
        assert len(name) < 2 or name not in said


@pytest.mark.django_db
@pytest.mark.parametrize("code", RISK_TYPES)
def test_every_risk_type_is_said_in_neutral_words(small_county, posted, code):
    case, made = posted
    Case.objects.filter(pk=case.pk).update(risks=[code])
    said = words(get(small_county, "notice", made["notice"]).data)
    assert neutral_risks([code]) in said
    assert not [word for word in public_policy().health if word in neutral_risks([code])]


@pytest.mark.django_db
def test_what_is_refused_loses_its_number(small_county, posted):
    _, made = posted
    Notice.objects.filter(pk=made["notice"]).update(place=f"找{IDENTITIES[0]}")
    with pytest.raises(Refusal, match="身份证号"):
        get(small_county, "notice", made["notice"])
    assert not PrintedPaper.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("陈大山", "陈*山"), ("王秀", "王*"), ("李", "**"), ("欧阳秀兰", "欧**兰"), ("陈病", "陈*"), ("陈一癌", "陈**"), ("病大山", "**"),
        ("13800001234", "**"), ("陈1", "陈*"), ("陈小1", "陈**"), ("", "**"), ("陈 大 山", "陈*山"),
    ],
)  # fmt: skip
def test_names_are_masked_and_masked_more_where_what_stays_would_tell(name, shown):
    assert public_name(name) == shown


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("0915-1234567", True), ("4421234", True), ("12345", True), ("13900001111", True), (IDENTITIES[0], False), ("请找王某", False), ("", False),
        ("6222020200112233445", False),
    ],
)  # fmt: skip
def test_only_a_phone_is_taken_for_the_offices_phone(given_text, kept):
    assert bool(office_phone(given_text)) == kept


def test_public_lines_hold_nothing_that_is_not_on_the_allow_list():
    own = {"risk_words", "masked_name", "category", "village", "group"}
    assert set(PublicLine.__dataclass_fields__) == own <= set(PUBLIC_FIELDS)
