"""What is looked at every minute: the watched folder, departments' deliveries, alerts whose hour has come."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.alerts.dispatching import settle, state_of
from sangesan.alerts.domain import State
from sangesan.alerts.feeding import FEED
from sangesan.alerts.models import Alert, Message, Turned
from sangesan.alerts.moment import county_now
from sangesan.alerts.taking import take_in
from sangesan.exchange.cap.xml_tree import MOST_BYTES
from sangesan.exchange.models import Delivery
from sangesan.exchange.reading.cap import is_cap
from sangesan.files import storage
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.models import Task

INBOX = Path("inbox") / "alerts"
TAKEN, REFUSED = "taken", "refused"
ENDINGS = {".xml", ".cap"}
LEAST_AGE = 2.0  # seconds a file must have been left alone: it may still be on its way in


def inbox() -> Path:
    """The watched folder, made with its two corners."""
    folder = Path(settings.HOME) / INBOX
    for part in (folder, folder / TAKEN, folder / REFUSED):
        part.mkdir(parents=True, exist_ok=True)
    return folder


def waiting_files(now: datetime) -> list[Path]:
    """Files that lie in the folder long enough, in order of name."""
    folder = Path(settings.HOME) / INBOX
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in ENDINGS and path.is_file() and not path.is_symlink():
            age = now.timestamp() - path.stat().st_mtime
            if abs(age) >= LEAST_AGE:  # far in the future: the clock was set back, the file is not in writing
                found.append(path)
    return found


def take_folder(*, now: datetime) -> tuple[int, int]:
    """Takes what lies in the folder: taken files move to taken/, others to refused/ with a file that says why."""
    folder, taken, refused = inbox(), 0, 0
    for path in waiting_files(now):
        try:
            take_in(post=system_post(), data=_bounded(path), way=Message.Way.FOLDER, now=now)
        except Refusal as refusal:
            refused += 1
            _turn_away(path, folder / REFUSED, str(refusal), now)
        else:
            taken += 1
            path.replace(_free(folder / TAKEN, path.name))
    return taken, refused


def _bounded(path: Path) -> bytes:
    """At most one byte more than a message may have: the reader then says that it is too big."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _turn_away(path: Path, folder: Path, reason: str, now: datetime) -> None:
    kept = path.replace(_free(folder, path.name))
    kept.with_name(f"{kept.name}.原因.txt").write_text(reason + "\n", encoding="utf-8")
    digest = digest_bytes(kept.read_bytes()) if kept.stat().st_size <= MOST_BYTES else ""
    Turned.objects.create(file_name=path.name[:255], sha256=digest, reason=reason[:500], at=county_now(now))


def _free(folder: Path, name: str) -> Path:
    """A path in the folder that nothing has yet."""
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return target


def deliveries_to_take() -> list[Delivery]:
    """Deliveries of the warnings' feed that are CAP messages and no alert has yet, oldest first."""
    has = Message.objects.filter(sha256=OuterRef("sha256"))
    rows = Delivery.objects.filter(feed=FEED, ended_at=None, original__isnull=False).exclude(
        state=Delivery.State.REFUSED
    )
    passed = Turned.objects.filter(sha256=OuterRef("sha256"))
    rows = rows.exclude(Exists(has)).exclude(Exists(passed))
    return list(rows.select_related("original").order_by("pk")[:200])


def take_deliveries(*, now: datetime) -> int:
    """What departments delivered to the feed becomes an alert too; how many."""
    taken = 0
    for row in deliveries_to_take():
        assert row.original is not None  # noqa: S101  filtered above
        data, reason = storage.read(row.original), "是表格，不是 CAP 预警，只供筛查使用"
        if is_cap(data):
            try:
                take_in(post=system_post(), data=data, way=Message.Way.FEED, now=now, delivery=row.pk)
                taken += 1
                continue
            except Refusal as refusal:
                reason = str(refusal)[:500]
        Turned.objects.create(file_name=row.file_name, sha256=row.sha256, reason=reason, at=county_now(now))
    return taken


def alerts_to_end(now: datetime) -> list[Alert]:
    """Alerts past their hour that still have open tasks."""
    sources = Task.objects.filter(state=Task.State.OPEN, source__startswith="alert:")
    numbers = {int(s.split(":")[1]) for s in sources.values_list("source", flat=True).distinct()}
    rows = Alert.objects.filter(pk__in=numbers, expires_at__lte=county_now(now))
    return [a.merged_into or a for a in rows.select_related("merged_into")]


def end_expired(*, now: datetime, post: Post | None = None) -> int:
    """Calls off what was not begun on alerts whose hour has passed; how many households."""
    closed = 0
    for alert in alerts_to_end(now):
        with transaction.atomic():
            locked = Alert.objects.select_for_update().get(pk=alert.pk)
            if state_of(locked, now) == State.EXPIRED:
                closed += settle(locked, now=now, post=post).closed
    return closed


def something_waits(now: datetime) -> bool:
    """Whether there is anything for the minute's job."""
    return bool(waiting_files(now) or deliveries_to_take() or alerts_to_end(now))
