"""A county with households at risk in two villages, and positions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sangesan.alerts.taking import Taken, take_in
from sangesan.patrols.models import KeyGroup
from sangesan.registry.models import Household, Residence
from web.small_county import SmallCounty

NOW = datetime(2022, 9, 13, 2, 0, tzinfo=UTC)
POSITIONS = [("32.50", "108.50"), ("32.51", "108.51"), ("32.70", "108.70"), ("32.52", "108.52")]
GROUPS = ["elderly_alone", "dangerous_house", "elderly_alone", "severe_disability"]


@pytest.fixture
def home(settings: object, tmp_path: Path) -> Path:
    """A HOME of the test's own."""
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def county(home: Path, small_county: SmallCounty) -> SmallCounty:
    """Households 1 and 2 in 双柳村 (东河镇), 3 in 高坪村 (西山镇), 4 in 新居社区 (东河镇); each in a group alerts send to."""
    for household, (latitude, longitude), group in zip(
        Household.objects.order_by("pk"), POSITIONS, GROUPS, strict=True
    ):
        Residence.objects.filter(household=household, valid_to=None).update(
            latitude=Decimal(latitude), longitude=Decimal(longitude)
        )
        KeyGroup.objects.create(household=household, group=group, sentence="独自居住", since=date(2022, 9, 1))
    return small_county


def take(county: SmallCounty, data: bytes, now: datetime = NOW) -> Taken:
    return take_in(post=county.posts["county"], data=data, way="upload", now=now, into_feed=False)
