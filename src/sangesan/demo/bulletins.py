"""The demonstration's bulletins: issue no. 21 of 13 September with what was found, read by most; a notice still in draft."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sangesan.accounts.models import Post
from sangesan.bulletins.actions import draft, edit, issue, read, set_start, sign
from sangesan.bulletins.models import Document
from sangesan.bulletins.paper import body_of
from sangesan.bulletins.receivers import posts_behind
from sangesan.bulletins.series import series_of
from sangesan.documents.form import Paragraphs
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holder
from sangesan.policy.reading import read_yaml
from sangesan.regions.queries import CHINA
from sangesan.supervision.inspection_bulletin import draft_inspection_bulletin

DATA = Path(__file__).parent / "data" / "bulletins.yaml"

Progress = Callable[[int, int, str], None]


def write_bulletins(*, today: date, progress: Progress) -> None:
    """Drafted, signed by both offices and issued on the day of the article; a second time does nothing."""
    told: dict[str, Any] = read_yaml(DATA)
    day = told["issued_on"]
    if Document.objects.filter(series=told["series"], number__isnull=False).exists() or day > today:
        progress(1, 1, "已有")
        return
    signers = [_seat(seat, day) for seat in series_of(told["series"]).signers]
    at = datetime.combine(day, time.fromisoformat(told["issued_at"]), CHINA)
    set_start(
        post=signers[0], series=told["series"], year=told["year"], last_number=told["last_number"],
        document=told["start_document"], now=at,
    )  # fmt: skip
    document = draft_inspection_bulletin(
        post=signers[0], first=told["first"], last=told["last"], good=told["good"], now=at, today=day
    )
    for post in signers:
        document = sign(post=post, document=document, now=at, today=day)
    document = issue(post=signers[-1], document=document, now=at, today=day)
    signed = sign_for(document, at, today)
    _notice(told["letter"], at, day)
    progress(1, 1, f"第 {document.number} 期，{signed} 个单位已签收")


def _seat(seat: str, day: date) -> Post:
    found = holder(seat, "", on=day)
    if found is None:
        raise Refusal(f"演示县没有人担任 {seat}", place="演示县", remedy="先建立职务和任期")
    return found


def sign_for(document: Document, at: datetime, today: date) -> int:
    """Most units sign within the day of issue, one in a few has not yet. How many signed."""
    unread_every, signed = read_yaml(DATA)["unread_every"], 0
    for number, key in enumerate(document.addressees.order_by("pk").values_list("key", flat=True), start=1):
        readers = posts_behind([key], today)
        if number % unread_every and readers:
            read(post=readers[0], document=document, now=at + timedelta(minutes=17 * number % 420), today=today)
            signed += 1
    return signed


def _notice(told: dict[str, Any], at: datetime, day: date) -> None:
    """A notice that waits for its signature, its draft once edited: there is something to compare."""
    writer = _seat(series_of(told["series"]).signers[0], day)
    document = draft(
        post=writer, series=told["series"], origin="demo:notice", title=told["title"],
        parts=[Paragraphs(told["texts"][:2])], now=at, today=day,
    )  # fmt: skip
    if document.version == 1:
        parts = [*body_of(document).parts, Paragraphs(told["texts"][2:])]
        edit(post=writer, document=document, title=document.title, parts=parts, version=1, now=at + timedelta(hours=1))
