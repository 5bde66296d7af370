"""Signing for a document: once for each unit, post or seat that it was for."""

from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.alerts.moment import county_now
from sangesan.bulletins.models import Addressee, Document
from sangesan.bulletins.permissions import reached_document
from sangesan.bulletins.receivers import keys_of
from sangesan.kernel.refusal import Refusal


def read(*, post: Post, document: Document, now: datetime, today: date) -> list[Addressee]:
    """Signs for the document under all keys by which the post received it; again: nothing new.

    Raises Refusal for a document that is not issued or not for the post, NotAllowed for one it may not see.
    """
    require(post, "bulletins.read")
    row = reached_document(post, document.pk, today)
    if row.number is None:
        raise Refusal("这份公文还没有印发", place="签收", remedy="印发后再签收")
    with acting(post, "bulletins.read", on=f"bulletin:{row.pk}") as act:
        mine = row.addressees.select_for_update(of=("self",)).filter(key__in=keys_of(post, today), copy=False)
        found = list(mine.order_by("pk"))
        if not found:
            raise Refusal("这份公文不是发给您的单位的，不用签收", place="签收", remedy="可以查看，不必签收")
        fresh = [one for one in found if one.read_at is None]
        for one in fresh:
            one.read_at, one.read_by, one.read_by_title = county_now(now), post.pk, post.title
        Addressee.objects.bulk_update(fresh, ["read_at", "read_by", "read_by_title"])
        act.detail = {"keys": [one.key for one in fresh]}
    return found
