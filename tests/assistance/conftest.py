"""Households of the small county by what the tests need of them."""

import pytest

from sangesan.registry.models import Household
from web.small_county import SmallCounty


@pytest.fixture
def home(small_county: SmallCounty) -> Household:
    """陈大山: three members, two of whom can work, in village A."""
    return Household.objects.get(head_name="陈大山")


@pytest.fixture
def monitored(small_county: SmallCounty) -> Household:
    """周明远: monitored since 2022-04-11 for 因病 and 缺劳动力, a house of grade C, in village B; cannot work."""
    return Household.objects.get(head_name="周明远")
