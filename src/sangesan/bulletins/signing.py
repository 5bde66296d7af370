"""Signing by the seats that a series names, and sending back; a signature freezes the text."""

from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.alerts.moment import county_now
from sangesan.bulletins.body import opened
from sangesan.bulletins.domain import Step, check_publishable, check_reason, check_step
from sangesan.bulletins.drafting import is_signed, locked
from sangesan.bulletins.models import Document, Signature
from sangesan.bulletins.series import series_of
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holds, require_seat


def sign(*, post: Post, document: Document, now: datetime, today: date) -> Document:
    """The post signs under the seat it holds; with the last seat the document is signed (State.SIGNED).

    Raises Refusal where the text still holds an identity number, phone or account, or the seat has signed already;
    NotAllowed where the post holds none of the seats.
    """
    require(post, "bulletins.sign")
    with acting(post, "bulletins.sign", on=f"bulletin:{document.pk}") as act:
        row = locked(document)
        check_step(Step.SIGN, row.state, signed=is_signed(row))
        seat = _seat(row, post, today)
        check_publishable(row.title, opened(row.sealed))
        Signature.objects.create(
            document=row, seat=seat, version=row.version, post=post.pk, post_title=post.title, at=county_now(now)
        )
        if not unsigned(row):
            row.state = Document.State.SIGNED
            row.save(update_fields=["state"])
        act.detail = {"seat": seat, "version": row.version, "state": row.state}
    return row


def send_back(*, post: Post, document: Document, reason: str, now: datetime, today: date) -> Document:
    """Back to the draft before it is issued: by one of the seats that sign. The signatures stay on record as undone."""
    why = check_reason(reason, "退回")
    with acting(post, "bulletins.sign", on=f"bulletin:{document.pk}", reason=why) as act:
        row = locked(document)
        check_step(Step.SEND_BACK, row.state, signed=is_signed(row))
        act.detail = {"seat": require_seat(post, series_of(row.series).signers, on=today).seat}
        row.signatures.filter(undone_at=None).update(undone_at=county_now(now), undone_why=why)
        row.state = Document.State.DRAFTED
        row.save(update_fields=["state"])
    return row


def unsigned(document: Document) -> list[str]:
    """The seats that still have to sign, in the order of the series."""
    there = _signed(document)
    return [seat for seat in series_of(document.series).signers if seat not in there]


def _seat(document: Document, post: Post, today: date) -> str:
    """The seat under which the post signs now: one that has not signed yet, where it holds several."""
    waiting, signers = unsigned(document), series_of(document.series).signers
    for seat in waiting:
        if holds(post, seat, on=today):
            return seat
    require_seat(post, signers, on=today)
    raise Refusal("您已签发过这份公文", place="签发", remedy="请等其他规定的职务签发")


def _signed(document: Document) -> list[str]:
    return list(document.signatures.filter(undone_at=None).order_by("pk").values_list("seat", flat=True))
