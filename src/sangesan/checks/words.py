"""The words of judgements, sealed: they may name people."""

from sangesan.files import sealed_words

JUDGEMENT = "checks.judgement"


def seal(words: str) -> bytes:
    """The words of a judgement, sealed."""
    return sealed_words.seal(JUDGEMENT, {"words": words})


def opened(sealed: sealed_words.Sealed) -> str:
    """What `seal` sealed."""
    return str(sealed_words.opened(JUDGEMENT, sealed)["words"])
