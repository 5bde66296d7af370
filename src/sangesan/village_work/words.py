"""Free text of this slice, sealed: what people write may name a household."""

from sangesan.files.sealed_words import opened, seal

__all__ = ["COURTYARD", "LOG", "PLAN", "opened", "seal"]

LOG, PLAN, COURTYARD = "village_work.log", "village_work.plan", "village_work.courtyard"
