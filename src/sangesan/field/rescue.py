"""A phone's queue handed in as a file: sealed to the county's key, opened here, received as if the phone had sent it."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.field import blobs
from sangesan.field.devices import visible_devices
from sangesan.field.models import Device, Submission
from sangesan.field.receiving import FilesMissing, OtherBytes, receive
from sangesan.field.sealed_fields import RESCUE
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.regions.queries import today as county_day

FORM = "sangesan-rescue-1"
INFO = b"sangesan:rescue"
CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
COORDINATE_BYTES = 32
LARGEST = 200 * 1024 * 1024  # bytes of a rescue file
PLACE = "离线队列文件"


@dataclass
class Rescued:
    """What became of the submissions in a rescue file."""

    device: Device
    taken: int = 0
    conflicts: int = 0
    refused: int = 0
    known: int = 0
    failed: int = 0


def public_key() -> dict[str, str]:
    """The county's public key as a JWK; phones seal their queue to it."""
    numbers = _private().public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _coordinate(numbers.x), "y": _coordinate(numbers.y)}


def take_rescue(*, post: Post, file: bytes, now: datetime) -> Rescued:
    """Receives every submission of a rescue file; safe to hand in twice. Raises Refusal for what is none."""
    content = _opened(file)
    with acting(post, "field.rescue", on=f"device:{content.get('device')}") as act:
        device = _device(post, content)
        act.detail = {"submissions": len(content.get("submissions") or []), "files": len(content.get("blobs") or [])}
    for blob in content.get("blobs") or []:
        data = _decoded(blob.get("base64"))
        digest, kind, size = str(blob.get("sha256")), str(blob.get("kind")), len(data)
        start = blobs.progress(device, digest).have
        blobs.take_piece(device=device, sha256=digest, kind=kind, size=size, offset=start, piece=data[start:], now=now)
    result = Rescued(device)
    for one in content.get("submissions") or []:
        _receive(result, one, now)
    return result


def _receive(result: Rescued, one: Any, now: datetime) -> None:
    try:
        key, raw = UUID(str(one.get("id"))), _decoded(one.get("body"))
        before = Submission.objects.filter(key=key).exists()
        row = receive(device=result.device, key=key, raw=raw, now=now, today=county_day(now))
    except (ValueError, Refusal, FilesMissing, OtherBytes):
        result.failed += 1
        return
    result.known += before
    result.taken += not before and row.state == Submission.State.TAKEN
    result.conflicts += not before and row.state == Submission.State.CONFLICT
    result.refused += not before and row.state == Submission.State.REFUSED


def _device(post: Post, content: dict[str, Any]) -> Device:
    """A phone that is cut off may still have walked honestly: its queue is taken all the same."""
    number = content.get("device")
    device = visible_devices(post).filter(pk=number if isinstance(number, int) else 0).first()
    if device is None:
        raise NotAllowed("文件里的手机不在您的管理范围内", remedy="请交给这部手机所属的镇，或县专班")
    return device


def _opened(file: bytes) -> dict[str, Any]:
    if len(file) > LARGEST:
        raise Refusal("文件太大", place=PLACE, remedy="请在手机上分两次导出")
    try:
        outer = _outer(file)
        theirs = ec.EllipticCurvePublicNumbers(
            _number(outer["ephemeral"]["x"]), _number(outer["ephemeral"]["y"]), CURVE
        ).public_key()
        nonce, sealed = _decoded(outer["iv"]), _decoded(outer["sealed"])
        secret = _private().exchange(ec.ECDH(), theirs)
        key = HKDF(hashes.SHA256(), 32, None, INFO).derive(secret)
        content = json.loads(AESGCM(key).decrypt(nonce, sealed, None))
    except InvalidTag:
        raise Refusal("文件打不开", place=PLACE, remedy="只能导入本县的手机导出的、没有改动过的文件") from None
    except (ValueError, KeyError, TypeError):
        raise _none() from None
    if not isinstance(content, dict):
        raise _none()
    return content


def _none() -> Refusal:
    return Refusal("这不是手机导出的离线队列文件", place=PLACE, remedy="请在手机“待发送”页导出后原样交来")


def _outer(file: bytes) -> dict[str, Any]:
    outer = json.loads(file)
    if outer["form"] != FORM:
        raise ValueError
    found: dict[str, Any] = outer
    return found


def _private() -> ec.EllipticCurvePrivateKey:
    """Derived from the master key: nothing more to keep or to back up."""
    number = int.from_bytes(Keyring.load(settings.HOME).derive(RESCUE)) % (ORDER - 1) + 1
    return ec.derive_private_key(number, CURVE)


def _coordinate(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(COORDINATE_BYTES)).rstrip(b"=").decode()


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error:
        raise ValueError from None
