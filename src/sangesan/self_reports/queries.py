"""Lists of reports, one report, and what households and clues show of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.cases.models import Case
from sangesan.cases.states import State as CaseState
from sangesan.clues.domain import State as ClueState
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.kernel.masking import mask_phone
from sangesan.registry.models import Household
from sangesan.self_reports.answering import case_of, looked_at, reason_due
from sangesan.self_reports.candidates import Candidate, candidates_of
from sangesan.self_reports.contents import Content, Look, open_content, open_look, open_note
from sangesan.self_reports.domain import WAITING, State
from sangesan.self_reports.models import Report
from sangesan.self_reports.permissions import report_for, visible_reports
from sangesan.self_reports.policy import figure
from sangesan.self_reports.reporting import subject

TABS = {
    "waiting": "待受理",
    "register": "待补入底册",
    "confirm": "待与本户核对",
    "sent": "已转村核查",
    "reason": "待说明理由",
    "review": "申请复核",
    "answered": "已答复",
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. tab: of TABS, "" for all; place: a town's or village's code; late: overdue only."""

    tab: str = "waiting"
    place: str = ""
    way: str = ""
    risk: str = ""
    late: bool = False


@dataclass(frozen=True)
class Line:
    """One report in a list, opened. late: not accepted in time; reason_by: until when the reason is to be told."""

    report: Report
    content: Content
    late: bool
    reason_by: date | None

    @property
    def pk(self) -> int:
        """The report's number: what lists page by."""
        return self.report.pk


@dataclass(frozen=True)
class ReportPage:
    """One report with everything a person needs to deal with it. phones_open: not masked for this post."""

    report: Report
    content: Content
    note: str
    voice: Attachment | None
    photos: list[Attachment]
    candidates: list[Candidate]
    look: Look | None
    late: bool
    reason_by: date | None
    looked_at: bool
    others: list[Report]
    phones_open: bool


def report_list(post: Post, filters: Filters, *, today: date, after: int | None, limit: int) -> list[Line]:
    """The post's reports, children first asked for by their own mark, newest first; page by key."""
    rows = narrowed(require(post, "self_reports.see"), filters, today)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    chosen = list(rows.select_related("household", "clue").order_by("-pk")[:limit])
    cases = Case.objects.in_bulk([row.clue.case for row in chosen if row.clue is not None and row.clue.case])
    days = figure("reason_days", today)
    return [
        Line(
            row,
            open_content(row),
            _late(row, today),
            reason_due(row, cases.get((row.clue.case if row.clue else 0) or 0), days),
        )
        for row in chosen
    ]


def counts(post: Post, filters: Filters, *, today: date) -> dict[str, int]:
    """How many under each tab, the other filters kept."""
    require(post, "self_reports.see")
    return {tab: narrowed(post, Filters(**{**vars(filters), "tab": tab}), today).count() for tab in TABS}


def narrowed(post: Post, filters: Filters, today: date) -> QuerySet[Report]:
    """The rows of a list."""
    rows = visible_reports(post).filter(_of_tab(filters.tab))
    if filters.place:
        rows = rows.filter(Q(town=filters.place) | Q(division=filters.place))
    exact = {"way": filters.way, "risk": filters.risk}
    rows = rows.filter(**{k: v for k, v in exact.items() if v})
    return rows.filter(state__in=WAITING, due_on__lt=today) if filters.late else rows


def report_page(post: Post, report_id: int, today: date) -> ReportPage:
    """One report. That its words and phone were read is an entry of the audit. Raises NotAllowed."""
    with acting(post, "self_reports.see", on=f"self_report:{report_id}") as act:
        report = report_for(post, report_id)
        phones_open = post.role != Post.Role.INSPECTOR
        act.detail = {"fields": ["words", "head_name", *(["phone"] if phones_open else [])]}
    content, case = open_content(report), case_of(report)
    files = attachments_of([subject(report)]).get(subject(report), [])
    number = report.identity_index
    same = visible_reports(post).filter(identity_index=number).exclude(pk=report.pk) if number else Report.objects.none()
    shown = replace(content, phone=mask_phone(content.phone), proxy_phone=mask_phone(content.proxy_phone))
    return ReportPage(
        report=report,
        content=content if phones_open else shown,
        note=open_note(report.note_sealed),
        voice=next((f for f in files if f.role == "voice"), None),
        photos=[f for f in files if f.role == "photo"],
        candidates=candidates_of(post, _candidates(report), content=content, place=report.division),
        look=open_look(report.look_sealed),
        late=_late(report, today),
        reason_by=reason_due(report, case, figure("reason_days", today)),
        looked_at=looked_at(report, case),
        others=list(same.order_by("-pk")[:10]),
        phones_open=phones_open,
    )


@dataclass(frozen=True)
class OwnWords:
    """What a household itself said: for its page and for its clue's page."""

    report: Report
    content: Content
    voice: Attachment | None
    photos: Sequence[Attachment]


def own_words(post: Post, *, household: int | None = None, clue: int | None = None) -> list[OwnWords]:
    """The reports of a household or a clue that the post may see, newest first, opened."""
    wanted = {"household": household} if household else {"clue": clue}
    rows = list(visible_reports(require(post, "self_reports.see")).filter(**wanted).order_by("-pk")[:20])
    files = attachments_of([subject(row) for row in rows]) if rows else {}
    return [_words(row, files) for row in rows]


def _words(row: Report, files: Mapping[str, list[Attachment]]) -> OwnWords:
    mine = files.get(subject(row), [])
    voice = next((f for f in mine if f.role == "voice"), None)
    return OwnWords(row, open_content(row), voice, [f for f in mine if f.role == "photo"])


def _of_tab(tab: str) -> Q:
    not_qualified = Case.objects.filter(state=CaseState.NOT_QUALIFIED).values("pk")
    tabs = {
        "waiting": Q(state__in=WAITING),
        "register": Q(state=State.VERIFIED),
        "confirm": Q(state=State.SENT, confirmed_on=None),
        "sent": Q(state=State.SENT),
        "reason": Q(state=State.SENT) & (Q(clue__state=ClueState.CLEARED) | Q(clue__case__in=not_qualified)),
        "review": Q(review_asked_on__isnull=False),
        "answered": Q(state=State.ANSWERED),
    }
    return tabs.get(tab, Q())


def _late(row: Report, today: date) -> bool:
    return row.state in WAITING and row.due_on < today


def _candidates(report: Report) -> list[Household]:
    found: Iterable[Household] = Household.objects.in_bulk(report.candidates).values()
    return sorted(found, key=lambda h: report.candidates.index(h.pk))
