"""The files of a form, made safe and on disk before its transaction."""

from dataclasses import dataclass, field

from sangesan.files.attaching import Prepared
from sangesan.visits.actions import Files


@dataclass(frozen=True)
class Attached:
    """A form's files, looked at and on disk."""

    files: Files = field(default_factory=Files)
    voices: tuple[Prepared, ...] = ()
