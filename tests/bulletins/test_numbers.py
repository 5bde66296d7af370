"""Numbers: one after the other from the county's start, whatever fails on the way and whoever comes at once."""

from functools import partial
from unittest.mock import patch

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulletins.offices import drafted, heads, issued
from racing import together
from sangesan.bulletins import issuing
from sangesan.bulletins.actions import issue, set_start, sign
from sangesan.bulletins.models import Counter, Document
from sangesan.kernel.refusal import Refusal
from web.small_county import DAY, NOW, SmallCounty


@pytest.fixture
def without_files():
    """Rendering left out: numbering is what these look at."""
    with patch.object(issuing, "KINDS", ()):
        yield


@pytest.mark.django_db
def test_a_number_is_not_lost_where_issuing_fails(small_county: SmallCounty) -> None:
    signers = heads(small_county)
    document = drafted(small_county)
    for post in signers:
        document = sign(post=post, document=document, now=NOW, today=DAY)
    with patch.object(issuing, "_tell", side_effect=Refusal("不通")), pytest.raises(Refusal):
        issue(post=signers[0], document=document, now=NOW, today=DAY)
    assert Counter.objects.filter(last__gt=0).count() == 0
    assert issue(post=signers[0], document=document, now=NOW, today=DAY).number == 1


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.integers(0, 40),
    series=st.lists(st.sampled_from(["inspection_bulletin", "hand_over"]), min_size=1, max_size=5),
)
def test_numbers_follow_one_another_in_each_series(small_county: SmallCounty, without_files, start, series) -> None:
    from django.db import transaction

    with transaction.atomic():
        signers = heads(small_county)
        set_start(
            post=signers[0], series="inspection_bulletin", year=2022, last_number=start, document="登记簿", now=NOW
        )
        for number, code in enumerate(series):
            issued(small_county, signers, f"test:{number}", series=code, title="题目")
        for code, first in (("inspection_bulletin", start + 1), ("hand_over", 1)):
            numbers = list(Document.objects.filter(series=code).order_by("pk").values_list("number", flat=True))
            assert numbers == list(range(first, first + series.count(code)))
        transaction.set_rollback(True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_offices_that_issue_at_once_get_two_numbers(small_county: SmallCounty) -> None:
    signers = heads(small_county)
    documents = []
    for number in range(4):
        document = drafted(small_county, f"test:{number}", addressees=["towns"])
        for post in signers:
            document = sign(post=post, document=document, now=NOW, today=DAY)
        documents.append(document)
    results = together(*(partial(issue, post=signers[0], document=one, now=NOW, today=DAY) for one in documents))
    assert not [one for one in results if isinstance(one, Exception)]
    assert sorted(Document.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert Counter.objects.get().last == 4
    assert connection.vendor == "postgresql"
