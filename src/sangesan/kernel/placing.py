"""Files on disk: written whole under a temporary name, synced, then renamed. Plain Python."""

import os
from pathlib import Path
from threading import get_ident

PART = ".part"


def place(path: Path, data: bytes) -> None:
    """`data` at `path`, whole or not at all, even when the machine stops on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # two threads that place the same content at once must not share a temporary file
    part = path.with_name(f"{path.name}.{os.getpid()}-{get_ident()}{PART}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        publish(part, path)
    finally:
        part.unlink(missing_ok=True)


def publish(part: Path, path: Path) -> None:
    """Rename a synced temporary file to its name and sync the folder."""
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
