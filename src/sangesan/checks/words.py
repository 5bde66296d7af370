"""The words of judgements, sealed: they may name people."""

import json

from django.conf import settings

from sangesan.kernel.sealing import Keyring

JUDGEMENT = "checks.judgement"


def seal(words: str) -> bytes:
    """The words of a judgement, sealed."""
    return Keyring.load(settings.HOME).seal(JUDGEMENT, json.dumps({"words": words}, ensure_ascii=False).encode())


def opened(sealed: bytes | memoryview) -> str:
    """What `seal` sealed."""
    content: dict[str, str] = json.loads(Keyring.load(settings.HOME).open(JUDGEMENT, bytes(sealed)))
    return content["words"]
