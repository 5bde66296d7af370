"""The small county and a client per role."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from web.small_county import SmallCounty, build


@pytest.fixture
def small(db: None, tmp_path: Path) -> SmallCounty:
    """A county of four households, with an account per role."""
    cache.clear()
    return build(tmp_path)


@pytest.fixture
def signed_in(small: SmallCounty):
    """signed_in("grid"): a client that acts as that role."""

    def client(role: str) -> Client:
        made = Client()
        made.force_login(small.users[role], backend="django.contrib.auth.backends.ModelBackend")
        return made

    return client
