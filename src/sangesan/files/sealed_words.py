"""Free text sealed into a column: what people write may name people, so no text stands open in the database.

A text is JSON sealed under its slice's purpose ("supervision.sheet"): it opens under no other.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from sangesan.kernel.sealing import Keyring

Sealed = bytes | memoryview  # as the database hands it over


def seal(purpose: str, content: Mapping[str, Any]) -> bytes:
    """The content, which must be JSON, sealed for a purpose."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Keyring.load(settings.HOME).seal(purpose, data)


def opened(purpose: str, sealed: Sealed | None) -> dict[str, Any]:
    """What `seal` sealed; {} for nothing. Raises Refusal where key, purpose or data are not the same."""
    if not sealed:
        return {}
    content: dict[str, Any] = json.loads(Keyring.load(settings.HOME).open(purpose, bytes(sealed)))
    return content
