"""Telling posts something. Called by the slices above in their own transaction: their act has asked for the permission.

A message and its places in the outgoing queue are written together with what they tell of, so that neither is lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.messages.domain import due_at
from sangesan.messages.models import Message, Subscription, Waiting
from sangesan.messages.schedule import schedule_on
from sangesan.messages.templates import Line, line_of, templates
from sangesan.regions.queries import CHINA, tree

BATCH = 500
LONGEST_SOURCE = 80
NOBODY_READS = {Post.Role.SYSTEM}


@dataclass(frozen=True)
class Note:
    """What one post is told. source: what it comes from; the same post and source again tells nothing."""

    post: Post
    lines: Sequence[Line]
    source: str = ""
    template: str = ""
    urgent: bool | None = None


def tell(
    posts: Iterable[Post],
    template: str,
    fields: Mapping[str, Any],
    link: str = "",
    *,
    urgent: bool | None = None,
    source: str = "",
    now: datetime,
) -> int:
    """Tells each post one sentence; how many were told anew.

    template, fields: of templates.yaml; link: an address within the system ("/patrols/?due=today"); urgent: default as
    the template says; source: "alert:12", the same again tells nothing. Raises Refusal for what is not of a template.
    """
    line = line_of(template, fields, link)
    return tell_all([Note(post, [line], source, urgent=urgent) for post in posts], now=now)


def tell_all(notes: Iterable[Note], *, now: datetime) -> int:
    """Tells many posts, each its own; a fixed number of queries per 500. Posts that nobody reads as are left out."""
    wanted = [note for note in notes if note.lines and note.post.role not in NOBODY_READS]
    told = 0
    with transaction.atomic():
        for start in range(0, len(wanted), BATCH):
            told += _tell(wanted[start : start + BATCH], now)
    return told


def _tell(notes: list[Note], now: datetime) -> int:
    _places_exist(notes)
    posts = {note.post.pk for note in notes}
    sources = {note.source[:LONGEST_SOURCE] for note in notes if note.source}
    known = set(Message.objects.filter(post__in=posts, source__in=sources).values_list("post_id", "source"))
    fresh: dict[tuple[int, str, int], Message] = {}
    for number, note in enumerate(notes):
        source = note.source[:LONGEST_SOURCE]
        if not source or (note.post.pk, source) not in known:
            # a note without a source is always told: its place in the list keeps it apart
            fresh.setdefault((note.post.pk, source, 0 if source else number), _message(note, source, now))
    if not fresh:
        return 0
    last = Message.objects.aggregate(last=Max("pk"))["last"] or 0
    # two that tell of the same at once: the second finds the row there and leaves it
    Message.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    written = list(Message.objects.filter(pk__gt=last, post__in=posts, made_at=now).select_related("post"))
    _queue(written, now)
    return len(written)


def _places_exist(notes: Iterable[Note]) -> None:
    """A code that looks like a division's must be one: its name is what will be read outside."""
    names = tree().names
    for note in notes:
        for line in note.lines:
            kinds = templates()[line.template].fields
            if any(kind == "place" and line.fields[name] not in names for name, kind in kinds.items()):
                raise Refusal("没有这个区划", place=f"通知模板 {line.template}", remedy="请用区划代码")


def _message(note: Note, source: str, now: datetime) -> Message:
    return Message(
        post=note.post,
        template=note.template or note.lines[0].template,
        lines=[line.to_dict() for line in note.lines],
        urgent=_urgent(note),
        source=source,
        made_at=now,
    )


def _urgent(note: Note) -> bool:
    return any(templates()[line.template].urgent for line in note.lines) if note.urgent is None else note.urgent


def _queue(messages: Sequence[Message], now: datetime) -> None:
    """A place in the queue of every channel that the message's post is subscribed to: one query, one write."""
    outside = [message for message in messages if not _inside_only(message)]
    subscribed = _channels_of({message.post_id for message in outside})
    if not subscribed:
        return
    local = now.astimezone(CHINA)
    schedule = schedule_on(local.date())
    rows = [
        Waiting(
            message=message,
            channel_id=channel,
            urgent=message.urgent,
            passes_quiet=message.urgent and _passes_quiet(message),
            due_at=due_at(schedule, local, urgent=message.urgent),
        )
        for message in outside
        for channel in _matching(subscribed, message.post)
    ]
    Waiting.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _inside_only(message: Message) -> bool:
    return all(templates()[line["template"]].inside_only for line in message.lines)


def _passes_quiet(message: Message) -> bool:
    return any(templates()[line["template"]].passes_quiet for line in message.lines)


def _channels_of(posts: Iterable[int]) -> list[Subscription]:
    live = Subscription.objects.filter(ended_at=None, channel__active=True)
    return list(live.filter(Q(post__in=list(posts)) | Q(post=None)).order_by("pk"))


def _matching(subscriptions: Sequence[Subscription], post: Post) -> list[int]:
    """The channels of those subscriptions that take the post's messages, each once."""
    return list(dict.fromkeys(s.channel_id for s in subscriptions if takes(s, post)))


def takes(subscription: Subscription, post: Post) -> bool:
    """Whether a subscription is for a post: its own, or of its role in its town (or in the whole county)."""
    if subscription.post_id is not None:
        return subscription.post_id == post.pk
    if subscription.role != post.role:
        return False
    return not subscription.division or subscription.division in {post.division, tree().town_of(post.division)}
