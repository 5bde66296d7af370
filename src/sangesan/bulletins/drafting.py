"""Drafting and editing: a draft is made anew from its origin until a person has put a hand to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.alerts.moment import county_now
from sangesan.bulletins.body import Body, body_from, opened, seal
from sangesan.bulletins.domain import Step, check_reason, check_step, check_title
from sangesan.bulletins.models import Addressee, Document, Signature, Version
from sangesan.bulletins.receivers import expanded, in_words
from sangesan.bulletins.series import Series, in_county, series_of
from sangesan.documents.form import Paper, Part
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county


def draft(
    *,
    post: Post,
    series: str,
    origin: str,
    title: str,
    parts: Sequence[Part],
    addressees: Sequence[str] = (),
    copies: Sequence[str] = (),
    annexes: Sequence[Paper] = (),
    corrects: Document | None = None,
    now: datetime,
    today: date,  # noqa: ARG001  every drafting slice passes its day; the paper's own is that of its issue
) -> Document:
    """The draft of an origin. The same origin again: drafted anew while nobody edited or signed it, else as it is.

    addressees: keys ("town:…", "towns" for all of them, "seat:discipline_liaison"); none: the series' own, as with
    copies (words). corrects: the issued document that this one puts right. Raises Refusal, NotAllowed.
    """
    require(post, "bulletins.draft")
    kind = series_of(series)
    keys = expanded(addressees or kind.main)
    body = Body(parts, _main_words(kind, addressees, keys), list(copies) or _own_copies(kind), annexes)
    content, clean = body.to_json(), check_title(title)
    for again in (True, False):
        try:
            return _draft(post, kind, origin, clean, content, keys, corrects, now)
        except IntegrityError:  # two drafted the same origin at once: the second finds the first's
            if not again:
                raise
    raise AssertionError  # not reached


def _draft(
    post: Post,
    kind: Series,
    origin: str,
    title: str,
    content: dict[str, Any],
    keys: list[str],
    corrects: Document | None,
    now: datetime,
) -> Document:
    with transaction.atomic():
        there = living(origin)
        if there is not None and not _fresh(there):
            return there
        with acting(post, "bulletins.draft", on=f"bulletin:{there.pk if there else ''}") as act:
            sealed = seal(content)
            if there is None:
                there = Document.objects.create(
                    series=kind.code, origin=origin, title=title, sealed=sealed, corrects=corrects,
                    drafted_by=post.pk, drafted_by_title=post.title, drafted_at=county_now(now),
                )  # fmt: skip
            elif (there.title, opened(there.sealed)) == (title, content) and keys == _addressed(there):
                act.detail = {"series": kind.code, "origin": origin, "same": True}
                return there
            else:
                there.title, there.sealed, there.version = title, sealed, there.version + 1
                there.save(update_fields=["title", "sealed", "version"])
            _address(there, keys)
            _keep(there, Version.Kind.DRAFT, post, now)
            act.on = f"bulletin:{there.pk}"
            act.detail = {"series": kind.code, "origin": origin, "version": there.version}
    return there


def edit(
    *,
    post: Post,
    document: Document,
    title: str,
    parts: Sequence[Part],
    version: int,
    main_words: str | None = None,
    copies: Sequence[str] | None = None,
    annexes: Sequence[Paper] | None = None,
    secret: str | None = None,
    urgent: str | None = None,
    now: datetime,
) -> Document:
    """A new version by hand; None leaves what there is. version: the one that was before the editor.

    Raises Refusal where somebody else edited or signed it meanwhile, NotAllowed.
    """
    require(post, "bulletins.draft")
    clean = check_title(title)
    with acting(post, "bulletins.draft", on=f"bulletin:{document.pk}") as act:
        row = locked(document)
        check_step(Step.EDIT, row.state, signed=is_signed(row))
        if row.version != version:
            raise Refusal("这份公文刚被别人改过", place="公文正文", remedy="请刷新页面，在新的一稿上修改")
        before = body_from(opened(row.sealed))
        after = replace(
            before,
            parts=parts,
            main_words=before.main_words if main_words is None else main_words.strip(),
            copies=before.copies if copies is None else [one.strip() for one in copies if one.strip()],
            annexes=before.annexes if annexes is None else annexes,
        )
        row.secret = row.secret if secret is None else secret.strip()[:20]
        row.urgent = row.urgent if urgent is None else urgent.strip()[:20]
        row.title, row.sealed, row.version, row.edited = clean, seal(after.to_json()), row.version + 1, True
        row.save(update_fields=["title", "sealed", "version", "edited", "secret", "urgent"])
        _keep(row, Version.Kind.EDIT, post, now)
        act.detail = {"version": row.version}
    return row


def discard(*, post: Post, document: Document, reason: str, now: datetime) -> Document:
    """Gives up a draft that nobody has signed; it stays on record without a number, and its origin may be drafted anew."""
    why = check_reason(reason, "作废")
    with acting(post, "bulletins.draft", on=f"bulletin:{document.pk}", reason=why):
        row = locked(document)
        if row.state != Document.State.DRAFTED:
            raise Refusal("只有草稿可以作废", place="公文", remedy="已印发的请撤销")
        check_step(Step.WITHDRAW, row.state, signed=is_signed(row))
        withdraw_row(row, post, why, now)
    return row


def withdraw_row(row: Document, post: Post, why: str, now: datetime) -> None:
    """Marks a locked document as withdrawn."""
    row.state, row.withdrawn_at, row.withdrawn_by_title, row.withdrawn_why = (
        Document.State.WITHDRAWN,
        county_now(now),
        post.title,
        why,
    )
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_by_title", "withdrawn_why"])


def living(origin: str) -> Document | None:
    """The document of an origin that is not withdrawn, locked."""
    rows = Document.objects.select_for_update(of=("self",)).filter(origin=origin)
    return rows.exclude(state=Document.State.WITHDRAWN).first()


def locked(document: Document) -> Document:
    """The document as it is now, locked until the end of the transaction."""
    row = Document.objects.select_for_update(of=("self",)).filter(pk=document.pk).first()
    if row is None:
        raise NotAllowed("没有这份公文", remedy="请从“通报公文”进入")
    return row


def is_signed(document: Document) -> bool:
    """Whether anybody has signed it, without its having been sent back since."""
    return Signature.objects.filter(document=document, undone_at=None).exists()


def _fresh(document: Document) -> bool:
    return document.state == Document.State.DRAFTED and not document.edited and not is_signed(document)


def _main_words(kind: Series, given: Sequence[str], keys: list[str]) -> str:
    return in_words(keys) if given else kind.main_words


def _own_copies(kind: Series) -> list[str]:
    return [in_county(one, county().name) for one in kind.copies]


def _addressed(document: Document) -> list[str]:
    return list(document.addressees.filter(copy=False).order_by("pk").values_list("key", flat=True))


def _address(document: Document, keys: Sequence[str]) -> None:
    if keys == _addressed(document):
        return
    document.addressees.all().delete()  # of a draft: nobody has been told yet
    Addressee.objects.bulk_create([Addressee(document=document, key=key) for key in keys])


def _keep(document: Document, kind: Version.Kind, post: Post, now: datetime) -> None:
    Version.objects.create(
        document=document, serial=document.version, kind=kind, title=document.title, sealed=bytes(document.sealed),
        post=post.pk, post_title=post.title, at=county_now(now),
    )  # fmt: skip
