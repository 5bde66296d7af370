"""Draws that anyone can check: a pool fixed first, two offices' secrets, a plain method that repeats."""

from pathlib import Path


def repeat_draw_path() -> Path:
    """The few lines that repeat a published draw without the rest of the system, shown on its page."""
    return Path(__file__).parent / "repeat_draw.py"
