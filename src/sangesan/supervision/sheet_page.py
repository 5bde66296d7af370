"""One sheet as a page reads it: what it says, the chain of its matter, its whole history, what this post may do now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.leadership.units import unit
from sangesan.supervision.domain import Act, State, is_overdue
from sangesan.supervision.models import HandOver, LookBack, Sheet, SheetEvent
from sangesan.supervision.permissions import NOT_SHOWN_BELOW, SUPERVISORS, offered, reached
from sangesan.supervision.raising import BY_PEOPLE, follower
from sangesan.supervision.table import Colour, Receiver, load_table
from sangesan.supervision.telling import reviewers_of, signers_of
from sangesan.supervision.words import (
    EVENT,
    HAND_OVER,
    LOOK_BACK,
    SHEET,
    look_back_subject,
    number_of,
    opened,
    subject_of,
)


@dataclass(frozen=True)
class EventLine:
    """One event with its words and files. to: the sheet that came of it, where this post sees it."""

    event: SheetEvent
    words: str
    files: Sequence[Attachment]
    to: Sheet | None


@dataclass(frozen=True)
class LookLine:
    """One look-back with its words and files."""

    row: LookBack
    words: str
    files: Sequence[Attachment]


@dataclass(frozen=True)
class HandLine:
    """One hand-over with its words; receiver: who gets it."""

    row: HandOver
    receiver: Receiver
    reason: str
    result: str


@dataclass(frozen=True)
class SheetPage:
    """A sheet with everything about it that the post may see. days: overdue (more than 0) or left (less or 0); None where
    no clock runs. waited: days that a draft has waited for its signature. awaited: the titles of those one of whom signs or
    closes next. proposed: whether a sheet of the next colour waits for its signature.
    """

    sheet: Sheet
    number: str
    colour: Colour
    unit_title: str
    requirement: str
    reason: str
    chain: Sequence[tuple[Sheet, str]]
    events: Sequence[EventLine]
    looks: Sequence[LookLine]
    hands: Sequence[HandLine]
    acts: frozenset[Act]
    overdue: bool
    days: int | None
    waited: int | None
    awaited: Sequence[str]
    proposed: bool
    raises: Sequence[tuple[str, str]]
    receivers: Sequence[Receiver]

    @property
    def origin(self) -> str:
        """What it comes from where it is neither a finding nor a sheet: "spot:2022-W37"."""
        return "" if self.sheet.origin.startswith(("sheet:", "finding:")) else self.sheet.origin


def sheet_page(post: Post, sheet_id: int, today: date) -> SheetPage:
    """The page of a sheet; raises NotAllowed outside the post's reach."""
    require(post, "supervision.see")
    sheet = Sheet.objects.select_related("person__user", "finding", "follows").filter(pk=sheet_id).first()
    sheet = reached(post, sheet)
    said = opened(SHEET, sheet.sealed)
    chain = _chain(post, sheet)
    acts = offered(post, sheet, today)
    overdue = is_overdue(sheet.state, sheet.due_on, today)
    table, after = load_table(), follower(sheet)
    return SheetPage(
        sheet=sheet,
        number=number_of(sheet),
        colour=table.colours[sheet.colour],
        unit_title=unit(sheet.unit).title,
        requirement=said.get("requirement", ""),
        reason=said.get("reason", ""),
        chain=[(one, number_of(one)) for one in chain],
        events=_events(sheet, {one.pk: one for one in chain}),
        looks=_looks(sheet),
        hands=_hands(post, sheet),
        acts=acts,
        overdue=overdue,
        days=_days(sheet, today),
        waited=(today - sheet.drafted_on).days if sheet.state == State.DRAFT else None,
        awaited=[one.title for one in _awaited(sheet, today)],
        proposed=after is not None and after.state == State.DRAFT,
        raises=_raises(sheet) if Act.PROPOSE in acts and after is None else [],
        receivers=list(table.receivers.values()) if Act.HAND_OVER in acts else [],
    )


def _chain(post: Post, sheet: Sheet) -> list[Sheet]:
    """All sheets of the matter, the oldest first; drafts for supervisors only."""
    root = sheet.root_id or sheet.pk
    rows = Sheet.objects.filter(pk=root) | Sheet.objects.filter(root=root)
    if post.role not in SUPERVISORS:
        rows = rows.exclude(state__in=NOT_SHOWN_BELOW).filter(issued_on__isnull=False)
    return list(rows.order_by("pk"))


def _events(sheet: Sheet, chain: Mapping[int, Sheet]) -> list[EventLine]:
    files: dict[str, list[Attachment]] = {}
    for file in attachments_of([subject_of(sheet.pk)]).get(subject_of(sheet.pk), []):
        files.setdefault(file.note, []).append(file)
    return [
        EventLine(
            event,
            opened(EVENT, event.sealed).get("words", ""),
            files.get(f"event:{event.pk}", []),
            chain.get(event.detail.get("to")) if isinstance(event.detail.get("to"), int) else None,
        )
        for event in sheet.events.order_by("pk")
    ]


def _looks(sheet: Sheet) -> list[LookLine]:
    rows = list(sheet.look_backs.select_related("raised").order_by("pk"))
    files = attachments_of([look_back_subject(row.pk) for row in rows])
    return [
        LookLine(row, opened(LOOK_BACK, row.sealed).get("words", ""), files.get(look_back_subject(row.pk), []))
        for row in rows
    ]


def _hands(post: Post, sheet: Sheet) -> list[HandLine]:
    """Hand-overs are the supervisors' and the receivers' business: the unit learns by the state of its sheet."""
    if post.role not in SUPERVISORS:
        return []
    return [hand_line(row) for row in sheet.hand_overs.order_by("pk")]


def hand_line(row: HandOver) -> HandLine:
    """A hand-over with its words opened."""
    said = opened(HAND_OVER, row.sealed)
    return HandLine(row, load_table().receivers[row.to], said.get("reason", ""), said.get("result", ""))


def _awaited(sheet: Sheet, today: date) -> list[Post]:
    if sheet.state == State.DRAFT:
        return signers_of(sheet, today)
    return reviewers_of(sheet, Act.CLOSE, today) if sheet.state == State.RECTIFIED else []


def _days(sheet: Sheet, today: date) -> int | None:
    if sheet.due_on is None or State(sheet.state) not in {State.ISSUED, State.RECEIVED, State.RETURNED}:
        return None
    return (today - sheet.due_on).days


def _raises(sheet: Sheet) -> list[tuple[str, str]]:
    """What a person may propose: ("direct:red", title)."""
    table = load_table()
    return [
        (f"{cause}:{colour}", f"{table.causes[cause].title}，改下{table.colours[colour].name}")
        for cause in BY_PEOPLE
        for colour in table.causes[cause].next_colours(sheet.colour)
    ]
