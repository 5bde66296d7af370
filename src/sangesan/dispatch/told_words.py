"""What is written in a spot call, a meeting and as good practice, sealed: it may name a household."""

import json
from typing import Any

from django.conf import settings

from sangesan.kernel.sealing import Keyring

CALL, ANSWER = "dispatch.spot_call", "dispatch.spot_answer"
PRACTICE = "dispatch.good_practice"
MEETING, DECISION = "dispatch.meeting", "dispatch.decision"


def seal(purpose: str, content: dict[str, Any]) -> bytes:
    """The content sealed for one of the purposes above."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Keyring.load(settings.HOME).seal(purpose, data)


def opened(purpose: str, sealed: bytes | memoryview | None) -> dict[str, Any]:
    """What `seal` sealed; {} for nothing."""
    if not sealed:
        return {}
    content: dict[str, Any] = json.loads(Keyring.load(settings.HOME).open(purpose, bytes(sealed)))
    return content
