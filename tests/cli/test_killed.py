"""Killed without warning at any step, the demonstration goes on where it stopped and ends as if nothing had been."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.test_demonstration import as_json, sangesan

pytestmark = pytest.mark.slow

KILLS = 6


def kill_after(home: Path, seconds: float) -> bool:
    """Starts the demonstration and kills it; whether it was still running."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SANGESAN")} | {"SANGESAN_HOME": str(home)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "-m", "sangesan.cli.main", "demo", "--scale", "0.01", "--no-serve"]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        running.wait(seconds)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
        running.wait()
        return True
    return False


def test_killed_again_and_again(tmp_path: Path) -> None:
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    begun = time.monotonic()
    assert sangesan(calm, "demo", "--scale", "0.01", "--no-serve").returncode == 0
    whole = time.monotonic() - begun
    chance = random.Random(20220913)
    hit = sum(kill_after(killed, chance.uniform(0.15, 0.9) * whole) for _ in range(KILLS))
    assert hit >= 1, "no kill came in time: the test proved nothing"
    done = sangesan(killed, "demo", "--scale", "0.01", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert as_json(killed, "figures") == as_json(calm, "figures")
    assert as_json(killed, "feeds") == as_json(calm, "feeds")
    first, second = as_json(calm, "screen"), as_json(killed, "screen")
    assert (first["digest"], first["hits"]) == (second["digest"], second["hits"])
    assert (first["new_clues"], second["new_clues"]) == (0, 0)
    assert sangesan(killed, "audit", "verify").returncode == 0
