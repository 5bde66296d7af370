"""Free text of this slice, sealed: what people write may name households and people."""

import json
from typing import Any

from django.conf import settings

from sangesan.kernel.sealing import Keyring

OBJECTION, REVIEW, PROCEEDING, ATTENDANCE, VERDICT = (
    "assessment.objection", "assessment.review", "assessment.proceeding", "assessment.attendance", "assessment.verdict",
)  # fmt: skip


def seal(purpose: str, words: str) -> bytes:
    """Words sealed for one of the purposes above."""
    data = json.dumps({"words": words}, ensure_ascii=False, separators=(",", ":")).encode()
    return Keyring.load(settings.HOME).seal(purpose, data)


def opened(purpose: str, sealed: bytes | memoryview | None) -> str:
    """What `seal` sealed; "" for nothing."""
    if not sealed:
        return ""
    content: dict[str, Any] = json.loads(Keyring.load(settings.HOME).open(purpose, bytes(sealed)))
    return str(content.get("words", ""))
