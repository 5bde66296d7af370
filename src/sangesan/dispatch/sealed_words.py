"""Why a closed figure was corrected, sealed: what people write there may name a household."""

import json
from typing import Any

from django.conf import settings

from sangesan.kernel.sealing import Keyring

PURPOSE = "dispatch.correction"


def seal(content: dict[str, Any]) -> bytes:
    """The content, sealed."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Keyring.load(settings.HOME).seal(PURPOSE, data)


def opened(sealed: bytes | memoryview) -> dict[str, Any]:
    """What `seal` sealed."""
    content: dict[str, Any] = json.loads(Keyring.load(settings.HOME).open(PURPOSE, bytes(sealed)))
    return content
