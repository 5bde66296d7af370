"""What is said at the doors of the demonstration's patrols: data/patrols.yaml."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml

from sangesan.demo.facts_of_county import DATA

SEED = 20220913


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The file as it stands."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "patrols.yaml").read_text(encoding="utf-8"))
    return loaded
