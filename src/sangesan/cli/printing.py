"""How commands print: JSON for programs, short Chinese lines for people, progress on standard error."""

import json
import sys
import time
from typing import Any

import click


def print_json(data: Any) -> None:
    """One JSON document on standard output, Chinese unescaped."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


class ProgressLine:
    """progress(done, total, message) on standard error: one line rewritten on a terminal, else a line now and then."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.begun = time.monotonic()
        self.shown = 0.0
        self.live = sys.stderr.isatty()

    def __call__(self, done: int, total: int, message: str = "") -> None:
        now = time.monotonic()
        ended = done >= total
        if not ended and now - self.shown < (0.2 if self.live else 5.0):
            return
        self.shown = now
        percent = done * 100 // total if total else 0
        line = f"{self.title} {percent:3d}%  {message}  {now - self.begun:.0f} 秒"
        if self.live:
            click.echo(f"\r\033[K{line}", nl=ended, err=True)
        else:
            click.echo(line, err=True)
