"""What many tests stand on."""

from pathlib import Path

import pytest
from django.db import connection
from hypothesis import settings

from web.small_county import SmallCounty, build

# How long one example takes says nothing of what is tested; speed is a benchmark's business.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def small_county(db: None, tmp_path: Path) -> SmallCounty:
    """A loaded county of four households with one post per role."""
    return build(tmp_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Races need the real PostgreSQL: on SQLite they are left to the second run that `make test` makes."""
    if connection.vendor == "postgresql":
        return
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="runs in the PostgreSQL pass of make test"))
