"""What the tests of papers need of the machine."""

import pytest


@pytest.fixture
def pango() -> None:
    """PDF needs Debian's libpango, which scripts/ensure-printing installs where it may; the rest needs nothing."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        pytest.skip("libpango is not on this machine (scripts/ensure-printing says how to get it)")
