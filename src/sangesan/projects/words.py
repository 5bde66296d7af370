"""Free text of reports, sealed: what people write may name a household."""

from typing import Any

from sangesan.files import sealed_words

REPORT = "projects.report"


def seal(content: dict[str, Any]) -> bytes:
    """The content sealed."""
    return sealed_words.seal(REPORT, content)


def opened(sealed: sealed_words.Sealed | None) -> dict[str, Any]:
    """What `seal` sealed; {} for nothing."""
    return sealed_words.opened(REPORT, sealed)
