"""Delivering a file and withdrawing one. Heavy work comes first; the transaction only publishes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.exchange.contracts import FeedContract, load_contracts
from sangesan.exchange.door import Door
from sangesan.exchange.keys import wrap
from sangesan.exchange.models import Delivery
from sangesan.exchange.parquet import publish_parquet, staged
from sangesan.exchange.permissions import DELIVER, WITHDRAW, require_feed
from sangesan.exchange.preparing import Prepared, prepare
from sangesan.exchange.publishing import Publication, insert, insert_refused, refresh
from sangesan.exchange.queries import others_of_month, same_content
from sangesan.exchange.reading.bounds import MAX_FILE_BYTES
from sangesan.exchange.report import SAME, DeliveryReport
from sangesan.files import storage
from sangesan.files.models import StoredFile
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring

Progress = Callable[[int, int, str], None]
STEPS = 4
PARQUET = "parquet"


def deliver(
    post: Post | None,
    feed: str,
    source: Path | bytes,
    *,
    now: datetime,
    filename: str = "",
    period: Month | None = None,
    take_good_rows: bool = False,
    supersedes: int | None = None,
    progress: Progress | None = None,
    door: Door | None = None,
) -> DeliveryReport:
    """Take in one file of a feed and report on it.

    filename: as handed in, folders before it may tell the month; period: when the file names no month itself.
    take_good_rows: accept rows without a fault although others have some. supersedes: an earlier delivery of the
    feed that this one corrects. Raises a Refusal where the file is none of this feed's, NotAllowed where the post
    may not; a file with refused rows is reported, not raised.
    """
    started = time.perf_counter()
    tell = progress or (lambda _done, _total, _message: None)
    contract = (door.contracts if door else load_contracts()).feed(feed)
    holder = require_feed(post, DELIVER, contract)
    name = filename or (source.as_posix() if isinstance(source, Path) else "")
    data = _bytes(source, name)
    digest = digest_bytes(data)
    corrected = _corrected(contract, supersedes)
    before = same_content(feed, digest)
    if before is not None:
        return _same(contract, before, name, started)
    tell(1, STEPS, "读取和检查")
    door = door or Door.open(with_people=contract.grain == "person")
    try:
        prepared = prepare(data, name, contract, directory=door.directory, people=door.people)
    except Refusal as refusal:
        raise refusal.at(_short(name)) from None
    month = _month(prepared, period, door, name)
    publication = Publication(holder, contract, month, _short(name), digest, len(data), now, started)
    if prepared.refused and not (take_good_rows and prepared.good):
        tell(STEPS, STEPS, "有不合要求的行，整份退回")
        with acting(holder, DELIVER, on=f"feed:{feed}", reason="退回") as entry:
            row = insert_refused(publication, prepared)
            entry.detail = _detail(row)
        return refresh(contract, row, prepared, started)
    tell(2, STEPS, "加密保存")
    return _accept(publication, prepared, data, corrected, tell)


def _accept(
    publication: Publication, prepared: Prepared, data: bytes, corrected: Delivery | None, tell: Progress
) -> DeliveryReport:
    home, feed = Path(settings.HOME), publication.feed
    keyring = Keyring.load(home)
    key = None if settings.PLAIN_PARQUET else keyring.random_key()
    storage.write(data, StoredFile.Kind.ORIGINAL, sha256=publication.sha256)
    chunks = publication.sealed_chunks(prepared, keyring)
    with staged(prepared.open, home / PARQUET / feed.code, key) as part:
        tell(3, STEPS, "登记")
        try:
            with acting(publication.post, DELIVER, on=f"feed:{feed.code}") as entry:
                kept = storage.keep(data, StoredFile.Kind.ORIGINAL, now=publication.now, sha256=publication.sha256)
                row = insert(publication, prepared, kept, chunks, corrected)
                row.path = f"{PARQUET}/{feed.code}/{row.pk}.parquet"
                row.wrapped_key = wrap(key, row.pk) if key else b""
                row.save(update_fields=["path", "wrapped_key"])
                publish_parquet(part, home / row.path)
                entry.detail = _detail(row)
        except IntegrityError:
            # Somebody else delivered the same content between our look and our insert.
            before = same_content(feed.code, publication.sha256)
            if before is None:
                raise
            return _same(feed, before, publication.file_name, publication.started)
    tell(STEPS, STEPS, "完成")
    report = refresh(feed, row, prepared, publication.started)
    report.warning = others_of_month(row)
    return report


def withdraw(post: Post | None, delivery: int, *, reason: str, now: datetime) -> None:
    """End a delivery: from now on no run sees its rows. Its file stays, so that earlier runs can be repeated."""
    row = Delivery.objects.filter(pk=delivery).exclude(state=Delivery.State.REFUSED).first()
    place = f"报送 {delivery}"
    if row is None:
        raise Refusal("没有这份报送，或它当时就被退回", place=place, remedy="从部门页面选择要撤回的报送")
    require_feed(post, WITHDRAW, load_contracts().feed(row.feed))
    if not reason.strip():
        raise Refusal("没有写撤回理由", place=place, remedy="写明为什么撤回")
    with acting(post, WITHDRAW, on=f"delivery:{delivery}", reason=reason) as entry:
        changed = Delivery.objects.filter(pk=delivery, ended_at=None).update(
            ended_at=now, withdrawn_reason=reason[:200]
        )
        if not changed:
            raise Refusal("这份报送已经撤回或被更正", place=place)
        entry.detail = {"feed": row.feed, "rows": row.accepted}


def _bytes(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        return source
    if not source.is_file():
        raise Refusal("文件不存在", place=str(source), remedy="检查路径")
    if source.stat().st_size > MAX_FILE_BYTES:
        raise Refusal(f"文件超过 {MAX_FILE_BYTES // 1048576} MB", place=_short(name), remedy="请压缩或分成多个文件")
    return source.read_bytes()


def _corrected(feed: FeedContract, supersedes: int | None) -> Delivery | None:
    if supersedes is None:
        return None
    live = Delivery.objects.filter(pk=supersedes, feed=feed.code, ended_at=None)
    row = live.exclude(state=Delivery.State.REFUSED).first()
    if row is None:
        raise Refusal(f"“{feed.title}”没有编号为 {supersedes} 的有效报送", remedy="从部门页面选择要更正的报送")
    return row


def _month(prepared: Prepared, period: Month | None, door: Door, name: str) -> Month:
    """The file's own month goes first; a caller who says otherwise is told so."""
    found = prepared.month
    if found and period and found != period:
        raise Refusal(
            f"文件标题或文件名写的是 {found}，而指定的期别是 {period}", place=_short(name), remedy="核对后只留一个"
        )
    return found or period or _month_of_rows(prepared, door.today) or Month.of(door.today)


