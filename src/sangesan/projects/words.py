"""Free text of reports, sealed: what people write may name a household."""

import json
from typing import Any

from django.conf import settings

from sangesan.kernel.sealing import Keyring

REPORT = "projects.report"


def seal(content: dict[str, Any]) -> bytes:
    """The content sealed."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Keyring.load(settings.HOME).seal(REPORT, data)


def opened(sealed: bytes | memoryview | None) -> dict[str, Any]:
    """What `seal` sealed; {} for nothing."""
    if not sealed:
        return {}
    content: dict[str, Any] = json.loads(Keyring.load(settings.HOME).open(REPORT, bytes(sealed)))
    return content
