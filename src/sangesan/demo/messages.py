"""The morning's messages in the demonstration: within the system only, no way out is set up."""

from collections.abc import Callable
from datetime import date, datetime, time

from sangesan.accounts.queries import system_post
from sangesan.regions.queries import CHINA
from sangesan.reminders.composing import compose

MORNING = time(7, 20)


def write_messages(*, today: date, progress: Callable[[int, int, str], None]) -> int:
    """Tells every post what lies before it on the demonstration's day; a second time nobody is told anything."""
    now = datetime.combine(today, MORNING, CHINA)
    told = compose(post=system_post(), day=today, after_clue=None, now=now).told
    progress(1, 1, f"{told:,} 个岗位")
    return told
