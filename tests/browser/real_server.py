"""A server as an installation runs it: its own process over its own folder, which can be killed at any moment."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
HOUSEHOLDS = 50
BUILD = """
import sys, django
from pathlib import Path
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from web.grown_county import grow
grow(Path(sys.argv[1]), int(sys.argv[2]))
"""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class RealServer:
    """Call `start`, and `stop` or `kill` what was started."""

    home: Path
    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SANGESAN_", "DJANGO_"))}
        return kept | {
            "SANGESAN_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(TESTS),
        }  # fmt: skip

    def build(self, households: int = HOUSEHOLDS) -> None:
        """The small county with a grid of so many households, in a folder of its own."""
        command = [sys.executable, "-c", BUILD, str(self.home), str(households)]
        subprocess.run(command, env=self.environment, check=True, timeout=180)

    def start(self) -> None:
        """Serves until it answers."""
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "error", "config.wsgi:application",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, env=self.environment, start_new_session=True)
        for _try in range(150):
            try:
                urllib.request.urlopen(f"{self.url}/field/manifest.webmanifest", timeout=2)  # noqa: S310  our own server
            except OSError:
                time.sleep(0.2)
            else:
                return
        self.kill()
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """SIGKILL for it and its worker: nothing is written any more, nothing is finished."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Looks into the database from outside."""
        with sqlite3.connect(f"file:{self.home}/db.sqlite3?mode=ro", uri=True, timeout=10) as connection:
            return connection.execute(query, values).fetchall()

    def wait_for(self, query: str, row: tuple[Any, ...], *, seconds: float = 90) -> None:
        """Until the one row that a query gives is this one."""
        until = time.monotonic() + seconds
        while (found := self.ask(query)) != [row]:
            if time.monotonic() > until:
                raise AssertionError(f"{query}: {found}, not {row}")
            time.sleep(0.1)
