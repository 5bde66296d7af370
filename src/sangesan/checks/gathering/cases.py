"""Facts of cases: decided and not entered, and what is irregular in their papers, without a reason given."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from sangesan.cases.irregularity_rules import RULE_TITLES
from sangesan.cases.models import Case, Irregularity, NoticeCase
from sangesan.cases.states import ENDED, STATE_TITLES, State
from sangesan.checks.places import chunks, unit_key
from sangesan.checks.subjects import Gathered, Look, Proofs, Source, Subject, record
from sangesan.checks.vocabulary import vocabulary
from sangesan.facts.functions import Value

# class of warnings on papers -> how its count and its words are called
COUNTED = {
    "notice": ("notice_faults", "notice_words"),
    "visit": ("visit_faults", "visit_words"),
    "order": ("order_faults", "order_words"),
    "consistency": ("consistency_faults", "consistency_words"),
    "help": ("early_help", "help_words"),
}
HELP = "help"

Fault = tuple[str, str]


def faults(classes: Sequence[str]) -> dict[int, dict[str, list[Fault]]]:
    """By case and class: (code, sentence) of warnings that still stand and have no reason."""
    known = vocabulary()
    codes = [code for name in classes for code in known.irregularities[name]]
    rows = Irregularity.objects.filter(code__in=codes, gone_on=None, reason="").order_by("id")
    found: dict[int, dict[str, list[Fault]]] = defaultdict(lambda: defaultdict(list))
    for case, code, sentence in rows.values_list("case_id", "code", "sentence"):
        found[case][known.class_of(code)].append((code, sentence))
    return found


def gather(look: Look) -> Gathered:
    """Every case that has not ended or whose papers have a fault, by number."""
    broken = faults(list(COUNTED))
    rows = Case.objects.filter(began_on__lte=look.as_of).order_by("id")
    fields = ("pk", "household_id", "village", "town", "state", "enrolled_on", "national_number")
    subjects, facts = [], []
    for pk, household, village, town, state, enrolled_on, number in rows.values_list(*fields):
        live = state not in ENDED
        if not live and pk not in broken:
            continue
        made: dict[str, Value] = {
            "entered": bool(number),
            "decided_days": (look.as_of - enrolled_on).days if live and enrolled_on else None,
        }
        for name, (count, words) in COUNTED.items():
            listed = broken[pk][name] if pk in broken else []
            made[count] = bool(listed) if name == HELP else len(listed)
            made[words] = "；".join(dict.fromkeys(sentence for _, sentence in listed)) or None
        subjects.append(Subject(f"case:{pk}", unit_key(village), pk, household, village, town))
        facts.append(made)
    return Gathered(subjects, facts)


def case_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The case itself: where it stands, when it was decided."""
    del look
    found: Proofs = {}
    for part in chunks({s.number for s in subjects}):
        for pk, state, began, enrolled in Case.objects.filter(pk__in=part).values_list(
            "pk", "state", "began_on", "enrolled_on"
        ):
            decided = f"，{enrolled} 审定" if enrolled else ""
            found[f"case:{pk}"] = [record("case", pk, f"{began} 起{decided}，{STATE_TITLES[State(state)]}")]
    return found


def warnings_of(name: str) -> Callable[[Sequence[Subject], Look], Proofs]:
    """Proves with the warnings of one class."""

    def prove(subjects: Sequence[Subject], look: Look) -> Proofs:
        del look
        found: Proofs = defaultdict(list)
        codes = vocabulary().irregularities[name]
        for part in chunks({s.number for s in subjects}):
            rows = Irregularity.objects.filter(case__in=part, code__in=codes, gone_on=None, reason="").order_by("id")
            for pk, case, code, sentence, raised in rows.values_list("pk", "case_id", "code", "sentence", "raised_on"):
                found[f"case:{case}"].append(record("irregularity", pk, f"{raised} {RULE_TITLES[code]}：{sentence}"))
        return found

    return prove


def notices(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The warnings on notices, and the notices."""
    found = warnings_of("notice")(subjects, look)
    for part in chunks({s.number for s in subjects}):
        rows = NoticeCase.objects.filter(case__in=part).select_related("notice").order_by("id")
        for row in rows:
            end = row.notice.taken_down_on or row.notice.until
            words = f"公示 {row.notice.posted_on} 至 {end}"
            found.setdefault(f"case:{row.case_id}", []).append(record("notice", row.notice_id, words))
    return found


SOURCE = Source(
    gather,
    {
        "case": case_rows, "notice": notices, "visit_faults": warnings_of("visit"), "order": warnings_of("order"),
        "consistency": warnings_of("consistency"), "help": warnings_of(HELP),
    },
)  # fmt: skip
