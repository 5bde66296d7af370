"""Free text of assignments, sealed: what people write may name a household."""

from sangesan.files.sealed_words import opened, seal

__all__ = ["ASSIGNMENT", "STEP", "opened", "seal"]

ASSIGNMENT, STEP = "leadership.assignment", "leadership.step"
