"""What a CAP message says, whole: every element of versions 1.1 and 1.2 has its place. Plain values, no XML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Point = tuple[float, float]  # latitude, longitude in degrees (WGS 84), in CAP's order


@dataclass(frozen=True)
class Named:
    """A value under a name: parameter, eventCode or geocode. name says which scheme the value belongs to."""

    name: str
    value: str


@dataclass(frozen=True)
class Circle:
    """A centre and a radius in kilometres."""

    centre: Point
    radius_km: float


@dataclass(frozen=True)
class Area:
    """Where: in words, and as shapes or codes. Polygons are closed; altitude and ceiling stay as written."""

    description: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: str = ""
    ceiling: str = ""


@dataclass(frozen=True)
class Resource:
    """A further file. Its content (derefUri) is not kept here: the message as received has it."""

    description: str
    mime_type: str
    size: int | None = None
    uri: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Info:
    """The warning in one language. Times are None where the issuer gives none."""

    language: str
    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    response_types: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Reference:
    """An earlier message, as this one names it."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Alert:
    """One message. signed: it carries an enveloped XML signature, of which nothing is said here."""

    version: str
    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()
    signed: bool = False

    @property
    def info(self) -> Info | None:
        """The block to show first: the Chinese one where there is one, else the first."""
        chinese = (i for i in self.infos if i.language.lower().startswith("zh"))
        return next(chinese, self.infos[0] if self.infos else None)
