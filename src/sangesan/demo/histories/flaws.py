"""What in the histories is irregular, found by the same rules as in people's work, about half of it with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from sangesan.cases.checking_records import doubts
from sangesan.cases.dossiers import dossiers
from sangesan.cases.irregularity_rules import RecordFacts, irregular
from sangesan.cases.models import Case, Irregularity
from sangesan.demo.histories.book import Book
from sangesan.demo.histories.pasts import Past, Stage
from sangesan.demo.histories.rows import Rows
from sangesan.demo.histories.visiting import moment
from sangesan.demo.histories.words import Dice, words
from sangesan.policy.regimes import load_regimes

REASONED = 0.5
BATCH = 400


def twins_of(pasts: Iterable[Past]) -> dict[str, int]:
    """For each wording of minutes: how many meetings have it."""
    meetings = {s.appraisal.number: s.appraisal for p in pasts for s in p.stages if s.appraisal}
    return dict(Counter(m.row["minutes_digest"] for m in meetings.values() if m.row["minutes_digest"]))


def write_flaws(book: Book, pasts: Iterable[Past], twins: Mapping[str, int]) -> None:
    """Warnings on every pass through the chain; of one that another followed, under the meeting it is about."""
    for past in pasts:
        for n, stage in enumerate(past.stages):
            current = n == len(past.stages) - 1
            for code, sentence in irregular(_facts(stage, twins)).items():
                subject = "" if current or stage.appraisal is None else f"meeting:{stage.appraisal.number}"
                _add(book.tables[Irregularity], stage.track.number, code, sentence, _raised(stage), subject)


def _facts(stage: Stage, twins: Mapping[str, int]) -> RecordFacts:
    """What the rules of evidence look at; members and measures are looked at when all stands in its tables."""
    meeting, poster, way = stage.appraisal, stage.poster, stage.way
    regime = load_regimes()[stage.track.case.regime]
    return RecordFacts(
        visited_on=stage.visited_on,
        visit_photos=stage.visit_photos,
        appraised_on=meeting.row["held_on"] if meeting else None,
        expected=meeting.row["expected"] if meeting else None,
        present=meeting.row["present"] if meeting else None,
        quorum_percent=regime.quorum_percent.value,
        minutes=bool(meeting and meeting.row["minutes"]),
        minutes_twins=twins.get(meeting.row["minutes_digest"], 1) - 1 if meeting else 0,
        appraisal_photos=meeting.photos if meeting else 0,
        posted_on=poster.row["posted_on"] if poster else None,
        until=poster.row["until"] if poster else None,
        notice_days=regime.notice_days.value,
        notice_photos_begin=int(poster.start) if poster else 0,
        notice_photos_end=int(poster.end) if poster else 0,
        taken_down_on=poster.row["taken_down_on"] if poster else None,
        decided_on=way.decided if way.decided <= stage.track.book.today else None,
    )


def _raised(stage: Stage) -> date:
    return min(stage.way.noticed, stage.track.book.today)


def write_further_flaws(today: date) -> int:
    """What the rules find in the finished records beyond that (measures, members, income); how many rows."""
    rows = Rows(Irregularity)
    known = set(Irregularity.objects.values_list("case_id", "code"))
    cases = list(Case.objects.filter(enrolled_on__isnull=False).select_related("household").order_by("pk"))
    for start in range(0, len(cases), BATCH):
        part = cases[start : start + BATCH]
        found = doubts(dossiers(part, today))
        for case in part:
            for doubt in found[case.pk]:
                if (case.pk, doubt.code) not in known:
                    _add(rows, case.pk, doubt.code, doubt.sentence, case.step_on, "")
    return rows.insert()


def _add(rows: Rows, case: int, code: str, sentence: str, on: date, subject: str) -> None:
    dice = Dice("flaw", str(case), code, subject)
    reasons = words()["irregularity_reasons"]
    reason = dice.of(reasons.get(code, reasons["default"])) if dice.chance(REASONED) else ""
    rows.add(
        case_id=case, round=1, code=code, subject=subject, sentence=sentence[:300], raised_on=on, reason=reason,
        reasoned_by="村级补充说明" if reason else "", reasoned_at=moment(on) if reason else None,
    )  # fmt: skip
