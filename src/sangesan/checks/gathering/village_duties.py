"""Facts of villages: duties owed and not done, weekly rounds in which nobody walked."""

from collections import defaultdict
from collections.abc import Sequence

from sangesan.checks.subjects import Gathered, Look, Proofs, Source, Subject, record
from sangesan.patrols.models import Round, Walked
from sangesan.regions.models import Grid
from sangesan.regions.queries import tree
from sangesan.village_work.kind_history import histories
from sangesan.village_work.kinds import Form
from sangesan.village_work.queries import Missing, missing


def gather_duties(look: Look) -> Gathered:
    """Each duty that a village owes and has not done, by village and kind."""
    rows = sorted(missing(look.as_of), key=lambda one: (one.village, one.kind))
    subjects = [
        Subject(f"duty:{m.village}:{m.kind}", f"village:{m.village}", village=m.village, town=tree().town_of(m.village))
        for m in rows
    ]
    return Gathered(
        subjects,
        [
            {"is_plan": _is_plan(m, look), "never": m.never, "missed_periods": m.periods, "finding": m.finding}
            for m in rows
        ],
    )


def _is_plan(row: Missing, look: Look) -> bool:
    kind = histories()[row.kind].on(look.as_of)
    return kind is not None and kind.form == Form.PLAN


def duty_rows(subjects: Sequence[Subject], look: Look) -> Proofs:
    """What is owed since when, who does it, when it was last done."""
    wanted = {s.key for s in subjects}
    found: Proofs = {}
    for row in missing(look.as_of):
        key = f"duty:{row.village}:{row.kind}"
        if key in wanted:
            last = f"最近一次 {row.last_done}" if row.last_done else "没有任何记录"
            words = f"{row.title}：{row.owed_since} 起由{row.owner}负责，{last}，应于 {row.since} 前完成"
            found[key] = [record("duty", f"{row.village}:{row.kind}", words)]
    return found


def _rounds(look: Look) -> list[Round]:
    ended = Round.objects.filter(kind=Round.Kind.WEEKLY, ends_on__lt=look.as_of).order_by("-ends_on", "-id")
    return list(ended[: look.number("check_rounds", 4)])


def _walked(rounds: Sequence[Round]) -> dict[int, set[str]]:
    """Round -> villages in which somebody was met."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Walked.objects.filter(round__in=rounds).values_list("round_id", "entry__division").distinct()
    for number, village in rows:
        found[number].add(village)
    return found


def _concerned(row: Round, village: str, town: str) -> bool:
    return not row.divisions or bool({village, town} & set(row.divisions))


def gather_villages(look: Look) -> Gathered:
    """Every village and community that has grids, with the weekly rounds that have ended."""
    rounds = _rounds(look)
    walked, places = _walked(rounds), tree()
    subjects, facts = [], []
    for village in sorted(set(Grid.objects.filter(valid_to=None).values_list("division", flat=True))):
        town = places.town_of(village)
        own = [row for row in rounds if _concerned(row, village, town)]
        subjects.append(Subject(f"village:{village}", f"village:{village}", village=village, town=town))
        silent = sum(1 for row in own if village not in walked[row.pk])
        facts.append({"rounds_looked_at": len(own), "silent_rounds": silent})
    return Gathered(subjects, facts)


def silent_rounds(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The rounds in which nobody was met."""
    rounds = _rounds(look)
    walked = _walked(rounds)
    return {
        s.key: [
            record("round", row.pk, f"{row.title}（{row.starts_on} 至 {row.ends_on}）没有入户记录")
            for row in rounds
            if _concerned(row, s.village, s.town) and s.village not in walked[row.pk]
        ]
        for s in subjects
    }


DUTIES = Source(gather_duties, {"duty": duty_rows})
VILLAGES = Source(gather_villages, {"rounds": silent_rounds})
