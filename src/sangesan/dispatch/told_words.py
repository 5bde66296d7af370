"""What is written in a spot call, a meeting, as good practice and as why a closed figure was corrected, sealed: it may name a household."""

from sangesan.files.sealed_words import opened, seal

__all__ = ["ANSWER", "CALL", "CORRECTION", "MEETING", "PRACTICE", "opened", "seal"]

CALL, ANSWER = "dispatch.spot_call", "dispatch.spot_answer"
PRACTICE = "dispatch.good_practice"
MEETING, CORRECTION = "dispatch.meeting", "dispatch.correction"
