"""Keys of deliveries: one per Parquet file, wrapped by the keyring and bound to the delivery's number."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from sangesan.exchange.models import Delivery
from sangesan.kernel.sealing import Keyring


def wrap(key: bytes, delivery: int) -> bytes:
    """The key as the catalogue keeps it."""
    return Keyring.load(Path(settings.HOME)).seal(_purpose(delivery), key)


def parquet_key(row: Delivery) -> bytes | None:
    """The key of a delivery's Parquet file; None where it is plain."""
    if not row.wrapped_key:
        return None
    return Keyring.load(Path(settings.HOME)).open(_purpose(row.pk), bytes(row.wrapped_key))


def _purpose(delivery: int) -> str:
    return f"exchange.parquet:{delivery}"