def _month_of_rows(prepared: Prepared, today: date) -> Month | None:
    """The latest month, not after today's, that the feed's first date column speaks of; None where it has none."""
    name = next((c.as_name for c in prepared.feed.open_columns if c.type == "date"), None)
    if name is None or name not in prepared.open.column_names:
        return None
    days = [day for day in prepared.open.column(name).unique().to_pylist() if day is not None and day <= today]
    return Month.of(max(days)) if days else None


def _same(feed: FeedContract, before: Delivery, name: str, started: float) -> DeliveryReport:
    return DeliveryReport(
        feed=feed.code,
        title=feed.title,
        period=str(Month.of(before.period)),
        file_name=_short(name),
        state=SAME,
        rows_read=before.rows_read,
        accepted=before.accepted,
        refused=before.refused,
        attached=before.attached,
        not_attached=before.not_attached,
        by_method=before.by_method,
        same_as=before.pk,
        seconds=time.perf_counter() - started,
        message=f"同一份文件已于 {before.accepted_at:%Y-%m-%d} 接收（报送 {before.pk}），本次没有改变任何数据",
    )


def _detail(row: Delivery) -> dict[str, object]:
    return {
        "delivery": row.pk,
        "period": str(Month.of(row.period)),
        "state": row.state,
        "rows": row.rows_read,
        "accepted": row.accepted,
        "not_attached": row.not_attached,
    }


def _short(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1][:255]
