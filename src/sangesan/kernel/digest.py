"""Digests that let a run, a file or a chain be compared with its repetition."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def digest_bytes(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_rows(rows: Iterable[str]) -> str:
    """SHA-256 over the lines, sorted, each ended by a newline: independent of their order."""
    return digest_bytes("".join(f"{row}\n" for row in sorted(rows)).encode())


def digest_json(value: Any) -> str:
    """SHA-256 of what can be written as JSON, whatever the order of its keys."""
    return digest_bytes(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
