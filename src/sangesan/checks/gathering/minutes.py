"""Appraisal minutes by village and month, as inspectors look at them: 2022年4月新纳入监测户3户，民主评议会议记录不规范."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sangesan.cases.irregularity_rules import RULE_TITLES
from sangesan.cases.models import AgendaItem, Case, Irregularity, Meeting
from sangesan.checks.places import chunks, unit_key
from sangesan.checks.subjects import Gathered, Look, Proofs, Record, Source, Subject, record
from sangesan.checks.vocabulary import vocabulary
from sangesan.facts.functions import Value
from sangesan.kernel.period import Month

CLASS = "minutes"
ENROLLED, ELIMINATED, RUNNING = "enrolled", "eliminated", "running"
WAYS = {ENROLLED: "新纳入监测户", ELIMINATED: "消除监测户", RUNNING: "正在评议的户"}

Group = tuple[str, str, str]  # village, month, way


@dataclass
class _Row:
    """A case as far as minutes ask."""

    pk: int
    village: str
    town: str
    enrolled_on: date | None
    exit_on: date | None
    eliminated_on: date | None


@dataclass
class _Batch:
    """The cases of one village, month and way; of them those with a fault: case -> codes."""

    town: str
    cases: set[int] = field(default_factory=set)
    broken: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def gather(look: Look) -> Gathered:
    """Village, month and way with at least one case; those whose minutes are in order are silent."""
    batches = _batches(look)
    subjects, facts = [], []
    for (village, month, way), batch in sorted(batches.items()):
        subjects.append(
            Subject(f"minutes:{village}:{month}:{way}", unit_key(village), village=village, town=batch.town)
        )
        facts.append(_facts(month, way, batch))
    return Gathered(subjects, facts)


def _facts(month: str, way: str, batch: _Batch) -> dict[str, Value]:
    year, number = month.split("-")
    codes = Counter(code for found in batch.broken.values() for code in found)
    words = "、".join(RULE_TITLES[code] for code in vocabulary().irregularities[CLASS] if code in codes)
    return {
        "month_words": f"{year}年{int(number)}月",
        "way_words": WAYS[way],
        "households": len(batch.cases),
        "irregular_households": len(batch.broken),
        "fault_words": words or None,
    }


def _batches(look: Look) -> dict[Group, _Batch]:
    rows = {row.pk: row for row in _cases(look)}
    found: dict[Group, _Batch] = {}

    def batch(row: _Row, day: date, way: str) -> _Batch:
        return found.setdefault((row.village, str(Month.of(day)), way), _Batch(row.town))

    for row in rows.values():
        if row.enrolled_on:
            batch(row, row.enrolled_on, ENROLLED).cases.add(row.pk)
        if row.eliminated_on:
            batch(row, row.eliminated_on, ELIMINATED).cases.add(row.pk)
    codes = vocabulary().irregularities[CLASS]
    broken = Irregularity.objects.filter(code__in=codes, gone_on=None, reason="", raised_on__lte=look.as_of)
    for case, code, raised in broken.values_list("case_id", "code", "raised_on"):
        if case in rows:
            day, way = when_and_how(rows[case].enrolled_on, rows[case].exit_on, rows[case].eliminated_on, raised)
            of_case = batch(rows[case], day, way)
            of_case.cases.add(case)
            of_case.broken[case].add(code)
    return found


def when_and_how(
    enrolled_on: date | None, exit_on: date | None, eliminated_on: date | None, raised: date
) -> tuple[date, str]:
    """The month and the decision for which minutes were written, told by when the warning on them was raised."""
    if exit_on is not None and raised >= exit_on:
        return (eliminated_on, ELIMINATED) if eliminated_on else (raised, RUNNING)
    return (enrolled_on, ENROLLED) if enrolled_on else (raised, RUNNING)


def _cases(look: Look) -> list[_Row]:
    rows = Case.objects.filter(began_on__lte=look.as_of)
    fields = ("pk", "village", "town", "enrolled_on", "exit_on", "eliminated_on")
    return [_Row(*row) for row in rows.values_list(*fields)]


def _of_subjects(subjects: Sequence[Subject], look: Look) -> dict[str, _Batch]:
    batches = _batches(look)
    return {s.key: batches[village, month, way] for s in subjects for _, village, month, way in [s.key.split(":")]}


def case_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The cases whose minutes are at fault."""
    return {
        key: [record("case", pk, f"办理件 {pk}") for pk in sorted(batch.broken)]
        for key, batch in _of_subjects(subjects, look).items()
    }


def warning_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """Each warning on each case's minutes."""
    keys = _keys(subjects, look)
    found: Proofs = defaultdict(list)
    codes = vocabulary().irregularities[CLASS]
    for part in chunks({case for case, _way in keys}):
        rows = Irregularity.objects.filter(case__in=part, code__in=codes, gone_on=None, reason="").select_related(
            "case"
        )
        for row in rows.order_by("id"):
            case = row.case
            _, way = when_and_how(case.enrolled_on, case.exit_on, case.eliminated_on, row.raised_on)
            if (key := keys.get((case.pk, way))) is not None:
                words = f"办理件 {case.pk}：{RULE_TITLES[row.code]}，{row.sentence}"
                found[key].append(record("irregularity", row.pk, words))
    return found


def meetings(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The appraisal meetings of those cases, each once."""
    keys = _keys(subjects, look)
    found: dict[str, dict[int, Record]] = defaultdict(dict)
    for part in chunks({case for case, _way in keys}):
        rows = AgendaItem.objects.filter(case__in=part, meeting__kind=Meeting.Kind.APPRAISAL).select_related("meeting")
        for item in rows.order_by("meeting_id"):
            ways = (ELIMINATED, RUNNING) if item.exit else (ENROLLED, RUNNING)
            for key in {keys[item.case_id, way] for way in ways if (item.case_id, way) in keys}:
                met = item.meeting
                words = f"{met.held_on} 民主评议会，应到{met.expected or '未填'}人、实到{met.present or '未填'}人"
                found[key][met.pk] = record("meeting", met.pk, words)
    return {key: list(rows.values()) for key, rows in found.items()}


def _keys(subjects: Sequence[Subject], look: Look) -> dict[tuple[int, str], str]:
    return {
        (case, key.rsplit(":", 1)[1]): key
        for key, batch in _of_subjects(subjects, look).items()
        for case in batch.broken
    }


SOURCE = Source(gather, {"cases": case_rows, "meetings": meetings, "minutes": warning_rows})
