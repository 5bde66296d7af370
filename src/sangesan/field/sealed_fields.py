"""The purposes under which the phones' matter is sealed; each has a key of its own."""

import json
from typing import Any

from django.conf import settings

from sangesan.kernel.sealing import Keyring

Sealed = bytes | memoryview  # as the database hands it over
BODY, PART, VALUES = "field.body", "field.part", "field.values"
RESCUE = "field.rescue"  # the county's private key for rescue files is derived under it


def seal(purpose: str, data: bytes) -> bytes:
    """Sealed under the purpose's key."""
    return Keyring.load(settings.HOME).seal(purpose, data)


def unseal(purpose: str, data: Sealed) -> bytes:
    """What `seal` sealed; raises Refusal where keys or data are not the same."""
    return Keyring.load(settings.HOME).open(purpose, bytes(data))


def seal_values(values: dict[str, Any]) -> bytes:
    """A clash's values, sealed."""
    return seal(VALUES, json.dumps(values, ensure_ascii=False).encode())


def open_values(data: Sealed) -> dict[str, Any]:
    """A clash's values: base, theirs, mine."""
    values: dict[str, Any] = json.loads(unseal(VALUES, data))
    return values
