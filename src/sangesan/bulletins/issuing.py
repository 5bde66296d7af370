"""Issuing: the next number of the series and the year, .docx and PDF kept for ever, the addressees told.

The number is taken under a lock of the counter in the same transaction that makes the document issued: no number is
left out when something fails, and none is given twice when two issue at once.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.alerts.moment import county_now
from sangesan.amendments.queries import parameter_number
from sangesan.bulletins.domain import Step, check_numbering, check_reason, check_step
from sangesan.bulletins.drafting import is_signed, locked, withdraw_row
from sangesan.bulletins.models import Counter, Document
from sangesan.bulletins.paper import paper_of
from sangesan.bulletins.receivers import posts_behind
from sangesan.bulletins.series import series_of
from sangesan.documents.form import Paper
from sangesan.documents.printing import file_name, produce
from sangesan.files.attaching import Prepared, place, prepare
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.messages.sending import tell

log = logging.getLogger(__name__)

KINDS = ("docx", "pdf")
READ_DAYS = "bulletin_read_days"


@dataclass(frozen=True)
class Numbered:
    """The number that a rendering bears."""

    year: int
    number: int
    day: date


def subject_of(document_id: int) -> str:
    """The subject of a document's files."""
    return f"bulletin:{document_id}"


def issue(*, post: Post, document: Document, now: datetime, today: date) -> Document:
    """Issues a signed document under the next number; again: the same document.

    Makes .docx, and PDF where this machine can. Tells the addressees. Raises Refusal, NotAllowed.
    """
    require(post, "bulletins.issue")
    # before the transaction, for the number it will most likely bear: rendering is the slow part
    expected = Numbered(today.year, _last(document.series, today.year) + 1, today)
    made = _render(document, expected) if document.state == Document.State.SIGNED else {}
    with acting(post, "bulletins.issue", on=f"bulletin:{document.pk}") as act:
        row = locked(document)
        if row.state == Document.State.ISSUED:
            act.detail = {"again": True}
            return row
        check_step(Step.ISSUE, row.state, signed=is_signed(row))
        real = _next(row.series, today)
        if real != expected or row.version != document.version or not made:
            made = _render(row, real)
        row.state, row.year, row.number = Document.State.ISSUED, real.year, real.number
        row.issued_on, row.issued_at, row.issued_by, row.issued_by_title = today, county_now(now), post.pk, post.title
        row.read_by_day = today + timedelta(days=read_days(today))
        row.save()
        _attach(row, made, post, now)
        told = _tell(row, today, now)
        act.detail = {"series": row.series, "year": row.year, "number": row.number, "told": told, "files": sorted(made)}
    return row


def withdraw(*, post: Post, document: Document, reason: str, now: datetime, today: date) -> Document:
    """Takes an issued document back: it stays where it is, marked 已撤销, and its number is not used again."""
    why = check_reason(reason, "撤销")
    with acting(post, "bulletins.issue", on=f"bulletin:{document.pk}", reason=why) as act:
        row = locked(document)
        check_step(Step.WITHDRAW, row.state, signed=is_signed(row))
        if row.number is None:
            raise Refusal("这份公文还没有印发", place="公文", remedy="草稿请作废")
        withdraw_row(row, post, why, now)
        readers = posts_behind(row.addressees.values_list("key", flat=True), today)
        tell(
            readers, "bulletin_withdrawn", {"day": row.issued_on}, f"/bulletins/{row.pk}/",
            source=f"bulletin_withdrawn:{row.pk}", now=now,
        )  # fmt: skip
        act.detail = {"series": row.series, "year": row.year, "number": row.number}
    return row


def set_start(*, post: Post, series: str, year: int, last_number: int, document: str, now: datetime) -> Counter:  # noqa: ARG001
    """A year in which numbers up to last_number were issued outside this system; `document` says by what record.

    Raises Refusal once the series has issued a document of that year here.
    """
    kind = series_of(series)
    if len(document.strip()) < 2:
        raise Refusal("没有写依据", place="依据", remedy="如“2022年发文登记簿”")
    with acting(post, "bulletins.issue", on=f"bulletin_series:{series}", reason=document.strip()) as act:
        Counter.objects.get_or_create(series=kind.code, year=year)
        row = Counter.objects.select_for_update().get(series=kind.code, year=year)
        issued = Document.objects.filter(series=kind.code, year=year, number__isnull=False).count()
        if (row.start, row.last) == (last_number, last_number) and not issued:
            return row
        check_numbering(row.last, start=last_number, issued=issued)
        row.start = row.last = last_number
        row.start_document, row.started_by_title = document.strip()[:200], post.title
        row.save()
        act.detail = {"series": series, "year": year, "last": last_number}
    return row


def read_days(on: date) -> int:
    """Within how many days a unit signs for a document."""
    return parameter_number(READ_DAYS, on)


def _last(series: str, year: int) -> int:
    return Counter.objects.filter(series=series, year=year).values_list("last", flat=True).first() or 0


def _next(series: str, today: date) -> Numbered:
    """Takes the next number; whoever comes at the same time waits for the end of this transaction."""
    Counter.objects.get_or_create(series=series, year=today.year)
    row = Counter.objects.select_for_update().get(series=series, year=today.year)
    row.last += 1
    row.save(update_fields=["last"])
    return Numbered(today.year, row.last, today)


def _render(document: Document, numbered: Numbered) -> dict[str, tuple[str, Prepared]]:
    """(name, file) by kind. Without what PDF needs on this machine there is .docx alone."""
    signature = document.signatures.filter(undone_at=None).order_by("pk").first()
    paper = paper_of(
        document, year=numbered.year, number=numbered.number, day=numbered.day,
        signer=signature.post_title if signature else "",
    )  # fmt: skip
    made: dict[str, tuple[str, Prepared]] = {}
    for kind in KINDS:
        try:
            data = produce(paper, kind)
        except Refusal as refusal:
            if kind != "pdf":
                raise
            log.warning("no PDF of %s: %s", subject_of(document.pk), refusal.message)
            continue
        made[kind] = (_name(document, numbered, kind), prepare(data, StoredFile.Kind.PAPER))
    return made


def _name(document: Document, numbered: Numbered, kind: str) -> str:
    series = series_of(document.series)
    return file_name(Paper(f"{document.title}（{series.cited(numbered.year, numbered.number)}）"), kind)


def _attach(document: Document, made: Mapping[str, tuple[str, Prepared]], post: Post, now: datetime) -> None:
    for kind, (name, prepared) in made.items():
        place(prepared, name=name, subject=subject_of(document.pk), role=f"issued_{kind}", added_by=post.pk, now=now)


def _tell(document: Document, today: date, now: datetime) -> int:
    readers = posts_behind(document.addressees.values_list("key", flat=True), today)
    fields = {"day": document.read_by_day}
    link, source = f"/bulletins/{document.pk}/", f"bulletin:{document.pk}"
    return tell(readers, "bulletin_issued", fields, link, source=source, now=now)
