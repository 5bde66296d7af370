"""How far a report is, for who reported it: receipt number and the phone's last four digits, neutral words only."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from sangesan.kernel.refusal import Refusal
from sangesan.self_reports.answering import case_of, looked_at, reason_due
from sangesan.self_reports.contents import keyring, open_content
from sangesan.self_reports.domain import (
    ANSWERS,
    LAST_DIGITS,
    STANDINGS,
    WAY_OF_ALL,
    Standing,
    State,
    parse_receipt,
    shown_receipt,
    standing,
)
from sangesan.self_reports.limits import Limit, count, ensure_free, limits_of_asking
from sangesan.self_reports.models import Report
from sangesan.self_reports.policy import figure
from sangesan.self_reports.reporting import photos_of

DUMMY = "0" * LAST_DIGITS


@dataclass(frozen=True)
class Progress:
    """What the page shows. stages: (title, done|now|later); reason: of domain.ANSWERS; reason_by: until when it is told."""

    report: Report
    receipt: str
    standing: Standing
    title: str
    stages: list[tuple[str, str]]
    reason: str
    reason_by: date | None
    joined: bool
    confirmed: bool
    may_ask_review: bool
    photos: int


def find(*, receipt: str, last_four: str, address: str, today: date, now: datetime) -> Report:
    """The report of a receipt number whose phone ends so. Raises Refusal: the same words whether it exists or not, and
    a wait after some wrong answers; a slip in the number itself is said at once and counts for nothing.
    """
    digits = parse_receipt(receipt)
    limits = limits_of_asking(address=address, receipt=digits, today=today)
    ensure_free(
        limits,
        now=now,
        refused="填错的次数太多，先停一会儿",
        remedy="请过 {minutes}再查，或打电话问村里",
    )
    report = Report.objects.select_related("clue").filter(receipt=digits).first()
    if not _is_theirs(report, last_four) or report is None:
        _wrong(limits, now)
    return report


def progress_of(report: Report, today: date) -> Progress:
    """Everything the page says of a report; no name, number, place or illness."""
    clue, case = report.clue, case_of(report)
    at = standing(
        state=State(report.state),
        confirmed=report.confirmed_on is not None,
        clue=clue.state if clue else "",
        visited=bool(clue and clue.visited_on and clue.visited_on >= report.received_on),
        case=case.state if case else "",
        answer=report.answer,
    )
    refused = at == Standing.NOT_TAKEN_IN
    return Progress(
        report=report,
        receipt=shown_receipt(report.receipt),
        standing=at,
        title=STANDINGS[at],
        stages=_stages(at),
        reason=ANSWERS.get(report.answer, ""),
        reason_by=reason_due(report, case, figure("reason_days", today)) if refused else None,
        joined=report.joined and report.confirmed_on is not None,
        confirmed=report.confirmed_on is not None or report.state != State.SENT,
        may_ask_review=refused and report.review_asked_on is None and looked_at(report, case),
        photos=len(photos_of(report)),
    )


def _is_theirs(report: Report | None, last_four: str) -> bool:
    """Compares in the same time whether there is such a report or not."""
    given = last_four.strip()[-LAST_DIGITS:].rjust(LAST_DIGITS, "x")
    if report is None:
        ring = keyring()
        ring.open("self_reports.content", ring.seal("self_reports.content", DUMMY.encode() * 40))
        secrets.compare_digest(given.encode(), DUMMY.encode())
        return False
    ends = [phone[-LAST_DIGITS:] for phone in open_content(report).phones()]
    return any([secrets.compare_digest(given.encode(), end.encode()) for end in ends])  # noqa: C419  all are compared


def _wrong(limits: list[Limit], now: datetime) -> NoReturn:
    count(limits, now=now)
    raise Refusal(
        "受理号和手机后四位对不上", place="查进度", remedy="请核对两处数字；是别人替您报的，可填他的手机后四位"
    )


def _stages(at: Standing) -> list[tuple[str, str]]:
    """The way of all, with where it stands; one that ended shows how far it came."""
    if at in {Standing.NOT_TAKEN_IN, Standing.CLOSED}:
        return [(STANDINGS[Standing.RECEIVED], "done"), (STANDINGS[at], "now")]
    here = WAY_OF_ALL.index(Standing.RECEIVED if at == Standing.LOOKED_UP else at)
    marks = ["done" if n < here else "now" if n == here else "later" for n in range(len(WAY_OF_ALL))]
    if at == Standing.TAKEN_IN:
        marks[-1] = "done"
    return [(STANDINGS[s], mark) for s, mark in zip(WAY_OF_ALL, marks, strict=True)]
