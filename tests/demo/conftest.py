"""One small county for all tests of the demonstration, generated once."""

from pathlib import Path

import pytest

from sangesan.demo.generate import CountySummary, generate_county

SCALE = 0.012


@pytest.fixture(scope="session")
def small_county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CountySummary]:
    """The folder and what was written into it."""
    out = tmp_path_factory.mktemp("county")
    return out, generate_county(out, scale=SCALE)
