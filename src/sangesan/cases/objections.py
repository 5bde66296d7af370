"""How long objections stopped a notice's clock. Plain Python."""

from collections.abc import Sequence
from datetime import date


def days_stopped(spans: Sequence[tuple[date, date | None]], today: date) -> int:
    """Calendar days covered by objections from the day received until settled (open ones: until today), each day once."""
    stopped, reached = 0, date.min
    for begin, settled in sorted(spans, key=lambda span: span[0]):
        end = min(settled or today, today)
        begin_counted = max(begin, reached)
        if end > begin_counted:
            stopped += (end - begin_counted).days
            reached = end
    return stopped
