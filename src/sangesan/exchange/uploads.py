"""A file on its way from the page to the worker: kept sealed under HOME until its job has taken it."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings

from sangesan.accounts.models import Post
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.permissions import DELIVER, require_feed
from sangesan.exchange.reading.bounds import MAX_FILE_BYTES
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import ask
from sangesan.kernel.placing import place
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring

PURPOSE = "exchange.upload"
JOB = "exchange.deliver"


def hand_in(*, post: Post, feed: str, data: bytes, filename: str, take_good_rows: bool) -> JobRun:
    """Keeps the file for the worker and asks for its delivery. Raises Refusal (unknown feed, too large), NotAllowed."""
    holder = require_feed(post, DELIVER, load_contracts().feed(feed))
    if len(data) > MAX_FILE_BYTES:
        raise Refusal(f"文件超过 {MAX_FILE_BYTES // 1048576} MB", place=filename, remedy="请压缩或分成多个文件")
    ticket = secrets.token_hex(16)
    place(_path(ticket), Keyring.load(Path(settings.HOME)).seal(PURPOSE, data))
    arguments = {"feed": feed, "ticket": ticket, "filename": filename, "take_good_rows": take_good_rows}
    return ask(JOB, ticket, arguments=arguments, post=holder.pk)


def taken(ticket: str) -> bytes:
    """The file that was handed in. Raises Refusal where it is gone."""
    try:
        return Keyring.load(Path(settings.HOME)).open(PURPOSE, _path(ticket).read_bytes())
    except FileNotFoundError:
        raise Refusal("上传的文件已经处理过，或不在了", remedy="请重新上传") from None


def drop(ticket: str) -> None:
    """Forgets the file: it has been delivered or refused."""
    _path(ticket).unlink(missing_ok=True)


def _path(ticket: str) -> Path:
    return Path(settings.HOME) / "uploads" / ticket
