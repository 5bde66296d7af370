"""What a page shows of the phones: each one's last contact and queue, forms that were sent back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.field.devices import lock_days, visible_devices
from sangesan.field.forms import INSPECTORS
from sangesan.field.models import Device, Submission
from sangesan.field.sealed_fields import BODY, unseal

LIVE = "live"
NEW = "new"
SILENT = "silent"
CUT = "cut"


@dataclass(frozen=True)
class PhoneRow:
    """A phone in the list: state is live, new (logged in, never synced since), silent (without contact so long that it
    has locked itself) or cut.
    """

    device: Device
    state: str
    sent: int
    sent_back: int
    clashes: int


def phones(post: Post, *, now: datetime, today: date, after: int = 0, limit: int = 100) -> list[PhoneRow]:
    """The phones within a post's reach by number, with what they handed in in the last 30 days."""
    since = now - timedelta(days=30)
    recent = Q(submissions__received_at__gte=since)
    rows = (
        visible_devices(require(post, "field.see"))
        .filter(pk__gt=after)
        .annotate(
            sent=Count("submissions", filter=recent),
            sent_back=Count("submissions", filter=_left()),
            clashes=Count("submissions", filter=Q(submissions__state=Submission.State.CONFLICT)),
        )
        .order_by("pk")[:limit]
    )
    silent = now - timedelta(days=lock_days(today))
    return [PhoneRow(d, _state(d, silent), d.sent, d.sent_back, d.clashes) for d in rows]


def sent_back(post: Post, *, after: int = 0, limit: int = 50) -> list[Submission]:
    """Forms that were refused and not mended, newest first; page by key."""
    rows = _visible(require(post, "field.see")).filter(state=Submission.State.REFUSED, mended_by=None)
    if after:
        rows = rows.filter(number__lt=after)
    return list(rows.select_related("device__post").order_by("-number")[:limit])


def submission_body(post: Post, number: int) -> tuple[Submission, list[str]]:
    """A form as it came, with other bytes that came under its id; the read is audited."""
    with acting(post, "field.see", on=f"submission:{number}", reason="查看填报原文") as act:
        row = _visible(post).select_related("device__post").filter(number=number).first()
        if row is None:
            raise NotAllowed("没有这份表，或不在您的管理范围内", remedy="请从退回的表进入")
        texts = [_text(row.body), *(_text(variant.body) for variant in row.variants.order_by("pk"))]
        act.detail = {"variants": len(texts) - 1}
    return row, texts


def _state(device: Device, silent: datetime) -> str:
    if device.cut_off_at:
        return CUT
    if device.contact_at < silent:
        return SILENT
    return NEW if device.contact_at == device.logged_in_at else LIVE


def _visible(post: Post) -> QuerySet[Submission]:
    """An inspector's forms hold what households say: inspectors alone read them as they came."""
    rows = Submission.objects.filter(device__in=visible_devices(post))
    return rows if post.role == Post.Role.INSPECTOR else rows.exclude(kind__in=INSPECTORS)


def _left() -> Q:
    return Q(submissions__state=Submission.State.REFUSED, submissions__mended_by=None)


def _text(sealed: Any) -> str:
    return unseal(BODY, sealed).decode(errors="replace")
