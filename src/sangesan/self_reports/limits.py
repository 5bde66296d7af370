"""How often one may: kept in the database, so that it holds over several processes; addresses only as keyed indexes."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from sangesan.kernel.refusal import Refusal
from sangesan.self_reports.contents import keyring
from sangesan.self_reports.models import Tally
from sangesan.self_reports.policy import figure

INDEX = "self_reports.limits"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONGEST_WAIT = timedelta(days=1)


class TooMany(Refusal):
    """A limit is used up. minutes: after how many it may be tried again."""

    def __init__(self, message: str, *, minutes: int, remedy: str) -> None:
        super().__init__(message, place="", remedy=remedy)
        self.minutes = minutes


@dataclass(frozen=True)
class Limit:
    """what: a code; who: an address, phone, village or receipt, in the clear only in memory; most within a time."""

    what: str
    who: str
    most: int
    within: timedelta


def limits_of_report(*, address: str, phone: str, village: str, today: date) -> list[Limit]:
    """What one report by phone counts against."""
    return [
        Limit("address", address, figure("most_per_address", today), HOUR),
        Limit("phone", phone, figure("most_per_phone", today), DAY),
        Limit("village", village, figure("most_per_village", today), DAY),
    ]


def limits_of_voice(*, address: str, today: date) -> list[Limit]:
    """What one recording sent along counts against: it is checked and kept before the form is known to be in order."""
    return [Limit("voice", address, 2 * figure("most_per_address", today), HOUR)]


def limits_of_asking(*, address: str, receipt: str, today: date) -> list[Limit]:
    """What one wrong answer on the progress page counts against; the receipt as typed, whether it exists or not."""
    wait = timedelta(minutes=figure("wait_minutes", today))
    return [
        Limit("asked_receipt", receipt, figure("wrong_tries", today), wait),
        Limit("asked_address", address, figure("wrong_tries_per_address", today), wait),
    ]


def ensure_free(limits: Iterable[Limit], *, now: datetime, refused: str, remedy: str) -> None:
    """Raises TooMany where one of the limits is used up; counts nothing."""
    left = [row.until - now for limit in limits if (row := _row(limit)) and row.count >= limit.most and row.until > now]
    if left:
        minutes = max(1, math.ceil(max(left).total_seconds() / 60))
        raise TooMany(refused, minutes=minutes, remedy=remedy.format(minutes=_words(minutes)))


def count(limits: Iterable[Limit], *, now: datetime) -> None:
    """One more against each limit. Where a limit is used up again and again, its wait doubles up to a day."""
    for limit in limits:
        with transaction.atomic():
            row = _row(limit, lock=True) or _first(limit, now)
            if row.until <= now:
                used_up = row.count >= limit.most and now - row.until < DAY
                row.rounds = min(row.rounds + 1, 10) if used_up else 0
                row.count, row.until = 0, now + limit.within
            row.count += 1
            if row.count == limit.most and row.rounds:
                row.until = now + min(limit.within * 2**row.rounds, LONGEST_WAIT)
            row.save(update_fields=["count", "rounds", "until"])


def sweep(now: datetime) -> int:
    """Forgets what ended more than a day ago; how many."""
    return Tally.objects.filter(until__lt=now - DAY).delete()[0]


def _row(limit: Limit, *, lock: bool = False) -> Tally | None:
    rows = Tally.objects.filter(what=limit.what, who=_index(limit))
    return (rows.select_for_update() if lock else rows).first()


def _first(limit: Limit, now: datetime) -> Tally:
    try:
        with transaction.atomic():
            return Tally.objects.create(what=limit.what, who=_index(limit), until=now + limit.within)
    except IntegrityError:  # another process was first
        return Tally.objects.select_for_update().get(what=limit.what, who=_index(limit))


def _index(limit: Limit) -> bytes:
    return keyring().index(INDEX, f"{limit.what}:{limit.who}")


def _words(minutes: int) -> str:
    return f"{minutes} 分钟" if minutes < 90 else f"{round(minutes / 60)} 小时"
