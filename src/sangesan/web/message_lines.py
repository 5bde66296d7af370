"""Messages in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from sangesan.messages.models import Message
from sangesan.messages.templates import Line, chinese_day_seen_from, sentence, templates
from sangesan.regions.queries import CHINA, tree
from sangesan.web.labels import titled

DAILY = "today"  # the template of the morning's reminder: its numbers are of that hour


@dataclass(frozen=True)
class ShownLine:
    """One sentence; number: its place in the message; link: "" for none."""

    number: int
    text: str
    link: str


@dataclass(frozen=True)
class ShownMessage:
    """A message as the list shows it. at: when it was made, by the county's clock; counted: it says how many there were."""

    message: Message
    title: str
    lines: list[ShownLine]
    at: datetime
    counted: bool


def shown_message(message: Message, today: date) -> ShownMessage:
    """What the list shows of a message on a day; a sentence whose template is gone since is left out."""
    known = [(number, kept) for number, kept in enumerate(message.lines) if kept["template"] in templates()]
    lines = [ShownLine(number, _sentence(kept, today), kept["link"]) for number, kept in known]
    template = templates().get(message.template)
    title = titled(template.title) if template else ""
    return ShownMessage(message, title, lines, _county_clock(message.made_at, today), message.template == DAILY)


def _county_clock(at: datetime, today: date) -> datetime:
    """In China's time; a demonstration's day is fixed, so what was made after it is of that day at its hour."""
    local = at.astimezone(CHINA)
    return datetime.combine(today, local.time(), CHINA) if local.date() > today else local


def _sentence(kept: Mapping[str, Any], today: date) -> str:
    line, chinese = Line.from_dict(kept), (get_language() or "zh").startswith("zh")
    return sentence(
        line,
        tree().full_name,
        text=titled(templates()[line.template].text),
        in_words=chinese_day_seen_from(today) if chinese else date.isoformat,
        translated=titled,
    )
