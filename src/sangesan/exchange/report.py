"""What comes back when a file is delivered: the same on the command line and on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sangesan.exchange.checking.refused import RefusedCell

SAME = "same"
REFUSED = "refused"


@dataclass
class DeliveryReport:
    """One delivery's outcome. refused: rows; refusals: their cells (at most a thousand); same_as: earlier delivery.

    state: accepted | accepted_partly | refused | same. attached of a division feed: its rows.
    """

    feed: str
    title: str
    period: str
    file_name: str
    state: str
    rows_read: int = 0
    accepted: int = 0
    refused: int = 0
    attached: int = 0
    not_attached: int = 0
    by_method: dict[str, int] = field(default_factory=dict)
    refusals: list[RefusedCell] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    delivery: int | None = None
    same_as: int | None = None
    ended_on: str = ""
    withdrawn_reason: str = ""
    message: str = ""
    warning: str = ""

    @property
    def taken(self) -> bool:
        """Whether the rows are in the system (now, or since the same file came before)."""
        return self.state != REFUSED

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        result = {k: v for k, v in vars(self).items() if k != "refusals"}
        result["seconds"] = round(self.seconds, 3)
        result["refusals"] = [cell.to_dict() for cell in self.refusals]
        return result
