"""Supervision as a backstop: petitions, hotlines, media, inspectors' finds and the upper platform's list become clues."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.clues.raising import raise_clue
from sangesan.kernel.identity_number import clean, parse
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.registry.permissions import WHOLE_COUNTY, visible_households
from sangesan.self_reports.candidates import Candidate, candidates_of
from sangesan.self_reports.contents import Content, identity_index, open_content, open_note, seal_content, seal_note
from sangesan.self_reports.domain import SHORTEST_WORDS, clean_name, clean_phone, match
from sangesan.self_reports.lookup import known_people
from sangesan.self_reports.models import Ticket
from sangesan.self_reports.permissions import ticket_for, visible_tickets
from sangesan.self_reports.policy import figure

ACT = "self_reports.supervise"
Kind = Ticket.Kind
CHANNELS = {kind: "PLATFORM" if kind == Kind.PLATFORM else "SUPERVISE" for kind in Kind}
TABS = {"open": "待答复", "late": "已超期", "doubtful": "待对上农户", "answered": "已答复"}


@dataclass(frozen=True)
class GivenTicket:
    """What came in. place: a village's, community's or town's code; due_on: None for the county's own term."""

    kind: str
    number: str
    head_name: str
    identity: str
    phone: str
    place: str
    risk: str
    words: str
    received_on: date
    due_on: date | None = None
    file_name: str = ""
    row_no: int | None = None


def register(*, post: Post, given: GivenTicket, today: date, now: datetime) -> Ticket:
    """Keeps a ticket once per kind and number; where the household is sure its clue is raised at once.

    Raises Refusal naming the field, NotAllowed for a place outside the post's reach.
    """
    with acting(post, ACT, on="ticket:new") as act:
        ticket = keep_ticket(post=post, given=given, today=today, now=now)
        act.on = f"ticket:{ticket.pk}"
        act.detail = {"kind": ticket.kind, "household": ticket.household_id, "clue": ticket.clue_id}
    return ticket


def keep_ticket(*, post: Post, given: GivenTicket, today: date, now: datetime) -> Ticket:
    """The ticket's row and clue, inside the caller's act."""
    number = _in_order(post, given, today)
    home, candidates = _household(post, given, number)
    days = timedelta(days=figure("supervised_days", today))
    try:
        with transaction.atomic():
            ticket = Ticket.objects.create(
                kind=given.kind,
                number=given.number.strip()[:60],
                risk=given.risk,
                division=home.residence if home else given.place,
                town=home.residence_town if home else _town(given.place),
                content_sealed=seal_content(
                    Content(clean_name(given.head_name), clean_phone(given.phone), number, given.words.strip()[:2000])
                ),
                identity_index=identity_index(number) if number else None,
                household=home,
                candidates=candidates,
                received_on=given.received_on,
                due_on=given.due_on or given.received_on + days,
                file_name=given.file_name[:200],
                row_no=given.row_no,
                post=post.pk,
                post_title=post.title,
                recorded_at=now,
            )
    except IntegrityError:
        raise Refusal(
            f"编号“{given.number}”已经登记过", place="编号", remedy="请在列表中按编号查看，不用再登"
        ) from None
    if home is not None:
        _raise(ticket, home, post, today=today, now=now)
    return ticket


def attach_ticket(*, post: Post, ticket_id: int, version: int, household_id: int, today: date, now: datetime) -> Ticket:
    """A person says which household a ticket is about: its clue is raised. Raises Refusal, NotAllowed."""
    with acting(post, ACT, on=f"ticket:{ticket_id}") as act:
        ticket = _locked(post, ticket_id, version)
        if ticket.household_id is not None:
            raise Refusal("已经对上农户", place="对上农户", remedy="请刷新页面查看")
        home = visible_households(post).filter(pk=household_id).first()
        if home is None:
            raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从候选中选，或请县里来选")
        _raise(ticket, home, post, today=today, now=now)
        act.detail = {"household": home.pk, "clue": ticket.clue_id}
    return ticket


def answer_ticket(*, post: Post, ticket_id: int, version: int, answer: str, today: date, now: datetime) -> Ticket:
    """What was answered to the sender, once. Raises Refusal."""
    with acting(post, ACT, on=f"ticket:{ticket_id}", reason="答复来件") as act:
        ticket = _locked(post, ticket_id, version)
        if ticket.answered_on is not None:
            raise Refusal("已经答复过", place="答复", remedy="请刷新页面查看")
        if len(answer.strip()) < SHORTEST_WORDS:
            raise Refusal("没有写答复了什么", place="答复", remedy="请写明核查的结果和怎样回复的")
        ticket.answered_on, ticket.answer_sealed = today, seal_note(answer[:2000])
        _save(ticket, "answered_on", "answer_sealed")
        act.detail = {"late": today > ticket.due_on, "answered_at": now.isoformat()}
    return ticket


@dataclass(frozen=True)
class TicketLine:
    """One ticket as shown, opened. late: past its day and unanswered."""

    ticket: Ticket
    content: Content
    answer: str
    late: bool
    candidates: list[Candidate]

    @property
    def pk(self) -> int:
        """The ticket's number: what lists page by."""
        return self.ticket.pk


def ticket_list(post: Post, *, tab: str, kind: str, today: date, after: int | None, limit: int) -> list[TicketLine]:
    """The post's tickets, newest first; page by key."""
    rows = _narrowed(post, tab, kind, today)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    chosen = rows.select_related("household", "clue").order_by("-pk")[:limit]
    return [TicketLine(t, open_content(t), "", _late(t, today), []) for t in chosen]


