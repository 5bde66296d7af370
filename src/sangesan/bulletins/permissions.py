"""Which documents a post sees: those who write them all, others what was issued openly or to them."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.bulletins.models import Addressee, Document
from sangesan.bulletins.receivers import keys_of
from sangesan.bulletins.series import all_series
from sangesan.registry.permissions import WHOLE_COUNTY

PUBLISHED = (Document.State.ISSUED, Document.State.WITHDRAWN)


def visible_documents(post: Post, on: date) -> QuerySet[Document]:
    """The documents that a post may see on a day. A withdrawn draft is seen by those who write documents only."""
    rows = Document.objects.all()
    if post.role in WHOLE_COUNTY:
        return rows
    for_all = [code for code, series in all_series().items() if series.open]
    for_it = Addressee.objects.filter(document=OuterRef("pk"), key__in=keys_of(post, on))
    return rows.filter(Q(series__in=for_all) | Exists(for_it), state__in=PUBLISHED, number__isnull=False)


def reached_document(post: Post, document_id: int, on: date) -> Document:
    """The document, when the post may see it; raises NotAllowed (also where there is none)."""
    found = visible_documents(post, on).filter(pk=document_id).first()
    if found is None:
        raise NotAllowed("没有这份公文，或不是发给您的", remedy="请从“通报公文”进入")
    return found
