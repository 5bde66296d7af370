"""Free text of this slice, sealed: plans must not be guessed from the database, and what is written may name people."""

import json
from typing import Any

from django.conf import settings

from sangesan.kernel.sealing import Keyring

PLAN, TARGET, REPLY = "inspections.plan", "inspections.target", "inspections.reply"
FINDING, WITHDRAWAL = "inspections.finding", "inspections.withdrawal"
Sealed = bytes | memoryview  # as the database hands it over


def seal(purpose: str, content: dict[str, Any]) -> bytes:
    """The content sealed for one of the purposes above."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Keyring.load(settings.HOME).seal(purpose, data)


def opened(purpose: str, sealed: Sealed) -> dict[str, Any]:
    """What `seal` sealed."""
    content: dict[str, Any] = json.loads(Keyring.load(settings.HOME).open(purpose, bytes(sealed)))
    return content
