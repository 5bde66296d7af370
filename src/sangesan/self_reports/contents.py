"""What people wrote and who they are: sealed as one text per record, opened where it is shown."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from sangesan.kernel.masking import mask_identity, mask_phone
from sangesan.kernel.sealing import Keyring
from sangesan.registry.sealed_fields import IDENTITY
from sangesan.self_reports.models import Report, Ticket

CONTENT = "self_reports.content"
NOTE = "self_reports.note"
LOOK = "self_reports.look"


@dataclass(frozen=True)
class Content:
    """A report or ticket in the clear. identity: 18 characters, or "" where a ticket has none."""

    head_name: str
    phone: str = ""
    identity: str = ""
    words: str = ""
    proxy_name: str = ""
    proxy_phone: str = ""
    proxy_relation: str = ""

    @property
    def masked_identity(self) -> str:
        return mask_identity(self.identity) if self.identity else ""

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    def phones(self) -> tuple[str, ...]:
        """The numbers under which the reporter may ask how far it is."""
        return tuple(phone for phone in (self.phone, self.proxy_phone) if phone)


def seal_content(content: Content) -> bytes:
    """The sealed form of a content."""
    return keyring().seal(CONTENT, json.dumps(asdict(content), ensure_ascii=False).encode())


def open_content(row: Report | Ticket) -> Content:
    """What a report or ticket says; raises Refusal where the key does not fit."""
    return Content(**json.loads(keyring().open(CONTENT, bytes(row.content_sealed))))


def seal_note(text: str) -> bytes | None:
    """A person's note, sealed; None for an empty one."""
    return keyring().seal(NOTE, text.strip().encode()) if text.strip() else None


def open_note(sealed: bytes | memoryview | None) -> str:
    """The note in the clear; "" for none."""
    return keyring().open(NOTE, bytes(sealed)).decode() if sealed else ""


@dataclass(frozen=True)
class Look:
    """Who went to look for a household, and what they saw."""

    who: str
    words: str


def seal_look(look: Look) -> bytes:
    """The sealed form of a look."""
    return keyring().seal(LOOK, json.dumps(asdict(look), ensure_ascii=False).encode())


def open_look(sealed: bytes | memoryview | None) -> Look | None:
    """The look in the clear; None where nobody has looked."""
    return Look(**json.loads(keyring().open(LOOK, bytes(sealed)))) if sealed else None


def identity_index(number: str) -> bytes:
    """The register's own index of an identity number: reports and people are found by the same one."""
    return keyring().index(IDENTITY, number)


def keyring() -> Keyring:
    """The keyring of this installation."""
    return Keyring.load(Path(settings.HOME))
