"""Free text of this slice, sealed: what people write may name households and people."""

from sangesan.files import sealed_words

OBJECTION, REVIEW, PROCEEDING, ATTENDANCE, VERDICT = (
    "assessment.objection", "assessment.review", "assessment.proceeding", "assessment.attendance", "assessment.verdict",
)  # fmt: skip


def seal(purpose: str, words: str) -> bytes:
    """Words sealed for one of the purposes above."""
    return sealed_words.seal(purpose, {"words": words})


def opened(purpose: str, sealed: sealed_words.Sealed | None) -> str:
    """What `seal` sealed; "" for nothing."""
    return str(sealed_words.opened(purpose, sealed).get("words", ""))
