"""Facts of departments: feeds past due, promised help not given, warnings that nobody answered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sangesan.accounts.queries import system_post
from sangesan.assistance.models import Request
from sangesan.checks.subjects import MOST_RECORDS, Gathered, Look, Proofs, Source, Subject, record
from sangesan.clues.domain import State
from sangesan.clues.models import Clue
from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.models import Delivery
from sangesan.exchange.queries import FeedStatus, feed_statuses
from sangesan.exchange.timeliness import NEVER
from sangesan.facts.functions import Value
from sangesan.regions.queries import CHINA, county
from sangesan.screening.reading import load_rules

CHANNEL = "DEPT"


def department_key(code: str) -> str:
    """The unit of a department; the county's where nothing has the code."""
    return f"department:{code}" if code in load_contracts().departments else f"county:{county().code}"


def _statuses(look: Look) -> list[FeedStatus]:
    return feed_statuses(system_post(), look.as_of)


def gather_feeds(look: Look) -> Gathered:
    """Every feed, by code."""
    rows = sorted(_statuses(look), key=lambda s: s.feed.code)
    back = sent_back()
    subjects = [Subject(f"feed:{s.feed.code}", department_key(s.department.code)) for s in rows]
    return Gathered(
        subjects,
        [
            {
                "feed_title": s.feed.title,
                "days_late": s.due.days_late,
                "never_delivered": s.due.status == NEVER,
                "expected": s.due.period is not None,
                **_back_facts(back.get(s.feed.code, []), look),
            }
            for s in rows
        ],
    )


def sent_back() -> dict[str, list[Delivery]]:
    """By feed: deliveries that still count or were refused whole, with rows sent back, for whose period nothing better
    came later.
    """
    rows = Delivery.objects.filter(ended_at=None).order_by("id").defer("wrapped_key")
    found: dict[str, dict[date, Delivery]] = defaultdict(dict)
    for row in rows:
        found[row.feed][row.period] = row  # the last of a period is what counts
    return {
        feed: [row for row in periods.values() if row.refused or row.state == Delivery.State.REFUSED]
        for feed, periods in found.items()
    }


def _back_facts(rows: Sequence[Delivery], look: Look) -> dict[str, Value]:
    if not rows:
        return {"sent_back_rows": 0, "sent_back_days": None}
    oldest = min(row.accepted_at.astimezone(CHINA).date() for row in rows)
    return {
        "sent_back_rows": sum(max(row.refused, 1) for row in rows),
        "sent_back_days": max((look.as_of - oldest).days, 0),
    }


def sent_back_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The deliveries with what was sent back of them; the file's name may hold a person's, so it is left out."""
    del look
    back = sent_back()
    return {
        s.key: [
            record(
                "delivery",
                row.pk,
                f"{row.period:%Y-%m} 期，{row.accepted_at.astimezone(CHINA):%Y-%m-%d} 收到，退回{row.refused}行",
            )
            for row in back.get(s.key.partition(":")[2], [])
        ][:MOST_RECORDS]
        for s in subjects
    }


def feed_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """What the feed last delivered, and what was due."""
    wanted = {s.key for s in subjects}
    found: Proofs = {}
    for status in _statuses(look):
        key = f"feed:{status.feed.code}"
        if key in wanted:
            last = f"最近一期 {status.last_period}" if status.last_period else "没有报送过"
            words = f"{last}；{status.due.period} 期应于 {status.due.by} 前报送，{status.due.label}"
            found[key] = [record("feed", status.feed.code, words)]
    return found


def gather_requests(look: Look) -> Gathered:
    """Requests that the county granted, by number."""
    rows = Request.objects.filter(state=Request.State.GRANTED, answered_on__lte=look.as_of).order_by("id")
    subjects, facts = [], []
    for row in rows:
        unit = department_key(row.department)
        subjects.append(Subject(f"request:{row.pk}", unit, row.pk, row.household_id, row.village, row.town))
        late = (look.as_of - row.due_on).days if row.due_on else None
        facts.append({"granted": True, "fulfilled": row.fulfilled_on is not None, "overdue_days": late})
    return Gathered(subjects, facts)


def request_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The request with what was promised; in dates only, for its words may name people."""
    del look
    rows = Request.objects.filter(pk__in=[s.number for s in subjects])
    return {
        f"request:{r.pk}": [
            record("request", r.pk, f"{r.raised_on} 提出，{r.answered_on} 同意，应于 {r.due_on} 前落实")
        ]
        for r in rows
    }


def _warnings() -> dict[str, list[tuple[int, date, str]]]:
    """Department -> (clue, due, headline's rule) of its warnings that wait to be looked at."""
    departments = {rule.code: rule.department for rule in load_rules()}
    found: dict[str, list[tuple[int, date, str]]] = defaultdict(list)
    rows = Clue.objects.filter(state=State.OPEN, channel=CHANNEL).order_by("due_on", "id")
    for pk, rule, due in rows.values_list("pk", "rule", "due_on"):
        if rule in departments:
            found[departments[rule]].append((pk, due, rule))
    return found


def gather_departments(look: Look) -> Gathered:
    """Every department with warnings, by code."""
    subjects, facts = [], []
    for code, clues in sorted(_warnings().items()):
        subjects.append(Subject(f"department:{code}", department_key(code)))
        late = sum(1 for _, due, _ in clues if due < look.as_of)
        facts.append({"warnings": len(clues), "unanswered_warnings": late})
    return Gathered(subjects, facts)


def warning_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The warnings past due, the oldest first, as many as a page shows."""
    found = _warnings()
    return {
        s.key: [
            record("clue", pk, f"规则{rule}，应于 {due} 前核查")
            for pk, due, rule in found.get(s.key.partition(":")[2], [])
            if due < look.as_of
        ][:MOST_RECORDS]
        for s in subjects
    }


FEEDS = Source(gather_feeds, {"feed": feed_rows, "sent_back": sent_back_rows})
REQUESTS = Source(gather_requests, {"request": request_rows})
DEPARTMENTS = Source(gather_departments, {"warnings": warning_rows})
