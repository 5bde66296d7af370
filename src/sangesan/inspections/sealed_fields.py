"""Free text of this slice, sealed: plans must not be guessed from the database, and what is written may name people."""

from sangesan.files.sealed_words import opened, seal

__all__ = ["FINDING", "PLAN", "REPLY", "TARGET", "WITHDRAWAL", "opened", "seal"]

PLAN, TARGET, REPLY = "inspections.plan", "inspections.target", "inspections.reply"
FINDING, WITHDRAWAL = "inspections.finding", "inspections.withdrawal"
