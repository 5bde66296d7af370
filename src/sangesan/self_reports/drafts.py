"""A recording that came with a form not yet in order: kept sealed, so that nobody has to speak twice."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sangesan.files.attaching import Prepared, prepare
from sangesan.files.models import Attachment, StoredFile
from sangesan.files.storage import keep, read
from sangesan.self_reports.models import Draft


def keep_draft(voice: Prepared, *, now: datetime) -> str:
    """Keeps a checked recording; the token under which the form finds it again."""
    token = secrets.token_urlsafe(24)
    file = keep(voice.data, StoredFile.Kind.VOICE, now=now, sha256=voice.sha256)
    Draft.objects.create(token_digest=_digest(token), file=file, content_type=voice.content_type, made_at=now)
    return token


def draft_of(token: str) -> Draft | None:
    """The draft of a token; None for one that is unknown or was swept."""
    return Draft.objects.select_related("file").filter(token_digest=_digest(token)).first() if token else None


def voice_of(token: str) -> Prepared | None:
    """The kept recording as it came, ready to be attached."""
    draft = draft_of(token)
    return prepare(read(draft.file), StoredFile.Kind.VOICE) if draft else None


def drop(token: str) -> None:
    """Forgets a draft whose report has been kept."""
    Draft.objects.filter(token_digest=_digest(token)).delete()


def sweep(*, now: datetime, hours: int) -> int:
    """Forgets drafts older than that, with the recordings that no report uses; how many."""
    old = list(Draft.objects.filter(made_at__lt=now - timedelta(hours=hours)).values_list("pk", "file"))
    Draft.objects.filter(pk__in=[pk for pk, _ in old]).delete()
    files = {file for _, file in old}
    used = set(Attachment.objects.filter(file__in=files).values_list("file", flat=True))
    used |= set(Draft.objects.filter(file__in=files).values_list("file", flat=True))
    StoredFile.objects.filter(pk__in=files - used).delete()
    return len(old)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