def ticket_counts(post: Post, *, kind: str, today: date) -> dict[str, int]:
    """How many under each tab."""
    return {tab: _narrowed(post, tab, kind, today).count() for tab in TABS}


def ticket_page(post: Post, ticket_id: int, today: date) -> TicketLine:
    """One ticket; that its words were read is an entry of the audit. Raises NotAllowed."""
    with acting(post, "self_reports.see", on=f"ticket:{ticket_id}") as act:
        ticket = ticket_for(post, ticket_id)
        act.detail = {"fields": ["words", "phone", "head_name"]}
    homes = Household.objects.in_bulk(ticket.candidates)
    content = open_content(ticket)
    found = candidates_of(post, list(homes.values()), content=content, place=ticket.division)
    return TicketLine(ticket, content, open_note(ticket.answer_sealed), _late(ticket, today), found)


def tickets_of_clue(post: Post, clue: int, today: date) -> list[TicketLine]:
    """The tickets behind a clue that the post may see, newest first."""
    rows = visible_tickets(require(post, "self_reports.see")).filter(clue=clue).order_by("-pk")[:20]
    return [TicketLine(t, open_content(t), "", _late(t, today), []) for t in rows]


def _narrowed(post: Post, tab: str, kind: str, today: date) -> QuerySet[Ticket]:
    rows = visible_tickets(require(post, "self_reports.see"))
    tabs = {
        "open": Q(answered_on=None),
        "late": Q(answered_on=None, due_on__lt=today),
        "doubtful": Q(household=None),
        "answered": Q(answered_on__isnull=False),
    }
    rows = rows.filter(tabs.get(tab, Q()))
    return rows.filter(kind=kind) if kind else rows


def _late(ticket: Ticket, today: date) -> bool:
    return ticket.answered_on is None and ticket.due_on < today


def _in_order(post: Post, given: GivenTicket, today: date) -> str:
    """The cleaned identity number, "" where none was given; raises Refusal for the first thing not in order."""
    if given.kind not in Kind.values:
        raise Refusal("没有选来件渠道", place="渠道", remedy="请选一项")
    if not given.number.strip():
        raise Refusal("没有填编号", place="编号", remedy="请填来件上的编号；媒体报道可填日期加媒体名")
    if given.risk not in RISK_TYPES:
        raise Refusal("没有选风险类型", place="风险类型", remedy="请选一项；说不清的选“其他”")
    if len(given.words.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写清反映什么", place="反映情况", remedy="请用一两句话写明")
    if not clean_name(given.head_name):
        raise Refusal("没有填姓名", place="户主姓名", remedy="请填来件上的姓名；只有村名的，请由督查检查登记")
    if given.received_on > today:
        raise Refusal("收到日期晚于今天", place="收到日期", remedy=f"请填 {today.isoformat()} 或更早的日期")
    if given.due_on is not None and given.due_on < given.received_on:
        raise Refusal("答复时限早于收到日期", place="答复时限", remedy="请核对两个日期")
    places = tree()
    if given.place not in places.names:
        raise Refusal("没有选村（社区）", place="村（社区）", remedy="请选来件所说的村；不清楚的选镇")
    if post.role not in WHOLE_COUNTY and post.division not in places.path(given.place):
        raise NotAllowed("这个地方不在您的管理范围内", remedy="请登记本镇的来件，别镇的请转县里")
    if not clean(given.identity):
        return ""
    try:
        return parse(given.identity).text
    except Refusal as refusal:
        raise Refusal(refusal.message, place="身份证号", remedy=refusal.remedy) from None


def _household(post: Post, given: GivenTicket, number: str) -> tuple[Household | None, list[int]]:
    name = clean_name(given.head_name)
    found = match(name, known_people(name, identity_index(number) if number else None, given.place))
    sure = visible_households(post).filter(pk=found.household or 0).first()
    if sure is not None:
        return sure, []
    return None, [found.household] if found.household else list(found.candidates)


def _town(place: str) -> str:
    places = tree()
    return places.town_of(place) if places.levels.get(place) != "county" else ""


def _raise(ticket: Ticket, home: Household, post: Post, *, today: date, now: datetime) -> None:
    """The clue says channel and risk; what was reported stays sealed here."""
    kind = Kind(ticket.kind)
    raised = raise_clue(
        post=post,
        household_id=home.pk,
        risk=ticket.risk,
        channel=CHANNELS[kind],
        words=f"{kind.label}：{RISK_TYPES[ticket.risk]}（原件见监督渠道登记）",
        source=f"{'platform' if kind == Kind.PLATFORM else 'supervision'}:{ticket.pk}",
        seen_on=min(ticket.received_on, today),
        now=now,
        today=today,
    )
    ticket.household, ticket.clue, ticket.candidates = home, raised.clue, []
    ticket.division, ticket.town = home.residence, home.residence_town
    _save(ticket, "household", "clue", "candidates", "division", "town")


def _locked(post: Post, ticket_id: int, version: int) -> Ticket:
    ticket = ticket_for(post, ticket_id, lock=True)
    if ticket.row_version != version:
        raise Refusal("您打开页面之后这件来件有了变化", remedy="请刷新页面看过后再办")
    return ticket


def _save(ticket: Ticket, *fields: str) -> None:
    ticket.save(update_fields=list(fields))
    Ticket.objects.filter(pk=ticket.pk).update(row_version=F("row_version") + 1)
    ticket.refresh_from_db(fields=["row_version"])
