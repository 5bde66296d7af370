"""What the tests of papers need of the machine."""

from documents.conftest import pango

__all__ = ["pango"]
