"""Facts of clues: what lies about, what others found, what was closed with the village's own help."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Min, Q

from sangesan.checks.gathering.household_proofs import visit_words
from sangesan.checks.places import chunks, unit_key
from sangesan.checks.subjects import Gathered, Look, Proofs, Source, Subject, record
from sangesan.clues.domain import STATES, State, channels
from sangesan.clues.models import Clue, Sighting
from sangesan.facts.functions import Value
from sangesan.policy.risks import RISK_TYPES
from sangesan.visits.domain import Conclusion
from sangesan.visits.models import Visit

OWN_HELP = "check_own_help_words"
FIELDS = ("pk", "household_id", "division", "town", "state", "opened_on", "visited_on", "case")
SELF = "SELF"


def others() -> list[str]:
    """Channels through which somebody outside, and not the household itself, found it."""
    return [code for code, channel in channels().items() if not channel.own and code != SELF]


def gather(look: Look) -> Gathered:
    """Clues that wait, that others found, and that were closed as helped by the village; by number."""
    seen_by_others = _seen_by_others()
    helped = set(_closed_as_helped(look.words(OWN_HELP)))
    wanted = Q(state__in=[State.OPEN, State.CONFIRMED]) | Q(channel__in=others())
    rows = {row[0]: row for row in Clue.objects.filter(wanted, opened_on__lte=look.as_of).values_list(*FIELDS)}
    for part in chunks({*helped, *seen_by_others} - set(rows)):
        rows |= {row[0]: row for row in Clue.objects.filter(pk__in=part).values_list(*FIELDS)}
    before = _cleared_before({n: (rows[n][1], day) for n, day in seen_by_others.items() if n in rows})
    subjects, facts = [], []
    for number, row in sorted(rows.items()):
        _, household, division, town, *_rest = row
        subjects.append(Subject(f"clue:{number}", unit_key(division), number, household, division, town))
        facts.append(_facts(row, look, number in seen_by_others, before.get(number), helped=number in helped))
    return Gathered(subjects, facts)


def _facts(
    row: tuple[int, int | None, str, str, str, date, date | None, int | None],
    look: Look,
    by_others: bool,
    cleared_days: int | None,
    *,
    helped: bool,
) -> dict[str, Value]:
    _, _, _, _, state, opened_on, visited_on, case = row
    confirmed = state == State.CONFIRMED and case is None
    return {
        "waiting": state == State.OPEN,
        "confirmed": confirmed,
        "open_days": (look.as_of - opened_on).days,
        "confirmed_days": (look.as_of - (visited_on or opened_on)).days if confirmed else None,
        "found_by_others": by_others,
        "cleared_before_days": cleared_days,
        "cleared_as_helped": helped,
    }


def _seen_by_others() -> dict[int, date]:
    """Clue -> the day on which somebody outside first said so."""
    rows = Sighting.objects.filter(channel__in=others(), clue__household__isnull=False)
    return dict(rows.values_list("clue").annotate(day=Min("seen_on")))


def _closed_as_helped(words: Iterable[str]) -> list[int]:
    """Cleared clues of which the visit's reason says that the village helps by itself."""
    listed = [Q(visit__reason__contains=word) for word in words]
    if not listed:
        return []
    rows = Clue.objects.filter(reduce(or_, listed), state=State.CLEARED, household__isnull=False)
    return list(rows.values_list("pk", flat=True))


def _cleared_before(found: Mapping[int, tuple[int | None, date]]) -> dict[int, int]:
    """Clue -> days between the last visit before it was found, if that said no risk, and the finding."""
    wanted: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for number, (household, day) in found.items():
        if household is not None:
            wanted[household].append((number, day))
    visits: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for part in chunks(wanted):
        rows = Visit.objects.filter(household__in=part).exclude(conclusion="").order_by("-visited_on", "-id")
        for household, on, conclusion in rows.values_list("household_id", "visited_on", "conclusion"):
            visits[household].append((on, conclusion))
    made = {}
    for household, clues in wanted.items():
        for number, day in clues:
            last = next(((on, said) for on, said in visits[household] if on < day), None)
            if last is not None and last[1] == Conclusion.NO_RISK:
                made[number] = (day - last[0]).days
    return made


def clue_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The clue itself: when it came, from where, how it stands."""
    del look
    found: Proofs = {}
    for part in chunks({s.number for s in subjects}):
        for pk, risk, channel, state, opened, due in Clue.objects.filter(pk__in=part).values_list(
            "pk", "risk", "channel", "state", "opened_on", "due_on"
        ):
            source = channels()[channel].title if channel in channels() else channel
            words = f"{opened} {source}，{RISK_TYPES.get(risk, risk)}，应于 {due} 前核查，现为{STATES[State(state)]}"
            found[f"clue:{pk}"] = [record("clue", pk, words)]
    return found


def visits(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The visit that answered the clue."""
    del look
    found: Proofs = {}
    for part in chunks({s.number for s in subjects}):
        for clue in Clue.objects.filter(pk__in=part, visit__isnull=False).select_related("visit"):
            if clue.visit is not None:
                found[f"clue:{clue.pk}"] = [record("visit", clue.visit.pk, visit_words(clue.visit))]
    return found


def cleared_visits(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The last visit before others found it."""
    del look
    days, found = _seen_by_others(), {}
    for subject in subjects:
        if subject.household is None or subject.number not in days:
            continue
        rows = Visit.objects.filter(household=subject.household, visited_on__lt=days[subject.number])
        last = rows.exclude(conclusion="").order_by("-visited_on", "-id").first()
        if last is not None:
            found[subject.key] = [record("visit", last.pk, visit_words(last))]
    return found


SOURCE = Source(gather, {"clue": clue_rows, "visit": visits, "cleared_visit": cleared_visits})
