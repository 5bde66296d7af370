"""Asking about documents: those a post sees, what waits to be signed for, who has not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.bulletins.body import Body
from sangesan.bulletins.issuing import subject_of
from sangesan.bulletins.models import Addressee, Document, Signature
from sangesan.bulletins.paper import body_of, cited, number_of, paper_of
from sangesan.bulletins.permissions import reached_document, visible_documents
from sangesan.bulletins.receivers import keys_of, receiver_title
from sangesan.bulletins.series import all_series, series_of
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.leadership.queries import seats_of

__all__ = [
    "Body", "Listed", "Receipt", "body_of", "cited", "documents", "files_of", "listed", "number_of", "of_origin",
    "paper_of", "reached_document", "receipts", "to_sign", "unread", "visible_documents", "waiting_for",
]  # fmt: skip


@dataclass(frozen=True)
class Receipt:
    """One addressee. late: not signed for, and the day for it has passed."""

    key: str
    title: str
    read_at: datetime | None
    read_by: str
    late: bool


@dataclass(frozen=True)
class Listed:
    """A document in a list. waiting: for the post to sign for it; read, asked: of its addressees; signed: seats that have."""

    document: Document
    waiting: bool
    read: int
    asked: int
    signed: int = 0

    @property
    def pk(self) -> int:
        """Its document's key, by which lists page."""
        return self.document.pk

    @property
    def number(self) -> str:
        """第21期, or that there is none yet."""
        return number_of(self.document)

    @property
    def by_year(self) -> bool:
        """Whether the number leaves out its year, as bulletins' do."""
        return series_of(self.document.series).bulletin

    @property
    def series_title(self) -> str:
        return series_of(self.document.series).title


def documents(post: Post, *, on: date, series: str = "", state: str = "") -> QuerySet[Document]:
    """The documents that a post sees, the newest first."""
    rows = visible_documents(post, on).order_by("-pk")
    if series:
        rows = rows.filter(series=series)
    return rows.filter(state=state) if state else rows


def listed(post: Post, *, on: date, series: str = "", before: int | None = None, limit: int = 30) -> list[Listed]:
    """A page of the post's documents, the newest first; before: the key of the last one of the page before."""
    rows = documents(post, on=on, series=series)
    return _lines(post, rows.filter(pk__lt=before) if before is not None else rows, on, limit)


def waiting_for(post: Post, *, on: date, limit: int = 30) -> list[Listed]:
    """The issued documents that wait for the post to sign for them, the oldest first."""
    keys = keys_of(post, on)
    owed = Addressee.objects.filter(document=OuterRef("pk"), key__in=keys, read_at=None, copy=False)
    rows = documents(post, on=on, state=Document.State.ISSUED).filter(Exists(owed))
    return _lines(post, rows.order_by("read_by_day", "pk"), on, limit)


def to_sign(post: Post, *, on: date, limit: int = 30) -> list[Listed]:
    """The drafts that wait for a signature of a seat that the post holds."""
    held = {one.seat for one in seats_of(post, on=on)}
    codes = [code for code, one in all_series().items() if held & set(one.signers)]
    rows = documents(post, on=on, state=Document.State.DRAFTED).filter(series__in=codes).order_by("pk")
    signed = Signature.objects.filter(document=OuterRef("pk"), undone_at=None, seat__in=held)
    return _lines(post, rows.filter(~Exists(signed)), on, limit)


def _lines(post: Post, rows: QuerySet[Document], on: date, limit: int) -> list[Listed]:
    mine = Addressee.objects.filter(document=OuterRef("pk"), key__in=keys_of(post, on), read_at=None, copy=False)
    counted = rows.annotate(
        waiting=Exists(mine) & Q(state=Document.State.ISSUED),
        asked=Count("addressees", filter=Q(addressees__copy=False)),
        read=Count("addressees", filter=Q(addressees__copy=False, addressees__read_at__isnull=False)),
    )
    found = list(counted[:limit])
    now = Signature.objects.filter(document__in=found, undone_at=None).values_list("document")
    signed = dict(now.annotate(n=Count("pk")).order_by())
    return [Listed(row, row.waiting, row.read, row.asked, signed.get(row.pk, 0)) for row in found]


def unread(post: Post, *, on: date) -> int:
    """How many issued documents wait for the post to sign for them."""
    keys = keys_of(post, on)
    rows = Addressee.objects.filter(key__in=keys, read_at=None, copy=False, document__state=Document.State.ISSUED)
    return rows.values("document").distinct().count()


def receipts(document: Document, *, on: date | None = None) -> list[Receipt]:
    """Whom it is for and who has signed for it; those who have not come first. on: the day on which lateness is told."""
    late = bool(on and document.read_by_day and on > document.read_by_day)
    rows = document.addressees.filter(copy=False).order_by("read_at", "pk")
    found = [
        Receipt(row.key, receiver_title(row.key), row.read_at, row.read_by_title, late and row.read_at is None)
        for row in rows
    ]
    return sorted(found, key=lambda one: one.read_at is not None)


def of_origin(origin: str) -> Document | None:
    """The living document of an origin ("month:2022-09"), or None."""
    return Document.objects.filter(origin=origin).exclude(state=Document.State.WITHDRAWN).first()


def files_of(document: Document) -> Sequence[Attachment]:
    """The issued .docx and PDF."""
    return attachments_of([subject_of(document.pk)]).get(subject_of(document.pk), [])
